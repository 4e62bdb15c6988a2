"""Frames of pandas and polars and tables of Arrow, recognised without importing either."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from report.readers.log_table import LogTable
from report.readers.plain_columns import plain_columns

__all__ = ["frame_table"]


def frame_table(frame: Any, source: str, library: str) -> LogTable:
    """The columns of a frame of `library`: pandas, polars (also lazy) or pyarrow.

    An index of pandas that has a name, or is not just a count, is a column, too; names on several levels are joined by
    a slash.

    Examples
    --------
    >>> import pandas
    >>> frame = pandas.DataFrame({("val", "acc"): [0.5, 0.9]}, index=pandas.Index([10, 20], name="step"))
    >>> list(frame_table(frame, "a data frame", "pandas").columns)
    ['step', 'val/acc']
    """
    named = {"pandas": _pandas_columns, "polars": _polars_columns, "pyarrow": _arrow_columns}[library](frame)
    columns, notes = plain_columns(named)
    return LogTable(source, columns, notes)


def _pandas_columns(frame: Any) -> Iterator[tuple[str, Any]]:
    index = frame.index
    counted = type(index).__name__ == "RangeIndex" and (index.start, index.step) == (0, 1)
    if index.nlevels > 1 or index.name is not None or not counted:
        for level, name in enumerate(index.names):
            # A frame that was set_index(…, drop=False) has it already.
            if name is None or name not in frame.columns:
                unnamed = "index" if index.nlevels == 1 else f"index {level + 1}"
                yield (
                    _joined(unnamed if name is None else name),
                    _pandas_values(index.get_level_values(level).to_series()),
                )
    for k, name in enumerate(frame.columns):
        yield _joined(name), _pandas_values(frame.iloc[:, k])


def _joined(name: Any) -> str:
    return "/".join(str(part) for part in name if str(part)) if isinstance(name, tuple) else str(name)


def _pandas_values(series: Any) -> Any:
    kind = getattr(series.dtype, "kind", "O")
    if kind in "biuf":
        return series.to_numpy(dtype=np.float64, na_value=np.nan)
    if kind == "M":
        return series.to_numpy("datetime64[ns]")  # in universal time, where a zone is given
    return series.to_numpy() if kind == "m" else series.to_numpy(dtype=object)


def _polars_columns(frame: Any) -> Iterator[tuple[str, Any]]:
    whole = frame.collect() if hasattr(frame, "collect") else frame
    for series in whole.get_columns():
        yield series.name, series.to_list() if series.dtype.is_nested() else series.to_numpy()


def _arrow_columns(table: Any) -> Iterator[tuple[str, Any]]:
    """Names and values, words that were written as a dictionary among them."""
    for name, column in zip(table.column_names, table.columns, strict=True):
        if hasattr(column.type, "value_type") and hasattr(column.type, "index_type"):
            column = column.cast(column.type.value_type)
        yield name, column.to_numpy()
