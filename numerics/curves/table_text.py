"""Rows of a table as text for files and as HTML for notebooks."""

import csv
import html
import io
from collections.abc import Mapping, Sequence
from typing import Any

from numerics.curves.table_columns import plain_column, plain_value

__all__ = ["csv_text", "html_table"]

_MOST_ROWS = 30
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(columns: Mapping[str, Sequence[Any]]) -> str:
    """Comma-separated values with a header: whole numbers as such, floats to the last digit, NaN and None empty.

    Words of a log that begin like a formula have an apostrophe before them, so that no spreadsheet runs them.

    >>> print(csv_text({"seed": [0], "gap": [0.1], "status": ["no jump: a, b"]}), end="")
    seed,gap,status
    0,0.1,"no jump: a, b"
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(_no_formula, columns))
    cells = (
        [None if value != value else _no_formula(value) for value in plain_column(values)]
        for values in columns.values()
    )
    writer.writerows(zip(*cells, strict=True))
    return text.getvalue()


def _no_formula(value: Any) -> Any:
    """The value; words that a spreadsheet would run as a formula with an apostrophe before them, as it marks text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULAS) else value


def html_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], said: Sequence[str] = ()) -> str:
    """A table with sentences below it; the first thirty rows, and how many there are besides.

    >>> html_table(["a"], [["<b>"]])
    '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
    """
    head = "".join(f"<th>{html.escape(column)}</th>" for column in columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{html.escape(_short(value))}</td>' for value in row)}</tr>" for row in rows[:_MOST_ROWS]
    )
    more = [f"… and {len(rows) - _MOST_ROWS} more rows"] if len(rows) > _MOST_ROWS else []
    below = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in [*more, *said] if sentence)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"


def _short(value: Any) -> str:
    value = plain_value(value)
    if value is None or value != value:
        return ""
    return f"{value:.5g}" if isinstance(value, float) else str(value)
