"""Gompertz's curve, which begins suddenly and ends slowly, and its mirror image."""

import numpy as np

from numerics.annotations import Array
from numerics.curves.shapes.shape import ROOT_PI, Rise, Shape

__all__ = ["GOMPERTZ", "MIRRORED_GOMPERTZ"]

_RATE = float(np.e) / ROOT_PI


def _exponent(u: Array) -> Array:
    """E = ln 2·e^{−ku}: F = exp(−E), whose slope kEe^{−E} is largest at E = 1."""
    return np.log(2) * np.exp(np.minimum(-_RATE * u, 600.0))


def _gompertz(u: Array, _: float) -> Rise:
    exponent = _exponent(u)
    value = np.exp(-exponent)
    slope = _RATE * exponent * value
    return Rise(value, slope, _RATE * slope * (exponent - 1))


def _mirrored_gompertz(u: Array, _: float) -> Rise:
    mirror = _gompertz(-u, 0.0)
    return Rise(-np.expm1(-_exponent(-u)), mirror.slope, -mirror.curvature)


GOMPERTZ = Shape("gompertz", _gompertz, reach=25.0)
MIRRORED_GOMPERTZ = Shape("mirrored_gompertz", _mirrored_gompertz, reach=25.0)
