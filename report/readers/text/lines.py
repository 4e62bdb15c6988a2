"""The lines of a text, one by one; those that are comments, and those that are drawn."""

import io
import re
from collections.abc import Iterator

from report.readers.text.bounds import LINE

__all__ = ["is_comment", "is_rule", "lines_of", "long_line"]

_COMMENTS = ("#", "%", "//")
_RULE = re.compile(r"[\s|:+=─━-]*")
_DASHES = re.compile(r"[-=─━]{2}")


def lines_of(text: bytes) -> Iterator[str]:
    """The lines of a UTF-8 text, read one by one. Raises ValueError where one is too long.

    >>> list(lines_of(b"a\\nb"))
    ['a\\n', 'b']
    """
    if long := long_line(text):
        raise ValueError(
            f"Lines of at most {LINE:,} bytes are read, line {long} is longer; give a line for each point."
        )
    return io.TextIOWrapper(io.BytesIO(text), "utf-8", errors="replace", newline="\n")


def long_line(text: bytes) -> int:
    """The number of a line that is surely too long, twice the bound; 0 where none is.

    >>> long_line(b"1,2\\n" * 10), long_line(b"1,2\\n" + b"1," * 2**20)
    (0, 2)
    """
    for start in range(0, len(text) - LINE, LINE):
        if text.find(b"\n", start, start + LINE) < 0:
            return text.count(b"\n", 0, start) + 1
    return 0


def is_comment(line: str) -> bool:
    """Whether a line is a comment: it starts with #, % or //.

    >>> is_comment(" # seed 0"), is_comment("1 2")
    (True, False)
    """
    return line.lstrip().startswith(_COMMENTS)


def is_rule(line: str) -> bool:
    """Whether a line is drawn of dashes, as below the header in Markdown.

    >>> is_rule("|---|:--:|"), is_rule("-1 -2")
    (True, False)
    """
    return _RULE.fullmatch(line) is not None and _DASHES.search(line) is not None
