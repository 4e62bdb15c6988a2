"""Special functions of `Scaled` numbers, each without overflow and with the error that it adds."""

from collections.abc import Callable

import numpy as np
import sympy
from scipy import special

from numerics.annotations import Array
from numerics.evaluation.scaled import EPSILON, Scaled, total

__all__ = ["SPECIAL_FUNCTIONS", "Evaluator", "largest", "regularized_lower_gamma", "scaled_erfc", "with_share"]

Evaluator = Callable[..., Scaled]

_ROUNDING = 16 * EPSILON  # of SciPy's special functions


def _smooth(function: Callable[[Array], Array], condition: Callable[[Array], Array]) -> Evaluator:
    """Function of one argument whose error is its condition number |x f′/f| times the argument's."""

    def evaluator(x: Scaled) -> Scaled:
        at = x.value()
        value = np.asarray(function(at))
        share = np.nan_to_num(np.abs(condition(at)), nan=0.0, posinf=np.inf) * x.relative_error()
        return with_share(value, np.where(np.isnan(share), np.inf, share))

    return evaluator


def with_share(value: Array, share: Array) -> Scaled:
    """Values with this relative error of their arguments, and that of SciPy's rounding.

    >>> float(with_share(np.array(2.0), np.array(1e-10)).error)
    2.000071054273576e-10
    """
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
    return with_share(value, share)


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


def _bessel(
    order: Scaled, z: Scaled, known: dict[float, Callable[..., Array]], scaled: Callable[..., Array], sign: float
) -> Scaled:
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


def regularized_lower_gamma(a: Scaled, x: Scaled) -> Scaled:
    """γ(a, x)/Γ(a).

    >>> regularized_lower_gamma(Scaled.exact(1.0), Scaled.exact(1.0)).value().round(12)
    np.float64(0.632120558829)
    """
    found = _gamma_part(special.gammainc, a, x)
    return Scaled(found.mantissa, np.zeros(()), found.error)


def scaled_erfc(y: Scaled) -> Scaled:
    """e^{y²} erfc(y), whose slope is 2y times itself less 2/√π.

    >>> scaled_erfc(Scaled.exact(1e10)).value()
    np.float64(5.641895835477563e-11)
    """
    at = y.value()
    value = special.erfcx(at)
    condition = np.where(at > 1, 1.0, np.abs(at) * np.abs(2 * at - 2 / np.sqrt(np.pi) / value))
    return with_share(value, condition * y.relative_error())


def _gamma_part(regularized: Callable[..., Array], a: Scaled, x: Scaled) -> Scaled:
    order, at = a.value(), np.minimum(x.value(), 1e300)
    share = np.where(order > 0, regularized(order, at), np.nan)
    slope = np.exp(order * np.log(at) - at - special.gammaln(order)) / share  # |x f′/f|
    known = np.nan_to_num(slope, nan=0.0, posinf=0.0) * x.relative_error()
    # What underflows has no digits left; 4 digits of the order are lost in its own digamma.
    error = np.abs(share) * (np.where(known < 0.1, known, np.inf) + 4 * _ROUNDING)
    exact = a.absolute_error() == 0
    return Scaled(share, special.gammaln(order), np.where(exact, error, np.inf))


def _gamma(x: Scaled) -> Scaled:
    at = x.value()
    log = special.gammaln(at)
    share = x.absolute_error() * (1 + np.abs(special.digamma(at))) + EPSILON * np.abs(log)
    return Scaled(special.gammasgn(at), log, np.where(share < 0.1, share, np.inf) + _ROUNDING)


def _extreme(larger: bool) -> Evaluator:
    def evaluator(*arguments: Scaled) -> Scaled:
        best = arguments[0]
        for other in arguments[1:]:
            above = total([best, -other]).mantissa >= 0
            best = best.chosen(above if larger else ~above, other)
        return best

    return evaluator


largest = _extreme(True)
_smallest = _extreme(False)


def _abs(x: Scaled) -> Scaled:
    return Scaled(np.abs(x.mantissa), x.exponent, x.error)


SPECIAL_FUNCTIONS: dict[type[sympy.Basic], Evaluator] = {
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
    sympy.Max: largest,
    sympy.Min: _smallest,
}
"""SymPy's own functions; what is not here is evaluated point by point in multiple precision."""
