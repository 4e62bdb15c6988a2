"""Training curves from files: CSV or JSON lines, columns found by their usual names."""

import csv
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report.column_names import find_column

__all__ = ["Curves", "read_curves"]


@dataclass(frozen=True)
class Curves:
    """Two accuracy curves over time, shape (n,) each, NaN where not recorded; ``description`` names the columns."""

    time: NDArray[np.float64]
    train: NDArray[np.float64]
    gen: NDArray[np.float64]
    description: str


def read_curves(path: str, *, time: str | None = None, train: str | None = None, gen: str | None = None) -> Curves:
    """Read a CSV or JSON-lines file with a time column and two accuracies; ``-`` reads standard input.

    Columns that are not named are found by their usual names: step, epoch, …; train_accuracy, train/acc, …;
    val_acc, test_accuracy, eval/accuracy, …; a plain ``accuracy`` next to a ``val_accuracy`` is the training
    accuracy. Rows are sorted by time; a value left out is not recorded.

    Raises
    ------
    ValueError
        If the file has no rows, a column cannot be found or is not numeric.
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
    ...     print("epoch,accuracy,val_accuracy\\n1,0.5,0.4\\n2,0.9,0.5", file=file, flush=True)
    ...     read_curves(file.name).gen
    array([0.4, 0.5])
    """
    text = sys.stdin.read() if path == "-" else _text(Path(path))
    rows = _rows(text)
    if not rows:
        raise ValueError(f"{path} has no rows; expected CSV with a header line, or one JSON object a line.")
    columns = list(dict.fromkeys(name for row in rows for name in row))
    given = {"time": time, "train": train, "gen": gen}
    chosen = {role: name or find_column(columns, role) for role, name in given.items()}
    for role, column in chosen.items():
        if column not in columns:
            raise ValueError(f"There is no column {column!r} for --{role}; the columns are {', '.join(columns)}.")
    arrays = {role: np.array([_number(row.get(column), column) for row in rows]) for role, column in chosen.items()}
    known = ~np.isnan(arrays["time"])
    order = np.argsort(arrays["time"][known], kind="stable")
    values = {role: array[known][order] for role, array in arrays.items()}
    names = ", ".join(f"{role} = {column}" for role, column in chosen.items())
    description = f"{path}: {order.size} points, {names}"
    return Curves(values["time"], values["train"], values["gen"], description)


def _text(path: Path) -> str:
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}.")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not a text file; give CSV or JSON lines.") from None


def _rows(text: str) -> list[dict[str, Any]]:
    stripped = text.lstrip()
    if stripped.startswith("{"):
        rows = []
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                rows.append(_json_row(line, number))
        return rows
    if stripped.startswith("["):
        loaded = json.loads(text)
        if not all(isinstance(row, dict) for row in loaded):
            raise ValueError("A JSON list must hold objects, one a point.")
        return loaded
    first = stripped.splitlines()[0] if stripped else ""
    delimiter = max(",;\t", key=first.count)
    return list(csv.DictReader(io.StringIO(stripped), delimiter=delimiter, skipinitialspace=True))


def _json_row(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"Line {number} is not JSON: {error.msg}.") from None
    if not isinstance(row, dict):
        raise ValueError(f"Line {number} must be a JSON object, got {type(row).__name__}.")
    return row


def _number(value: Any, column: str) -> float:
    if value is None or (isinstance(value, str) and value.strip().lower() in ("", "nan", "na", "null", "none")):
        return np.nan
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"Column {column!r} must be numeric, got {value!r}.") from None
