"""Measured runs from files: tables with one row a run, such as `groksharp train … --json` prints."""

import math
from typing import Any

from numerics import SharpnessTable, tabulate
from report.annotations import Row
from report.readers.rows import column_names, number

__all__ = ["holds_runs", "runs_of"]

_NEEDED = ("relative_gap", "relative_sharpness")
_MEASURES = ("jump_time_train", "jump_time_gen", "sharpness_train", "sharpness_gen", *_NEEDED, "absolute_sharpness")
_ERRORS = tuple(f"{name}_error" for name in _MEASURES)
_TREND_ERRORS = ("relative_gap_error", "relative_sharpness_error")
_CORRELATIONS = ("relative_correlation", "absolute_correlation")
_SYSTEMATIC = tuple(f"{name}_systematic" for name in (*_NEEDED, "absolute_sharpness"))
_COLUMNS = (
    *_MEASURES,
    "relative_gap_bound",
    *_ERRORS,
    *_SYSTEMATIC,
    *_CORRELATIONS,
    "r_squared_train",
    "r_squared_gen",
    "misfit_train",
    "misfit_gen",
)


def holds_runs(rows: list[Row]) -> bool:
    """Whether the rows are measured runs: they have a relative gap and a relative sharpness.

    >>> holds_runs([{"relative_gap": 2, "relative_sharpness": 0.5}]), holds_runs([{"step": 1, "train": 0.5}])
    (True, False)
    """
    return set(_NEEDED) <= set(column_names(rows))


def runs_of(rows: list[Row]) -> SharpnessTable:
    """The rows as a table with the columns of `numerics.measure`; those that are not given are NaN.

    What else was given stands before them. A row without a status is ok if it has a gap and a sharpness, both positive
    or not, as every table keeps the runs that failed. Where no standard error is given, the runs alone scatter.

    Raises ValueError where a measure is not a number.

    >>> table = runs_of([{"width": "100", "relative_gap": "2", "relative_sharpness": "0.5"}])
    >>> table.columns[:2], table["width"].tolist(), table["absolute_sharpness"].tolist(), table["status"].tolist()
    (('width', 'jump_time_train'), [100], [nan], ['ok'])
    """
    others = [name for name in column_names(rows) if name not in (*_COLUMNS, "complaint", "status")]
    table = []
    for row in rows:
        measures = {name: number(row.get(name), name) for name in _COLUMNS}
        whole = all(math.isfinite(measures[name]) for name in _NEEDED)
        status = row.get("status") or ("ok" if whole else "no gap or no sharpness in the file")
        if status == "ok" and not whole:
            status = "ok in the file, but without a gap or a sharpness"
        told: Row = {"complaint": str(row.get("complaint") or ""), "status": str(status)}
        table.append({name: _plain(row.get(name)) for name in others} | measures | told)
    with_errors = any(math.isfinite(number(row.get(name), name)) for row in rows for name in _TREND_ERRORS)
    return tabulate(table, noise="curves" if with_errors else "runs")


def _plain(value: Any) -> int | float | str | None:
    """A knob as a number where it is one; CSV has words only."""
    if value is None or isinstance(value, int | float):
        return value
    for read in (int, float):
        try:
            return read(value)
        except (TypeError, ValueError):
            pass
    return str(value) or None
