"""Training curves from files: CSV or JSON lines, columns found by their usual names."""

from dataclasses import dataclass

import numpy as np

from report.annotations import Array, Row
from report.readers.column_names import find_column
from report.readers.rows import column_names, number, read_rows

__all__ = ["Curves", "curves_of", "read_curves"]


@dataclass(frozen=True)
class Curves:
    """Two accuracy curves over time, shape (n,) each, NaN where not recorded.

    Attributes
    ----------
    time, train, gen
        The recorded values, in the order of time.
    description
        Names the columns that were read.
    time_column
        The name of the column that is the time.
    """

    time: Array
    train: Array
    gen: Array
    description: str
    time_column: str = "time"


def read_curves(path: str, *, time: str | None = None, train: str | None = None, gen: str | None = None) -> Curves:
    """Read a CSV or JSON-lines file with a time column and two accuracies; `-` reads standard input.

    Columns that are not named are found by their usual names: step, epoch, …; train_accuracy, train/acc, …;
    val_acc, test_accuracy, eval/accuracy, …; a plain `accuracy` next to a `val_accuracy` is the training
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
    return curves_of(read_rows(path), path, time=time, train=train, gen=gen)


def curves_of(
    rows: list[Row], path: str, *, time: str | None = None, train: str | None = None, gen: str | None = None
) -> Curves:
    """The curves in rows that were read from `path`; see `read_curves`.

    >>> curves_of([{"step": 2, "train": 1, "test": 0}, {"step": 1, "train": 0.5, "test": 0}], "log.json").train
    array([0.5, 1. ])
    """
    columns = column_names(rows)
    given = {"time": time, "train": train, "gen": gen}
    chosen = {role: name or find_column(columns, role) for role, name in given.items()}
    for role, column in chosen.items():
        if column not in columns:
            raise ValueError(f"There is no column {column!r} for --{role}; the columns are {', '.join(columns)}.")
    arrays = {role: np.array([number(row.get(column), column) for row in rows]) for role, column in chosen.items()}
    known = ~np.isnan(arrays["time"])
    order = np.argsort(arrays["time"][known], kind="stable")
    values = {role: array[known][order] for role, array in arrays.items()}
    names = ", ".join(f"{role} = {column}" for role, column in chosen.items())
    description = f"{path}: {order.size} points, {names}"
    return Curves(values["time"], values["train"], values["gen"], description, chosen["time"])
