"""Values that belong to the same runs, and the level of an interval, checked."""

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array

__all__ = ["check_level", "paired_values"]


def paired_values(x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """Both as floats of one shape (n,); ValueError where there are not as many of the one as of the other.

    >>> paired_values([1, 2], [3, 4])[1]
    array([3., 4.])
    """
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError(
            f"Each run has one value of either kind, got values of the shapes {first.shape} and {second.shape}; "
            "give two sequences of one length."
        )
    return first, second


def check_level(level: float) -> None:
    """Raise ValueError unless the level of an interval lies between 0 and 1.

    >>> check_level(95)
    Traceback (most recent call last):
        ...
    ValueError: The level of an interval lies between 0 and 1, got 95; 0.95 is usual.
    """
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1, got {level}; 0.95 is usual.")
