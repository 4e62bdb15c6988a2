"""What tools record, as float64: arrays, columns with holes, durations; what is no number is refused in a sentence."""

import datetime
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.annotations import Array
from numerics.given_numbers import as_floats, real_number

__all__ = ["recorded_accuracy", "recorded_time"]

_DATES = (
    "time must be numbers counted from the start of training, got dates ({}); subtract the start: time - start is a "
    "duration and is read in seconds, or give steps or epochs."
)


def recorded_accuracy(values: ArrayLike, name: str = "accuracy") -> Array:
    """The values as float64; what is missing (None, NaN, a masked or null entry) is NaN.

    Raises ValueError for booleans, complex numbers, text, dates and whatever else is no number.

    >>> recorded_accuracy(np.ma.masked_equal([0.1, -1.0, 0.9], -1.0))
    array([0.1, nan, 0.9])
    >>> recorded_accuracy(["0.1", "0.9"])
    Traceback (most recent call last):
        ...
    ValueError: accuracy must be numbers, got text ('0.1'); convert it first.
    """
    found = _as_array(values, name)
    if found.dtype.kind in "iuf":
        return as_floats(found, name)
    if found.dtype.kind == "O":
        return _each(found, name)
    raise ValueError(f"{name} must be numbers, got {_kind(found)}; convert {_IT.get(found.dtype.kind, 'them')} first.")


def recorded_time(values: ArrayLike) -> Array:
    """The times as float64; durations (timedelta64, timedelta) are in seconds.

    Raises ValueError for dates, of which it is not known when training began, and as `recorded_accuracy`.

    >>> recorded_time(np.array([0, 90, 180], dtype="timedelta64[m]")).tolist()
    [0.0, 5400.0, 10800.0]
    """
    found = _as_array(values, "time")
    first = found.flat[0] if found.dtype.kind == "O" and found.size else None
    if found.dtype.kind == "M" or isinstance(first, datetime.date | np.datetime64):
        raise ValueError(_DATES.format(found.dtype if found.dtype.kind == "M" else type(first).__name__))
    if isinstance(first, datetime.timedelta | np.timedelta64):
        found = found.astype("timedelta64[ns]")
    if found.dtype.kind == "m":
        if np.datetime_data(found.dtype)[0] in ("generic", "Y", "M"):
            raise ValueError(f"time must have a unit of a fixed length, got {found.dtype}; give seconds.")
        return np.where(np.isnat(found), np.nan, found / np.timedelta64(1, "s"))
    return recorded_accuracy(found, "time")


_KINDS = {"b": "booleans", "c": "complex numbers", "M": "dates", "m": "durations"}
_IT = {"U": "it", "S": "it"}


def _as_array(values: ArrayLike, name: str) -> NDArray[Any]:
    """The array of the values as they are; what is masked is NaN."""
    if isinstance(values, np.ma.MaskedArray):
        hidden, values = np.ma.getmaskarray(values), np.ma.getdata(values)
        return np.where(hidden, np.nan, values) if values.dtype.kind in "iuf" else np.asarray(values)
    try:
        return np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{name} must be an array of numbers: {error}") from None


def _kind(found: NDArray[Any]) -> str:
    first = found.flat[0] if found.size else None
    if found.dtype.kind in "US":
        return f"text ({str(first)!r})"
    return _KINDS.get(found.dtype.kind, f"values of the type {found.dtype}")


def _each(found: NDArray[Any], name: str) -> Array:
    """Numbers that are objects: one of them a None, or of a type such as Decimal."""
    numbers = np.empty(found.shape)
    for place, value in np.ndenumerate(found):
        if value is None or type(value).__name__ in ("NAType", "NaTType"):
            numbers[place] = np.nan
        elif isinstance(value, Real | Decimal | Fraction) and not isinstance(value, bool | np.bool_):
            numbers[place] = real_number(value)
        else:
            raise ValueError(f"{name} must be numbers, got {value!r}, a {type(value).__name__}; convert it first.")
    return numbers
