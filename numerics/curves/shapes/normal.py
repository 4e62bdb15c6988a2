"""The error function, the shape of the paper, and its skewed relatives: distributions of normal deviates."""

import numpy as np
from scipy import special

from numerics.annotations import Array
from numerics.curves.shapes.shape import ROOT_PI, Rise, Shape

__all__ = ["ERF", "SKEWED_ERF"]


def _erf(u: Array, _: float) -> Rise:
    slope = np.minimum(np.abs(u), 26.0)
    slope *= slope
    np.negative(slope, out=slope)
    np.exp(slope, out=slope)
    slope /= ROOT_PI
    value = special.erf(u)
    value += 1
    value *= 0.5
    return Rise(value, slope, -2 * u * slope)


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
    rate = 1 / (ROOT_PI * peak)
    return float(rate), float(-rate * change / peak)


ERF = Shape("erf", _erf, reach=6.0)
SKEWED_ERF = Shape("skewed_erf", _skewed_erf, "skewness", (-2.0, 2.0), reach=60.0)
