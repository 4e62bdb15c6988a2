"""Measured runs from files: tables with one row a run, such as `groksharp train … --json` prints."""

from typing import Any

import numpy as np

from numerics import SharpnessTable, tabulate
from numerics.curves.table_columns import plain_value
from report.annotations import Array
from report.readers.log_table import LogTable
from report.readers.tables.column_numbers import column_numbers

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


def holds_runs(table: LogTable) -> bool:
    """Whether the rows are measured runs: they have a relative gap and a relative sharpness.

    >>> one = {"relative_gap": np.ones(1), "relative_sharpness": np.ones(1)}
    >>> holds_runs(LogTable("runs.csv", one)), holds_runs(LogTable("log.csv", {"step": np.ones(1)}))
    (True, False)
    """
    return set(_NEEDED) <= set(table.columns)


def runs_of(table: LogTable) -> SharpnessTable:
    """The rows as a table with the columns of `numerics.measure`; those that are not given are NaN.

    What else was given stands before them. A row without a status is ok if it has a gap and a sharpness, both positive
    or not, as every table keeps the runs that failed. Where no standard error is given, the runs alone scatter.

    Raises ValueError where a measure is not a number.

    >>> log = {"width": np.array([100.0]), "relative_gap": np.array([2.0]), "relative_sharpness": np.array([0.5])}
    >>> table = runs_of(LogTable("runs.csv", log))
    >>> table.columns[:2], table["width"].tolist(), table["absolute_sharpness"].tolist(), table["status"].tolist()
    (('width', 'jump_time_train'), [100], [nan], ['ok'])
    """
    measures = {name: _measure(table, name) for name in _COLUMNS}
    others = [name for name in table.columns if name not in (*_COLUMNS, "complaint", "status")]
    knobs = {name: [_plain(value) for value in table.columns[name]] for name in others}
    whole = np.all([np.isfinite(measures[name]) for name in _NEEDED], axis=0).tolist()
    statuses = [_status(told, one) for told, one in zip(_words(table, "status"), whole, strict=True)]
    with_errors = any(np.isfinite(measures[name]).any() for name in _TREND_ERRORS)
    columns: dict[str, Any] = {**knobs, **measures, "complaint": _words(table, "complaint"), "status": statuses}
    return tabulate(columns, noise="curves" if with_errors else "runs")


def _status(told: str, whole: bool) -> str:
    """What the file says of a run, unless it says that a run without a gap or a sharpness is ok."""
    if whole:
        return told or "ok"
    if told == "ok":
        return "ok in the file, but without a gap or a sharpness"
    return told or "no gap or no sharpness in the file"


def _measure(table: LogTable, name: str) -> Array:
    values, bad = column_numbers(name, table.columns.get(name, np.full(len(table), np.nan)))
    if bad:
        raise ValueError(f"Column {name!r} must be numeric: {bad[0].lower()}{bad[1:]}")
    return values


def _words(table: LogTable, name: str) -> list[str]:
    """A column of sentences, empty where there is none."""
    if name not in table.columns:
        return [""] * len(table)
    return ["" if value is None or value != value else str(value) for value in table.columns[name].tolist()]


def _plain(value: Any) -> int | float | str | None:
    """A knob as a number where it is one, whole where it is whole."""
    value = plain_value(value)
    if value is None or value != value:
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    return value if isinstance(value, int) else str(value) or None
