"""Tables from whatever a user names."""

from pathlib import Path
from typing import Any

import numpy as np

from report.readers.log_table import LogTable
from report.readers.rows import column_names, number, read_rows

__all__ = ["read_tables"]


def read_tables(source: Any) -> tuple[LogTable, ...]:
    """The tables of a source.

    >>> read_tables({"step": [1.0, 2.0]})[0].source
    'a mapping'
    """
    if isinstance(source, LogTable):
        return (source,)
    if isinstance(source, dict):
        return (LogTable("a mapping", {name: np.asarray(values) for name, values in source.items()}),)
    if source != "-" and Path(source).is_dir():
        return tuple(t for p in sorted(Path(source).rglob("*")) if p.is_file() for t in read_tables(str(p)))
    rows = read_rows(str(source))
    columns = {}
    for name in column_names(rows):
        values = [row.get(name) for row in rows]
        try:
            columns[name] = np.array([number(value, name) for value in values])
        except ValueError:
            columns[name] = np.array([value if value else None for value in values], dtype=object)
    return (LogTable(str(source), columns),)
