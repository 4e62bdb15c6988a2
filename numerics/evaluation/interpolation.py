"""A smooth positive function of a positive number at many points, from its values at a few."""

from collections.abc import Callable

import numpy as np
from numpy.polynomial import chebyshev
from scipy import fft

from numerics.annotations import Array
from numerics.evaluation.scaled import EPSILON, Scaled

__all__ = ["interpolate"]

_DEGREES = (64, 128, 256, 512)
_TAIL = 2e-14


def interpolate(function: Callable[[Array], Scaled], x: Array) -> Scaled | None:
    """Values of the function at x > 0; None if its logarithm is no polynomial of moderate degree in ln x.

    What a spectrum decays to is smooth in the logarithm of time: some hundred values give all of a curve. The
    Chebyshev coefficients must fall below 2·10⁻¹⁴ of the largest.

    >>> x = np.geomspace(1e-3, 1e6, 5000)
    >>> found = interpolate(lambda at: Scaled.exact(1 / (1 + at)), x)
    >>> bool((abs(found.value() * (1 + x) - 1) < 1e-12).all())
    True
    """
    low, high = float(x.min()), float(x.max())
    if not 0 < low < high < np.inf:
        return None
    middle, reach = (np.log(high) + np.log(low)) / 2, (np.log(high) - np.log(low)) / 2
    for degree in _DEGREES:
        places = np.cos(np.pi * np.arange(degree + 1) / degree)
        at = np.exp(middle + reach * places)
        at[0], at[-1] = high, low
        found = function(at)
        values = np.broadcast_to(found.log_abs(), at.shape)
        if not (np.isfinite(values).all() and (found.mantissa > 0).all()):
            return None
        coefficients = fft.dct(values, type=1) / degree
        coefficients[[0, -1]] /= 2
        sizes = np.abs(coefficients)
        if sizes[-degree // 8 :].max() < _TAIL * sizes.max():
            logs = chebyshev.chebval((np.log(x) - middle) / reach, coefficients)
            error = float(np.max(found.relative_error())) + 16 * EPSILON * sizes.max() + sizes[-degree // 8 :].sum()
            return Scaled(np.ones(()), logs, np.asarray(error))
    return None
