"""Scalars that were logged one by one, each under a name, with its step and time of day, as a table."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report.annotations import Array
from report.readers.text.bounds import CELLS, COLUMNS, check_bound

__all__ = ["Streams", "stream_columns"]

Streams = Mapping[str, list[tuple[int, float, float]]]
"""Of each name the step, the seconds since 1970 and the value of each scalar, in the order of the log."""


def stream_columns(streams: Streams) -> dict[str, NDArray[Any]]:
    """Columns `step`, `wall_time` and one a name; a row a step, NaN where a name has no value at it.

    Where the steps of a name go back, the run was started again from an earlier state: its rows from there on come
    after all earlier ones, so that the column `step` goes back, too. Other names go with it by their own way back, or
    where they have none, by the time of day. A step that a name has twice in a row becomes two rows.

    Examples
    --------
    >>> streams = {"train": [(1, 10.0, 0.5), (2, 20.0, 0.9), (2, 30.0, 0.8)], "val": [(2, 20.5, 0.1)]}
    >>> for name, values in stream_columns(streams).items():
    ...     print(name, values.tolist())
    step [1.0, 2.0, 2.0]
    wall_time [10.0, 20.0, 30.0]
    train [0.5, 0.9, 0.8]
    val [nan, 0.1, nan]
    """
    check_bound(len(streams), COLUMNS, "names of scalars", "Keep those of interest.")
    arrays = {name: np.array(scalars, dtype=np.float64).reshape(-1, 3).T for name, scalars in streams.items()}
    starts = {name: _starts(steps) for name, (steps, _, _) in arrays.items()}
    most = max(starts.values(), key=len)
    began = next(arrays[name][1][most] for name, own in starts.items() if own is most)
    keys = {name: _keys(arrays[name][0], arrays[name][1], starts[name], began) for name in arrays}
    rows, where = np.unique(np.concatenate(list(keys.values())), axis=0, return_inverse=True)
    places = dict(zip(keys, np.split(where.ravel(), np.cumsum([len(one) for one in keys.values()])[:-1]), strict=True))
    check_bound(len(rows) * len(streams), CELLS, "scalars of a table", "Log fewer names, or at fewer steps.")
    wall = np.full(len(rows), np.inf)
    columns = {"step": rows[:, 1], "wall_time": wall}
    for name, place in places.items():
        np.minimum.at(wall, place, arrays[name][1])
        columns[_free(name, columns)] = _filled(len(rows), place, arrays[name][2])
    return columns


def _starts(steps: Array) -> NDArray[np.intp]:
    """Where a name begins, and where it begins again."""
    return np.concatenate([[0], np.flatnonzero(np.diff(steps) < 0) + 1])


def _keys(steps: Array, wall: Array, starts: NDArray[np.intp], began: Array) -> Array:
    """Of each scalar: which start of the run, its step, and the how manieth at that step; shape (n, 3)."""
    if len(starts) == len(began):
        start = np.searchsorted(starts, np.arange(len(steps)), side="right") - 1
    else:
        start = np.maximum.accumulate(np.clip(np.searchsorted(began, wall, side="right") - 1, 0, None))
        start = np.maximum(start, np.searchsorted(starts, np.arange(len(steps)), side="right") - 1)
    new = np.concatenate([[True], (np.diff(steps) != 0) | (np.diff(start) != 0)])
    first = np.maximum.accumulate(np.where(new, np.arange(len(steps)), 0))
    return np.column_stack([start, steps, np.arange(len(steps)) - first]).astype(np.float64)


def _filled(length: int, place: NDArray[np.intp], values: Array) -> Array:
    column = np.full(length, np.nan)
    column[place] = values
    return column


def _free(name: str, taken: Mapping[str, object]) -> str:
    """A tag may be called `step`, as in Lightning's logs of an `epoch`; the step itself keeps its name."""
    return f"{name} (scalar)" if name in taken else name
