"""The tables in a value of JSON, whichever way round its rows and columns are."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from report.readers.text.objects.records import Record, columns_of
from report.readers.wording import counted, listed

__all__ = ["is_run", "tables_in"]

Columns = dict[str, list[Any]]

_ROWS = ("rows", "log_history", "history", "data", "logs", "log", "metrics", "results", "records", "runs", "table")
_CLOCKS = frozenset(
    ("step", "steps", "epoch", "epochs", "iteration", "iterations", "iter", "global_step", "_step", "time")
)
_SPLIT = re.compile(r"(?<![a-z])(train|training|tr|val|valid|validation|test|gen|generali[sz]ation|eval|dev)(?![a-z])")
_MANY = 4
_STAMPED = ("wall_time", "step", "value")
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
    lengths = Counter(len(cells) for cells in _columns_in(value, deep=True).values() if len(cells) > 1)
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
        return {"": _of_rows(values, notes)}
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
            _leave_out(value, [name], notes)
            return _of_list(inner, notes)
    value = {name: columns_of(one, notes) if _are_rows(one) else one for name, one in value.items()}
    objects = {name: one for name, one in value.items() if isinstance(one, dict) and one}
    matrices = {name: one for name, one in value.items() if _is_matrix(one)}
    if matrices and not objects:
        return _of_matrices(value, matrices, notes)
    if len(_columns_in(value)) > 1 or (_columns_in(value) and not objects):
        columns = _columns_in(value, deep=True)
        _leave_out(value, [name.split("/")[0] for name in columns], notes)
        return {"": _equal(columns, notes)}
    return _of_objects(value, objects, notes) if objects else {"": columns_of([value], notes)}


def _of_objects(value: Record, objects: dict[str, Record], notes: list[str]) -> dict[str, Columns]:
    """The tables of an object of objects: splits of a run, runs, rows or columns by index, or a table under a name."""
    held = {name: one for name, one in objects.items() if _columns_in(one)}
    splits = [name for name in held if _SPLIT.search(name.lower())]
    if len(splits) > 1 or (len(held) > 1 and all({"steps", "values"} <= set(one) for one in held.values())):  # Sacred's
        return {"": _joined(value, held, notes)}
    if any(map(is_run, held.values())):  # the others are settings with a list in them
        held = {name: one for name, one in held.items() if is_run(one)}
    if len(held) > 1:
        _leave_out(value, list(held), notes)
        return {name: _equal(_columns_in(one, deep=True), notes) for name, one in held.items()}
    if held and _columns_in(value):
        return {"": _equal(_columns_in(value, deep=True), notes)}
    nested = held or {name: one for name, one in objects.items() if _holds_tables(one)}
    if nested:
        _leave_out(value, list(nested), notes)
        found: dict[str, Columns] = {}
        for name, one in nested.items():
            for run, table in _of_object(one, notes).items():
                found["/".join(filter(None, (name if len(nested) > 1 else "", run)))] = table
        return found
    by_index = _by_index(value, objects)
    return {"": columns_of([value] if by_index is None else by_index, notes)}


def _holds_tables(value: Record) -> bool:
    """Whether an object holds rows or columns, perhaps further down."""
    return bool(_columns_in(value)) or any(
        _are_rows(one) or (isinstance(one, dict) and _holds_tables(one)) for one in value.values()
    )


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and all(isinstance(one, dict) for one in value)


def _of_pandas(value: Record, notes: list[str]) -> Columns | None:
    """What pandas writes with orient="split" and orient="table"."""
    data = value.get("data")
    names = value.get("columns")
    if isinstance(data, list) and isinstance(names, list) and data and all(isinstance(row, list) for row in data):
        return _of_rows([[str(name) for name in names], *data], notes)
    if isinstance(data, list) and isinstance(value.get("schema"), dict) and all(isinstance(row, dict) for row in data):
        return columns_of(data, notes)
    return None


def _of_rows(rows: list[list[Any]], notes: list[str]) -> Columns:
    """Lists as rows, the first a header if all of it is text."""
    width = len(rows[0])
    wrong = next((k for k, row in enumerate(rows, start=1) if len(row) != width), None)
    if wrong is not None:
        raise ValueError(
            f"The lists must have one length, got {width} in the first and {len(rows[wrong - 1])} in list {wrong}."
        )
    if width == 0:
        raise ValueError("The lists must hold numbers, got empty ones.")
    if width > _MANY * len(rows) and not all(isinstance(name, str) for name in rows[0]):
        rows = [list(cells) for cells in zip(*rows, strict=True)]
        width = len(rows[0])
    if width == len(_STAMPED) and _are_stamped(rows):
        names = list(_STAMPED)
    elif len(rows) > 1 and all(isinstance(name, str) for name in rows[0]):
        names, rows = rows[0], rows[1:]
        if len(set(names)) < width:
            raise ValueError(f"Each column must have a name of its own, got {listed(names)}.")
    else:
        names = [f"column {k}" for k in range(1, width + 1)]
        notes.append(f"The lists have no names; the columns are named column 1 to column {width}.")
    return {name: [row[k] for row in rows] for k, name in enumerate(names)}


def _columns_in(value: Record, *, deep: bool = False) -> Columns:
    """The lists of plain values in an object; `deep`, also of the objects in it, their names joined by a slash."""
    found: Columns = {}
    for name, one in value.items():
        if isinstance(one, list) and one and not any(isinstance(cell, dict | list) for cell in one):
            found[name] = one
        elif isinstance(one, list) and one and all(isinstance(cell, list) and len(cell) == 1 for cell in one):
            found[name] = [cell[0] for cell in one]
        elif deep and isinstance(one, dict):
            found |= {f"{name}/{inner}": cells for inner, cells in _columns_in(one, deep=True).items()}
    return found


def _clock(columns: Record) -> str:
    return next((name for name in columns if name.lower() in _CLOCKS and isinstance(columns[name], list)), "")


def _joined(value: Record, held: dict[str, Record], notes: list[str]) -> Columns:
    """Several objects of columns as one table: side by side, or below one another where each has its own clock."""
    own = _columns_in(value)
    if own or not all(map(_clock, held.values())):
        return _equal(
            own | {f"{name}/{k}": c for name in held for k, c in _columns_in(held[name], deep=True).items()}, notes
        )
    _leave_out(value, list(held), notes)
    rows: list[Record] = []
    for name, one in held.items():
        columns = _equal(_columns_in(one), notes)
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


def _equal(columns: Columns, notes: list[str]) -> Columns:
    """The columns of the length that most of them have."""
    lengths = Counter(map(len, columns.values())).most_common()
    if len(lengths) > 1 and (lengths[0][1] == 1 or lengths[0][1] == lengths[1][1]):
        sizes = listed(f"{name} {len(cells):,}" for name, cells in columns.items())
        raise ValueError(
            f"The lists of a table must have one length, got {sizes}; give each a time of its own, or fill with null."
        )
    kept = {name: cells for name, cells in columns.items() if len(cells) == lengths[0][0]}
    left_out = [name for name in columns if name not in kept]
    if left_out:
        notes.append(f"Lists of another length than {lengths[0][0]:,} are left out: {listed(left_out)}.")
    return kept


def _is_matrix(value: Any) -> bool:
    """Whether a value is lists of one length, longer than one, of plain values."""
    if not (
        isinstance(value, list) and len(value) > 1 and all(isinstance(row, list) and len(row) > 1 for row in value)
    ):
        return False
    return len(set(map(len, value))) == 1 and not any(isinstance(cell, dict | list) for row in value for cell in row)


def _of_matrices(value: Record, matrices: dict[str, list[list[Any]]], notes: list[str]) -> dict[str, Columns]:
    """Lists of lists: a row for each run, beside the times of all; a row for each time; pairs of a time and a value."""
    columns = _columns_in(value)
    shapes = {(len(one), len(one[0])) for one in matrices.values()}
    _leave_out(value, [*matrices, *columns], notes)
    if len(shapes) == 1 and columns:
        [(runs, points)] = shapes
        if all(len(cells) == points for cells in columns.values()):
            return {f"run {k + 1}": columns | {name: one[k] for name, one in matrices.items()} for k in range(runs)}
        if all(len(cells) == runs for cells in columns.values()):
            split = {
                f"{name}/{k + 1}": [row[k] for row in one] for name, one in matrices.items() for k in range(points)
            }
            return {"": columns | split}
    if not columns and all(width == len(_STAMPED) for _, width in shapes) and all(map(_are_stamped, matrices.values())):
        rows = [dict(zip((*_STAMPED[:2], name), row, strict=True)) for name, one in matrices.items() for row in one]
        return {"": columns_of(rows, notes)}
    if len(shapes) == 1 and not columns and (turned := _rows_of_runs(matrices)):
        points = len(next(iter(turned.values()))[0])
        runs = len(next(iter(turned.values())))
        notes.append(f"The lists of lists are taken for {counted(runs, 'run')} of {points:,} points.")
        return {f"run {k + 1}": {name: one[k] for name, one in turned.items()} for k in range(runs)}
    if not columns and all(width == 2 for _, width in shapes):
        notes.append("The first number of each pair was taken for the step.")
        return {"": columns_of([{"step": t, name: one} for name, rows in matrices.items() for t, one in rows], notes)}
    if len(columns) > 1:
        notes.append(f"Lists of lists are left out: {listed(matrices)}.")
        return {"": _equal(columns, notes)}
    sizes = listed(f"{name} {len(one):,} × {len(one[0]):,}" for name, one in matrices.items())
    raise ValueError(
        f"Lists of lists must have a row a run as long as the list of times; got {sizes}; give an object a run."
    )


def _are_stamped(rows: list[list[Any]]) -> bool:
    """Whether rows are those of TensorBoard's JSON: a second since 1970, a step, a value."""
    return all(isinstance(row[0], int | float) and row[0] > 1e8 and type(row[1]) is int for row in rows)


def _rows_of_runs(matrices: dict[str, list[list[Any]]]) -> dict[str, list[list[Any]]]:
    """Lists of lists with a row a run, where their shape tells: many more points than runs; else nothing."""
    rows, width = len(next(iter(matrices.values()))), len(next(iter(matrices.values()))[0])
    if width > _MANY * rows:
        return matrices
    if rows > _MANY * width and width > 2:
        return {name: [list(cells) for cells in zip(*one, strict=True)] for name, one in matrices.items()}
    return {}


def _labels(values: Sequence[Record]) -> list[str]:
    """Names of runs: their plain values, such as seed=0, or their numbers where these do not tell them apart."""
    plain = [", ".join([f"{k}={v}" for k, v in one.items() if isinstance(v, str | int | float)][:3]) for one in values]
    apart = len(set(plain)) == len(plain) and all(plain)
    return plain if apart else [f"run {k}" for k in range(1, len(values) + 1)]


def _leave_out(value: Record, used: Sequence[str], notes: list[str]) -> None:
    rest = [name for name in value if name not in used]
    if rest:
        notes.append(f"{counted(len(rest), 'entry', 'entries')} beside the table left out: {listed(rest)}.")
