"""Packed files: gzip, bzip2, xz, and zip with one file in it."""

import bz2
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from typing import Protocol

from report.readers.text.bounds import MEMBERS, TEXT_BYTES
from report.readers.wording import listed

__all__ = ["is_packed", "too_large", "unpack"]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_XZ_MEMORY = 2**28


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


_DECOMPRESSORS: dict[bytes, tuple[str, Callable[[], _Decompressor]]] = {
    b"\x1f\x8b": ("gzip", lambda: zlib.decompressobj(wbits=31)),
    b"BZh": ("bzip2", bz2.BZ2Decompressor),
    b"\xfd7zXZ\x00": ("xz", lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY)),
}


def is_packed(data: bytes) -> bool:
    """Whether these are the first bytes of a packed file.

    >>> is_packed(b"PK\\x03\\x04"), is_packed(b"step,acc")
    (True, False)
    """
    return data.startswith((*_DECOMPRESSORS, *_ZIP))


def unpack(data: bytes) -> bytes:
    """What a packed file holds; other data as they are.

    Raises ValueError where the file is damaged, holds more than one file, or unpacks to more than is read.

    >>> import gzip
    >>> unpack(gzip.compress(b"step,acc")), unpack(b"step,acc")
    (b'step,acc', b'step,acc')
    """
    if data.startswith(_ZIP):
        return _only_member(data)
    for magic, (kind, new) in _DECOMPRESSORS.items():
        if data.startswith(magic):
            try:
                return _expand(data, new)
            except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
                raise ValueError(f"The {kind} file is damaged or cut off ({error}); pack it anew.") from None
    return data


def too_large(what: str) -> ValueError:
    """The error for more text than is read.

    >>> too_large("The file")
    ValueError('The file has more than 512 MiB of text, which is not read; keep every tenth row, or make it Parquet.')
    """
    return ValueError(
        f"{what} has more than {TEXT_BYTES >> 20} MiB of text, which is not read; keep every tenth row, or make it "
        "Parquet."
    )


def _expand(data: bytes, new: Callable[[], _Decompressor]) -> bytes:
    parts: list[bytes] = []
    room = TEXT_BYTES + 1
    while data:
        if len(parts) == MEMBERS:
            raise OSError(f"more than {MEMBERS} parts")
        decompressor = new()
        parts.append(decompressor.decompress(data, room))
        room -= len(parts[-1])
        if room <= 0:
            raise too_large("The packed file")
        if not decompressor.eof:
            raise EOFError("its end is missing")
        data = decompressor.unused_data.lstrip(b"\0")
    return b"".join(parts)


def _only_member(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            members = [name for name in names if not name.startswith("__MACOSX/")]
            content = b""
            if len(members) == 1:
                with archive.open(members[0]) as member:
                    content = member.read(TEXT_BYTES + 1)
    except RuntimeError as error:  # a password, or a way to pack that is not known here
        raise ValueError(f"The zip file cannot be unpacked ({error}); unpack it and give the file in it.") from None
    except Exception as error:  # of arbitrary bytes, in as many ways as there are
        raise ValueError(f"The zip file is damaged or cut off ({error}); pack it anew.") from None
    if len(members) != 1:
        raise ValueError(
            f"The zip file must hold one file, got {len(members)} ({listed(members)}); unpack it and give them."
        )
    if len(content) > TEXT_BYTES:
        raise too_large("The packed file")
    return content
