"""NumPy's own files: arrays of one length are columns; no pickles."""

import zipfile
import zlib
from typing import BinaryIO

import numpy as np

from report.readers.files.foreign import foreign_archive
from report.readers.files.opening import LARGEST_FILE, sized
from report.readers.log_table import LogTable
from report.readers.objects.mappings import mapping_table, structured_table

__all__ = ["read_archive", "read_array"]

_BROKEN = (
    ValueError,
    EOFError,
    OSError,
    MemoryError,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
)


def read_archive(data: BinaryIO, source: str) -> tuple[LogTable, ...]:
    """The arrays of one length in a `.npz`; ValueError with a sentence for any other archive."""
    try:
        with zipfile.ZipFile(data) as archive:
            members = archive.infolist()
    except _BROKEN:
        raise ValueError(f"{source} begins like a ZIP archive, but is not whole.") from None
    if not members or not all(member.filename.endswith(".npy") for member in members):
        raise ValueError(f"{source} is {foreign_archive([member.filename for member in members])}.")
    unpacked = sum(member.file_size for member in members)
    if unpacked > LARGEST_FILE:
        raise ValueError(f"{source} unpacks to {sized(unpacked)}; {sized(LARGEST_FILE)} at most are read.")
    data.seek(0)
    arrays, left = {}, []
    with np.load(data, allow_pickle=False) as loaded:
        for name in loaded.files:
            try:
                arrays[name] = loaded[name]
            except _BROKEN:
                left.append(name)
    return (mapping_table(arrays, source, unreadable=left),)


def read_array(data: BinaryIO, source: str) -> tuple[LogTable, ...]:
    """The columns of a `.npy` that holds a structured array, or of a plain one with a few unnamed columns."""
    try:
        array = np.load(data, allow_pickle=False)
    except _BROKEN:
        raise ValueError(
            f"{source} is no whole array of numbers; arrays of Python objects are pickles, which could run code."
        ) from None
    return (structured_table(array, source),)
