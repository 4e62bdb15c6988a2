"""Files that hold one metric each, as TensorBoard's page, DVC and Neptune write them, put together."""

import re
from collections.abc import Sequence
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from report.readers.column_names import column_words, rank, side
from report.readers.log_table import LogTable
from report.readers.wording import listed

__all__ = ["put_together"]

_BESIDE = {"step", "epoch", "iteration", "time", "wall time", "timestamp", "relative time", "relative", "column"}
_OF_RUN = re.compile(r"run-(?P<run>.*)-tag-(?P<metric>.*)|((?P<folder>.*?)/)?(dvclive/)?plots/metrics/(?P<path>.*)")


def put_together(folder: str, tables: Sequence[LogTable]) -> list[LogTable]:
    """One table with a column a file, if each has a clock and a column `value` or of its own name; else as given.

    So are two files of which one has the accuracy of training and one that of generalization, as charts are exported.
    A run in the name of a file, `run-a-tag-acc.csv` or `a/plots/metrics/acc.tsv`, stands before its metric: `a - acc`.

    Examples
    --------
    >>> columns = {"Step": np.arange(2.0), "Value": np.zeros(2)}
    >>> files = [LogTable("f", columns, run=name) for name in ("run-a-tag-acc", "run-b-tag-acc")]
    >>> list(put_together("runs", files)[0].columns)
    ['Step', 'a - acc', 'b - acc']
    """
    found = [_metric(table) for table in tables]
    if _are_halves(tables):
        files = [PurePath(table.source).name for table in tables]
        note = f"{listed(files)} hold one of the two accuracies each, and are put together."
        return [_joined(folder, tables, [{}, {}], note)]
    if len(tables) < 2 or not all(found):
        return list(tables)
    names = [_named(table.run, own) for table, own in zip(tables, found, strict=True)]
    renamed = [{own: name} for own, name in zip(found, names, strict=True)]
    note = f"{len(tables)} files with one metric each are put together: {listed(names, most=6)}."
    return [_joined(folder, tables, renamed, note)]


def _are_halves(tables: Sequence[LogTable]) -> bool:
    """Whether there are two tables, one with the accuracy of training and one with that of generalization."""
    sides = [{side(w) for w in map(column_words, table.columns) if rank(w) is not None} for table in tables]
    return sides in ([{"train"}, {"gen"}], [{"gen"}, {"train"}])


def _joined(folder: str, tables: Sequence[LogTable], renamed: Sequence[dict[str, str]], note: str) -> LogTable:
    """The rows of all tables, one table after the other, each column of numbers under its new name."""
    columns: dict[str, NDArray[np.float64]] = {}
    rows, begin = sum(map(len, tables)), 0
    for table, names in zip(tables, renamed, strict=True):
        part = slice(begin, begin + len(table))
        begin = part.stop
        for name, values in table.columns.items():
            if values.dtype.kind == "f":
                columns.setdefault(names.get(name, name), np.full(rows, np.nan))[part] = values
    notes = dict.fromkeys(said for table in tables for said in table.notes)
    return LogTable(folder, columns, (*notes, note))


def _metric(table: LogTable) -> str:
    """The column of the metric; empty where there is not one and a clock."""
    others = [name for name in table.columns if " ".join(column_words(name)) not in _BESIDE]
    file = column_words(PurePath(table.source).name.partition(".")[0])
    if len(others) == 1 < len(table.columns) and column_words(others[0]) in (("value",), file):
        return others[0]
    return ""


def _named(label: str, column: str) -> str:
    """What to call the metric of a file, with its run; its column says it where files are told apart by folders."""
    if column_words(column) != ("value",) and column_words(PurePath(label).name) != column_words(column):
        label = f"{label}/{column}"
    parts = _OF_RUN.fullmatch(label)
    if parts is None:
        return label
    run = parts["run"] or parts["folder"] or ""
    return " - ".join(filter(None, (run.strip("."), parts["metric"] or parts["path"])))
