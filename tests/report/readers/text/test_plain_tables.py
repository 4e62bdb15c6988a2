"""Large tables of numbers: pandas and the csv module read the same, and where pandas must not decide, it does not."""

import importlib.util

import numpy as np
import pytest

from report.readers.text.tables import delimited
from tests.report.readers.text.reading import read

pytest.importorskip("pandas")

RNG = np.random.default_rng(0)
NUMBERS = [repr(x) for x in (10 ** RNG.uniform(-300, 300, 300)).tolist()] + [
    f"{x:.25f}" for x in RNG.random(300).tolist()
]
MISSING = ["", "NaN", "nan", "None", "NA", "-", "null", "inf", "-Infinity", "1e400", " 5 ", "+3", "007", "1e5"]
ROWS = [[str(k), NUMBERS[k], NUMBERS[-k], MISSING[k % len(MISSING)], NUMBERS[k]] for k in range(600)]


def table(delimiter: str, rows: list[list[str]] = ROWS) -> str:
    return delimiter.join(["step", "a", "b", "c", "d"]) + "\n" + "".join(delimiter.join(row) + "\n" for row in rows)


TEXTS = {
    "commas": (table(","), True),
    "tabs": (table("\t"), True),
    "semicolons, no header": (table(";").split("\n", 1)[1], True),
    "spaces": (table("  ", [[cell.strip() or "nan" for cell in row] for row in ROWS]), True),
    "line feeds of Windows": (table(",").replace("\n", "\r\n"), True),
    "blank lines": (table(",").replace("\n5", "\n\n5"), True),
    "missing at the end": (table(",", [[*row[:4], ""] for row in ROWS]), True),
    "preamble": ("some words\n" + table(","), True),
    "a short row": (table(",") + "1,2,3,4\n", False),
    "cut off": (table(",") + "1,2,3", False),
    "a short row of spaces": (table(" ", [[cell.strip() or "nan" for cell in row] for row in ROWS]) + "1 2 3\n", False),
    "a long row": (table(",") + "1,2,3,4,5,6\n", False),
    "a long row, empty": (table(",") + "1,2,3,4,5,\n", False),
    "a comment": (table(",") + "# 5,6\n1,2,3,4,5\n", False),
    "the header again": (table(",") * 2, False),
    "underscores": (table(",") + "1_000,2,3,4,5\n", False),
    "percent": (table(",") + "1,50%,3,4,5\n", False),
    "quotation marks": (table(",") + '"1","2",3,4,5\n', False),
    "quotation mark in a name": (table(",").replace("step", '"step"'), True),
}


@pytest.mark.parametrize("case", TEXTS)
def test_with_and_without_pandas(case, monkeypatch):
    text, plain = TEXTS[case]
    monkeypatch.setattr(delimited, "LARGE", 0)
    kept = []
    monkeypatch.setattr(
        delimited, "read_plain", lambda *given, read=delimited.read_plain: kept.append(read(*given)) or kept[-1]
    )
    [fast] = read(text)
    assert (kept[0] is not None) == plain
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    [slow] = read(text)
    assert kept[1] is None
    assert fast.notes == slow.notes
    assert list(fast.columns) == list(slow.columns)
    for name, column in slow.columns.items():
        np.testing.assert_array_equal(fast.columns[name], column)
