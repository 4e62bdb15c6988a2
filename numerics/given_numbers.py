"""Numbers as a caller gives them, checked: what is none that floats hold ends in a sentence, however it was written."""

import math

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array

__all__ = ["as_floats", "positive_number", "real_number", "whole_number"]

_COUNTED = 2**53  # beyond, floats leave whole numbers out
_BEYOND = "a number of more than 308 digits"


def positive_number(value: object, what: str) -> float:
    """The number as a float; ValueError where it is not real, positive and finite.

    >>> positive_number(2, "λ")
    2.0
    >>> positive_number(10**400, "λ")
    Traceback (most recent call last):
    ValueError: λ must be positive and finite, got a number of more than 308 digits.
    """
    number = real_number(value)
    if not 0 < number < math.inf:
        raise ValueError(f"{what} must be positive and finite, got {_shown(value)}.")
    return number


def real_number(value: object) -> float:
    """As a float: infinite beyond all floats, NaN for what is no real number.

    >>> real_number(-(10**400)), real_number(1j)
    (-inf, nan)
    """
    if isinstance(value, bool | str):
        return math.nan
    try:
        return float(value)  # type: ignore[arg-type]  # what is no number raises
    except OverflowError:
        return math.inf if value > 0 else -math.inf  # type: ignore[operator]  # a whole number, or like one
    except (TypeError, ValueError):
        return math.nan


def whole_number(value: object, what: str, least: int, most: int) -> int:
    """The number as an int; ValueError where it is not whole, or not from `least` to `most`.

    >>> whole_number(5.0, "points", 4, 100)
    5
    """
    number = real_number(value)
    if not (least <= number <= most and number == int(number)):
        raise ValueError(f"{what} must be a whole number from {least} to {most}, got {_shown(value)}.")
    return int(number)


def as_floats(values: ArrayLike, what: str) -> Array:
    """The values as float64, infinite where they are too large; ValueError where they are no real numbers.

    >>> as_floats([1, 10**400], "λ")
    array([ 1., inf])
    """
    try:
        given = np.asarray(values)
    except ValueError:  # rows of different lengths
        raise ValueError(f"{what} must be numbers in an array, got {type(values).__name__} of another form.") from None
    if given.dtype.kind in "iuf":
        with np.errstate(over="ignore"):
            return given.astype(np.float64, copy=False)
    found = [real_number(value) for value in given.ravel()] if given.dtype.kind == "O" else [math.nan]
    if np.isnan(found).any():
        raise ValueError(f"{what} must be numbers, got {np.array2string(given, threshold=4)[:60]}.")
    return np.array(found).reshape(given.shape)


def _shown(value: object) -> object:
    """As it is written, but of a whole number as many digits as a float has.

    >>> _shown(10**20), _shown("5")
    ('1e+20', '5')
    """
    number = real_number(value)
    if not isinstance(value, int) or abs(number) < _COUNTED:
        return value
    return _BEYOND if math.isinf(number) else f"{number:g}"
