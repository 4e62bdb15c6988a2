"""The bytes of a text in whatever encoding, as UTF-8 with plain line feeds."""

import codecs

__all__ = ["as_utf8"]

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it starts with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_BLOCK = 2**20


def as_utf8(data: bytes, notes: list[str]) -> bytes:
    """The text as UTF-8 without a mark in front, lines ended by line feeds. What was guessed is added to `notes`.

    UTF-8, UTF-16 and UTF-32 are told by their marks, UTF-16 and UTF-32 without one by their zeros; what is no UTF-8 is
    taken as Latin-1. Raises ValueError where the data are no text.

    >>> as_utf8("step\\r\\n1".encode("utf-16"), []), as_utf8(b"\\xe9poque", notes := []), notes
    (b'step\\n1', b'\\xc3\\xa9poque', ['The file is not UTF-8 and was read as Latin-1.'])
    """
    encoding = _encoding(data)
    if encoding is not None:
        try:
            data = data.decode(encoding).encode()
        except UnicodeError:
            raise ValueError(
                f"The file starts like {encoding} text and goes on otherwise; write it as UTF-8."
            ) from None
    elif not _is_utf8(data):
        data = data.decode("latin-1").encode()
        notes.append("The file is not UTF-8 and was read as Latin-1.")
    if b"\0" in data or _is_binary(data[:_BLOCK]):
        raise ValueError("This is a binary file, not text; give CSV, JSON or another table in text.")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data


def _encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32, or UTF-8 with a mark; None without a sign of any."""
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return name
    zeros = tuple(byte == 0 for byte in data[:8])
    signs: dict[tuple[bool, ...], str] = {
        (False, True, True, True) * 2: "utf-32-le",
        (True, True, True, False) * 2: "utf-32-be",
        (False, True) * 4: "utf-16-le",
        (True, False) * 4: "utf-16-be",
    }
    return signs.get(zeros)


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _BLOCK):
            decoder.decode(data[start : start + _BLOCK])
        # A file that was cut off within a character is UTF-8 nevertheless, less that character.
    except UnicodeDecodeError:
        return False
    return True


def _is_binary(start: bytes) -> bool:
    """Whether more than one in a thousand characters is a control character that no text has; colours have ESC."""
    controls = bytes(c for c in range(32) if c not in b"\t\n\r\f\v\x1b\x08")
    return len(start) - len(start.translate(None, controls)) > len(start) / 1000
