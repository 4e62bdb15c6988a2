"""Special functions of `Scaled` numbers, each without overflow and with the error it adds.

`FUNCTIONS` maps SymPy's function classes, those of the theory included, to them; what is not in it is evaluated point
by point in multiple precision.
"""

from collections.abc import Callable

import numpy as np
import sympy
from scipy import special

from numerics.annotations import Array
from numerics.evaluation.scaled import EPSILON, Scaled, total
from numerics.evaluation.spectral_rule import Nodes, integrate
from numerics.linear.flow import log_generalization_loss, log_training_loss
from theory import GeneralizationLoss, InverseLowerGamma, MarcumQ1, TrainingLoss

__all__ = ["FUNCTIONS", "Evaluator"]

Evaluator = Callable[..., Scaled]

_ROUNDING = 16 * EPSILON  # of SciPy's special functions


def _smooth(function: Callable[[Array], Array], condition: Callable[[Array], Array]) -> Evaluator:
    """Function of one argument whose error is its condition number |x f′/f| times the argument's."""

    def evaluator(x: Scaled) -> Scaled:
        at = x.value()
        value = np.asarray(function(at))
        share = np.nan_to_num(np.abs(condition(at)), nan=0.0, posinf=np.inf) * x.relative_error()
        return _with_error(value, np.where(np.isnan(share), np.inf, share))

    return evaluator


def _with_error(value: Array, share: Array) -> Scaled:
    value = np.asarray(value)
    return Scaled(value, np.zeros(()), np.abs(value) * (np.where(share < 0.1, share, np.inf) + _ROUNDING))


def _wave(function: Callable[[Array], Array]) -> Evaluator:
    """Sine or cosine, whose slope is at most 1."""

    def evaluator(x: Scaled) -> Scaled:
        value = function(x.value())
        return Scaled(np.asarray(value), np.zeros(()), x.absolute_error() + EPSILON * np.abs(value))

    return evaluator


def _erf(x: Scaled) -> Scaled:
    at = np.clip(x.value(), -30.0, 30.0)
    value, share = special.erf(at), x.relative_error()
    if np.max(share, initial=0.0) > 1e-14:
        with np.errstate(all="ignore"):
            share = share * np.where(at == 0, 1.0, 2 / np.sqrt(np.pi) * np.abs(at) * np.exp(-(at**2)) / np.abs(value))
    return _with_error(value, share)


def _erfc(x: Scaled) -> Scaled:
    """In its scaled form erfcx(x)·e^{−x²} for x > 0."""
    at = x.value()
    positive = at > 0
    far = np.where(positive, at, 0.0)
    mantissa = np.where(positive, special.erfcx(far), special.erfc(np.where(positive, 0.0, at)))
    share = x.relative_error() * (1 + 2 * far**2) + EPSILON * far**2
    return Scaled(mantissa, -(far**2), mantissa * (np.where(share < 0.1, share, np.inf) + _ROUNDING))


def _hyperbolic(sign: float) -> Evaluator:
    def evaluator(x: Scaled) -> Scaled:
        """(e^{|x|} ± e^{−|x|})/2 with e^{|x|} outside."""
        at = x.value()
        size = np.abs(at)
        mantissa = (1 + np.exp(-2 * size)) / 2 if sign > 0 else -np.sign(at) * np.expm1(-2 * size) / 2
        share = x.absolute_error() + (x.relative_error() if sign < 0 else 0.0)
        return Scaled(np.asarray(mantissa), size, np.abs(mantissa) * (np.where(share < 0.1, share, np.inf) + _ROUNDING))

    return evaluator


def _besseli(order: Scaled, z: Scaled) -> Scaled:
    return _bessel(order, z, {0.0: special.i0e, 1.0: special.i1e}, special.ive, 1.0)


def _besselk(order: Scaled, z: Scaled) -> Scaled:
    return _bessel(order, z, {0.0: special.k0e, 1.0: special.k1e}, special.kve, -1.0)


def _bessel(order: Scaled, z: Scaled, known: dict[float, Callable], scaled: Callable, sign: float) -> Scaled:
    at, n = z.value(), order.value()
    size = np.abs(at) if sign > 0 else at
    one = known.get(float(n)) if n.ndim == 0 else None
    mantissa = np.asarray(one(at) if one else scaled(n, at))
    if not one:
        # AMOS gives up on large arguments, and above its precision: these points are taken in multiple precision.
        mantissa = np.where(size < 1e8, mantissa, np.nan)
    share = z.absolute_error() + np.abs(n) * z.relative_error() + order.absolute_error() * size
    return Scaled(mantissa, sign * size, np.abs(mantissa) * (np.where(share < 0.1, share, np.inf) + _ROUNDING))


def _lowergamma(a: Scaled, x: Scaled) -> Scaled:
    return _gamma_part(special.gammainc, a, x)


def _uppergamma(a: Scaled, x: Scaled) -> Scaled:
    return _gamma_part(special.gammaincc, a, x)


def _gamma_part(regularized: Callable, a: Scaled, x: Scaled) -> Scaled:
    order, at = a.value(), np.minimum(x.value(), 1e300)
    share = np.where(order > 0, regularized(order, at), np.nan)
    slope = np.exp(order * np.log(at) - at - special.gammaln(order)) / share  # |x f′/f|
    known = np.nan_to_num(slope, nan=0.0, posinf=0.0) * x.relative_error()
    # What underflows has no digits left; 4 digits of the order are lost in its own digamma.
    error = np.abs(share) * (np.where(known < 0.1, known, np.inf) + 4 * _ROUNDING)
    exact = a.absolute_error() == 0
    return Scaled(share, special.gammaln(order), np.where(exact, error, np.inf))


def _inverse_lower_gamma(a: Scaled, p: Scaled) -> Scaled:
    order, share = a.value(), p.value()
    value = special.gammaincinv(order, share)
    slope = np.exp(special.gammaln(order) + (1 - order) * np.log(value) + value)
    error = np.abs(slope * p.absolute_error() / value)
    return _with_error(value, np.where(a.absolute_error() == 0, error, np.inf))


def _gamma(x: Scaled) -> Scaled:
    at = x.value()
    log = special.gammaln(at)
    share = x.absolute_error() * (1 + np.abs(special.digamma(at))) + EPSILON * np.abs(log)
    return Scaled(special.gammasgn(at), log, np.where(share < 0.1, share, np.inf) + _ROUNDING)


def _loss(log_loss: Callable[[Array, Array], Array]) -> Evaluator:
    """Loss of gradient flow at infinite size: |∂ ln L/∂ ln s| ≤ |ln L| because ln L is convex; |∂ ln L/∂λ| ≤ 2s."""

    def evaluator(s: Scaled, lam: Scaled) -> Scaled:
        time, ratio = s.value(), lam.value()
        # For negative times, the analytic continuation, multiple precision does the work.
        usable = (time >= 0) & (ratio > 0) & np.isfinite(ratio)
        if not usable.all():
            time, ratio = np.where(usable, time, 1.0), np.where(usable, ratio, 1.0)
        log = log_loss(time, ratio)
        error = (4 * EPSILON + np.where(np.isinf(log), 0.0, s.relative_error())) * np.abs(log) + EPSILON
        if np.any(lam.error):
            error = error + 2 * time * lam.absolute_error()
        endless = np.isinf(log)
        one = np.where(usable, np.where(endless, 0.0, 1.0), np.nan) if endless.any() or not usable.all() else np.ones(())
        log = np.where(endless, 0.0, log) if endless.any() else log
        return Scaled(one, np.asarray(log), np.asarray(np.nan_to_num(error, nan=0.0, posinf=np.inf)))

    return evaluator


def _marcum_q1(a: Scaled, b: Scaled) -> Scaled:
    """Q₁ for a ≤ b as e^{−(b−a)²/2} times an integral of positive terms; otherwise 1 − Q₁(b, a) + e^{…}I₀(ab).

    Q₁ = e^{−(b−a)²/2} (2/π) ∫ (1 − r + 2rq)/((1 − r)² + 4rq) e^{−2abq} dφ, r = a/b, q = sin²φ, φ from 0 to π/2.
    """
    first, second = np.broadcast_arrays(a.value(), b.value())
    low, high = np.minimum(first, second), np.maximum(first, second)
    apart, product = high - low, low * high
    rest = np.where(high > 0, apart / np.where(high > 0, high, 1.0), 1.0)  # 1 − r
    r = 1 - rest

    def integrand(at: Nodes) -> Scaled:
        q = at.near
        weight = np.sqrt(q * at.far) * (rest + 2 * r * q) / np.maximum(rest**2 + 4 * r * q, 1e-300)
        return Scaled(weight, np.asarray(-2 * product * q), 8 * EPSILON * weight * (1 + product * q))

    core = integrate(integrand, first.shape)
    tail = Scaled(core.mantissa * (2 / np.pi), core.exponent, core.error) * Scaled(
        np.ones(()), -(apart**2) / 2, 2 * EPSILON * (1 + apart**2)
    )
    # At r = 1 the point φ = 0 has a share of its own.
    tail = total([tail, Scaled.exact(np.where(rest == 0, 0.5, 0.0))])
    bessel = Scaled(special.i0e(product), -(apart**2) / 2, 4 * EPSILON * (1 + apart**2) * special.i0e(product))
    found = tail.chosen(first <= second, total([Scaled.exact(1.0), -tail, bessel]))
    moved = (a.absolute_error() + b.absolute_error()) * (1 + apart)
    usable = (a.value() >= 0) & (b.value() >= 0)
    size = np.abs(found.mantissa)
    error = found.error + size * np.where(moved < 0.1, moved, np.inf)
    return Scaled(np.where(usable, found.mantissa, np.nan), found.exponent, error)


def _extreme(larger: bool) -> Evaluator:
    def evaluator(*arguments: Scaled) -> Scaled:
        best = arguments[0]
        for other in arguments[1:]:
            above = total([best, -other]).mantissa >= 0
            best = best.chosen(above if larger else ~above, other)
        return best

    return evaluator


def _abs(x: Scaled) -> Scaled:
    return Scaled(np.abs(x.mantissa), x.exponent, x.error)


FUNCTIONS: dict[type[sympy.Basic], Evaluator] = {
    TrainingLoss: _loss(log_training_loss),
    GeneralizationLoss: _loss(log_generalization_loss),
    MarcumQ1: _marcum_q1,
    InverseLowerGamma: _inverse_lower_gamma,
    sympy.exp: Scaled.exp,
    sympy.log: Scaled.log,
    sympy.erf: _erf,
    sympy.erfc: _erfc,
    sympy.erfinv: _smooth(
        special.erfinv,
        lambda x: x * np.sqrt(np.pi) / 2 * np.exp(special.erfinv(x) ** 2) / np.where(x == 0, np.inf, special.erfinv(x)),
    ),
    sympy.besseli: _besseli,
    sympy.besselk: _besselk,
    sympy.lowergamma: _lowergamma,
    sympy.uppergamma: _uppergamma,
    sympy.gamma: _gamma,
    sympy.LambertW: _smooth(lambda x: special.lambertw(x).real, lambda x: 1 / (1 + special.lambertw(x).real)),
    sympy.cosh: _hyperbolic(1.0),
    sympy.sinh: _hyperbolic(-1.0),
    sympy.tanh: _smooth(np.tanh, lambda x: np.where(x == 0, 1.0, 2 * x / np.sinh(np.clip(2 * x, -300, 300)))),
    sympy.sin: _wave(np.sin),
    sympy.cos: _wave(np.cos),
    sympy.tan: _smooth(np.tan, lambda x: np.where(x == 0, 1.0, 2 * x / np.sin(2 * x))),
    sympy.atan: _smooth(np.arctan, lambda x: np.ones_like(x)),
    sympy.asinh: _smooth(np.arcsinh, lambda x: np.ones_like(x)),
    sympy.Abs: _abs,
    sympy.Max: _extreme(True),
    sympy.Min: _extreme(False),
}
