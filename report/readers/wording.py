"""Words of a stranger in messages: short, on one line, without control characters."""

from collections.abc import Iterable

__all__ = ["counted", "listed", "one_line", "printable_name", "shown"]


_LONGEST_WORD = 240


def one_line(text: str, longest: int = 960) -> str:
    r"""The text on one line, control characters escaped; of a longer one, and of a long word, the middle is left out.

    Names of files and columns are a stranger's: a line break or an escape sequence in one would forge or hide a line of
    what is said about it. A sentence ends with the way out, which is why the middle goes.

    >>> one_line("a\nb\x1b[31m"), one_line("the rule, what came, the way out", 17)
    ('a\\nb\\x1b[31m', 'the rule…way out')
    """
    text = _cut(text, 4 * longest)  # no more of it can be seen, and the words of a long one are many
    text = " ".join(_cut(word, _LONGEST_WORD) for word in text.split(" "))
    if not text.isprintable():
        text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return _cut(text, longest)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest // 2]}…{text[1 - longest // 2 :]}"


def printable_name(name: object) -> str:
    r"""The name of a file, a folder or a run as it may stand in a message.

    >>> print(printable_name("a log.csv"), printable_name("a\nb\x1b[2J.csv"))
    a log.csv a\nb\x1b[2J.csv
    """
    return one_line(str(name), 240)


def shown(value: object, longest: int = 40) -> str:
    """A value in quotation marks, cut where it is long.

    >>> shown("0.5x"), shown("a" * 50, 5)
    ("'0.5x'", "'aa…a'")
    """
    text = str(value) if isinstance(value, str | int | float) else repr(type(value).__name__)
    return f"'{one_line(text, longest)}'"


def listed(names: Iterable[object], most: int = 8) -> str:
    """The first few names, and how many more.

    >>> listed("abc"), listed("abcdefg", most=4)
    ('a, b, c', 'a, b, c, d and 3 more')
    """
    every = list(names)
    more = len(every) - most
    return ", ".join(one_line(str(name), 60) for name in every[:most]) + (f" and {more} more" if more > 0 else "")


def counted(count: int, one: str, several: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "line"), counted(1200, "line")
    ('1 line', '1,200 lines')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"
