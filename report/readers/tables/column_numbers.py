"""A column as numbers, and what of it is none."""

import itertools
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report.annotations import Array
from report.readers.text.numbers import is_missing
from report.readers.wording import counted

__all__ = ["column_numbers", "hold_numbers"]


def column_numbers(name: str, values: NDArray[Any]) -> tuple[Array, str]:
    """The values as floats, NaN where one is missing or no number; and a sentence on those that are none.

    Infinite values are no numbers either.

    >>> column_numbers("acc", np.array(["0.5", None, "oom", "NA"], dtype=object))
    (array([0.5, nan, nan, nan]), '1 value of acc is no number, such as oom in row 3, and is left out.')
    """
    if values.dtype.kind in "bifu":
        numbers = values.astype(np.float64)
        bad = np.flatnonzero(np.isinf(numbers))
    else:
        read = [_number(value) for value in values.tolist()]
        numbers = np.array([np.nan if value is None else value for value in read], dtype=np.float64)
        bad = np.array([k for k, value in enumerate(read) if value is None or np.isinf(value)], dtype=np.int64)
    if not bad.size:
        return numbers, ""
    numbers = numbers.copy()
    numbers[bad] = np.nan
    many = bad.size > 1
    return numbers, (
        f"{counted(bad.size, 'value')} of {name} {'are' if many else 'is'} no number{'s' * many}, such as "
        f"{values[bad[0]]} in row {bad[0] + 1}, and {'are' if many else 'is'} left out."
    )


def hold_numbers(values: NDArray[Any]) -> bool:
    """Whether a column has a number at all.

    >>> hold_numbers(np.array(["adam", "sgd"], dtype=object)), hold_numbers(np.array([None, "1"], dtype=object))
    (False, True)
    """
    if values.dtype.kind in "bifu":
        return bool(np.isfinite(values).any())
    if values.dtype.kind == "M":
        return False
    cells = values.tolist()
    words = {cell for cell in cells if isinstance(cell, str)}  # a column of words has few, and many times
    others = (cell for cell in cells if not isinstance(cell, str))
    return any((read := _number(cell)) is not None and math.isfinite(read) for cell in itertools.chain(words, others))


def _number(value: Any) -> float | None:
    """NaN for a missing value, None for what is no number."""
    if value is None or (isinstance(value, str) and is_missing(value)):
        return np.nan
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
