"""Rows of a text file: CSV with a header line, JSON lines, a JSON list, or what a command printed with `--json`."""

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from report.annotations import Row

__all__ = ["column_names", "number", "read_rows"]

_MISSING = ("", "nan", "na", "null", "none", "–")


def read_rows(path: str) -> list[Row]:
    """The rows of a file, values as they stand there; `-` reads standard input.

    Raises
    ------
    ValueError
        If the file is not text, has no rows, or a line is not an object.
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
    ...     print("epoch,accuracy\\n1,0.5\\n2,0.9", file=file, flush=True)
    ...     read_rows(file.name)
    [{'epoch': '1', 'accuracy': '0.5'}, {'epoch': '2', 'accuracy': '0.9'}]
    """
    text = sys.stdin.read() if path == "-" else _text(Path(path))
    rows = _parse(text)
    if not rows:
        raise ValueError(f"{path} has no rows; expected CSV with a header line, or one JSON object a line.")
    return rows


def column_names(rows: list[Row]) -> list[str]:
    """The names of all columns, in the order in which they first appear.

    >>> column_names([{"a": 1}, {"b": 2, "a": 3}])
    ['a', 'b']
    """
    return list(dict.fromkeys(name for row in rows for name in row))


def number(value: Any, column: str) -> float:
    """A value as a number, NaN where it is missing.

    >>> number("0.5", "accuracy"), number(" NA ", "accuracy")
    (0.5, nan)
    """
    if value is None or (isinstance(value, str) and value.strip().lower() in _MISSING):
        return np.nan
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"Column {column!r} must be numeric, got {value!r}.") from None


def _text(path: Path) -> str:
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}.")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not a text file; give CSV or JSON lines.") from None


def _parse(text: str) -> list[Row]:
    stripped = text.strip()
    if stripped.startswith("{"):
        lines = [(k, line) for k, line in enumerate(text.splitlines(), start=1) if line.strip()]
        return _whole(stripped) or [_json_row(line, number) for number, line in lines]
    if stripped.startswith("["):
        try:
            loaded = json.loads(stripped)
        except json.JSONDecodeError as error:
            raise ValueError(f"Line {error.lineno} is not JSON: {error.msg}.") from None
        return _objects(loaded)
    first = stripped.splitlines()[0] if stripped else ""
    delimiter = max(",;\t", key=first.count)
    return list(csv.DictReader(io.StringIO(stripped), delimiter=delimiter, skipinitialspace=True))


def _whole(text: str) -> list[Row] | None:
    """The rows of one object, as a command prints it or laid out over lines; None where it is not one object."""
    try:
        loaded = json.loads(text)
    except json.JSONDecodeError:
        return None
    return _objects(loaded["rows"]) if isinstance(loaded.get("rows"), list) else [loaded]


def _objects(rows: list[Any]) -> list[Row]:
    if not all(isinstance(row, dict) for row in rows):
        raise ValueError("A JSON list must hold objects, one a point or one a run.")
    return rows


def _json_row(line: str, number: int) -> Row:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"Line {number} is not JSON: {error.msg}.") from None
    if not isinstance(row, dict):
        raise ValueError(f"Line {number} must be a JSON object, got {type(row).__name__}.")
    return row
