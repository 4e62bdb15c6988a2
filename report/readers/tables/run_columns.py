"""Which rows of a table belong to which run, as its columns say."""

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report.readers.column_names import column_words, is_metric, listed, named_column
from report.readers.log_table import LogTable

__all__ = ["RunRows", "by_prefix", "rows_of_runs"]

_RUN = {
    "run",
    "seed",
    "trial",
    "experiment",
    "exp",
    "replicate",
    "replica",
    "repetition",
    "rep",
    "fold",
    "job",
    "uid",
    "uuid",
}
_WITH_RUN = {"id", "name", "number", "index", "no", "num", "random", "rng", "key"}
_MOST_KNOBS = 8  # of whose combinations runs are sought

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class RunRows:
    """The rows of one run, and what it is.

    Attributes
    ----------
    rows
        Their indices in the table.
    label
        Of the run within its table; empty where that has one.
    knobs
        What the columns say that are constant in each run and differ between runs.

    Examples
    --------
    >>> RunRows(np.arange(3), "seed=1", {"seed": 1}).label
    'seed=1'
    """

    rows: Rows
    label: str
    knobs: Mapping[str, Any]


def by_prefix(table: LogTable) -> tuple[LogTable, ...]:
    """One table a run, where each has its columns under its name, as W&B exports them: `run - train/acc`.

    Columns of extremes, `run - train/acc__MIN`, are left out.

    >>> names = ("Step", "a - acc", "a - acc__MIN", "b - acc")
    >>> [(one.run, list(one.columns)) for one in by_prefix(LogTable("export.csv", {n: np.ones(2) for n in names}))]
    [('a', ['Step', 'acc']), ('b', ['Step', 'acc'])]
    """
    kept = {name: values for name, values in table.columns.items() if not re.search(r"__(MIN|MAX)$", name)}
    parts = {name: name.rpartition(" - ") for name in kept}
    runs = list(dict.fromkeys(before for before, dash, _ in parts.values() if dash and before))
    if not runs:
        return (table,)
    shared = {name: values for name, values in kept.items() if not parts[name][1]}
    return tuple(
        LogTable(
            table.source,
            shared | {parts[name][2]: values for name, values in kept.items() if parts[name][0] == run},
            table.notes,
            "/".join(filter(None, (table.run, run))),
        )
        for run in runs
    )


def rows_of_runs(
    columns: Mapping[str, NDArray[Any]],
    *,
    given: str | None,
    taken: Iterable[str],
    mixed: Callable[[Rows], bool],
    begins_late: Callable[[Rows], bool],
) -> tuple[tuple[RunRows, ...], tuple[str, ...]]:
    """The rows of each run, by a column that names runs, or by those without which times would repeat; and notes.

    Parameters
    ----------
    columns
        Of the table, of n rows.
    given
        The column that tells runs apart, where it is known.
    taken
        Columns that are something else: the time and the accuracies.
    mixed
        Whether rows repeat their times with other values, so that they are of several runs.
    begins_late
        Whether rows begin long after those of the whole table, so that they are a part of a run.

    Examples
    --------
    >>> seeds = {"seed": np.array([1.0, 1.0, 2.0, 2.0]), "acc": np.zeros(4)}
    >>> no = lambda rows: False
    >>> runs, _ = rows_of_runs(seeds, given=None, taken=["acc"], mixed=no, begins_late=no)
    >>> [(run.label, run.rows.tolist()) for run in runs]
    [('seed=1', [0, 1]), ('seed=2', [2, 3])]
    """
    everything = np.arange(len(next(iter(columns.values()))))
    others = {name: values for name, values in columns.items() if name not in set(taken)}
    keys = [named_column(given, columns, "run")] if given else [n for n, v in others.items() if _names_runs(n, v)]
    groups = _groups(columns, keys, everything)
    notes = []
    if not given and any(mixed(rows) for rows in groups.values()):
        more = _telling(others, keys, everything, mixed, begins_late)
        if more:
            keys = [*keys, *more]
            groups = _groups(columns, keys, everything)
            notes.append(f"Runs are told apart by {listed(more)}; --run COLUMN names another column.")
    missing = len(columns[keys[0]]) - sum(map(len, groups.values())) if keys else 0
    if missing:
        notes.append(
            f"{missing} row{'s' * (missing > 1)} without {listed(keys)} {'are' if missing > 1 else 'is'} left out."
        )
    if len(groups) < 2:
        return (RunRows(everything if not keys else next(iter(groups.values()), everything), "", {}),), tuple(notes)
    knobs = [
        *keys,
        *(name for name in others if name not in keys and _is_knob(name, others[name], list(groups.values()))),
    ]
    runs = []
    for key, rows in groups.items():
        label = ", ".join(_said(name, value) for name, value in zip(keys, key, strict=True))
        runs.append(RunRows(rows, label, {name: _plain(columns[name][rows[0]]) for name in knobs}))
    return tuple(runs), tuple(notes)


def _names_runs(name: str, values: NDArray[Any]) -> bool:
    """Whether a column is the name of a run by its own name, and names each more than once."""
    words = set(column_words(name))
    if not words & _RUN or words - _RUN - _WITH_RUN:
        return False
    distinct = len(set(_keys(values))) - (None in set(_keys(values)))
    return 1 < distinct <= len(values) / 2


def _telling(
    others: Mapping[str, NDArray[Any]], keys: Sequence[str], rows: Rows, mixed: Callable[[Rows], bool],
    begins_late: Callable[[Rows], bool],
) -> list[str]:  # fmt: skip
    """The fewest further columns by which no run repeats its times, none if there are no such columns."""
    candidates = [
        name
        for name, values in others.items()
        if name not in keys and not is_metric(column_words(name)) and 1 < len(set(_keys(values))) <= len(rows) / 4
    ][:_MOST_KNOBS]
    for count in range(1, len(candidates) + 1):
        for chosen in itertools.combinations(candidates, count):
            groups = _groups(others, [*keys, *chosen], rows).values()
            if not any(mixed(group) or begins_late(group) for group in groups):
                return list(chosen)
    return []


def _groups(columns: Mapping[str, NDArray[Any]], keys: Sequence[str], rows: Rows) -> dict[tuple[Any, ...], Rows]:
    """Rows with the same values in the columns, in the order in which they first come; none where one is missing."""
    if not keys:
        return {(): rows}
    found: dict[tuple[Any, ...], list[int]] = {}
    for row, key in enumerate(zip(*(_keys(columns[name]) for name in keys), strict=True)):
        if None not in key:
            found.setdefault(key, []).append(row)
    return {key: np.array(group) for key, group in found.items()}


def _keys(values: NDArray[Any]) -> list[Any]:
    """Values that can be compared, None where one is missing."""
    return [None if value is None or value != value or value == "" else _hashable(value) for value in values.tolist()]


def _hashable(value: Any) -> Any:
    return value if isinstance(value, int | float | str) else str(value)


def _is_knob(name: str, values: NDArray[Any], groups: Sequence[Rows]) -> bool:
    if is_metric(column_words(name)) or values.dtype.kind == "M":
        return False
    keys = _keys(values)
    each = [{keys[row] for row in group.tolist()} for group in groups]
    return all(len(one) == 1 for one in each) and len(set().union(*each)) > 1


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def _said(name: str, value: Any) -> str:
    value = _plain(value)
    return (
        value
        if isinstance(value, str)
        else f"{name.lstrip('_')}={value:g}"
        if isinstance(value, float)
        else f"{name.lstrip('_')}={value}"
    )
