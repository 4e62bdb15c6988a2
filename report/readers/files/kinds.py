"""One file, read as what its first bytes say it is; its name is a hint to nobody."""

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from report.readers.files.arrays import read_archive, read_array
from report.readers.files.arrow import read_arrow, read_parquet
from report.readers.files.events import holds_events, read_event_file
from report.readers.files.foreign import archive_kind, foreign_kind
from report.readers.files.netcdf import read_netcdf
from report.readers.files.opening import file_state, opened
from report.readers.log_table import LogTable
from report.readers.text_logs import read_text
from report.readers.wording import printable_name

__all__ = ["read_data", "read_file"]

Reader = Callable[[BinaryIO, str], tuple[LogTable, ...]]

_READERS: tuple[tuple[bytes, Reader], ...] = (
    (b"PAR1", read_parquet),
    (b"ARROW1", read_arrow),
    (b"\xff\xff\xff\xff", read_arrow),
    (b"CDF\x01", read_netcdf),
    (b"CDF\x02", read_netcdf),
    (b"CDF\x05", read_netcdf),
    (b"\x93NUMPY", read_array),
)


def read_file(path: Path) -> tuple[LogTable, ...]:
    """The tables in a file, with a note if it was written to in the meantime.

    Raises as `opened`, and ValueError with a sentence for what is no log.

    >>> import tempfile
    >>> import numpy as np
    >>> with tempfile.NamedTemporaryFile(suffix=".csv") as file:
    ...     np.savez(file, step=[1, 2], acc=[0.5, 0.9])
    ...     file.flush()
    ...     read_file(Path(file.name))[0].columns["acc"]
    array([0.5, 0.9])
    """
    with opened(path) as data:
        before = file_state(data)
        tables = read_data(data, printable_name(path))
        if file_state(data) == before:
            return tables
    note = "The file was written to while it was read; what was there by then was read."
    return tuple(dataclasses.replace(table, notes=(*table.notes, note)) for table in tables)


def read_data(data: BinaryIO, source: str) -> tuple[LogTable, ...]:
    """The tables in an open file or in bytes, by how it begins."""
    head = data.read(512)
    data.seek(-min(8, data.seek(0, os.SEEK_END)), os.SEEK_END)
    tail = data.read(8)
    data.seek(0)
    if head.startswith(b"PK\x03\x04") and (kind := archive_kind(data)):
        data.seek(0)
        if kind == "arrays":
            return read_archive(data, source)
        raise ValueError(f"{source} is {kind}.")
    data.seek(0)
    if holds_events(head):
        return read_event_file(data, source)
    for beginning, read in _READERS:
        if head.startswith(beginning):
            return read(data, source)
    if kind := foreign_kind(head, tail):
        raise ValueError(f"{source} is {kind}.")
    return read_text(data, source)
