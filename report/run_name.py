"""What a run is called in links: the table's name and its place there."""

__all__ = ["run_name"]


def run_name(table: str, row: int) -> str:
    """The name of the run in this row, from 0, of the table of a setting or of its companion.

    >>> run_name("parity", 3)
    'parity-run-3'
    """
    return f"{table}-run-{row}"
