"""Files that are not logs, or logs that only their own tool reads: what each is, and the way out."""

import zipfile
from typing import BinaryIO

__all__ = ["archive_kind", "foreign_kind"]

_PICKLE = (
    "a pickle (of Python, torch, joblib), which could run code when it is read; load it where you trust it and write "
    "the curves with numpy.savez or as CSV"
)
_WANDB = "the binary log of Weights & Biases; `wandb sync` it, then write run.history() with to_csv, or give the frame"
_HDF5 = "HDF5 or NetCDF 4; open it in Python (h5py, xarray) and give the arrays or the Dataset, or write CSV"
_WEIGHTS = "the weights of a network, not a log; give the log that was written while it was trained"

_BEGINNINGS = (
    (b":W&B", _WANDB),
    (b"\x89HDF\r\n\x1a\n", _HDF5),
    (b"MATLAB 5.0 MAT-file", "a file of MATLAB; write the columns with writetable, as CSV"),
    (b"FEA1", "a Feather file of version 1; write it as Parquet, or with version=2"),
    (b"ORC", "an ORC file; write it as Parquet or CSV"),
    (b"GGUF", _WEIGHTS),
)  # fmt: skip
_TABLE_FOOTER = b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"


def foreign_kind(head: bytes, tail: bytes = b"") -> str:
    """What a file is by its first 512 and last 8 bytes, with the way out; empty where it may well be a log.

    Examples
    --------
    >>> foreign_kind(b"MATLAB 5.0 MAT-file")
    'a file of MATLAB; write the columns with writetable, as CSV'
    >>> foreign_kind(b"step,accuracy")
    ''
    """
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if tail == _TABLE_FOOTER:
        return "the index of a TensorFlow checkpoint, which holds weights; give the folder of its event files"
    if head[8:10] == b'{"' and 0 < int.from_bytes(head[:8], "little") < 10**8:
        return _WEIGHTS  # safetensors
    return ""


def archive_kind(data: BinaryIO) -> str:
    """What a ZIP archive is by the names in it: `"arrays"` for one of NumPy's, what a foreign one is, else empty.

    >>> import io, zipfile
    >>> with zipfile.ZipFile(data := io.BytesIO(), "w") as archive:
    ...     archive.writestr("step.npy", b"")
    >>> archive_kind(data)
    'arrays'
    """
    try:
        with zipfile.ZipFile(data) as archive:
            names = archive.namelist()
    except Exception:  # as many ways to fail as there are damaged files
        return ""
    if names and all(name.endswith(".npy") for name in names):
        return "arrays"
    if any(name.split("/")[-1] == "data.pkl" for name in names):
        return _PICKLE
    if "content.xml" in names:
        return "an OpenDocument file; export the sheet as CSV"
    return _WEIGHTS if any(name.endswith(".h5") for name in names) else ""
