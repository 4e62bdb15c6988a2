"""Files that are not logs, or logs that only their own tool reads: what each is, and the way out."""

__all__ = ["foreign_archive", "foreign_kind"]

_EXPORT = "; export the metrics as CSV"
_PICKLE = (
    "a pickle (of Python, torch, joblib), which could run code when it is read; load it where you trust it and write "
    "the curves with numpy.savez or as CSV"
)
_WANDB = "the binary log of Weights & Biases; `wandb sync` it, then write run.history() with to_csv, or give the frame"
_HDF5 = "HDF5 or NetCDF 4; open it in Python (h5py, xarray) and give the arrays or the Dataset, or write CSV"
_WEIGHTS = "the weights of a network, not a log; give the log that was written while it was trained"
_PICTURE = "a picture, not a log; export the numbers behind it as CSV"
_COMPRESSED = "compressed in a way that is not read here; unpack it first"

_BEGINNINGS = (
    (b"SQLite format 3\x00", "a SQLite database (as of Optuna, Aim, MLflow)" + _EXPORT),
    (b":W&B", _WANDB),
    (b"\x89HDF\r\n\x1a\n", _HDF5),
    (b"MATLAB 5.0 MAT-file", "a file of MATLAB; write the columns with writetable, as CSV"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Office file; export the sheet as CSV"),
    (b"FEA1", "a Feather file of version 1; write it as Parquet, or with version=2"),
    (b"ORC", "an ORC file; write it as Parquet or CSV"),
    (b"\x28\xb5\x2f\xfd", _COMPRESSED),
    (b"7z\xbc\xaf\x27\x1c", _COMPRESSED),
    (b"Rar!", _COMPRESSED),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"%PDF", _PICTURE),
    (b"\x7fELF", "a program, not a log"),
    (b"GGUF", _WEIGHTS),
    *((bytes([0x80, protocol]), _PICKLE) for protocol in range(2, 6)),
)  # fmt: skip
_TABLE_FOOTER = b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"


def foreign_kind(head: bytes, tail: bytes = b"") -> str:
    """What a file is by its first 512 and last 8 bytes, with the way out; empty where it may well be a log.

    Examples
    --------
    >>> foreign_kind(b"SQLite format 3\\x00")
    'a SQLite database (as of Optuna, Aim, MLflow); export the metrics as CSV'
    >>> foreign_kind(b"step,accuracy")
    ''
    """
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if tail == _TABLE_FOOTER:
        return "the index of a TensorFlow checkpoint, which holds weights; give the folder of its event files"
    if head[257:262] == b"ustar":
        return "a tar archive; unpack it first, then give the folder"
    if head[8:10] == b'{"' and 0 < int.from_bytes(head[:8], "little") < 10**8:
        return _WEIGHTS  # safetensors
    return ""


def foreign_archive(names: list[str]) -> str:
    """What a ZIP archive is by the names in it, with the way out; it may be one of NumPy's, too.

    >>> foreign_archive(["[Content_Types].xml", "xl/workbook.xml"])
    'an Excel file; export the sheet as CSV'
    """
    if any(name.startswith("xl/") for name in names):
        return "an Excel file; export the sheet as CSV"
    if any(name.split("/")[-1] == "data.pkl" for name in names):
        return _PICKLE
    if "content.xml" in names:
        return "an OpenDocument file; export the sheet as CSV"
    if any(name.endswith(".h5") for name in names):
        return _WEIGHTS
    return "a ZIP archive; unpack it first, then give the folder"
