"""JSON lines: one value a line, read piece by piece into columns."""

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from report.readers.text.bounds import CELLS, COLUMNS, JSON_BYTES, TEXT_CELLS, check_bound
from report.readers.text.lines import lines_of, long_line
from report.readers.text.objects.json_shapes import is_run
from report.readers.text.objects.json_values import json_array, json_line
from report.readers.text.objects.records import columns_of
from report.readers.text.typed_columns import Cells
from report.readers.wording import counted, one_line, shown

__all__ = ["holds_json_lines", "read_json_lines"]

_BATCH = 2000
_SAMPLE = 1000
_PLAIN = {int, float}


def holds_json_lines(text: bytes) -> bool:
    """Whether at least two of the first thousand lines are whole objects; or lists, if it starts with one.

    >>> holds_json_lines(b'{"step": 1}\\n{"step": 2}'), holds_json_lines(b'{"step": [1,\\n2]}'), holds_json_lines(b'{}')
    (True, False, False)
    """
    kinds = ("{", "[") if text.lstrip()[:1] == b"[" else ("{",)
    if long_line(text):
        return False
    starts = (line for line in itertools.islice(lines_of(text), _SAMPLE) if line.startswith(kinds))
    return len(list(itertools.islice(filter(_is_whole, starts), 2))) == 2


def _is_whole(line: str) -> bool:
    try:
        return isinstance(json_line(line), dict | list)
    except json.JSONDecodeError:
        return False
    except ValueError:  # whole, but refused for what is in it
        return line.startswith("{")


def read_json_lines(text: bytes, notes: list[str]) -> dict[str, Cells] | list[Any]:
    """The columns of lines that hold a row each; all values as they are where lines hold lists, or whole runs.

    What was left out is added to `notes`. Raises ValueError with the number of a line that is no JSON.

    >>> read_json_lines(b'{"step": 1, "acc": 0.5}\\n{"step": 2}\\n', [])
    {'step': array([1., 2.]), 'acc': array([0.5, nan])}
    """
    batches = _batches(text, notes)
    first = next(batches)
    if all(map(is_run, first)) or not isinstance(first[0], dict):
        if len(text) > JSON_BYTES:
            raise ValueError(
                f"At most {JSON_BYTES >> 20} MiB of lines of lists are read, got {len(text) >> 20}; give a file a run."
            )
        return list(itertools.chain(first, *batches))
    columns = _Columns()
    for batch in itertools.chain([first], batches):
        for value in batch:
            if not isinstance(value, dict):
                raise ValueError(f"Each line must be an object like the first, got {shown(value)}.")
        columns.add(columns_of(batch, notes), len(batch))
    return columns.joined()


class _Columns:
    """Columns that grow by pieces, some of which lack a name."""

    def __init__(self) -> None:
        self.pieces: dict[str, dict[int, Cells]] = {}
        self.sizes: list[int] = []
        self.words = 0

    def add(self, columns: dict[str, list[Any]], size: int) -> None:
        for name, cells in columns.items():
            types = set(map(type, cells))
            plain = types <= {*_PLAIN, type(None)}
            self.words += 0 if plain else size
            self.pieces.setdefault(name, {})[len(self.sizes)] = _numbers(cells) if plain else cells
        self.sizes.append(size)
        check_bound(len(self.pieces), COLUMNS, "names of values", "Keep those of interest.")
        check_bound(self.words, TEXT_CELLS, "values that are no numbers", "Keep those of interest.")
        check_bound(len(self.pieces) * sum(self.sizes), CELLS, "values in rows", "Keep every tenth row.")

    def joined(self) -> dict[str, Cells]:
        out: dict[str, Cells] = {}
        for name, pieces in self.pieces.items():
            empty = {k: np.full(size, np.nan) for k, size in enumerate(self.sizes) if k not in pieces}
            ordered = [(pieces | empty)[k] for k in range(len(self.sizes))]
            if all(isinstance(piece, np.ndarray) for piece in ordered):
                out[name] = np.concatenate(ordered)
            else:
                out[name] = [cell for piece in ordered for cell in (_cells(piece))]
        return out


def _numbers(cells: Sequence[Any]) -> Cells:
    try:
        return np.array(cells, dtype=np.float64)
    except OverflowError:
        return cells


def _cells(piece: Cells) -> Sequence[Any]:
    """The values of a piece, None where missing."""
    if isinstance(piece, np.ndarray):
        return [None if number != number else number for number in piece.tolist()]
    return piece


def _batches(text: bytes, notes: list[str]) -> Iterator[list[Any]]:
    lines = lines_of(text)
    others = 0
    number = 0
    while batch := list(itertools.islice(lines, _BATCH)):
        filled = [line for line in batch if not line.isspace()]
        try:
            values = json_array(filled)
        except ValueError:
            values = []
            for k, line in enumerate(batch, start=number + 1):
                if line.lstrip().startswith(("{", "[")):
                    try:
                        values.append(json_line(line))
                    except ValueError as error:
                        if not line.endswith("\n"):
                            notes.append("The last line is cut off and was left out.")
                        elif line.lstrip().startswith("["):  # a line of a program's output
                            others += 1
                        else:
                            reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
                            raise ValueError(f"Line {k} is not JSON: {one_line(reason)}") from None
                elif line.strip():
                    others += 1
        number += len(batch)
        if values:
            yield values
    if others:
        notes.append(f"{counted(others, 'line')} between the JSON lines left out.")
