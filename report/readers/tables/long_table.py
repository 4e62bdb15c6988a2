"""Long tables made wide: a row a metric, or a row a set, becomes a column each."""

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report.readers.column_names import column_words, is_loss, names_measure, side
from report.readers.log_table import LogTable
from report.readers.wording import listed

__all__ = ["widened"]

_METRICS = {
    "metric", "metrics", "metric name", "tag", "name", "key", "variable", "measure", "series", "scalar", "quantity",
}  # fmt: skip
_VALUES = {"value", "values", "scalar", "val", "v", "y", "metric value", "scalar value", "number"}
_SETS = {"split", "set", "phase", "subset", "mode", "partition", "dataset", "stage", "data", "data split", "data set"}


def widened(table: LogTable) -> LogTable:
    """The table with a column for each metric and each set that it has in rows.

    A metric stands in a column of names, such as `metric` or `tag`, with its numbers in another, such as `value`. A set
    stands in a column of words such as train and val, `split` or `phase`. Rows stay as many as they were, each with
    what it says and nothing else.

    Examples
    --------
    >>> split = np.array(["train", "val"], dtype=object)
    >>> sorted(widened(LogTable("log", {"step": np.ones(2), "split": split, "acc": np.array([0.9, 0.1])})).columns)
    ['step', 'train/acc', 'val/acc']
    """
    columns = dict(table.columns)
    notes = []
    metric = _named(columns, _METRICS, words=True)
    value = _named(columns, _VALUES - {"scalar"} if metric == "scalar" else _VALUES, words=False)
    if metric and value and not any(names_measure(column_words(name)) for name in columns):
        columns |= _spread(columns.pop(metric), {"": columns.pop(value)})
        notes.append(f"{metric} and {value} are made a column a {metric}.")
    split = _named(columns, _SETS, words=True)
    if split and {"train", "gen"} <= {side(column_words(str(word))) for word in set(columns[split].tolist())}:
        spread = [name for name in columns if name != split and _of_a_set(name)]
        if spread:
            columns |= _spread(columns.pop(split), {name: columns.pop(name) for name in spread})
            notes.append(f"{listed(spread)} {'is' if len(spread) == 1 else 'are'} taken by {split}.")
    return LogTable(table.source, columns, (*table.notes, *notes), table.run) if notes else table


def _named(columns: dict[str, NDArray[Any]], names: Collection[str], *, words: bool) -> str | None:
    for name, values in columns.items():
        if " ".join(column_words(name)) in names and (values.dtype.kind == "O" or not words):
            return name
    return None


def _of_a_set(name: str) -> bool:
    """Whether a column is measured on a set and does not say on which."""
    words = column_words(name)
    measured = names_measure(words) or names_measure(words, errors=True) or is_loss(words) or " ".join(words) in _VALUES
    return measured and (side(words) == "" or words == ("val",))


def _spread(labels: NDArray[Any], columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Each column once for each label, missing where another label stands."""
    words = list(map(str, labels.tolist()))
    found = {word: k for k, word in enumerate(sorted(set(words)))}
    index = np.fromiter(map(found.__getitem__, words), np.int64, len(words))
    wide: dict[str, NDArray[Any]] = {}
    for name, values in columns.items():
        for label, k in found.items():
            missing = np.full_like(values, None if values.dtype.kind == "O" else np.nan)
            wide[f"{label}/{name}" if name else label] = np.where(index == k, values, missing)
    return wide
