"""The Marcum Q-function of order one in float64."""

from typing import Any

import mpmath
import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from numerics.annotations import Array
from numerics.evaluation.scaled import EPSILON, Scaled, total
from numerics.evaluation.spectral_rule import Nodes, integrate
from numerics.special_functions.pointwise import at_points, with_rest
from theory.linear.evaluation import marcum_q1_value

__all__ = ["marcum_q1", "scaled_marcum_q1", "skellam_tail"]


def marcum_q1(a: ArrayLike, b: ArrayLike) -> Any:
    """Q₁(a, b), to about 10⁻¹³ of its size plus (b−a)² roundings; complex arguments in multiple precision.

    >>> marcum_q1([1.0, 0.0, 3.0], [1.0, 1.0, 40.0])
    array([7.32879804e-001, 6.06530660e-001, 2.09357540e-299])
    """
    a, b = np.broadcast_arrays(a, b)
    if np.iscomplexobj(a) or np.iscomplexobj(b):
        return at_points(marcum_q1_value, a, b)
    first, second = np.abs(a.astype(float)), np.abs(b.astype(float))  # even in both
    with np.errstate(all="ignore"):
        return scaled_marcum_q1(first, second, second - first).value()[()]


def skellam_tail(s: ArrayLike, lam: ArrayLike) -> Any:
    """Q₁(√(2λs), √(2s)) for λ ≥ 0; next to λ = 1, late, to the digits that λ and s have.

    >>> skellam_tail([0.0, 2.0, 1e6], [0.5, 1.0, 1.0])
    array([1.        , 0.60350096, 0.50014105])
    """
    s, lam = np.broadcast_arrays(s, lam)
    return with_rest(_skellam, _precise_skellam, np.isreal(s) & (s.real >= 0), s, lam)


def _skellam(s: Array, lam: Array) -> Array:
    root = np.sqrt(lam.astype(float))
    time = np.sqrt(2 * s)
    with np.errstate(all="ignore"):
        return scaled_marcum_q1(root * time, time, (1 - lam) / (1 + root) * time).value()[()]


def _precise_skellam(s: complex, lam: float, digits: int) -> Any:
    with mpmath.workdps(2 * digits + 20):
        return marcum_q1_value(mpmath.sqrt(2 * mpmath.mpf(lam) * s), mpmath.sqrt(2 * mpmath.mpmathify(s)), digits)


def scaled_marcum_q1(first: Array, second: Array, difference: Array) -> Scaled:
    """Q₁(a, b) with a bound on its rounding errors, given b − a too.

    For a ≤ b it is e^{−(b−a)²/2} times an integral of positive terms; otherwise 1 − Q₁(b, a) + e^{…}I₀(ab).
    Q₁ = e^{−(b−a)²/2} (2/π) ∫ (1 − r + 2rq)/((1 − r)² + 4rq) e^{−2abq} dφ, r = a/b, q = sin²φ, φ from 0 to π/2.

    >>> scaled_marcum_q1(np.array(1.0), np.array(2.0), np.array(1.0)).value().round(12)
    np.float64(0.269012060036)
    """
    first, second = np.broadcast_arrays(first, second)
    low, high = np.minimum(first, second), np.maximum(first, second)
    apart, product = np.abs(difference), low * high
    rest = np.where(high > 0, apart / np.where(high > 0, high, 1.0), 1.0)  # 1 − r
    r = 1 - rest

    def integrand(at: Nodes) -> Scaled:
        q = at.near
        weight = np.sqrt(q * at.far) * (rest + 2 * r * q) / np.maximum(rest**2 + 4 * r * q, 1e-300)
        return Scaled(weight, np.asarray(-2 * product * q), 8 * EPSILON * weight * (1 + product * q))

    core = integrate(integrand, first.shape)
    exponent = -(apart**2) / 2
    tail = Scaled(core.mantissa * (2 / np.pi), core.exponent, core.error) * Scaled(
        np.ones(()), exponent, 2 * EPSILON * (1 + apart**2)
    )
    # At r = 1 the point φ = 0 has a share of its own.
    tail = total([tail, Scaled.exact(np.where(rest == 0, 0.5, 0.0))])
    bessel = Scaled(special.i0e(product), exponent, 4 * EPSILON * (1 + apart**2) * special.i0e(product))
    return tail.chosen(difference >= 0, total([Scaled.exact(1.0), -tail, bessel]))
