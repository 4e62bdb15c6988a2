"""The tables in a value of JSON, whichever way round its rows and columns are."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from report.readers.text.objects.json_columns import Columns, columns_in, equal_columns, leave_out
from report.readers.text.objects.json_matrices import is_matrix, of_matrices, of_rows
from report.readers.text.objects.records import Record, columns_of

__all__ = ["is_run", "tables_in"]

_ROWS = ("rows", "log_history", "history", "data", "logs", "log", "metrics", "results", "records", "runs", "table")
_CLOCKS = frozenset(
    ("step", "steps", "epoch", "epochs", "iteration", "iterations", "iter", "global_step", "_step", "time")
)
_SPLIT = re.compile(r"(?<![a-z])(train|training|tr|val|valid|validation|test|gen|generali[sz]ation|eval|dev)(?![a-z])")
_NUMBERED = re.compile(r"(epoch|step|iter|iteration)[\W_]*(\d{1,15})", re.ASCII | re.IGNORECASE)
_KEY = re.compile(r"\d+(?:\.\d+)?|\d{4}-\d\d-\d\d.*", re.ASCII)


def is_run(value: Any) -> bool:
    """Whether a value is columns of a whole run rather than one row, which has its own step or epoch.

    >>> is_run({"seed": 0, "curves": {"step": [1, 2], "acc": [0, 1]}}), is_run({"step": 1, "a": [0, 1], "b": [0, 1]})
    (True, False)
    """
    if not isinstance(value, dict) or any(
        name.lower() in _CLOCKS and not isinstance(value[name], list) for name in value
    ):
        return False
    lengths = Counter(len(cells) for cells in columns_in(value, deep=True).values() if len(cells) > 1)
    return max(lengths.values(), default=0) > 1


def tables_in(value: Any, notes: list[str]) -> dict[str, Columns]:
    """The columns of each table in a value of JSON, by the name of its run; the name of an only table is empty.

    Rows (a list of objects), columns (an object of lists), either by index (an object of objects, as pandas writes
    them), lists with a header, and any of these under a name or, several times, under the names of runs. What was left
    out is added to `notes`. Raises ValueError where there is no table.

    >>> tables_in({"a": {"step": [1, 2], "acc": [0, 1]}, "b": {"step": [1, 2], "acc": [0, 0]}}, [])
    {'a': {'step': [1, 2], 'acc': [0, 1]}, 'b': {'step': [1, 2], 'acc': [0, 0]}}
    >>> tables_in([{"step": 1, "acc": 0.5}, {"step": 2, "acc": 0.7}], [])
    {'': {'step': [1, 2], 'acc': [0.5, 0.7]}}
    """
    if isinstance(value, list):
        return _of_list(value, notes)
    if isinstance(value, dict):
        return _of_object(value, notes)
    raise ValueError(
        "The JSON must hold rows, as a list of objects, or columns, as an object of lists; it holds one value."
    )


def _of_list(values: list[Any], notes: list[str]) -> dict[str, Columns]:
    if not values:
        raise ValueError("The JSON has no rows.")
    if all(isinstance(one, dict) for one in values):
        if all(map(is_run, values)):
            tables = [_of_object({k: v for k, v in one.items() if isinstance(v, list | dict)}, notes) for one in values]
            if len(tables) == 1:
                return tables[0]
            labels = _labels(values)
            found = dict(zip(labels, tables, strict=True))
            return {
                "/".join(filter(None, (label, run))): one
                for label, table in found.items()
                for run, one in table.items()
            }
        return {"": columns_of(values, notes)}
    if all(isinstance(one, list) for one in values):
        if all(one and all(isinstance(row, dict) for row in one) for one in values):
            return {f"run {k}": columns_of(one, notes) for k, one in enumerate(values, start=1)}
        return {"": of_rows(values, notes)}
    if any(isinstance(one, dict | list) for one in values):
        raise ValueError(
            "A JSON list must hold objects, one a point or one a run, or lists of numbers; this one is mixed."
        )
    notes.append("There is one list without a name; the column is named column 1.")
    return {"": {"column 1": values}}


def _of_object(value: Record, notes: list[str]) -> dict[str, Columns]:
    pandas = _of_pandas(value, notes)
    if pandas is not None:
        return {"": pandas}
    for name in _ROWS:
        inner = value.get(name)
        if isinstance(inner, list) and inner and all(isinstance(one, dict) for one in inner):
            leave_out(value, [name], notes)
            return _of_list(inner, notes)
    value = {name: columns_of(one, notes) if _are_rows(one) else one for name, one in value.items()}
    objects = {name: one for name, one in value.items() if isinstance(one, dict) and one}
    matrices = {name: one for name, one in value.items() if is_matrix(one)}
    if matrices and not objects:
        return of_matrices(value, matrices, notes)
    if len(columns_in(value)) > 1 or (columns_in(value) and not objects):
        columns = columns_in(value, deep=True)
        leave_out(value, [name.split("/")[0] for name in columns], notes)
        return {"": equal_columns(columns, notes)}
    return _of_objects(value, objects, notes) if objects else {"": columns_of([value], notes)}


def _of_objects(value: Record, objects: dict[str, Record], notes: list[str]) -> dict[str, Columns]:
    """The tables of an object of objects: splits of a run, runs, rows or columns by index, or a table under a name."""
    held = {name: one for name, one in objects.items() if columns_in(one)}
    splits = [name for name in held if _SPLIT.search(name.lower())]
    if len(splits) > 1 or (len(held) > 1 and all({"steps", "values"} <= set(one) for one in held.values())):  # Sacred's
        return {"": _joined(value, held, notes)}
    if any(map(is_run, held.values())):  # the others are settings with a list in them
        held = {name: one for name, one in held.items() if is_run(one)}
    if len(held) > 1:
        leave_out(value, list(held), notes)
        return {name: equal_columns(columns_in(one, deep=True), notes) for name, one in held.items()}
    if held and columns_in(value):
        return {"": equal_columns(columns_in(value, deep=True), notes)}
    nested = held or {name: one for name, one in objects.items() if _holds_tables(one)}
    if nested:
        leave_out(value, list(nested), notes)
        found: dict[str, Columns] = {}
        for name, one in nested.items():
            for run, table in _of_object(one, notes).items():
                found["/".join(filter(None, (name if len(nested) > 1 else "", run)))] = table
        return found
    by_index = _by_index(value, objects)
    return {"": columns_of([value] if by_index is None else by_index, notes)}


def _holds_tables(value: Record) -> bool:
    """Whether an object holds rows or columns, perhaps further down."""
    return bool(columns_in(value)) or any(
        _are_rows(one) or (isinstance(one, dict) and _holds_tables(one)) for one in value.values()
    )


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and all(isinstance(one, dict) for one in value)


def _of_pandas(value: Record, notes: list[str]) -> Columns | None:
    """What pandas writes with orient="split" and orient="table"."""
    data = value.get("data")
    names = value.get("columns")
    if isinstance(data, list) and isinstance(names, list) and data and all(isinstance(row, list) for row in data):
        return of_rows([[str(name) for name in names], *data], notes)
    if isinstance(data, list) and isinstance(value.get("schema"), dict) and all(isinstance(row, dict) for row in data):
        return columns_of(data, notes)
    return None


def _clock(columns: Record) -> str:
    return next((name for name in columns if name.lower() in _CLOCKS and isinstance(columns[name], list)), "")


def _joined(value: Record, held: dict[str, Record], notes: list[str]) -> Columns:
    """Several objects of columns as one table: side by side, or below one another where each has its own clock."""
    own = columns_in(value)
    if own or not all(map(_clock, held.values())):
        return equal_columns(
            own | {f"{name}/{k}": c for name in held for k, c in columns_in(held[name], deep=True).items()}, notes
        )
    leave_out(value, list(held), notes)
    rows: list[Record] = []
    for name, one in held.items():
        columns = equal_columns(columns_in(one), notes)
        clock = _clock(columns)
        for k, time in enumerate(columns[clock]):
            rows.append({clock: time} | {f"{name}/{inner}": columns[inner][k] for inner in columns if inner != clock})
    return columns_of(rows, notes)


def _by_index(value: Record, objects: dict[str, Record]) -> list[Record] | None:
    """Rows of an object of objects, with its keys as the column `index`; None where it is a single row."""
    if len(objects) < len(value) or any(
        isinstance(cell, dict | list) for one in objects.values() for cell in one.values()
    ):
        return None
    if all(_KEY.fullmatch(key) for one in objects.values() for key in one):  # columns of rows
        rows: dict[str, Record] = {}
        for name, one in objects.items():
            for key, cell in one.items():
                rows.setdefault(key, {"index": key})[name] = cell
        return list(rows.values())
    numbered = [_NUMBERED.fullmatch(key) for key in objects]
    if len({key[1] for key in numbered if key}) == 1 and all(numbered):
        return [{key[1]: int(key[2])} | one for key, one in zip(numbered, objects.values(), strict=True) if key]
    if all(map(_KEY.fullmatch, objects)) or len(objects) > 2:
        return [{"index": key, **one} for key, one in objects.items()]
    return None


def _labels(values: Sequence[Record]) -> list[str]:
    """Names of runs: their plain values, such as seed=0, or their numbers where these do not tell them apart."""
    plain = [", ".join([f"{k}={v}" for k, v in one.items() if isinstance(v, str | int | float)][:3]) for one in values]
    apart = len(set(plain)) == len(plain) and all(plain)
    return plain if apart else [f"run {k}" for k in range(1, len(values) + 1)]
