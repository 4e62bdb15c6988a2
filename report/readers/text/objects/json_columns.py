"""The lists in an object of JSON as columns of one length."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from report.readers.text.bounds import COLUMNS, check_bound
from report.readers.text.objects.records import Record
from report.readers.wording import counted, listed

__all__ = ["Columns", "columns_in", "equal_columns", "leave_out"]

Columns = dict[str, list[Any]]


def columns_in(value: Record, *, deep: bool = False) -> Columns:
    """The lists of plain values in an object; `deep`, also of the objects in it, their names joined by a slash."""
    found: Columns = {}
    for name, one in value.items():
        if isinstance(one, list) and one and not any(isinstance(cell, dict | list) for cell in one):
            found[name] = one
        elif isinstance(one, list) and one and all(isinstance(cell, list) and len(cell) == 1 for cell in one):
            found[name] = [cell[0] for cell in one]
        elif deep and isinstance(one, dict):
            found |= {f"{name}/{inner}": cells for inner, cells in columns_in(one, deep=True).items()}
    return found


def equal_columns(columns: Columns, notes: list[str]) -> Columns:
    """The columns of the length that most of them have.

    >>> equal_columns({"step": [1, 2], "acc": [0, 1], "best": [1]}, notes := [])
    {'step': [1, 2], 'acc': [0, 1]}
    >>> notes
    ['Lists of another length than 2 are left out: best.']
    """
    check_bound(len(columns), COLUMNS, "lists of a table", "Keep those of interest.")
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


def leave_out(value: Record, used: Sequence[str], notes: list[str]) -> None:
    """Note what of an object is no part of its table.

    >>> leave_out({"lr": 0.1, "acc": [0.1, 0.2]}, ["acc"], notes := [])
    >>> notes
    ['1 entry beside the table left out: lr.']
    """
    known = set(used)
    rest = [name for name in value if name not in known]
    if rest:
        notes.append(f"{counted(len(rest), 'entry', 'entries')} beside the table left out: {listed(rest)}.")
