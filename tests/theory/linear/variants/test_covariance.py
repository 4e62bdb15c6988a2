from functools import cache

import mpmath
import numpy as np
import pytest
from sympy import I, Rational, Symbol, besseli, exp, lambdify, latex, oo, sqrt, symbols

from theory import (
    CovarianceGeneralizationLoss,
    CovarianceTrainingLoss,
    GeneralizationLoss,
    InputCovariance,
    LinearStudent,
    MarchenkoPastur,
    NoClosedFormError,
    TrainingLoss,
)
from theory.linear.variants.silverstein import companion_root, lowest_edge

SPECTRUM = [(2, Rational(3, 10)), (Rational(1, 2), Rational(1, 2)), (0, Rational(1, 5))]
SIGNAL = [Rational(1, 5), Rational(7, 10), Rational(1, 10)]
LAMS = [Rational(1, 2), Rational(1), Rational(2)]


@cache
def sampled(lam, size=400, seed=0):
    """Eigenvalues and vectors of one sample covariance, variances of the inputs and shares of the signal."""
    rng, n_train = np.random.default_rng(seed), int(size / lam)
    counts = [int(weight * size) for _, weight in SPECTRUM]
    variances = np.repeat([float(tau) for tau, _ in SPECTRUM], counts)
    shares = np.repeat([float(share) / count for share, count in zip(SIGNAL, counts, strict=True)], counts)
    data = rng.normal(size=(n_train, size)) * np.sqrt(variances)
    eigenvalues, vectors = np.linalg.eigh(data.T @ data / n_train)
    return np.clip(eigenvalues, 0, None), vectors, variances, shares


@pytest.mark.parametrize("lam", LAMS)
def test_losses_of_a_sample(lam):
    student = LinearStudent(lam).with_covariance(SPECTRUM, SIGNAL)
    eigenvalues, vectors, variances, shares = sampled(float(lam))
    for s in (0.5, 2.0, 8.0):
        weights = (vectors**2).T @ shares  # of the eigenvectors in D₀, averaged over D₀
        train = np.sum(eigenvalues * np.exp(-eigenvalues * s) * weights)
        flow = (vectors * np.exp(-eigenvalues * s / 2)) @ vectors.T
        gen = np.sum(variances[:, None] * flow**2 * shares)
        assert train == pytest.approx(float(student.training_loss(s).evalf(4)), rel=0.04, abs=0)
        assert gen == pytest.approx(float(student.generalization_loss(s).evalf(4)), rel=0.02, abs=0)


@pytest.mark.parametrize("lam", LAMS)
def test_spectrum_of_a_sample(lam):
    covariance = InputCovariance(SPECTRUM)
    eigenvalues, *_ = sampled(float(lam))
    for z in (-0.5, 1 + 0.7j):
        found = complex(covariance.companion(z, lam))
        mean = np.mean(1 / (eigenvalues - z))
        assert abs(found - (float(lam) * mean - (1 - float(lam)) / z)) < 0.02 * abs(found)


@pytest.mark.parametrize("lam", LAMS)
@pytest.mark.parametrize("s", [Rational(1, 3), 6])
def test_white_inputs_are_the_theory(lam, s):
    white = LinearStudent(lam).with_covariance([(1, 1)])
    assert abs(white.training_loss(s).evalf(18) / TrainingLoss(s, lam).evalf(18) - 1) < 1e-15
    assert abs(white.generalization_loss(s).evalf(15) / GeneralizationLoss(s, lam).evalf(18) - 1) < 1e-13


def test_digits_are_as_asked():
    white = LinearStudent(Rational(1, 2)).with_covariance([(1, 1)])
    exact = TrainingLoss(2, Rational(1, 2)).evalf(60)
    errors = {digits: abs(white.training_loss(2).evalf(digits) - exact) for digits in (10, 20, 40)}
    assert all(error < Rational(10) ** (1 - digits) for digits, error in errors.items())


def test_a_variance_is_a_clock():
    """Inputs √τ x: the loss is τ L(τs)."""
    fast = LinearStudent(Rational(1, 2)).with_covariance([(3, 1)])
    assert float(fast.training_loss(2).evalf()) == pytest.approx(
        float(3 * TrainingLoss(6, Rational(1, 2)).evalf()), rel=1e-12
    )
    assert float(fast.generalization_loss(2).evalf()) == pytest.approx(
        float(3 * GeneralizationLoss(6, Rational(1, 2)).evalf()), rel=1e-12
    )


def test_equal_groups_do_not_show():
    close = LinearStudent(2).with_covariance([(1, Rational(1, 2)), (1 + Rational(1, 10**12), Rational(1, 2))])
    assert float(close.generalization_loss(2).evalf()) == pytest.approx(
        float(GeneralizationLoss(2, 2).evalf()), rel=1e-10
    )


def test_a_subspace_sees_less_of_lambda():
    part = Rational(1, 4)
    inside = LinearStudent(6).with_covariance([(1, part), (0, 1 - part)], signal=[1, 0])
    assert InputCovariance.effective_lam(6, part) == Rational(3, 2)
    assert float(inside.training_loss(3).evalf()) == pytest.approx(
        float(TrainingLoss(3, Rational(3, 2)).evalf()), rel=1e-12
    )
    outside = LinearStudent(6).with_covariance([(1, part), (0, 1 - part)], signal=[0, 1])
    assert outside.generalization_loss(3).evalf() == outside.training_loss(3).evalf() == 0


def test_white_inputs_do_not_see_where_the_signal_is():
    parts = [(1, Rational(1, 2)), (1 + Rational(1, 10**10), Rational(1, 2))]
    one, other = (LinearStudent(2).with_covariance(parts, signal) for signal in ([1, 0], [0, 1]))
    assert float(one.training_loss(1).evalf()) == pytest.approx(float(other.training_loss(1).evalf()), rel=1e-8, abs=0)


def test_companion_root_is_the_transform():
    for lam in LAMS:
        for z in (-3.0, 2 + 1j, 0.1 - 0.4j):
            m = complex(MarchenkoPastur(lam).stieltjes(z).evalf())
            expected = float(lam) * m - (1 - float(lam)) / z
            assert abs(complex(companion_root(z, float(lam), [(1, 1, 1)])) - expected) < 1e-12


def test_values_need_numbers():
    lam, s = symbols("lambda s", positive=True)
    for loss in (CovarianceTrainingLoss, CovarianceGeneralizationLoss):
        assert loss(1, lam, ((1, 1),), (1,)).evalf() == loss(1, lam, ((1, 1),), (1,))
        assert loss(s, 1, ((1, 1),), (1,)).evalf() == loss(s, 1, ((1, 1),), (1,))
    with pytest.raises(ValueError, match="Only a covariance of numbers has values"):
        InputCovariance([(1, 1)]).companion(-1, lam)
    with pytest.raises(ValueError, match="z < 0 and at complex z, got 1"):
        InputCovariance([(1, 1)]).companion(1, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([(-1, 1)],), "Eigenvalues must not be negative"),
        (([(1, 0.5), (1, 0.5)],), "Eigenvalues must be distinct"),
        (([(1, 0.5)],), "weights must sum to 1"),
        (([(1, 1)], [0.5]), "shares of the signal must sum to 1"),
        (([(1, 1)], [0.5, 0.5]), "one share ≥ 0 for each eigenvalue"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        InputCovariance(*arguments)


def test_symbols_are_accepted():
    tau = Symbol("tau", positive=True)
    equation = InputCovariance([(tau, 1)]).silverstein(Symbol("z"), Symbol("v"), Symbol("lambda"))
    assert {tau, Symbol("lambda")} < equation.free_symbols


def test_start_and_end():
    student = LinearStudent(2).with_covariance(SPECTRUM, SIGNAL)
    mean = sum(share * tau for (tau, _), share in zip(SPECTRUM, SIGNAL, strict=True))
    assert student.training_loss(0) == student.generalization_loss(0) == mean
    assert student.training_plateau == 0
    assert student.replace(lam=Rational(5, 4)).generalization_plateau == 0  # 4/5 of the inputs are touched
    late = student.generalization_loss(3000).evalf(10)
    assert float(student.generalization_plateau.evalf(15)) == pytest.approx(float(late), rel=1e-8, abs=0)
    assert float(LinearStudent(3).with_covariance([(1, 1)]).generalization_plateau.evalf()) == pytest.approx(
        2 / 3, 1e-14
    )


def test_generated_code_evaluates():
    s, lam = symbols("s lambda", positive=True)
    for loss in (CovarianceTrainingLoss, CovarianceGeneralizationLoss):
        expression = loss(s, lam, tuple(SPECTRUM), tuple(SIGNAL))
        found = lambdify((s, lam), expression, "mpmath")(2, 0.5)
        assert float(found) == pytest.approx(
            float(expression.subs({s: 2, lam: Rational(1, 2)}).evalf()), rel=1e-12, abs=0
        )


WHITE = ((1, 1),), (1,)


@pytest.mark.parametrize("lam", [Rational(1, 2), Rational(1), Rational(101, 100), Rational(2), 0.7])
@pytest.mark.parametrize("time", [Rational(1, 10**6), 400, 10**6])
def test_the_digits_are_relative_at_any_time(lam, time):
    """e^{−ν₋s} is 10^{−74523} at the last of these."""
    train, gen = (loss(time, lam, *WHITE) for loss in (CovarianceTrainingLoss, CovarianceGeneralizationLoss))
    assert abs(train.evalf(15) / TrainingLoss(time, lam).evalf(20) - 1) < 1e-14
    assert abs(gen.evalf(15) / GeneralizationLoss(time, lam).evalf(20) - 1) < 1e-14


def test_the_digits_of_the_decaying_part():
    exact = (GeneralizationLoss(400, 2) - Rational(1, 2)).evalf(15, maxn=200)
    found = (CovarianceGeneralizationLoss(400, 2, *WHITE) - CovarianceGeneralizationLoss(oo, 2, *WHITE)).evalf(15)
    assert found < 1e-33
    assert abs(found / exact - 1) < 1e-13


def test_a_clock_and_a_subspace_late():
    half = Rational(1, 2)
    for loss, plain in ((CovarianceTrainingLoss, TrainingLoss), (CovarianceGeneralizationLoss, GeneralizationLoss)):
        assert abs(loss(400, half, ((3, 1),), (1,)).evalf(15) / (3 * plain(1200, half)).evalf(20) - 1) < 1e-14
        subspace = loss(10**4, 1, ((1, half), (0, half)), (1, 0)).evalf(15)
        assert abs(subspace / plain(10**4, half).evalf(20) - 1) < 1e-14


def test_two_groups_late_against_the_edge_of_their_spectrum():
    """−d ln L/ds → ν₋ + 3/(2s), ν₋ the lowest edge; above it nothing of the spectrum is left out."""
    groups, lam = [(2, Rational(3, 10), 1), (Rational(1, 2), Rational(7, 10), 0)], Rational(1, 2)
    with mpmath.workdps(30):
        edge = lowest_edge(
            mpmath.mpf(1) / 2, [(mpmath.mpf(2), mpmath.mpf(3) / 10, 1), (mpmath.mpf(1) / 2, mpmath.mpf(7) / 10, 1)]
        )
        u = mpmath.findroot(lambda x: 0.5 * (0.3 * 4 / (x + 2) ** 2 + 0.7 * 0.25 / (x + 0.5) ** 2) - 1, -0.2)
        assert abs(edge - u * (0.5 * (0.3 * 2 / (u + 2) + 0.7 * 0.5 / (u + 0.5)) - 1)) < 1e-12
    spectrum = tuple((tau, weight) for tau, weight, _ in groups)
    for loss in (CovarianceTrainingLoss, CovarianceGeneralizationLoss):
        here = loss(4000, lam, spectrum, (Rational(1, 2), Rational(1, 2)))
        slope = here.func(*here.args, 1)
        assert float(-(slope.evalf(15) / here.evalf(15))) == pytest.approx(float(edge) + 1.5 / 4000, rel=1e-4, abs=0)


def test_a_slow_small_group_costs_no_digits():
    rare = Rational(1, 10**6)
    loss = CovarianceTrainingLoss(3000, Rational(1, 2), ((1, 1 - rare), (rare, rare)), (1, 0))
    assert abs(loss.evalf(12) / loss.evalf(40) - 1) < 1e-11


def test_other_times_than_positive_ones():
    lam, s = Rational(1, 2), symbols("s", positive=True)
    for time in (Rational(-1), 1 + 2 * I):
        exact = exp(-(1 + lam) * time) * besseli(1, 2 * sqrt(lam) * time) / (sqrt(lam) * time)
        assert abs((CovarianceTrainingLoss(time, lam, *WHITE).evalf(15) - exact).evalf(15)) < 1e-13
    with pytest.raises(ValueError, match=r"known where \|s\| max\(τ\) \(1 \+ √λ\)² ≤ 100, got 2914\.2\."):
        CovarianceTrainingLoss(1000 * I, lam, *WHITE).evalf()
    loss = CovarianceGeneralizationLoss(s, lam, *WHITE)
    assert abs(loss.diff(s).subs(s, 4).evalf(15) + TrainingLoss(4, lam).evalf(20)) < 1e-15
    assert abs(loss.diff(s).subs(s, 0).evalf(4) + 1) < 1e-3  # at the start each digit is dear
    assert CovarianceTrainingLoss(oo, lam, *WHITE, 2) == 0


@pytest.mark.slow
def test_the_slope_at_the_start_has_the_digits_that_are_asked_for():
    time = Symbol("s", positive=True)
    loss = CovarianceGeneralizationLoss(time, Rational(1, 2), *WHITE)
    assert abs(loss.diff(time).subs(time, 0).evalf(10) + 1) < 1e-9


def test_derivatives_in_time_only():
    s, lam = symbols("s lambda", positive=True)
    loss = CovarianceTrainingLoss(2 * s, lam, *WHITE)
    assert loss.diff(s, 2) == 4 * CovarianceTrainingLoss(2 * s, lam, *WHITE, 2)
    second = TrainingLoss(s, Rational(1, 2)).diff(s, 2).subs(s, 4).evalf(20)
    assert abs(CovarianceTrainingLoss(4, Rational(1, 2), *WHITE, 2).evalf(15) / second - 1) < 1e-14
    with pytest.raises(NoClosedFormError, match="derivatives in s only"):
        loss.diff(lam)
    assert latex(loss.diff(s)).startswith(r"2 \partial_s")


def test_plateaus_of_signals_that_are_not_isotropic():
    """At λ = 2 half of the touched directions stay: late losses end on them, like e^{−ν₋s/2}."""
    loss = CovarianceGeneralizationLoss(300, 2, tuple(SPECTRUM), tuple(SIGNAL))
    end = CovarianceGeneralizationLoss(oo, 2, tuple(SPECTRUM), tuple(SIGNAL))
    later = CovarianceGeneralizationLoss(600, 2, tuple(SPECTRUM), tuple(SIGNAL))
    falls = [float((value - end).evalf(8)) for value in (loss, later)]
    groups = [(float(tau), float(weight), 1.0) for tau, weight in SPECTRUM]
    with mpmath.workdps(30):
        edge = float(lowest_edge(mpmath.mpf(2), groups))
    # The mixed part, of |falls| ∝ s^{−3/2} e^{−ν₋s/2}, is the slower one.
    assert np.log(falls[0] / falls[1]) == pytest.approx(150 * edge + 1.5 * np.log(2), rel=0.02, abs=0)
