"""Files that are no logs: what they are, and what to do."""

import re

__all__ = ["check_is_log"]

_MAGIC = {
    b"%PDF": "a PDF; give the numbers as CSV, they cannot be read off a page",
    b"\x89PNG": "an image; give the numbers that were drawn, as CSV",
    b"\xff\xd8\xff": "an image; give the numbers that were drawn, as CSV",
    b"GIF8": "an image; give the numbers that were drawn, as CSV",
    b"RIFF": "an image or a sound; give the numbers as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as CSV",
    b"PAR1": "a Parquet file; name it with the ending .parquet",
    b"ARROW1": "a Feather file; name it with the ending .feather",
    b"\x89HDF": "an HDF5 file; save the table in it as CSV",
    b"CDF\x01": "a netCDF file; save the table in it as CSV, or name a run of this toolkit with its ending .nc",
    b"CDF\x02": "a netCDF file; save the table in it as CSV, or name a run of this toolkit with its ending .nc",
    b"CDF\x05": "a netCDF file; save the table in it as CSV, or name a run of this toolkit with its ending .nc",
    b"\x93NUMPY": "a NumPy array; load it with numpy.load and give its columns as a mapping",
    b"SQLite format 3": "an SQLite database; export the table as CSV",
    b"\x28\xb5\x2f\xfd": "packed by zstd; unpack it first",
    b"7z\xbc\xaf\x27\x1c": "packed by 7-Zip; unpack it first",
    b"Rar!": "packed by RAR; unpack it first",
    b"\x7fELF": "a program; give a log",
    b"version https://git-lfs": "a pointer of Git LFS; run `git lfs pull` for the file itself",
}
_PICKLE = re.compile(rb"\x80[\x02-\x05].", re.DOTALL)
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml|svg|!--|table)\b", re.IGNORECASE)


def check_is_log(data: bytes) -> None:
    """Raise ValueError with a sentence for what is empty, or is known by its first bytes not to be a log.

    >>> check_is_log(b"%PDF-1.7")
    Traceback (most recent call last):
    ValueError: This is a PDF; give the numbers as CSV, they cannot be read off a page.
    """
    if not data or data.isspace():
        raise ValueError("The file is empty; give a table with a header line, or JSON.")
    for magic, sentence in _MAGIC.items():
        if data.startswith(magic):
            raise ValueError(f"This is {sentence}.")
    if data[257:262] == b"ustar":
        raise ValueError("This is a tar archive; unpack it and give the files.")
    if _PICKLE.match(data):
        raise ValueError("This is a pickle, which is not opened since it may run code; save the table as CSV.")
    if _MARKUP.match(data):
        raise ValueError("This is HTML or XML, perhaps the page that shows the log; download the log itself, as CSV.")
