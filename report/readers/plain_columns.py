"""Columns of numbers, dates or words, out of whatever arrays a library made."""

import datetime
import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report.readers.printable_name import printable_name

__all__ = ["listed", "plain_columns"]

_MISSING = ("", "nan", "na", "n/a", "null", "none", "<na>")


def plain_columns(columns: Iterable[tuple[object, Any]]) -> tuple[dict[str, NDArray[Any]], tuple[str, ...]]:
    """The columns of a `LogTable`, and what is to be said of them: float64, datetime64, or words and None.

    Booleans are 0 and 1, durations seconds, what is missing NaN. A column of words that are numbers, as `"0.5"`, is
    made numbers; one of lists, dictionaries or complex numbers is left out; of two with one name the later gets a
    number. Each of these is said.

    Examples
    --------
    >>> columns, notes = plain_columns([("step", [1, 2]), ("acc", ["0.5", None]), ("weights", [[1, 2], [3, 4]])])
    >>> columns["acc"], notes[0]
    (array([0.5, nan]), 'Numbers stood as words in the column acc.')
    >>> notes[1]
    'Left out, as no column of numbers, dates or words: weights.'
    """
    plain: dict[str, NDArray[Any]] = {}
    read, left, renamed = [], [], []
    for label, values in columns:
        name = str(label)
        column, words = _plain(values)
        if column is None:
            left.append(name)
            continue
        if name in plain:
            name = next(f"{name}.{k}" for k in range(1, len(plain) + 2) if f"{name}.{k}" not in plain)
            renamed.append(name)
        plain[name] = column
        if words:
            read.append(name)
    notes = (
        (f"Numbers stood as words in the column {listed(read)}.", read),
        (f"Left out, as no column of numbers, dates or words: {listed(left)}.", left),
        (f"Columns share a name; the later ones are called {listed(renamed)}.", renamed),
    )
    return plain, tuple(note for note, names in notes if names)


def listed(names: Iterable[object], most: int = 8) -> str:
    """Names in a sentence, the first ones and how many more.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    printed = [printable_name(name) for name in names]
    more = f" and {len(printed) - most} more" if len(printed) > most else ""
    return ", ".join(printed[:most]) + more


def _plain(values: Any) -> tuple[NDArray[Any] | None, bool]:
    """The column, None where it is none; and whether its numbers stood as words."""
    if isinstance(values, np.ma.MaskedArray):
        kind, missing = (np.float64, np.nan) if values.dtype.kind in "biuf" else (np.object_, None)
        values = np.ma.filled(values.astype(kind), missing)
    if not isinstance(values, np.ndarray):
        values = _as_array(values)
    kind = values.dtype.kind
    if values.ndim != 1 or kind in "cV":
        return None, False
    if kind in "biuf":
        return values.astype(np.float64), False
    if kind == "M":
        return values, False
    if kind == "m":
        return values / np.timedelta64(1, "s"), False
    return _of_objects(values.tolist())


def _as_array(values: Any) -> NDArray[Any]:
    """Lists by their elements, so that `[1, "a"]` stays a number and a word; what knows how to be an array, as one."""
    if not isinstance(values, list | tuple):
        values = values.detach().cpu() if hasattr(values, "detach") else values  # a tensor of torch
        return np.asarray(values)
    column = np.empty(len(values), dtype=object)
    column[:] = [_single(value) for value in values]
    return column


def _single(value: Any) -> Any:
    """The number in an array or a tensor of one number."""
    return value.item() if getattr(value, "shape", None) == () and hasattr(value, "item") else value


def _of_objects(values: list[Any]) -> tuple[NDArray[Any] | None, bool]:
    values = [None if _is_missing(value) else _decoded(value) for value in values]
    known = [value for value in values if value is not None]
    if all(isinstance(value, numbers.Real) or _is_decimal(value) for value in known):
        return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64), False
    if all(isinstance(value, datetime.date | np.datetime64) for value in known):
        return np.array(
            [np.datetime64("NaT") if value is None else _moment(value) for value in values], "M8[us]"
        ), False
    if any(isinstance(value, complex) or not isinstance(value, str | numbers.Real | datetime.date) for value in known):
        return None, False
    try:
        return np.array([_number(value) for value in values], dtype=np.float64), True
    except ValueError:
        words = np.empty(len(values), dtype=object)
        words[:] = [None if value is None else str(value) for value in values]
        return words, False


def _is_missing(value: Any) -> bool:
    return (
        value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value)
    )


def _is_decimal(value: Any) -> bool:
    return type(value).__name__ == "Decimal"


def _decoded(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _moment(value: Any) -> np.datetime64:
    """In universal time, which is what an array of dates holds."""
    if getattr(value, "tzinfo", None) is not None:
        value = value.astimezone(datetime.UTC).replace(tzinfo=None)
    return np.datetime64(value, "us")


def _number(value: Any) -> float:
    if value is None or (isinstance(value, str) and value.strip().lower() in _MISSING):
        return np.nan
    return float(value)
