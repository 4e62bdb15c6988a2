"""Words of a stranger's file in messages: short, on one line, without control characters."""

from collections.abc import Iterable

__all__ = ["counted", "listed", "one_line", "shown"]

_LONGEST = 480


def one_line(text: str) -> str:
    r"""The text on one line of at most 480 characters, control characters escaped.

    >>> one_line("a\nb\x1b[31m")
    'a\\nb\\x1b[31m'
    """
    escaped = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[: 2 * _LONGEST])
    return escaped if len(escaped) <= _LONGEST else f"{escaped[: _LONGEST - 1]}…"


def shown(value: object, longest: int = 40) -> str:
    """A value in quotation marks, cut where it is long.

    >>> shown("0.5x"), shown("a" * 50, 5)
    ("'0.5x'", "'aaaa…'")
    """
    text = str(value) if isinstance(value, str | int | float) else repr(type(value).__name__)
    return "'" + one_line(text if len(text) <= longest else f"{text[: longest - 1]}…") + "'"


def listed(names: Iterable[str], most: int = 4) -> str:
    """The first few names, and how many more.

    >>> listed("abc"), listed("abcdefg")
    ('a, b, c', 'a, b, c, d and 3 more')
    """
    every = [one_line(name if len(name) <= 60 else f"{name[:59]}…") for name in names]
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more} more" if more > 0 else "")


def counted(count: int, one: str, several: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "line"), counted(1200, "line")
    ('1 line', '1,200 lines')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"
