import mpmath
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import erfinv
from sympy import Rational

from theory import equations


def crossing(weight, loss, lam=0.9):
    """Time at which the loss by quadrature over the spectrum, ν = 1 + λ − 2√λ cos θ, equals ``loss``."""

    def log_ratio(time):
        def integrand(angle):
            nu = 1 + lam - 2 * np.sqrt(lam) * np.cos(angle)
            return weight(nu) * np.exp(-nu * time) * 2 * np.sin(angle) ** 2 / (np.pi * nu)

        return np.log(quad(integrand, 0, np.pi, epsrel=1e-10, epsabs=0, limit=200)[0] / loss)

    return brentq(log_ratio, 1, 3000, xtol=1e-8)


@pytest.mark.parametrize(("name", "level", "factor"), [("95", 0.95, 2.7802), ("50", 0.5, 5.6506)])
def test_grokking_time_by_quadrature(name, level, factor):
    loss = 1e-3 / (2 * erfinv(level) ** 2)
    found = crossing(lambda nu: 1, loss) - crossing(lambda nu: nu, loss)
    low = 1 - np.sqrt(0.9)
    assert 2 * np.log(1 / low) / low**2 / found == pytest.approx(factor, rel=1e-4, abs=0)
    assert f"is {factor:.3g} times" in equations[f"L-grokking-time-{name}"].derivation[-1].reason
    estimate, product = equations[f"L-grokking-time-{name}"].statement.args
    assert float(estimate.evalf()) == pytest.approx(float(product.evalf()), rel=1e-4, abs=0)
    assert float(product.evalf()) == pytest.approx(factor * found, rel=1e-4, abs=0)


def test_grokking_time_is_right_only_for_tiny_thresholds():
    # (3/2κ) ln(1 + G) against ln(1/κ)/κ, G falling with the threshold.
    _, right = equations["L-grokking-time"].statement.args
    kappa, C, level = (next(x for x in right.free_symbols if str(x) == n) for n in ("kappa", "C", "L_*"))
    shares = [
        float((right / (-mpmath.log(0.0026334) / 0.0026334)).subs({kappa: 0.0026334, C: 0.3, level: small}).evalf())
        for small in (Rational(1, 10**3), Rational(1, 10**10), Rational(1, 10**100))
    ]
    assert shares == sorted(shares)
    assert shares[0] < 0.5
    assert 0.98 < shares[-1] < 1


def test_missing_plateau_in_numbers():
    assert float(equations["M-plateau-missing"].statement.rhs.evalf()) == pytest.approx(1.459e-4, rel=1e-3, abs=0)
