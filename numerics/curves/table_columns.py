"""The columns of a table: of rows or of arrays, and as plain values that any writer takes."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns", "Rows", "columns_of", "json_column", "plain_column", "plain_value"]

Columns = Mapping[str, Sequence[Any] | NDArray[Any]]
Rows = Iterable[Mapping[str, Any]]

_PLAIN = {bool, int, float, str, type(None)}


def columns_of(data: Columns | Rows) -> dict[str, tuple[Any, ...]]:
    """Columns of the values that were given, numbers of an array as Python's own.

    Raises ValueError for columns of different lengths.

    >>> columns_of([{"lam": 0.9}, {"lam": 1.1, "seed": 0}])
    {'lam': (0.9, 1.1), 'seed': (None, 0)}
    """
    if not isinstance(data, Mapping):
        rows = tuple(data)
        names = dict.fromkeys(name for row in rows for name in row)
        return {name: tuple([row.get(name) for row in rows]) for name in names}
    columns = {
        name: tuple(values.tolist() if isinstance(values, np.ndarray) else values) for name, values in data.items()
    }
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name!r} has {length}" for name, length in lengths.items())
        raise ValueError(f"The columns of a table have equal lengths, but {told}.")
    return columns


def plain_value(value: Any) -> Any:
    """NumPy's numbers and kinds of strings as Python's own.

    >>> plain_value(np.float64(0.5)), plain_value(np.str_("ok"))
    (0.5, 'ok')
    """
    value = value.item() if isinstance(value, np.generic) else value
    return str(value) if isinstance(value, str) else value


def plain_column(values: Sequence[Any]) -> list[Any]:
    """Values of a column, each as of `plain_value`.

    >>> plain_column([np.float64(0.5), None, 3])
    [0.5, None, 3]
    """
    return list(values) if set(map(type, values)) <= _PLAIN else [plain_value(value) for value in values]


def json_column(values: Sequence[Any]) -> list[Any]:
    """Plain values, None for numbers that JSON has not.

    >>> json_column([0.5, float("nan"), "ok"])
    [0.5, None, 'ok']
    """
    return [None if isinstance(value, float) and not isfinite(value) else value for value in values]
