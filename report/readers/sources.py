"""Whatever holds curves, as tables: a path, a folder, standard input, or an object in memory."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from report.readers.files.kinds import read_data, read_file
from report.readers.files.opening import standard_input
from report.readers.folders.log_folders import read_folder
from report.readers.log_table import LogTable
from report.readers.objects.datasets import dataset_tables
from report.readers.objects.frames import frame_table
from report.readers.objects.mappings import mapping_table, rows_table, structured_table
from report.readers.wording import printable_name

__all__ = ["read_tables"]

_FRAMES = ("DataFrame", "LazyFrame", "Table")


def read_tables(source: Any) -> tuple[LogTable, ...]:
    """The tables in a source, one a run; nothing is asked yet of which column is the time.

    Parameters
    ----------
    source
        The path of a file (text, Parquet, Feather, NumPy, NetCDF, TensorBoard; told by what is in it) or of a folder
        of such files; `-` for standard input; or an object: a frame of pandas or polars, a Dataset or DataArray of
        xarray, a table of Arrow, a mapping of names to arrays, a structured array, a list of dictionaries, or what
        `fit` of Keras returns.

    Returns
    -------
    tuple[LogTable, ...]
        At least one; `run` tells several apart, and `notes` say what was mended or left out.

    Raises
    ------
    ValueError, TypeError
        With one sentence, for what is no log, is too large or never ends.
    FileNotFoundError, PermissionError
        With a sentence, for a path that is not there or may not be read.
    ModuleNotFoundError
        If the file needs a package that is not installed; see `report.commands.extras`.

    Examples
    --------
    >>> (table,) = read_tables({"epoch": [1, 2], "accuracy": [0.5, 0.9], "val_accuracy": [0.1, 0.2]})
    >>> table.source, table.columns["accuracy"]
    ('a mapping', array([0.5, 0.9]))
    """
    if isinstance(source, str | os.PathLike):
        return _read_path(os.fspath(source))
    if isinstance(source, bytes):
        raise TypeError("A source must be a path, a folder or an object with columns, got bytes; write them to a file.")
    if isinstance(source, np.ndarray):
        return (structured_table(source, "an array"),)
    library, kind = _made_by(source)
    if library in ("pandas", "polars", "pyarrow") and kind in _FRAMES:
        return (frame_table(source, f"a {library} {kind}", library),)
    if library == "xarray" and kind in ("Dataset", "DataArray"):
        return dataset_tables(source, f"a {kind}")
    history = getattr(source, "history", None)
    if isinstance(history, Mapping):  # of Keras
        epochs = {"epoch": source.epoch} if hasattr(source, "epoch") and "epoch" not in history else {}
        return (mapping_table({**epochs, **history}, "a history"),)
    if isinstance(source, Mapping):
        return (mapping_table(source, "a mapping"),)
    if isinstance(source, list | tuple) and source and all(isinstance(row, Mapping) for row in source):
        return (rows_table(source, "a list"),)
    raise TypeError(
        "A source must be a path, a folder, a frame, a Dataset, a mapping of names to arrays, a structured array or a "
        f"list of dictionaries, got {_described(source)}."
    )


def _read_path(text: str | bytes) -> tuple[LogTable, ...]:
    text = os.fsdecode(text)
    if text == "-":
        return read_data(standard_input(), "standard input")
    try:
        path = Path(text).expanduser()
        is_folder = path.is_dir()
    except (RuntimeError, ValueError, OSError) as reason:  # no such user; a zero in the name; a name too long
        raise ValueError(f"{printable_name(text)} cannot be the name of a file: {reason}.") from None
    return read_folder(path) if is_folder else read_file(path)


def _made_by(source: Any) -> tuple[str, str]:
    """The library and the name of the class, or of the first above it, that is a known one."""
    for one in type(source).__mro__:
        library = one.__module__.partition(".")[0]
        if library in ("pandas", "polars", "pyarrow", "xarray"):
            return library, one.__name__
    return "", ""


def _described(source: Any) -> str:
    return "an empty list" if isinstance(source, list | tuple) and not source else f"{type(source).__name__}"
