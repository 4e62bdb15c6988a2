"""Values in multiple precision, point by point, where no float formula holds: complex and negative arguments."""

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array

__all__ = ["at_points", "excess_of", "with_rest"]

_DIGITS = 17


def at_points(function: Callable[..., Any], *arguments: ArrayLike) -> Any:
    """function(*numbers, 17) at every point of the broadcast arguments, complex if one of the arguments is.

    >>> at_points(lambda x, digits: mpmath.sqrt(x), [4.0, 9.0])
    array([2., 3.])
    """
    arrays = np.broadcast_arrays(*map(np.asarray, arguments))
    dtype = np.complex128 if any(np.iscomplexobj(array) for array in arrays) else np.float64
    result = np.empty(arrays[0].shape, dtype=dtype)
    for index in np.ndindex(result.shape):
        numbers = [array[index].item() for array in arrays]
        if any(np.isnan(number) for number in numbers):
            result[index] = np.nan
            continue
        value = function(*numbers, _DIGITS)
        try:
            result[index] = complex(value) if dtype is np.complex128 else float(mpmath.re(value))
        except OverflowError:
            result[index] = np.inf
    return result[()]


def excess_of(lam: float) -> mpmath.mpf:
    """λ − 1, exactly.

    >>> print(mpmath.nstr(excess_of(1e-30) + 1, 5))
    1.0e-30
    """
    return mpmath.fsub(lam, 1, exact=True)


def with_rest(fast: Callable[..., Array], slow: Callable[..., Any], covered: Any, *arguments: Array) -> Any:
    """`fast` at the points that it covers and `slow`, in multiple precision, at the others.

    >>> with_rest(np.sqrt, lambda x, digits: -mpmath.sqrt(-x), np.array([True, False]), np.array([4.0, -4.0]))
    array([ 2., -2.])
    """
    if np.all(covered):
        return fast(*(np.real(array) for array in arguments))
    arrays = np.broadcast_arrays(covered, *arguments)
    inside, numbers = arrays[0], arrays[1:]
    rest = at_points(slow, *(array[~inside] for array in numbers))
    result = np.empty(inside.shape, dtype=np.asarray(rest).dtype)
    result[~inside] = rest
    if inside.any():
        result[inside] = fast(*(array[inside].real for array in numbers))
    return result[()]
