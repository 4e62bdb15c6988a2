"""One table in every dialect gives the same columns."""

import io

import numpy as np
import pytest

from report.readers.log_table import LogTable
from report.readers.text_logs import read_text

from tests.report.readers.text.planted import COLUMNS, OTHER_NAMES, SAME_NAMES


def read(text: str | bytes) -> tuple[LogTable, ...]:
    return read_text(io.BytesIO(text.encode() if isinstance(text, str) else text), "log")


@pytest.mark.parametrize("dialect", SAME_NAMES)
def test_same_table(dialect):
    [table] = read(SAME_NAMES[dialect])
    assert list(table.columns) == list(COLUMNS)
    for name, values in COLUMNS.items():
        assert table.columns[name].dtype == np.float64
        np.testing.assert_array_equal(table.columns[name], values)


@pytest.mark.parametrize("dialect", OTHER_NAMES)
def test_same_table_with_other_names(dialect):
    text, names = OTHER_NAMES[dialect]
    [table] = read(text)
    assert set(names) <= set(table.columns)
    for name, values in zip(names, COLUMNS.values(), strict=True):
        np.testing.assert_array_equal(table.columns[name], values)
