import mpmath
import pytest
from sympy import Rational, Symbol, erf, symbols

from theory import accuracy, accuracy_slope, threshold_loss

L, epsilon = symbols("L epsilon", positive=True)


def test_accuracy_is_the_share_of_small_gaussian_errors():
    # P(x² < ε) for x ~ N(0, L), by quadrature of the Gaussian.
    with mpmath.workdps(40):
        loss, eps = mpmath.mpf(3) / 7, mpmath.mpf(2) / 5
        gaussian = mpmath.quad(lambda x: mpmath.npdf(x, 0, mpmath.sqrt(loss)), [-mpmath.sqrt(eps), 0, mpmath.sqrt(eps)])
        found = accuracy(Rational(3, 7), Rational(2, 5)).evalf(30)
        assert abs(mpmath.mpf(str(found)) - gaussian) < 1e-28


def test_slope_is_the_derivative_of_the_accuracy():
    assert (accuracy(L, epsilon).diff(L) - accuracy_slope(L, epsilon)).simplify() == 0
    assert accuracy_slope(1, 1).evalf() < 0


@pytest.mark.parametrize("level", [Rational(1, 100), Rational(1, 2), Rational(9, 10)])
def test_threshold_is_where_the_accuracy_reaches_the_level(level):
    at = accuracy(threshold_loss(epsilon, level), epsilon).subs(epsilon, Rational(1, 10**10))
    assert abs(at.evalf(40) - level) < 1e-38


def test_half_of_the_answers_at_2_198_epsilon():
    assert abs(threshold_loss(1).evalf(20) - Rational("2.198109338317732404")) < 1e-17


def test_threshold_accepts_symbols_and_refuses_impossible_levels():
    assert threshold_loss(epsilon, Symbol("alpha")).has(Symbol("alpha"))
    for level in (0, 1, -1, Rational(3, 2)):
        with pytest.raises(ValueError, match="strictly between 0 and 1"):
            threshold_loss(epsilon, level)


def test_accuracy_falls_from_one_to_zero_with_the_loss():
    assert accuracy(L, epsilon).limit(L, 0) == 1
    assert accuracy(1 / L, epsilon).subs(L, 0) == erf(0) == 0
