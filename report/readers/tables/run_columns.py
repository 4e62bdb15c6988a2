"""Which rows of a table belong to which run, as its columns say."""

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report.readers.column_names import column_words, is_metric, named_column, rank, side
from report.readers.log_table import LogTable
from report.readers.tables.clock import names_clock
from report.readers.wording import counted, listed

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
_NUMBERED = re.compile(r"s?(\d{1,4})[\W_]+(.+)|(.+?)[\W_]+s?(\d{1,4})\W?", re.ASCII)
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
    """One table a run, where each has columns of its own: `run - train/acc` of W&B, or `train_acc_seed0`.

    Columns of extremes, `run - train/acc__MIN`, are left out.

    >>> names = ("Step", "a - acc", "a - acc__MIN", "b - acc")
    >>> [(one.run, list(one.columns)) for one in by_prefix(LogTable("export.csv", {n: np.ones(2) for n in names}))]
    [('a', ['Step', 'acc']), ('b', ['Step', 'acc'])]
    >>> names = ("step", "train_acc_seed0", "seed1/train_acc")
    >>> [(one.run, list(one.columns)) for one in by_prefix(LogTable("log.csv", {n: np.ones(2) for n in names}))]
    [('seed=0', ['step', 'train_acc']), ('seed=1', ['step', 'train_acc'])]

    Numbers alone, `train_acc_0`, are those of runs where both accuracies have them, one after the other.

    >>> names = ("step", "train_acc_0", "val_acc_0", "train_acc_1", "val_acc_1")
    >>> [one.run for one in by_prefix(LogTable("log.csv", {n: np.ones(2) for n in names}))]
    ['run 0', 'run 1']
    """
    kept = {name: values for name, values in table.columns.items() if not re.search(r"__(MIN|MAX)$", name)}
    named = {name: found for name in kept if (found := _run_and_rest(name))}
    parts = named or _numbered(kept)
    runs = list(dict.fromkeys(run for run, _ in parts.values()))
    if not runs or any(rank(column_words(run)) is not None for run in runs):  # `train - accuracy` is of no run
        return (table,)
    shared = {name: values for name, values in kept.items() if name not in parts}
    notes = table.notes
    if not named:
        notes = (*notes, f"The numbers in {listed(parts, most=4)} are taken for those of {len(runs)} runs.")
    tables = []
    for run in runs:
        own = {rest: kept[name] for name, (of, rest) in parts.items() if of == run}
        tables.append(LogTable(table.source, shared | own, notes, "/".join(filter(None, (table.run, run)))))
    return tuple(tables)


def _run_and_rest(name: str) -> tuple[str, str] | None:
    """The run that a column is of, and its name without it."""
    run, dash, rest = name.rpartition(" - ")
    if dash and run:
        return run, rest
    numbered = re.search(r"[\W_]*(?<![a-z])(seed|run|trial|fold|rep)[\W_]*(\d+)(?!\d)[\W_]*", name, re.IGNORECASE)
    if numbered is None or numbered.group() == name:
        return None
    rest = "_".join(filter(None, (name[: numbered.start()], name[numbered.end() :])))
    return f"{numbered[1].lower()}={numbered[2]}", rest


def _numbered(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The run and the rest of each name of an accuracy with a number, where both accuracies have the same numbers."""
    found = {}
    for name in names:
        parts = _NUMBERED.fullmatch(name)
        if parts and rank(column_words(parts[2] or parts[3])) is not None:
            found[name] = (int(parts[1] or parts[4]), parts[2] or parts[3])
    numbers: dict[str, list[int]] = {}
    for number, rest in found.values():
        numbers.setdefault(rest, []).append(number)
    own = [sorted(one) for one in numbers.values()]
    plain = {side(column_words(name)) for name in names if name not in found and rank(column_words(name)) is not None}
    sides = {side(column_words(rest)) for rest in numbers}
    if (
        not own
        or len(own[0]) < 2
        or any(one != own[0] for one in own)
        or plain & sides
        or not {"train", "gen"} <= sides
    ):
        return {}
    in_turn = own[0] in (list(range(len(own[0]))), list(range(1, len(own[0]) + 1)))
    return {name: (f"run {number}", rest) for name, (number, rest) in found.items()} if in_turn else {}


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
    if given in set(taken):
        raise ValueError(f"Column {given!r} is the time or an accuracy, and so does not tell runs apart.")
    if given and len(groups) > len(everything) / 2:
        raise ValueError(
            f"Column {given!r} has {len(groups)} values in {len(everything)} rows, and so does not tell runs apart."
        )
    notes = []
    if not given and any(mixed(rows) for rows in groups.values()):
        more = _telling(others, keys, everything, mixed, begins_late)
        if more:
            keys = [*keys, *more]
            groups = _groups(columns, keys, everything)
            notes.append(f"Runs are told apart by {listed(more)}; --run COLUMN names another column.")
    missing = len(columns[keys[0]]) - sum(map(len, groups.values())) if keys else 0
    if missing:
        notes.append(f"{counted(missing, 'row')} without {listed(keys)} {'are' if missing > 1 else 'is'} left out.")
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
    return 1 < len(_coded(values)[0]) <= len(values) / 2


def _telling(
    others: Mapping[str, NDArray[Any]], keys: Sequence[str], rows: Rows, mixed: Callable[[Rows], bool],
    begins_late: Callable[[Rows], bool],
) -> list[str]:  # fmt: skip
    """The fewest further columns by which no run repeats its times, none if there are no such columns."""
    candidates = [
        name
        for name, values in others.items()
        if name not in keys
        and not is_metric(column_words(name))
        and not names_clock(name, values)  # by a coarser clock a run would fall into pieces
        and 1 < len(_coded(values)[0]) <= len(rows) / 4
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
    coded = [_coded(columns[name]) for name in keys]
    whole = np.zeros(len(rows), dtype=np.int64)
    for labels, codes in coded:
        whole = np.where((whole < 0) | (codes < 0), -1, whole * len(labels) + codes)
    known = rows[whole >= 0]
    _, first, which = np.unique(whole[known], return_index=True, return_inverse=True)
    parts = np.split(known[np.argsort(which, kind="stable")], np.cumsum(np.bincount(which))[:-1]) if known.size else []
    return {tuple(labels[codes[parts[k][0]]] for labels, codes in coded): parts[k] for k in np.argsort(first).tolist()}


def _coded(values: NDArray[Any]) -> tuple[list[Any], Rows]:
    """The distinct values, and for each row which it is, -1 where it is missing."""
    if values.dtype.kind == "O":
        index: dict[str, int] = {}
        codes = [
            -1 if value is None or value != value or value == "" else index.setdefault(str(value), len(index))
            for value in values.tolist()
        ]
        return list(index), np.array(codes, dtype=np.int64)
    missing = np.isnat(values) if values.dtype.kind == "M" else np.isnan(values.astype(np.float64))
    labels, codes_of_all = np.unique(values, return_inverse=True)
    count = len(np.unique(values[~missing]))  # the missing come last
    return labels[:count].tolist(), np.where(missing, -1, codes_of_all)


def _is_knob(name: str, values: NDArray[Any], groups: Sequence[Rows]) -> bool:
    if is_metric(column_words(name)) or values.dtype.kind == "M":
        return False
    firsts = [values[group[0]] for group in groups]
    if not all(bool(np.all(values[group] == first)) for group, first in zip(groups, firsts, strict=True)):
        return False
    return all(first is not None for first in firsts) and len({_plain(first) for first in firsts}) > 1


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
