"""What a command prints, and the exit status that goes with it."""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numerics import SharpnessTable

__all__ = ["BAD_USAGE", "DONE", "NO_RESULT", "print_json", "print_table"]

DONE, NO_RESULT, BAD_USAGE = 0, 1, 2


def print_json(value: Any) -> None:
    """One line of JSON on standard output.

    >>> print_json({"λ": 0.5})
    {"λ": 0.5}
    """
    import json

    print(json.dumps(value, allow_nan=False, ensure_ascii=False))


def print_table(table: "SharpnessTable", *, as_json: bool) -> int:
    """The table on standard output, what failed on standard error; returns the exit status."""
    from report.text_table import failure_summary, text_table

    if as_json:
        print_json(table.to_dict())
    else:
        print(text_table(table))
    if summary := failure_summary(table):
        print(summary, file=sys.stderr)
    return DONE if len(table.fitted) else NO_RESULT
