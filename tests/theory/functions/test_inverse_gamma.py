import pytest
from scipy.stats import chi2
from sympy import Rational, erfinv, gamma, lambdify, log, lowergamma, symbols

from theory import InverseLowerGamma
from theory.functions.gamma_values import inverse_lower_gamma_value

p = symbols("p", positive=True)


def test_inverse_special_values_and_derivative():
    a = symbols("a", positive=True)
    assert InverseLowerGamma(a, 0) == 0
    assert InverseLowerGamma(1, p) == -log(1 - p)
    assert InverseLowerGamma(Rational(1, 2), p) == erfinv(p) ** 2
    inner = InverseLowerGamma(Rational(5, 2), p)
    slope = (lowergamma(Rational(5, 2), inner) / gamma(Rational(5, 2))).diff(p)  # of the identity
    assert slope.subs(p, Rational(1, 3)).evalf(30) == pytest.approx(1, abs=1e-28)
    assert lambdify(p, inner, "mpmath")(0.25) == pytest.approx(chi2.ppf(0.25, 5) / 2, rel=1e-12, abs=0)


@pytest.mark.parametrize("a", [0.05, 0.5, 30, 5000])
def test_inverse_value_against_scipy(a):
    for level in (1e-9, 0.3, 0.999):
        assert float(inverse_lower_gamma_value(a, level, 20)) == pytest.approx(
            chi2.ppf(level, 2 * a) / 2, rel=1e-9, abs=0
        )
