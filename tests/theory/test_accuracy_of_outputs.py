import mpmath
import numpy as np
import pytest
from scipy.stats import chi2
from sympy import Rational, symbols

from theory import RegularizedLowerGamma, accuracy, accuracy_slope, threshold_loss

L, epsilon, p = symbols("L epsilon p", positive=True)


def test_one_output_is_the_gaussian_accuracy():
    assert accuracy(L, epsilon, outputs=1) == accuracy(L, epsilon)
    assert accuracy_slope(L, epsilon, outputs=1) == accuracy_slope(L, epsilon)
    assert threshold_loss(epsilon, p, outputs=1) == threshold_loss(epsilon, p)


@pytest.mark.parametrize("d_out", [1, 2, 3, 10, 97])
def test_accuracy_is_a_chi_square_probability(d_out):
    for ratio in (Rational(1, 3), Rational(1), Rational(5, 2)):
        expected = chi2.cdf(d_out * float(ratio), d_out)
        assert float(accuracy(1, ratio, d_out)) == pytest.approx(expected, 1e-12)


@pytest.mark.parametrize("d_out", [2, 3, 10])
def test_accuracy_of_drawn_errors(d_out):
    # Matrix of errors with independent entries: the mean squared error over the outputs of a fresh input.
    rng, draws, loss, level = np.random.default_rng(3), 200_000, 0.7, 0.5
    errors = rng.normal(scale=np.sqrt(loss), size=(draws, d_out))
    found = np.mean(np.mean(errors**2, axis=1) < level)
    expected = float(accuracy(Rational(7, 10), Rational(1, 2), d_out))
    assert abs(found - expected) < 4 * np.sqrt(expected * (1 - expected) / draws)


@pytest.mark.parametrize("d_out", [3, 7])
def test_slope_is_the_derivative(d_out):
    difference = accuracy(L, epsilon, d_out).diff(L) - accuracy_slope(L, epsilon, d_out)
    assert abs(difference.subs({L: Rational(2, 3), epsilon: 1}).evalf(40, chop=True)) < 1e-30


@pytest.mark.parametrize("d_out", [1, 2, 3, 10, 1000])
@pytest.mark.parametrize("level", [Rational(1, 10**6), Rational(1, 2), 1 - Rational(1, 10**12)])
def test_threshold_inverts_the_accuracy(d_out, level):
    back = accuracy(threshold_loss(1, level, d_out).evalf(50), 1, d_out).evalf(40)
    assert abs(back / level - 1) < 1e-35


def test_many_outputs_make_a_step_at_epsilon():
    # The median of chi-square is d_out − 2/3 + O(1/d_out).
    for d_out in (100, 10_000):
        assert float(threshold_loss(1, outputs=d_out).evalf()) - 1 == pytest.approx(2 / (3 * d_out), rel=0.02, abs=0)
    # Accuracy at L = ε(1 ± δ) leaves 1/2 for a step.
    assert accuracy(Rational(9, 10), 1, 10_000).evalf() > 1 - 1e-9
    assert accuracy(Rational(11, 10), 1, 10_000).evalf() < 1e-9


@pytest.mark.parametrize("bad", [0, -1, Rational(3, 2)])
def test_outputs_are_counted(bad):
    for call in (accuracy, accuracy_slope):
        with pytest.raises(ValueError, match=r"number of outputs must be a whole number ≥ 1, got"):
            call(L, epsilon, bad)
    with pytest.raises(ValueError, match=r"number of outputs must be a whole number ≥ 1, got"):
        threshold_loss(epsilon, outputs=bad)


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_levels_lie_between(bad):
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        threshold_loss(1, bad, outputs=2)


@pytest.mark.parametrize("outputs", [2, 3, 6, 7, 11])
@pytest.mark.parametrize("tolerance", [Rational(3, 7), Rational(5, 2)])
def test_only_the_ratio_of_threshold_and_loss_counts(outputs, tolerance):
    # The distribution function of chi-square, by quadrature of its density, at d_out ε/L.
    loss = Rational(4, 3)
    with mpmath.workdps(30):
        half = mpmath.mpf(outputs) / 2
        end = outputs * mpmath.mpf(tolerance.p) / tolerance.q / (mpmath.mpf(4) / 3)
        share = mpmath.quad(
            lambda x: (x / 2) ** (half - 1) * mpmath.exp(-x / 2) / 2 / mpmath.gamma(half), [0, end / 8, end]
        )
        found = mpmath.mpf(str(accuracy(loss, tolerance, outputs).evalf(25)))
        assert abs(found - share) < 1e-12
        slope = mpmath.mpf(str(accuracy_slope(loss, tolerance, outputs).evalf(25)))
        # dA/dL = −(x/L) times the density at x = d_out ε/L.
        density = (end / 2) ** (half - 1) * mpmath.exp(-end / 2) / 2 / mpmath.gamma(half)
        assert abs(slope + end / (mpmath.mpf(4) / 3) * density) < 1e-20
    level = Rational(2, 3)
    assert abs(accuracy(threshold_loss(tolerance, level, outputs), tolerance, outputs).evalf(20) - level) < 1e-15


def test_sums_are_written_out_only_where_asked_for():
    for outputs, written_out in ((1, True), (2, False), (3, False), (6, False), (8, False)):
        found = accuracy(L, epsilon, outputs)
        assert found.has(RegularizedLowerGamma) is not written_out
        assert not found.expand(func=True).has(RegularizedLowerGamma)
