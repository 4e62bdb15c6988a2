"""NumPy's own files: arrays of one length are columns; no pickles."""

import zipfile
from typing import BinaryIO

import numpy as np

from report.readers.files.netcdf import netcdf_tables
from report.readers.files.opening import sized
from report.readers.log_table import LogTable
from report.readers.objects.mappings import mapping_table, structured_table
from report.readers.text.bounds import COLUMNS, TEXT_BYTES, check_bound

__all__ = ["read_archive", "read_array"]

_RECORDED = {"configuration", "attributes", "train_accuracy", "gen_accuracy", "train_denominator", "gen_denominator"}


def read_archive(data: BinaryIO, source: str) -> tuple[LogTable, ...]:
    """The arrays of one length in a `.npz`, or the runs in one that `empirical` has recorded.

    Raises ValueError with a sentence for an archive of others, or one that is not whole.
    """
    try:
        with zipfile.ZipFile(data) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            names = len(archive.infolist())
        if unpacked > TEXT_BYTES:
            raise ValueError(f"{source} unpacks to {sized(unpacked)}; {sized(TEXT_BYTES)} at most are read.")
        check_bound(names, COLUMNS, f"arrays of {source}", "Keep those of interest.")
        data.seek(0)
        loaded = np.load(data, allow_pickle=False)
    except zipfile.BadZipFile:
        raise ValueError(f"{source} is an archive of NumPy that is not whole.") from None
    arrays, left = {}, []
    with loaded:
        for name in loaded.files:
            try:
                arrays[name] = loaded[name]
            except Exception:  # NumPy and zlib meet arbitrary bytes, and fail in as many ways
                left.append(name)
    if set(arrays) >= _RECORDED:
        from empirical.recorded.archive import read_recorded

        rows = range(len(arrays["configuration"]))
        return netcdf_tables([(source, f"row {row + 1}", read_recorded(arrays, row)) for row in rows])
    return (mapping_table(arrays, source, unreadable=left),)


def read_array(data: BinaryIO, source: str) -> tuple[LogTable, ...]:
    """The columns of a `.npy` that holds a structured array, or of a plain one with a few unnamed columns."""
    try:
        array = np.load(data, allow_pickle=False)
    except Exception:  # as above
        raise ValueError(
            f"{source} is no whole array of numbers; arrays of Python objects are pickles, which could run code."
        ) from None
    return (structured_table(array, source),)
