"""Files that are not logs, or logs that only their own tool reads: what each is, and the way out."""

import re
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
_IMAGE = "an image; give the numbers that were drawn, as CSV"
_MARKUP = "HTML or XML, perhaps the page that shows the log; download the log itself, as CSV"
_PACKED = "a {} file, packed; unpack it first"

_BEGINNINGS = (
    (b":W&B", _WANDB),
    (b"\x89HDF", _HDF5),
    (b"MATLAB 5.0 MAT-file", "a file of MATLAB; write the columns with writetable, as CSV"),
    (b"FEA1", "a Feather file of version 1; write it as Parquet, or with version=2"),
    (b"ORC", "an ORC file; write it as Parquet or CSV"),
    (b"GGUF", _WEIGHTS),
    (b"%PDF", "a PDF; give the numbers as CSV, they cannot be read off a page"),
    (b"\x89PNG", _IMAGE),
    (b"\xff\xd8\xff", _IMAGE),
    (b"GIF8", _IMAGE),
    (b"RIFF", "an image or a sound; give the numbers as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save the sheet as CSV"),
    (b"SQLite format 3", "an SQLite database; export the table as CSV"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "packed by 7-Zip; unpack it first"),
    (b"Rar!", "packed by RAR; unpack it first"),
    (b"\x7fELF", "a program; give a log"),
    (b"version https://git-lfs", "a pointer of Git LFS; run `git lfs pull` for the file itself"),
    # These are read where they stand alone, and come here out of a packed file.
    (b"PAR1", _PACKED.format("Parquet")),
    (b"ARROW1", _PACKED.format("Feather")),
    (b"CDF", _PACKED.format("NetCDF")),
    (b"\x93NUMPY", _PACKED.format("NumPy")),
)  # fmt: skip
_PATTERNS = (
    (re.compile(rb"\x80[\x02-\x05].", re.DOTALL), _PICKLE),
    (re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml|svg|!--|table)\b", re.IGNORECASE), _MARKUP),
    (re.compile(rb".{257}ustar", re.DOTALL), "a tar archive; unpack it and give the files"),
    (re.compile(rb".{4}\0{4}\{\"", re.DOTALL), _WEIGHTS),  # safetensors
)
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
    if tail == _TABLE_FOOTER:
        return "the index of a TensorFlow checkpoint, which holds weights; give the folder of its event files"
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    return next((kind for pattern, kind in _PATTERNS if pattern.match(head)), "")


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
    if any(name.startswith(("xl/", "[Content_Types]")) for name in names):
        return "an Excel workbook; save the sheet as CSV"
    if any(name.split("/")[-1] == "data.pkl" for name in names):
        return _PICKLE
    if "content.xml" in names:
        return "an OpenDocument file; export the sheet as CSV"
    return _WEIGHTS if any(name.endswith(".h5") for name in names) else ""
