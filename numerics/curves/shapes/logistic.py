"""The logistic function."""

from scipy import special

from numerics.annotations import Array
from numerics.curves.shapes.shape import ROOT_PI, Rise, Shape

__all__ = ["LOGISTIC"]

_RATE = 4 / ROOT_PI  # of a logistic function in u whose largest slope is a quarter of its rate


def _logistic(u: Array, _: float) -> Rise:
    value = special.expit(_RATE * u)
    slope = _RATE * value * special.expit(-_RATE * u)
    return Rise(value, slope, _RATE * slope * (1 - 2 * value))


LOGISTIC = Shape("logistic", _logistic, reach=18.0)
