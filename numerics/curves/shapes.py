"""S-shapes with one meaning of jump time and sharpness: F(0) = 1/2 and a largest slope of 1/√π, as for the erf."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["SHAPES", "Rise", "Shape", "named_shape"]

Array = NDArray[np.float64]

_ROOT_PI = float(np.sqrt(np.pi))


@dataclass(frozen=True)
class Rise:
    """A shape F(u; θ) with F′ and F″ in u, and ∂F/∂θ at fixed u (None for a shape without θ); all of u's shape."""

    value: Array
    slope: Array
    curvature: Array
    by_parameter: Array | None = None


@dataclass(frozen=True)
class Shape:
    """An S-shaped rise from 0 to 1 over u = s·(t − t*).

    Attributes
    ----------
    name
        As given to `fit_curve`.
    rise
        (u, θ) → `Rise`.
    parameter
        Name of the shape parameter θ, or None.
    bounds
        Smallest and largest θ.
    reach
        |u| beyond which F is 0 or 1 to the last bit; infinite where it is not worth knowing.

    Examples
    --------
    >>> for shape in SHAPES.values():  # the same meaning for all: the middle at u = 0, the largest slope 1/√π
    ...     rise = shape.rise(np.linspace(-3, 3, 60_001), shape.middle)
    ...     assert abs(rise.value[30_000] - 0.5) < 1e-12 and abs(rise.slope.max() * np.sqrt(np.pi) - 1) < 1e-7
    """

    name: str
    rise: Callable[[Array, float], Rise]
    parameter: str | None = None
    bounds: tuple[float, float] = (0.0, 0.0)
    reach: float = np.inf

    @property
    def middle(self) -> float:
        """Middle of the range of θ."""
        return sum(self.bounds) / 2


def named_shape(name: str) -> Shape:
    """The shape of this name.

    >>> named_shape("erf").reach
    6.0
    """
    if name not in SHAPES:
        raise ValueError(f"shape must be one of {', '.join(map(repr, SHAPES))}, or 'best', got {name!r}.")
    return SHAPES[name]


def _erf(u: Array, _: float) -> Rise:
    slope = np.minimum(np.abs(u), 26.0)
    slope *= slope
    np.negative(slope, out=slope)
    np.exp(slope, out=slope)
    slope /= _ROOT_PI
    value = special.erf(u)
    value += 1
    value *= 0.5
    return Rise(value, slope, -2 * u * slope)


def _logistic(u: Array, _: float) -> Rise:
    rate = 4 / _ROOT_PI
    value = special.expit(rate * u)
    slope = rate * value * special.expit(-rate * u)
    return Rise(value, slope, rate * slope * (1 - 2 * value))


def _gompertz(u: Array, _: float) -> Rise:
    # F = exp(−E), E = ln 2·e^{−ku}; the slope kEe^{−E} is largest at E = 1.
    rate = np.e / _ROOT_PI
    exponent = np.log(2) * np.exp(np.minimum(-rate * u, 600.0))
    value = np.exp(-exponent)
    slope = rate * exponent * value
    return Rise(value, slope, rate * slope * (exponent - 1))


def _mirrored_gompertz(u: Array, _: float) -> Rise:
    mirror = _gompertz(-u, 0.0)
    return Rise(-np.expm1(-np.log(2) * np.exp(np.minimum(np.e / _ROOT_PI * u, 600.0))), mirror.slope, -mirror.curvature)


def _student(u: Array, inverse_freedom: float) -> Rise:
    freedom = 1 / inverse_freedom
    rate = _student_rate(freedom)
    x = rate * u
    value = special.stdtr(freedom, x)
    slope = (1 + x * x / freedom) ** (-(freedom + 1) / 2) / _ROOT_PI
    # Student's distribution has no closed derivative in its degrees of freedom.
    step = 1e-5 * inverse_freedom
    after, before = (1 / (inverse_freedom + sign * step) for sign in (1, -1))
    change = special.stdtr(after, _student_rate(after) * u) - special.stdtr(before, _student_rate(before) * u)
    return Rise(value, slope, -rate * slope * (freedom + 1) * x / (freedom + x * x), change / (2 * step))


def _student_rate(freedom: float) -> float:
    """Width that brings the peak Γ((n+1)/2)/(√(nπ) Γ(n/2)) of Student's density to 1/√π."""
    return float(np.sqrt(freedom) * np.exp(special.gammaln(freedom / 2) - special.gammaln((freedom + 1) / 2)))


def _skewed_erf(u: Array, skewness: float) -> Rise:
    # F = Φ(Z), Z = x cosh ε − √(1+x²) sinh ε, with the median at x = sinh ε (Jones and Pewsey 2009, δ = 1).
    cosh, sinh = np.cosh(skewness), np.sinh(skewness)
    rate, rate_change = _skewed_rate(skewness)
    x = sinh + rate * u
    root = np.hypot(1, x)
    # The same as x cosh ε − √(1+x²) sinh ε, without the cancellation in the tail.
    z = np.sinh(np.arcsinh(x) - skewness)
    stretch = cosh - sinh * x / root
    density = np.exp(-np.minimum(z * z / 2, 700.0)) / np.sqrt(2 * np.pi)
    slope = rate * stretch * density
    curvature = rate**2 * density * (-sinh / root**3 - z * stretch**2)
    by_skewness = density * (x * sinh - root * cosh + stretch * (cosh + rate_change * u))
    return Rise(special.ndtr(z), slope, curvature, by_skewness)


def _skewed_rate(skewness: float) -> tuple[float, float]:
    """Scale k that makes the largest slope 1/√π, and its derivative in the skewness."""
    cosh, sinh = np.cosh(skewness), np.sinh(skewness)
    low, high = -1.5 * np.exp(abs(skewness)), 1.5 * np.exp(abs(skewness))
    for _ in range(200):  # bisection of the slope's logarithmic derivative, −Z Z′ + Z″/Z′
        x = (low + high) / 2
        root = np.hypot(1, x)
        z, stretch = np.sinh(np.arcsinh(x) - skewness), cosh - sinh * x / root
        low, high = (x, high) if -sinh / root**3 > z * stretch**2 else (low, x)
        if high - low < 1e-15 * max(1.0, abs(x)):
            break
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    peak = stretch * density
    # At the peak only the explicit dependence on ε counts.
    change = density * (sinh - x * cosh / root - z * stretch * (x * sinh - root * cosh))
    rate = 1 / (_ROOT_PI * peak)
    return float(rate), float(-rate * change / peak)


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("erf", _erf, reach=6.0),
        Shape("logistic", _logistic, reach=18.0),
        Shape("gompertz", _gompertz, reach=25.0),
        Shape("mirrored_gompertz", _mirrored_gompertz, reach=25.0),
        Shape("student", _student, "inverse_degrees_of_freedom", (1e-3, 1.0)),
        Shape("skewed_erf", _skewed_erf, "skewness", (-2.0, 2.0), reach=60.0),
    )
}
