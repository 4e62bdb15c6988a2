"""One table in every dialect gives the same columns."""

import numpy as np
import pytest

from tests.report.readers.text.planted import COLUMNS, OTHER_NAMES, SAME_NAMES
from tests.report.readers.text.reading import read

QUIET = {
    *(
        "comma",
        "comma and space",
        "semicolon",
        "tab",
        "bar",
        "spaces",
        "aligned",
        "underscores",
        "exponents",
        "crlf",
        "cr",
    ),
    *("utf-16", "utf-32", "gzip", "xz", "zip", "markdown", "json lines", "json list", "json columns", "pandas split"),
    *("comments", "quoted numbers", "trailing comma", "no last line feed", "json deep", "dictionaries"),
}


@pytest.mark.parametrize("dialect", SAME_NAMES)
def test_same_table(dialect):
    [table] = read(SAME_NAMES[dialect])
    assert list(table.columns) == list(COLUMNS)
    for name, values in COLUMNS.items():
        assert table.columns[name].dtype == np.float64
        np.testing.assert_array_equal(table.columns[name], values)
    assert not (dialect in QUIET and table.notes)


@pytest.mark.parametrize("dialect", OTHER_NAMES)
def test_same_table_with_other_names(dialect):
    text, names = OTHER_NAMES[dialect]
    [table] = read(text)
    assert set(names) <= set(table.columns)
    for name, values in zip(names, COLUMNS.values(), strict=True):
        np.testing.assert_array_equal(table.columns[name], values)
