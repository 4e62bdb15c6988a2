"""Lists of lists in JSON: rows with a header, a row for each run, or a row for each time."""

from typing import Any

from report.readers.text.objects.json_columns import Columns, columns_in, equal_columns, leave_out
from report.readers.text.objects.records import Record, columns_of
from report.readers.wording import counted, listed

__all__ = ["is_matrix", "of_matrices", "of_rows"]

_MANY = 4
_STAMPED = ("wall_time", "step", "value")


def of_rows(rows: list[list[Any]], notes: list[str]) -> Columns:
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


def is_matrix(value: Any) -> bool:
    """Whether a value is lists of one length, longer than one, of plain values."""
    if not (
        isinstance(value, list) and len(value) > 1 and all(isinstance(row, list) and len(row) > 1 for row in value)
    ):
        return False
    return len(set(map(len, value))) == 1 and not any(isinstance(cell, dict | list) for row in value for cell in row)


def of_matrices(value: Record, matrices: dict[str, list[list[Any]]], notes: list[str]) -> dict[str, Columns]:
    """Lists of lists: a row for each run, beside the times of all; a row for each time; pairs of a time and a value."""
    columns = columns_in(value)
    shapes = {(len(one), len(one[0])) for one in matrices.values()}
    leave_out(value, [*matrices, *columns], notes)
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
        return {"": equal_columns(columns, notes)}
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
