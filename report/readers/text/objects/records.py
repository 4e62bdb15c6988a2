"""Rows of JSON as columns: nested names joined by slashes, what a row does not have left missing."""

from collections.abc import Sequence
from typing import Any

from report.readers.text.bounds import CELLS, COLUMNS, check_bound
from report.readers.wording import shown

__all__ = ["Record", "columns_of", "flat"]

_LIST = 16
_DEEPEST = 32
_LONG = f"Lists of more than {_LIST} values in a row are left out."

Record = dict[str, Any]


def flat(record: Record, notes: list[str], depth: int = _DEEPEST) -> Record:
    """Nested objects and short lists with their names joined by slashes; longer lists are left out with a note.

    Raises ValueError for a name that comes twice, and below so many levels.

    >>> flat({"step": 1, "val": {"acc": 0.5}, "top": [0.1, 0.2], "one": [3]}, [])
    {'step': 1, 'val/acc': 0.5, 'top/1': 0.1, 'top/2': 0.2, 'one': 3}
    """
    if depth == 0:
        raise ValueError(f"A row must not be nested more than {_DEEPEST} levels deep; write its numbers side by side.")
    out: Record = {}
    for name, value in record.items():
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, list) and len(value) > _LIST:
            if _LONG not in notes:
                notes.append(_LONG)
            continue
        if isinstance(value, list):
            value = {str(k): one for k, one in enumerate(value, start=1)}
        nested = flat(value, notes, depth - 1) if isinstance(value, dict) else None
        for inner, one in (
            {name: value}.items() if nested is None else {f"{name}/{k}": v for k, v in nested.items()}.items()
        ):
            if inner in out:
                raise ValueError(f"A row must not have the name {shown(inner)} nested and plain at once; rename one.")
            out[inner] = one
    return out


def columns_of(records: Sequence[Record], notes: list[str]) -> dict[str, list[Any]]:
    """The columns of rows, in the order in which their names first appear; None where a row has no such name.

    >>> columns_of([{"step": 1, "acc": 0.5}, {"step": 2, "val": {"acc": 0.1}}], [])
    {'step': [1, 2], 'acc': [0.5, None], 'val/acc': [None, 0.1]}
    """
    columns = _transposed(records)
    if any({dict, list, tuple} & set(map(type, cells)) for cells in columns.values()):
        columns = _transposed([flat(record, notes) for record in records])
    return columns


def _transposed(rows: Sequence[Record]) -> dict[str, list[Any]]:
    kinds = dict.fromkeys(map(tuple, rows))
    names = dict.fromkeys(name for kind in kinds for name in kind)
    check_bound(len(names), COLUMNS, "names of values", "Keep those of interest.")
    check_bound(len(names) * len(rows), CELLS, "values in rows", "Keep every tenth row.")
    if len(kinds) == 1:
        return {name: [row[name] for row in rows] for name in names}
    return {name: [row.get(name) for row in rows] for name in names}
