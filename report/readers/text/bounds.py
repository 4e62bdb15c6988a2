"""How much a log may hold, so that reading ends and memory lasts."""

__all__ = [
    "CELLS",
    "COLUMNS",
    "JSON_BYTES",
    "JSON_VALUES",
    "LINE",
    "MEMBERS",
    "TEXT_BYTES",
    "TEXT_CELLS",
    "check_bound",
]

TEXT_BYTES = 2**29
"""Bytes of a file, and of what a packed one unpacks to."""

JSON_BYTES = 2**27
"""Bytes of one JSON document, whose values take some ten times as much; JSON lines are read piece by piece."""

JSON_VALUES = 2**24
"""Values in one JSON document, and a quarter as many lists and objects."""

LINE = 2**20
"""Bytes of a line of a table or of JSON lines."""

COLUMNS = 10_000
"""Columns of a table."""

CELLS = 50_000_000
"""Cells of a table."""

TEXT_CELLS = 10_000_000
"""Cells of a table that are no plain numbers, which take ten times as much."""

MEMBERS = 1000
"""Parts of a packed file that was appended to."""


def check_bound(amount: int, bound: int, what: str, way_out: str) -> None:
    """Raise ValueError where there is more than is read: the rule, what came, and the way out.

    >>> check_bound(12, 10, "columns of the table", "Keep those of interest.")
    Traceback (most recent call last):
    ValueError: At most 10 columns of the table are read, got 12. Keep those of interest.
    """
    if amount > bound:
        raise ValueError(f"At most {bound:,} {what} are read, got {amount:,}. {way_out}")
