"""Columns of numbers, dates or words, out of whatever arrays a library made."""

import datetime
import numbers
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report.readers.text.typed_columns import typed_columns
from report.readers.wording import listed

__all__ = ["plain_columns"]


_LAST_YEAR = 200_000  # after 1970: of microseconds 64 bits hold some more


def plain_columns(columns: Iterable[tuple[object, Any]]) -> tuple[dict[str, NDArray[Any]], tuple[str, ...]]:
    """The columns of a `LogTable`, and what is to be said of them: float64, datetime64, or words and None.

    Booleans are 0 and 1, durations seconds, what is missing NaN. Words are read as cells of a text are, by
    `typed_columns`, which also says what it mends. A column of lists, dictionaries or complex numbers is left out; of
    two with one name the later gets a number. Each of these is said.

    Raises ValueError where words are numbers whose decimal mark cannot be told.

    Examples
    --------
    >>> columns, notes = plain_columns([("step", [1, 2]), ("acc", ["0,5", None]), ("weights", [[1, 2], [3, 4]])])
    >>> columns["acc"], notes[:2]
    (array([0.5, nan]), ('The numbers have decimal commas.', 'Words were read as numbers or dates: acc.'))
    >>> notes[2]
    'Left out, as no column of numbers, dates or words: weights.'
    """
    found: dict[str, Any] = {}
    left, renamed = [], []
    stands: Counter[str] = Counter()
    for label, values in columns:
        name = str(label)
        column = _plain(values)
        if column is None:
            left.append(name)
            continue
        if name in found:
            stands[name] += 1
            while (free := f"{name}.{stands[name]}") in found:
                stands[name] += 1
            name = free
            renamed.append(name)
        found[name] = column
    notes: list[str] = []
    typed = typed_columns({name: column for name, column in found.items() if not _holds_dates(column)}, notes)
    read = [name for name, column in found.items() if isinstance(column, list) and typed[name].dtype.kind != "O"]
    said = (
        (f"Words were read as numbers or dates: {listed(read)}.", read),
        (f"Left out, as no column of numbers, dates or words: {listed(left)}.", left),
        (f"Columns share a name; the later ones are called {listed(renamed)}.", renamed),
    )
    return found | typed, (*notes, *(note for note, names in said if names))


def _holds_dates(column: Any) -> bool:
    return isinstance(column, np.ndarray) and column.dtype.kind == "M"


def _plain(values: Any) -> NDArray[Any] | list[Any] | None:
    """The column as numbers, dates, or a list of cells with words among them; None where it is none of these."""
    if isinstance(values, np.ma.MaskedArray):
        kind, missing = (np.float64, np.nan) if values.dtype.kind in "biuf" else (np.object_, None)
        values = np.ma.filled(values.astype(kind), missing)
    if not isinstance(values, np.ndarray):
        values = _as_array(values)
    kind = values.dtype.kind
    if values.ndim != 1 or kind in "cV":
        return None
    if kind in "biuf":
        with np.errstate(over="ignore"):  # of numbers of 16 bytes
            return values.astype(np.float64)
    if kind == "M":
        return _of_dates(values)
    if kind == "m":
        return values / np.timedelta64(1, "s")
    return _of_objects(values.tolist())


def _of_dates(values: NDArray[Any]) -> NDArray[np.datetime64] | None:
    """Dates by the microsecond; None where one lies so many thousands of years away that it has none."""
    if np.datetime_data(values.dtype)[0] in ("ns", "us"):
        return values
    years = values[~np.isnat(values)].astype("M8[Y]").astype(np.int64)
    return None if np.abs(years).max(initial=0) > _LAST_YEAR else values.astype("M8[us]")


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


def _of_objects(values: list[Any]) -> NDArray[Any] | list[Any] | None:
    values = [None if _is_missing(value) else _decoded(value) for value in values]
    known = [value for value in values if value is not None]
    if all(isinstance(value, numbers.Real) or _is_decimal(value) for value in known):
        return np.array([np.nan if value is None else _as_float(value) for value in values], dtype=np.float64)
    if all(isinstance(value, datetime.date | np.datetime64) for value in known):
        return np.array([np.datetime64("NaT") if value is None else _moment(value) for value in values], "M8[us]")
    if all(isinstance(value, str | numbers.Real | datetime.date) for value in known):
        return [value if value is None else str(value) for value in values]
    return None


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number of more than 308 digits
        return np.inf if value > 0 else -np.inf


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
