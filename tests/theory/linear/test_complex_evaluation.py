"""Values at complex times and next to the edges, against sums over the spectrum and series that share no code."""

import itertools

import mpmath
import pytest
from mpmath import mp
from sympy import I, Rational

from theory import (
    CumulativeLoss,
    GeneralizationLoss,
    MarcumQ1,
    ScaledBesselI,
    SkellamTail,
    SpectralAverage,
    TrainingLoss,
)
from theory.linear.evaluation import (
    cumulative_loss_value,
    decaying_part_value,
    generalization_loss_value,
    marcum_q1_value,
    scaled_bessel_i_value,
    spectral_average_value,
    training_loss_value,
)
from theory.linear.evaluation.complex_times import agreed

HALF = Rational(1, 2)
TIMES = [2 + 3j, -2 + 3j, 10j, 0.01 - 0.02j, 20 - 30j, -40 + 50j, 1 + 80j, 100 + 1j, 60 + 0.001j, -3, 2]


def averages(s, lam, powers):
    """E f over the law at several k by the trapezoidal rule over the angle, which converges geometrically."""
    with mp.workdps(45):
        s, lam = mpmath.mpmathify(s), mpmath.mpf(lam)
        root = mpmath.sqrt(lam)
        count = int(350 + 2 * abs(s) * root)
        totals = dict.fromkeys(powers, mpmath.mpf(0))
        for j in range(1, count):
            angle = mpmath.pi * j / count
            nu = (1 - root) ** 2 + 4 * root * mpmath.sin(angle / 2) ** 2
            decay, weight = mpmath.exp(-nu * s), 2 * mpmath.sin(angle) ** 2 / nu / count
            for k in powers:
                totals[k] += weight * (-mpmath.expm1(-nu * s) / nu if k < 0 else nu**k * decay)
        atom = max(0, 1 - 1 / lam)
        rest = {-1: atom * s, 0: atom}
        return {k: total + rest.get(k, 0) for k, total in totals.items()}


def assert_close(found, expected, digits):
    with mp.workdps(60):
        assert abs(found - expected) <= abs(expected) * mpmath.mpf(10) ** -digits


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("lam", [0.04, 0.5, 1.3, 2])
def test_averages_over_the_spectrum(time, lam):
    expected = averages(time, lam, (-1, 0, 1, 2, 5))
    with mp.workdps(60):
        excess = mpmath.mpf(lam) - 1
        plateau = max(0, excess / (1 + excess))
    assert_close(cumulative_loss_value(time, excess, 30), expected[-1], 29)
    assert_close(training_loss_value(time, excess, 30), expected[1], 29)
    assert_close(generalization_loss_value(time, excess, 30), expected[0], 29)
    with mp.workdps(60):
        decaying = expected[0] - plateau
    assert_close(decaying_part_value(time, excess, 30), decaying, 29)
    for k in (2, 5):
        assert_close(spectral_average_value(k, time, excess, 30), expected[k], 29)


def q1_by_series(a, b):
    """e^{−x−y} Σ_n x^n/n! Σ_{m≤n} y^m/m!, x = a²/2, y = b²/2."""
    with mp.workdps(60 + int(abs(a) ** 2 + abs(b) ** 2)):
        x, y = mpmath.mpmathify(a) ** 2 / 2, mpmath.mpmathify(b) ** 2 / 2
        term = power = inner = total = mpmath.mpf(1)
        for n in range(1, int(4 * abs(x) + 300)):
            term, power = term * x / n, power * y / n
            inner += power
            total += term * inner
        return mpmath.exp(-x - y) * total


PLACES = [1 + 1j, 5 + 3j, -4 + 6j, 9j, 12, 8 - 8j, 0.1 + 14j, 0.001 + 0.2j, 8.001 - 8j]


@pytest.mark.parametrize(("a", "b"), [(a, b) for a, b in itertools.product(PLACES, PLACES) if a != b])
def test_marcum_function_in_the_complex_plane(a, b):
    assert_close(marcum_q1_value(a, b, 25), q1_by_series(a, b), 24)


def test_marcum_function_is_even_and_has_closed_values():
    assert_close(marcum_q1_value(2 + 1j, 3j, 20), marcum_q1_value(-2 - 1j, -3j, 25), 19)
    for a in (40 + 3j, 1 + 2j):
        with mp.workdps(60):
            closed = (1 + mpmath.exp(-(mpmath.mpmathify(a) ** 2)) * mpmath.besseli(0, mpmath.mpmathify(a) ** 2)) / 2
        assert_close(marcum_q1_value(a, a, 20), closed, 19)
        assert_close(marcum_q1_value(a, -a, 20), closed, 19)
    assert marcum_q1_value(2j, 0, 20) == 1


# The next to last is where sum and pole cancel, the last where the pole lies on the path.
@pytest.mark.parametrize(
    ("a", "b"), [(100 + 9j, 120j), (300 - 20j, 310), (200 + 1j, 200 + 1j + 1e-9), (200 + 1j, 200 + 4j)]
)
def test_marcum_function_far_out_obeys_its_symmetry(a, b):
    with mp.workdps(60):
        x, y = mpmath.mpmathify(a), mpmath.mpmathify(b)
        both = 1 + mpmath.exp(-((x - y) ** 2) / 2) * scaled_bessel_i_value(0, x * y, 40)
        found = marcum_q1_value(a, b, 40) + marcum_q1_value(b, a, 40)
    assert_close(found, both, 35)


@pytest.mark.parametrize("time", [1e4, 1e4j, 7000 + 7000j, -9000 + 200j, 1e4 + 1e-20j, 1e-12 + 1e-12j])
@pytest.mark.parametrize("lam", ["1e-6", "0.3", "0.999999999999", "1", "1.000000000001", "30", "1e6"])
def test_derivative_in_time_of_each_average_is_the_next(time, lam):
    """Recurrence and slope tie the evaluations of five of them together."""
    with mp.workdps(70):
        excess, s = mpmath.mpf(lam) - 1, mpmath.mpmathify(time)
        size = 1 + excess
        zero, one, two, three = (spectral_average_value(k, s, excess, 60) for k in range(4))
        left = s * three
        right = (3 + 2 * (1 + size) * s) * two - ((1 - size) ** 2 * s + 3 * (1 + size)) * one
        assert abs(left - right) <= mpmath.mpf(10) ** -25 * max(abs(left), abs(3 * two))
        # ∂F/∂s = L_gen, where it is not lost beside F.
        step = mpmath.mpf(10) ** -20 * abs(s)
        above, below = (cumulative_loss_value(s + shift, excess, 60) for shift in (step, -step))
        if abs(zero * s) > mpmath.mpf(10) ** -25 * abs(above):
            assert abs((above - below) / (2 * step * zero) - 1) < mpmath.mpf(10) ** -9


@pytest.mark.parametrize("time", ["1e-12", "0.01", "50", "1e6", "1e12"])
@pytest.mark.parametrize("lam", ["1e-6", "0.999999999999", "1", "1.000000000001", "3", "1e6"])
def test_cumulative_loss_at_real_times(time, lam):
    """Against double-exponential quadrature, the law split into its scales."""
    with mp.workdps(40):
        s, excess = mpmath.mpf(time), mpmath.mpf(lam) - 1
        root = mpmath.sqrt(1 + excess)
        low, width = (excess / (1 + root)) ** 2, 4 * root

        def integrand(v):
            near, far = 1 / (1 + mpmath.exp(-2 * v)), 1 / (1 + mpmath.exp(2 * v))
            nu = low + width * near
            return 16 / mpmath.pi * (near * far) ** mpmath.mpf("1.5") / nu * -mpmath.expm1(-nu * s) / nu

        # The trapezoidal rule in ln[q/(1−q)].
        step = mpmath.mpf(1) / 12
        expected = step * sum(integrand(step * j) for j in range(-900, 300)) + max(0, excess / (1 + excess)) * s
    assert_close(cumulative_loss_value(s, excess, 30), expected, 22)


@pytest.mark.parametrize("k", [0, 1, 2, 5])
@pytest.mark.parametrize("x", [1e-9, 3, -3, 700, 1e12, 2 + 3j, -50 + 60j, 1e4j])
def test_scaled_bessel_function(k, x):
    with mp.workdps(40 + int(min(abs(x), 1000))):
        direct = mpmath.besseli(k, mpmath.mpmathify(x)) * mpmath.exp(-mpmath.mpmathify(x))
    if abs(x) < 1e12:
        assert_close(scaled_bessel_i_value(k, x, 25), direct, 24)
    else:
        hankel = 1 - (4 * k**2 - 1) / (8 * mpmath.mpf(x))
        assert_close(scaled_bessel_i_value(k, x, 25) * mpmath.sqrt(2 * mpmath.pi * x), hankel, 15)


def test_times_without_end():
    end = mpmath.inf
    assert (
        training_loss_value(end, -0.5, 15)
        == decaying_part_value(end, 2, 15)
        == spectral_average_value(3, end, 1, 15)
        == 0
    )
    assert generalization_loss_value(end, 3, 15) == 0.75
    assert cumulative_loss_value(end, -0.5, 15) == 2
    assert cumulative_loss_value(end, 0, 15) == end


def test_every_function_evaluates_at_complex_arguments():
    at = 2 + 3 * I
    expressions = [f(at, HALF) for f in (TrainingLoss, GeneralizationLoss, CumulativeLoss, SkellamTail)]
    expressions += [SpectralAverage(3, at, HALF), MarcumQ1(at, 1 - I), ScaledBesselI(2, at)]
    for expression in expressions:
        found, more = expression.evalf(20), expression.evalf(40)
        assert found.is_number
        assert abs((found - more) / more) < 1e-18
    expected = averages(2 + 3j, 0.5, (1,))[1]
    assert abs(complex(TrainingLoss(at, HALF).evalf(20)) - complex(expected)) < 1e-15


def test_a_ratio_that_is_no_positive_number_is_refused():
    for excess in (-2, 1 + 1j):
        with pytest.raises(ValueError, match="must be a positive number"):
            cumulative_loss_value(2, excess, 15)


def test_what_never_agrees_is_refused():
    digits = itertools.count()
    with pytest.raises(ValueError, match="ask for fewer"):
        agreed(lambda: mpmath.mpf(next(digits)), 15, 0)
