"""Reads a text that stands in a test."""

import io

import pytest

from report.readers.log_table import LogTable
from report.readers.text_logs import read_text


def read(text: str | bytes) -> tuple[LogTable, ...]:
    return read_text(io.BytesIO(text.encode() if isinstance(text, str) else text), "log")


def refusal(text: str | bytes) -> str:
    """The sentence with which it is refused: one printable line that names the file."""
    with pytest.raises(ValueError, match=r"^log: ") as caught:
        read(text)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500
    return str(caught.value)


def values(table: LogTable) -> dict[str, list[object]]:
    """The columns as lists, None where missing, so that they compare by `==`."""
    return {name: [None if one != one else one for one in column.tolist()] for name, column in table.columns.items()}
