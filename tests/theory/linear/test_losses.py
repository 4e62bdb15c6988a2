import json
import subprocess
import sys
from pathlib import Path

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Derivative,
    Float,
    Integer,
    Integral,
    Max,
    Order,
    Rational,
    Symbol,
    besseli,
    exp,
    expand,
    lambdify,
    latex,
    oo,
    pi,
    pretty,
    sqrt,
    symbols,
)

from theory import GeneralizationLoss, MarchenkoPastur, MarcumQ1, TrainingLoss
from theory.linear.evaluation import decaying_part_value, training_loss_value
from theory.steps import value

ROWS = json.loads((Path(__file__).parents[2] / "reference" / "losses.json").read_text())["rows"]
NAMES = {TrainingLoss: "train", GeneralizationLoss: "gen"}
BOTH = list(NAMES)
s, lam = symbols("s lambda", positive=True)

near_one = st.integers(1, 20).map(lambda k: Rational(1, 10**k))
lams = st.one_of(
    st.fractions(Rational(1, 50), 50, max_denominator=1000).map(lambda q: Rational(q.numerator, q.denominator)),
    near_one.map(lambda h: 1 + h),
    near_one.map(lambda h: 1 - h / 2),
)
times = st.builds(lambda m, k: Rational(m) * Rational(10) ** k, st.integers(1, 99), st.integers(-6, 9))


def number(expression, digits):
    """Digits of a SymPy number as mpmath's, exactly."""
    return expression.evalf(digits)._to_mpmath(int(3.33 * digits) + 10)


def relative_error(found, expected):
    with mpmath.workdps(90):
        return abs(found / mpmath.mpf(expected) - 1)


# --- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", BOTH)
@pytest.mark.parametrize("digits", [15, 30, 50])
def test_evaluation_has_all_the_digits_asked_for(loss, digits):
    for row in ROWS:
        found = number(loss(Rational(row["s"]), Rational(row["lam"])), digits)
        assert relative_error(found, row[NAMES[loss]]) < mpmath.mpf(10) ** (1 - digits), row


@pytest.mark.parametrize("loss", BOTH)
def test_floats_mean_the_number_that_they_are(loss):
    # The same binary number as a Float and as a Rational, next to λ = 1 where λ − 1 has few bits left.
    for row in ROWS:
        time, at = float(row["s"]), float(row["lam"])
        exact = number(loss(Rational(time), Rational(at)), 30)
        assert relative_error(number(loss(Float(time, 40), Float(at, 40)), 30), exact) < 1e-28
        assert relative_error(number(loss(time, at), 15), exact) < 1e-14


@settings(max_examples=25, deadline=None, derandomize=True)
@given(time=times, at=lams)
def test_more_digits_do_not_change_the_first_ones(time, at):
    for loss in BOTH:
        few, many = (loss(time, at).evalf(digits) for digits in (20, 45))
        assert relative_error(few._to_mpmath(100), many._to_mpmath(200)) < 1e-19


@settings(max_examples=25, deadline=None, derandomize=True)
@given(time=times, at=lams)
def test_decaying_parts_mirror_each_other(time, at):
    # D(s, λ) = D(λs, 1/λ)/λ, exactly: ν → λν in the density.
    below = min(at, 1 / at)
    plain = number(GeneralizationLoss(time, below), 40)
    with_plateau = number(GeneralizationLoss(below * time, 1 / below), 60)
    with mpmath.workdps(60):
        lam_below = mpmath.mpf(below.p) / below.q
        decaying = (with_plateau - (1 - lam_below)) / lam_below
        assert abs(decaying - plain) < mpmath.mpf(10) ** -38 * plain + mpmath.mpf(10) ** -55 / lam_below


@settings(max_examples=30, deadline=None, derandomize=True)
@given(time=times, at=lams)
def test_losses_stay_between_their_bounds(time, at):
    train, gen = (loss(time, at).evalf(30) for loss in BOTH)
    plateau = MarchenkoPastur(at).atom
    low, high = MarchenkoPastur(at).support
    assert 0 < train < 1
    assert plateau <= gen < 1
    # Every eigenvalue that decays lies on the support, so L_train/(L_gen − plateau) does.
    decaying = gen - plateau
    if decaying > 1e-10 * gen:
        assert low.evalf(30) * (1 - Rational(1, 10**15)) <= train / decaying <= high.evalf(30)


@pytest.mark.parametrize("loss", BOTH)
def test_evaluation_leaves_symbols_alone(loss):
    assert loss(2, lam).evalf(30).subs(lam, Rational(1, 2)).evalf(20) == loss(2, Rational(1, 2)).evalf(20)
    assert loss(s, lam).evalf() == loss(s, lam)
    assert loss(s, lam).subs({s: 2, lam: Rational(1, 2)}).evalf(20) == loss(2, Rational(1, 2)).evalf(20)


def test_irrational_arguments_evaluate():
    exact = TrainingLoss(sqrt(2), pi / 3)
    plain = exact.rewrite(besseli)
    assert abs(exact.evalf(40) / plain.evalf(40) - 1) < 1e-38


# --- special values and bad arguments ---------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", BOTH)
def test_both_losses_start_at_one(loss):
    assert loss(0, lam) == loss(0, 1) == loss(0, Rational(7, 3)) == 1


def test_losses_end_on_their_plateaus():
    assert TrainingLoss(oo, lam) == 0
    assert GeneralizationLoss(oo, lam) == Max(0, 1 - 1 / lam)
    assert [GeneralizationLoss(oo, at) for at in (Rational(1, 2), 1, 4)] == [0, 0, Rational(3, 4)]


def test_lam_one_is_bessel_only_when_asked():
    assert TrainingLoss(s, 1).args == (s, 1)  # SymPy's series of besseli are wrong, so it is not made one unasked
    assert expand(TrainingLoss(s, 1).rewrite(besseli) - exp(-2 * s) * besseli(1, 2 * s) / s) == 0
    gen = exp(-2 * s) * (besseli(0, 2 * s) + besseli(1, 2 * s))
    assert expand(GeneralizationLoss(s, 1).rewrite(besseli) - gen) == 0


@pytest.mark.parametrize("loss", BOTH)
@pytest.mark.parametrize("bad", [-1, Rational(-1, 3), -0.5, -oo, Symbol("n", negative=True)])
def test_impossible_lam_is_refused(loss, bad):
    with pytest.raises(ValueError, match="λ = d/N_train must be positive, got"):
        loss(s, bad)


@pytest.mark.parametrize("loss", BOTH)
def test_lam_zero_is_white_data(loss):
    # Infinitely many samples: every eigenvalue is one.
    assert loss(s, 0) == exp(-s)
    assert loss(0, 0) == 1
    assert loss(oo, 0) == 0
    tiny = Rational(1, 10**12)
    assert abs(loss(2, tiny).evalf(30) / exp(-2).evalf(30) - 1) < 10 * tiny


@pytest.mark.parametrize("loss", BOTH)
@pytest.mark.parametrize("at", [Rational(3, 10), Rational(1), Rational(4)])
@pytest.mark.parametrize("time", [Rational(-1, 10), Rational(-3)])
def test_negative_times_continue_the_loss(loss, at, time):
    # ∫ ν^p e^{−νs} converges for every s; the quadrature knows nothing of the closed form.
    integral = loss(s, lam).rewrite(Integral).subs({s: time, lam: at})
    assert relative_error(number(loss(time, at), 40), value(integral, {}, 20)) < 1e-18


@pytest.mark.parametrize("loss", BOTH)
def test_what_cannot_be_decided_is_accepted(loss):
    x, y = symbols("x y")
    assert loss(x, y).args == (x, y)
    assert loss(x, y).is_positive is None
    assert loss(s, lam).is_positive is loss(s, lam).is_real is True


# --- calculus ---------------------------------------------------------------------------------------------------------


def test_generalization_loss_falls_at_the_rate_of_the_training_loss():
    assert GeneralizationLoss(s, lam).diff(s) == -TrainingLoss(s, lam)
    assert GeneralizationLoss(4 * s**2, lam).diff(s) == -8 * s * TrainingLoss(4 * s**2, lam)
    assert GeneralizationLoss(s, 1).diff(s).subs(s, 3).evalf(30) == -TrainingLoss(3, 1).evalf(30)


@pytest.mark.parametrize("loss", BOTH)
@pytest.mark.parametrize("variable", [s, lam])
@pytest.mark.parametrize("at", [Rational(3, 10), Rational(1003, 1000), Rational(4)])
def test_derivatives_are_those_of_the_values(loss, variable, at):
    # `value` differentiates by differences of 60-digit values, not by fdiff.
    point = {s: Rational(7, 3), lam: at}
    differences = value(Derivative(loss(s, lam), variable), point, 25)
    assert abs(value(loss(s, lam).diff(variable), point, 30) / differences - 1) < 1e-20


@pytest.mark.parametrize("loss", BOTH)
def test_second_derivatives_are_moments_too(loss):
    # d²/ds² of ∫ν^p e^{−νs} multiplies by ν²: at s = 0 the moment p + 2.
    order = 2 if loss is GeneralizationLoss else 3
    second = loss(s, lam).diff(s, 2).subs(lam, Rational(1, 2))
    expected = MarchenkoPastur(Rational(1, 2)).moment(order)
    with mpmath.workdps(30):
        near_zero = value(second, {s: Rational(1, 10**12)}, 30)
        assert abs(near_zero - mpmath.mpf(expected.p) / expected.q) < 1e-10


@pytest.mark.parametrize("form", [besseli, MarcumQ1, Integral])
@pytest.mark.parametrize("loss", BOTH)
@pytest.mark.parametrize("at", [Rational(3, 10), Rational(97, 100), Rational(1003, 1000), Rational(4)])
def test_rewritten_forms_have_the_same_value(form, loss, at):
    if loss is TrainingLoss and form is MarcumQ1:
        pytest.skip("the training loss has no Marcum function in it")
    rewritten = loss(s, lam).rewrite(form)
    assert rewritten != loss(s, lam)
    assert rewritten.has(form)
    assert not rewritten.has(loss)
    if form is Integral:
        found = value(rewritten, {s: Rational(5, 2), lam: at}, 25)
    else:
        found = number(rewritten.subs({s: Rational(5, 2), lam: at}), 40)
    assert relative_error(found, number(loss(Rational(5, 2), at), 40)) < 1e-25


@pytest.mark.parametrize("loss", BOTH)
def test_series_at_zero_has_the_moments(loss):
    first = 0 if loss is GeneralizationLoss else 1
    law, found = MarchenkoPastur(lam), loss(s, lam).series(s, 0, 4)
    expected = sum((-s) ** k * law.moment(k + first) / [1, 1, 2, 6][k] for k in range(4))
    assert found.has(Order(s**4))
    assert expand(found.removeO() - expected) == 0


@pytest.mark.parametrize("loss", BOTH)
@pytest.mark.parametrize("terms", [2, 5])
def test_series_at_zero_errs_by_its_order(loss, terms):
    cut = loss(s, lam).series(s, 0, terms).removeO()
    errors = [value(loss(s, lam) - cut, {s: Rational(1, 10**k), lam: Rational(7, 5)}, 40) for k in (4, 5)]
    with mpmath.workdps(40):
        assert abs(mpmath.log10(errors[0] / errors[1]) - terms) < 1e-3


def test_series_inside_an_expression():
    # e^{s} L_gen = 1 + 0·s + …: both slopes at zero are one.
    found = (exp(s) * GeneralizationLoss(s, lam)).series(s, 0, 3).removeO()
    assert expand(found - 1 - (lam + 1 - 1) * s**2 / 2) == 0


@pytest.mark.parametrize("loss", BOTH)
@pytest.mark.parametrize(("variable", "around"), [(s, 3), (lam, 0), (lam, 1), (lam, Rational(1, 2))])
def test_series_around_other_points_err_by_their_order(loss, variable, around):
    point = {s: Rational(7, 5), lam: Rational(2, 3)}
    cut = loss(s, lam).series(variable, around, 3).removeO()
    errors = []
    for k in (4, 5):
        point[variable] = around + Rational(1, 10**k)
        errors.append(value(loss(s, lam) - cut, point, 40))
    with mpmath.workdps(40):
        assert abs(mpmath.log10(errors[0] / errors[1]) - 3) < 1e-3


@pytest.mark.parametrize("loss", BOTH)
@pytest.mark.parametrize("terms", [1, 2, 3, 4])
@pytest.mark.parametrize("at", [Rational(1, 2), Integer(1), Rational(2)])
def test_late_time_error_falls_like_the_first_term_left_out(loss, terms, at):
    # The logarithm of the relative error has slope −n in log s. Plateaus are taken off both sides beforehand:
    # at these times what decays is hundreds of orders of magnitude below them.
    late, exact = loss(s, lam).late_time(terms), training_loss_value
    if loss is GeneralizationLoss:
        late, exact = late - GeneralizationLoss(oo, lam), decaying_part_value
    logs = []
    with mpmath.workdps(40):
        for k in (3, 4):
            time = 10**k
            approximate = number(late.subs({lam: at, s: time}), 40)
            error = approximate / exact(time, mpmath.mpf((at - 1).p) / (at - 1).q, 40) - 1
            logs.append(mpmath.log10(abs(error)))
    assert abs(logs[0] - logs[1] - terms) < 0.02


def test_late_series_states_its_order():
    found = TrainingLoss(s, lam).series(s, oo, 2)
    assert found.has(Order)
    # I₁(z) ~ e^z/√(2πz) (1 − 3/(8z) − …)
    assert TrainingLoss(s, lam).aseries(s, 2) == found
    ratio = TrainingLoss(s, lam).late_time(2) / TrainingLoss(s, lam).late_time(1)
    assert expand(ratio - 1 + 3 / (16 * sqrt(lam) * s)) == 0


# --- code and print ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", BOTH)
@pytest.mark.parametrize("modules", ["numpy", "scipy"])
def test_lambdified_arrays(loss, modules):
    import numpy as np

    function = lambdify((s, lam), loss(s, lam), modules)
    grid = np.array([0.0, 0.5, 10.0, 1e4])
    found = function(grid, 1.003)
    expected = [float(loss(Rational(x), Rational(1.003)).evalf(20)) for x in grid]
    np.testing.assert_allclose(found, expected, rtol=1e-13)


@pytest.mark.parametrize("loss", BOTH)
def test_lambdified_mpmath_keeps_the_context(loss):
    function = lambdify((s, lam), loss(s, lam), "mpmath")
    with mpmath.workdps(40):
        found = function(mpmath.mpf(2), mpmath.mpf("0.5"))
    assert relative_error(found, number(loss(2, Rational(1, 2)), 45)) < 1e-38


@pytest.mark.parametrize("loss", BOTH)
def test_lambdified_expressions_of_the_loss(loss):
    function = lambdify((s, lam), 2 * loss(4 * s, lam) + s, "numpy")
    assert function(1.0, 0.5) == pytest.approx(2 * float(loss(4, Rational(1, 2)).evalf()) + 1, rel=1e-14, abs=0)


@pytest.mark.parametrize(("loss", "name"), [(TrainingLoss, "train"), (GeneralizationLoss, "gen")])
def test_print(loss, name):
    assert latex(loss(s, lam)) == rf"L_{{\mathrm{{{name}}}}}\left(s, \lambda\right)"
    assert latex(loss(s, lam) ** 2) == rf"L_{{\mathrm{{{name}}}}}^{{2}}\left(s, \lambda\right)"
    assert pretty(loss(s, lam), use_unicode=False) == f"L_{name}(s, lambda)"
    assert str(loss(s, lam)) == f"{loss.__name__}(s, lambda)"


def test_lambdify_needs_no_numpy_until_it_runs():
    code = "import sys; from theory import TrainingLoss as L; import sympy as p; x = p.Symbol('x', positive=True)"
    code += "; f = p.lambdify(x, L(x, 2), 'mpmath'); f(1); print('numpy' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
