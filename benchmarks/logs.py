"""Speed of reading logs against pandas, of the same text, in the same run.

    python -m benchmarks.logs [--rows 1000000]

A table with commas and JSON lines, each with a million rows of plain numbers; the table also as it is read where
pandas is not installed, by the csv module. pandas is told nothing and finds the types itself. The whole way goes from
a table of two curves to the measured run, against `pandas.read_csv` and `numerics.measure`. Times vary with the
machine; the ratios are what to look at: above 1, ours is faster. The memory is the most that was held above the text
itself.
"""

import argparse
import importlib.util
import io
import time
import tracemalloc
import unittest.mock
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas
from scipy.special import ndtr

from numerics import measure
from report.log_measurement import measure_each, runs_of_table
from report.readers.curve_options import CurveOptions
from report.readers.text_logs import read_text

COLUMNS = ("step", "train_loss", "val_loss", "train_acc", "val_acc", "lr", "norm")


def table_text(rows: int, columns: int) -> bytes:
    """A table with commas, the first column whole numbers."""
    values = np.random.default_rng(0).random((rows, columns)).round(6)
    lines = (f"{k},{','.join(map(repr, row))}\n" for k, row in enumerate(values[:, 1:].tolist()))
    return (",".join(COLUMNS[:columns]) + "\n" + "".join(lines)).encode()


def curves_text(rows: int) -> bytes:
    """A table of two curves that rise, with noise, and of a loss."""
    noise = np.random.default_rng(0)
    step = np.arange(1, rows + 1)
    rises = [ndtr((step / rows - middle) / 0.05) + 0.01 * noise.standard_normal(rows) for middle in (0.2, 0.6)]
    table = {"step": step, "train_acc": rises[0].clip(0, 1), "val_acc": rises[1].clip(0, 1), "loss": noise.random(rows)}
    return pandas.DataFrame(table).round(6).to_csv(index=False).encode()


def json_text(rows: int, columns: int) -> bytes:
    """The same as JSON lines."""
    values = np.random.default_rng(0).random((rows, columns)).round(6)
    named = [f', "{name}": ' + "{!r}" for name in COLUMNS[1:columns]]
    line = '{{"step": {}' + "".join(named) + "}}\n"
    return "".join(line.format(k, *row) for k, row in enumerate(values[:, 1:].tolist())).encode()


def timed(work: Callable[[], Any]) -> float:
    """Shortest time of two runs, in seconds."""
    times = []
    for _ in range(2):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def held(work: Callable[[], Any]) -> float:
    """The most memory that the work takes, in MiB, as Python counts it."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 2**20


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of each text (default 1,000,000)")
    parser.add_argument("--memory", action="store_true", help="measure memory instead, on a tenth of the rows")
    given = parser.parse_args()
    for columns in (4, 7):
        table = table_text(given.rows, columns)
        lines = json_text(given.rows, columns)
        works: dict[str, tuple[Callable[[], Any], Callable[[], Any], int]] = {
            "table": (lambda t=table: ours(t), lambda t=table: pandas.read_csv(io.BytesIO(t)), len(table)),
            "table, csv module": (lambda t=table: plain(t), lambda t=table: pandas.read_csv(io.BytesIO(t)), len(table)),
            "JSON lines": (
                lambda t=lines: ours(t),
                lambda t=lines: pandas.read_json(io.BytesIO(t), lines=True),
                len(lines),
            ),
        }
        if columns == 4:
            log = curves_text(given.rows)
            works["whole way"] = (lambda t=log: measured(t), lambda t=log: measured_by_pandas(t), len(log))
        for name, (mine, theirs, size) in works.items():
            about = f"{name}, {given.rows:,} rows of {columns} columns, {size >> 20} MiB:"
            if given.memory:
                print(f"{about} {held(mine):.0f} MiB held, pandas {held(theirs):.0f} MiB")
                continue
            seconds, reference = timed(mine), timed(theirs)
            print(f"{about} {seconds:.2f} s, pandas {reference:.2f} s, ratio {reference / seconds:.2f}")


def ours(text: bytes) -> None:
    read_text(io.BytesIO(text), "log")


def measured(text: bytes) -> None:
    options = CurveOptions()
    runs = [run for table in read_text(io.BytesIO(text), "log") for run in runs_of_table(table, options)]
    assert measure_each(runs, options).runs[0].status == "ok"


def measured_by_pandas(text: bytes) -> None:
    """What a script would do that knows its columns."""
    log = pandas.read_csv(io.BytesIO(text))
    measure(log["step"], log["train_acc"], log["val_acc"], systematic=True)


def plain(text: bytes) -> None:
    """The same where pandas is not found."""
    with unittest.mock.patch.object(importlib.util, "find_spec", return_value=None):
        read_text(io.BytesIO(text), "log")


if __name__ == "__main__":
    main()
