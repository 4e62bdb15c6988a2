"""Mappings of names to arrays, structured arrays, lists of dictionaries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report.readers.log_table import LogTable
from report.readers.plain_columns import plain_columns
from report.readers.wording import listed

__all__ = ["mapping_table", "rows_table", "structured_table"]

_MOST_UNNAMED = 20


def mapping_table(arrays: Mapping[Any, Any], source: str, *, unreadable: Sequence[str] = ()) -> LogTable:
    """The arrays of one length, as columns; single values, arrays of another length or shape are left out, and said.

    The length is the one that most arrays have.

    Raises
    ------
    ValueError
        If there is no array, or two lengths are equally frequent.

    Examples
    --------
    >>> table = mapping_table({"step": [1, 2, 3], "acc": [0.1, 0.5, 0.9], "lr": 0.01}, "a mapping")
    >>> len(table), list(table.columns), table.notes
    (3, ['step', 'acc'], ('Left out, as no column of 3 values: lr.',))
    """
    lengths = {name: _length(values) for name, values in arrays.items()}
    counts = Counter(length for length in lengths.values() if length > 0).most_common(2)
    if not counts:
        raise ValueError(f"{source} has no column of values; its names are {listed(arrays) or 'none'}.")
    if len(counts) == 2 and counts[0][1] == counts[1][1]:
        shown = listed(f"{name} {length}" for name, length in lengths.items() if length > 0)
        raise ValueError(f"Columns must have one length, {source} has {shown}; give arrays over the same times.")
    length = counts[0][0]
    columns, notes = plain_columns((name, arrays[name]) for name in arrays if lengths[name] == length)
    left = [name for name in arrays if lengths[name] != length]
    said = [f"Left out, as no column of {length} values: {listed(left)}."] if left else []
    said += [f"Left out, as they are pickles or not whole: {listed(unreadable)}."] if unreadable else []
    return LogTable(source, columns, (*notes, *said))


def structured_table(array: NDArray[Any], source: str) -> LogTable:
    """The fields of a structured array as columns; a matrix has the columns `column 1`, `column 2`, …

    Examples
    --------
    >>> runs = np.array([(1, 0.5), (2, 0.9)], dtype=[("step", int), ("acc", float)])
    >>> structured_table(runs, "an array").columns["acc"]
    array([0.5, 0.9])
    """
    array = np.asarray(array)
    if array.dtype.names:
        columns, notes = plain_columns((name, array[name].ravel()) for name in array.dtype.names)
        return LogTable(source, columns, notes)
    if array.ndim != 2 or not 1 < array.shape[1] <= _MOST_UNNAMED:
        raise ValueError(
            f"An array without names must have rows of 2 to {_MOST_UNNAMED} columns, {source} has the shape "
            f"{array.shape}; name the columns, as in numpy.savez(file, step=…, train_accuracy=…, gen_accuracy=…)."
        )
    columns, notes = plain_columns((f"column {k + 1}", array[:, k]) for k in range(array.shape[1]))
    return LogTable(source, columns, (f"The columns have no names; they are called {listed(columns)}.", *notes))


def rows_table(rows: Sequence[Mapping[Any, Any]], source: str) -> LogTable:
    """The columns of dictionaries, one a row; what a row does not have is missing.

    >>> rows_table([{"step": 1, "acc": 0.5}, {"step": 2}], "a list").columns["acc"]
    array([0.5, nan])
    """
    names = dict.fromkeys(name for row in rows for name in row)
    columns, notes = plain_columns((name, [row.get(name) for row in rows]) for name in names)
    return LogTable(source, columns, notes)


def _length(values: Any) -> int:
    """Of a column; 0 for what is none."""
    if isinstance(values, str | bytes | Mapping):
        return 0
    shape = getattr(values, "shape", None)
    if shape is not None:
        return int(shape[0]) if len(shape) == 1 else 0
    return len(values) if hasattr(values, "__len__") else 0
