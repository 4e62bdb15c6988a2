"""Large tables of plain numbers, by pandas where it is installed."""

import importlib.util
import io

import numpy as np
from numpy.typing import NDArray

from report.readers.text.numbers import MISSING
from report.readers.text.tables.dialect import Dialect

__all__ = ["LARGE", "read_plain"]

LARGE = 2**18
"""Bytes from which on importing pandas costs less than it saves."""


def read_plain(text: bytes, dialect: Dialect) -> list[NDArray[np.float64]] | None:
    """The columns of a table in which all is plain numbers, as the csv module gives them, several times faster.

    None where pandas is not installed or refuses, or where anything in the text could be read in two ways: quotation
    marks, comments, rows that are too short.

    >>> from report.readers.text.tables.dialect import find_dialect
    >>> text = b"step,acc\\n1,0.5\\n2,\\n"
    >>> [column.tolist() for column in read_plain(text, find_dialect(text, []))]
    [[1.0, 2.0], [0.5, nan]]
    """
    start = _offset(text, dialect.start)
    delimiter = dialect.rows.delimiter
    if importlib.util.find_spec("pandas") is None or dialect.rows.bordered or text.find(b'"', start) >= 0:
        return None
    import pandas

    width = len(dialect.names)
    spaces = {"sep": r"\s+"} if delimiter == " " else {"sep": delimiter, "skipinitialspace": True}
    exact = {} if tuple(map(int, pandas.__version__.split(".")[:2])) >= (3, 1) else {"float_precision": "round_trip"}
    try:
        frame = pandas.read_csv(
            io.BytesIO(text),
            engine="c",
            skiprows=dialect.start,
            header=None,
            names=range(width),
            index_col=False,
            dtype=np.float64,
            na_values=[word.upper() for word in MISSING]
            + [word.title() for word in MISSING]
            + [*MISSING, "NaN", "NaT"],
            keep_default_na=False,
            **spaces,
            **exact,
        )
    except (ValueError, OverflowError):  # pandas' ParserError is one
        return None
    if delimiter == " ":
        short = bool(np.isnan(frame[width - 1]).any())
    else:
        short = text.count(delimiter.encode(), start) != (width - 1) * len(frame)
    return None if short else [frame[k].to_numpy() for k in range(width)]


def _offset(text: bytes, lines: int) -> int:
    """Where the line after so many starts."""
    offset = 0
    for _ in range(lines):
        offset = text.find(b"\n", offset) + 1
    return offset
