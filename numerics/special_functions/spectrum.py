"""Averages over the Marchenko–Pastur law in float64, by the quadrature that resolves every scale at once.

With ν = (1−√λ)² + 4√λ q and dq = 2q(1−q)dv, the rule's variable, an average over the continuous part of the law is
(16/π) ∫ [q(1−q)]^{3/2} f(ν)/ν dv.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.evaluation.scaled import EPSILON, Scaled, total
from numerics.evaluation.spectral_rule import Nodes, integrate
from numerics.linear.flow import log_generalization_loss, log_training_loss, plateau
from numerics.special_functions.pointwise import excess_of, with_rest
from theory.linear.evaluation import cumulative_loss_value, spectral_average_value

__all__ = [
    "cumulative_loss",
    "descent_average",
    "edge_excess",
    "learned_sum",
    "scaled_descent_average",
    "scaled_edge_excess",
    "scaled_spectral_average",
    "spectral_average",
]

_CHUNK = 1 << 12


def spectral_average(k: ArrayLike, s: ArrayLike, lam: ArrayLike) -> Any:
    """E ν^k e^{−νs} for whole k ≥ 0, to about 10⁻¹³ of its size plus (1−√λ)²s roundings.

    Complex and negative times are evaluated in multiple precision.

    >>> spectral_average(2, [0.0, 2.0, 1e3], 0.5)
    array([1.50000000e+00, 8.63672141e-02, 7.25139111e-44])
    """
    k, s, lam = np.broadcast_arrays(k, s, lam)
    result: Any = np.zeros(k.shape, dtype=np.result_type(s, float))
    for power in map(int, np.unique(k)):
        at = k == power
        fast, slow = partial(_spectral_average, power), partial(spectral_average_value, power)
        result[at] = _with_complex(fast, slow, s[at], lam[at])
    return result[()]


def cumulative_loss(s: ArrayLike, lam: ArrayLike) -> Any:
    """∫₀ˢ L_gen = E (1 − e^{−νs})/ν, to about 10⁻¹³ of its size; complex and negative times in multiple precision.

    >>> cumulative_loss([0.0, 2.0, np.inf], 0.5)
    array([0.        , 1.01624868, 2.        ])
    """
    return _with_complex(_cumulative_loss, cumulative_loss_value, s, lam)


def edge_excess(k: int, s: ArrayLike, lam: ArrayLike) -> Any:
    """½(ν₋^k e^{−ν₋s} + ν₊^k e^{−ν₊s}) − (1/π) ∫_0^π ν^k e^{−νs} dθ, to 10⁻¹⁴ of the edges' share.

    >>> edge_excess(0, [0.0, 2.0], 0.5).round(8) + 0.0
    array([0.        , 0.21092871])
    """
    s, lam = np.broadcast_arrays(np.asarray(s, dtype=float), np.asarray(lam, dtype=float))
    endless = np.isinf(s)
    with np.errstate(all="ignore"):
        value = scaled_edge_excess(k, np.where(endless, 0.0, s), lam).value()
    return np.where(endless, np.where((lam == 1) & (k == 0), 0.5, 0.0), value)[()]


def descent_average(k: int, m: ArrayLike, h: ArrayLike, lam: ArrayLike) -> Any:
    """E ν^k (1 − hν)^m for whole k, m ≥ 0, and E [1 − (1 − hν)^m]/ν for k = −1, the atom at ν = 0 included.

    For odd m terms of both signs are added: the error is 10⁻¹³ of the sum of their sizes.

    >>> descent_average(1, [0, 1, 2000], 0.02, 0.5)
    array([1.00000000e+00, 9.70000000e-01, 5.98567022e-05])
    """
    m, h, lam = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (m, h, lam)))
    with np.errstate(all="ignore"):
        return scaled_descent_average(k, m, h, lam).value()[()]


def scaled_edge_excess(k: int, s: Array, lam: Array) -> Scaled:
    """`edge_excess` at finite s ≥ 0 with a bound on its rounding errors.

    >>> scaled_edge_excess(1, np.array(3.0), np.array(0.5)).value().round(12)
    np.float64(-0.007904756083)
    """
    low, width = _edges(lam)
    high = low + width

    def integrand(at: Nodes) -> Scaled:
        nu, rise = low + width * at.near, width * at.near * s
        weight = 2 / np.pi * np.sqrt(at.near * at.far) * nu ** float(k)
        return Scaled(weight, -rise, 4 * EPSILON * weight * (1 + k + rise))

    between = integrate(integrand, np.broadcast_shapes(s.shape, lam.shape))
    edges = [
        Scaled(edge ** float(k) / 2, exponent, 4 * EPSILON * edge ** float(k) * (1 + k - exponent))
        for edge, exponent in ((low, np.zeros(())), (high, -width * s))
    ]
    return total([*edges, -between]) * Scaled(np.ones(()), -low * s, 4 * EPSILON * (1 + low * s))


def scaled_descent_average(k: int, m: Array, h: Array, lam: Array) -> Scaled:
    """`descent_average` with a bound on its rounding errors.

    >>> scaled_descent_average(0, np.array(1.0), np.array(0.5), np.array(4.0)).value().round(12)
    np.float64(0.5)
    """
    low, width = _edges(lam)

    def integrand(at: Nodes) -> Scaled:
        nu = low + width * at.near
        u = h * nu
        log = m * np.where(m == 0, 0.0, np.log1p(np.where(u > 1, u - 2, -u)))
        sign = np.where((u > 1) & (m % 2 == 1), -1.0, 1.0)
        weight = 16 / np.pi * (at.near * at.far) ** 1.5 * nu ** float(max(k, 0) - 1)
        if k < 0:
            grown = np.exp(np.minimum(log, 700.0))
            value = weight * np.where(sign > 0, -np.expm1(np.minimum(log, 700.0)), 1 + grown) / nu
            return Scaled(value, np.zeros(()), 16 * EPSILON * (np.abs(value) + weight / nu * grown * np.abs(log)))
        # A zero of 1 − hν is where the logarithm is −∞.
        log = np.maximum(log, -1e9)
        return Scaled(weight * sign, log, 16 * EPSILON * weight * (1 + np.abs(log)))

    found = integrate(integrand, np.broadcast_shapes(m.shape, h.shape, lam.shape))
    if k > 0:
        return found
    rest = plateau(lam) * (1.0 if k == 0 else m * h)
    return total([found, Scaled(np.asarray(rest), np.zeros(()), 4 * EPSILON * np.asarray(rest))])


def scaled_spectral_average(k: int, s: Array, lam: Array) -> Scaled:
    """E ν^k e^{−νs} for k ≥ 1 and finite s ≥ 0, with a bound on its rounding errors.

    >>> scaled_spectral_average(2, np.array(0.0), np.array(0.5)).value().round(12)
    np.float64(1.5)
    """
    low, width = _edges(lam)

    def integrand(at: Nodes) -> Scaled:
        nu = low + width * at.near
        weight = 16 / np.pi * (at.near * at.far) ** 1.5 * nu ** float(k - 1)
        rise = width * at.near * s
        return Scaled(weight, -rise, 4 * k * EPSILON * weight * (1 + rise))

    found = integrate(integrand, np.broadcast_shapes(s.shape, lam.shape))
    return found * Scaled(np.ones(()), -low * s, 4 * EPSILON * (1 + low * s))


def learned_sum(s: Array, lam: Array) -> Scaled:
    """∫ (1 − e^{−νs})/ν over the continuous part of the spectrum, s ≥ 0.

    >>> learned_sum(np.array(np.inf), np.array(0.5)).value().round(12)
    np.float64(2.0)
    """
    low, width = _edges(lam)

    def integrand(at: Nodes) -> Scaled:
        nu = low + width * at.near
        weight = 16 / np.pi * (at.near * at.far) ** 1.5 / nu
        value = weight * -np.expm1(-nu * s) / nu
        return Scaled(value, np.zeros(()), 16 * EPSILON * value)

    return integrate(integrand, np.broadcast_shapes(s.shape, lam.shape))


def _spectral_average(k: int, s: Array, lam: Array) -> Array:
    if k < 2:
        return np.exp((log_training_loss if k else log_generalization_loss)(s, lam))
    finite = np.isfinite(s)
    return np.where(finite, scaled_spectral_average(k, np.where(finite, s, 0.0), lam).value(), 0.0)


def _cumulative_loss(s: Array, lam: Array) -> Array:
    endless = np.isinf(s)
    found = learned_sum(np.where(endless, 1.0, s), lam).value() + plateau(lam) * np.where(endless, 1.0, s)
    return np.where(endless, np.where(lam < 1, 1 / np.maximum(1 - lam, 0.0), np.inf), np.where(s == 0, 0.0, found))


def _edges(lam: Array) -> tuple[Array, Array]:
    """(1−√λ)² and 4√λ."""
    root = np.sqrt(lam)
    return ((lam - 1) / (1 + root)) ** 2, 4 * root


def _with_complex(fast: Callable[[Array, Array], Array], slow: Callable[..., Any], s: ArrayLike, lam: ArrayLike) -> Any:
    """`fast`, in pieces that bound its memory, at real times s ≥ 0; `slow` of (s, λ − 1) at the others."""
    s, lam = np.broadcast_arrays(s, np.asarray(lam, dtype=np.float64))

    def in_pieces(time: Array, ratio: Array) -> Array:
        time, ratio = np.broadcast_arrays(np.asarray(time, dtype=np.float64), ratio)
        result = np.empty(time.shape)
        flat, times, ratios = result.reshape(-1), time.reshape(-1), ratio.reshape(-1)
        with np.errstate(all="ignore"):
            for start in range(0, flat.size, _CHUNK):
                part = slice(start, start + _CHUNK)
                flat[part] = fast(times[part], ratios[part])
        return result[()]

    return with_rest(
        in_pieces,
        lambda time, ratio, digits: slow(time, excess_of(ratio), digits),
        np.isreal(s) & (s.real >= 0),
        s,
        lam,
    )
