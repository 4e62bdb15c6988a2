"""A name from outside as it may stand in a message."""

__all__ = ["printable_name"]

_LONGEST = 240


def printable_name(name: object) -> str:
    """The name in one line: what does not print is escaped, and the middle of a very long one is left out.

    Names of files and columns are a stranger's: a line break or an escape sequence in one would forge or hide a line of
    what is said about it.

    Examples
    --------
    >>> print(printable_name("a log.csv"), printable_name("a\\nb\\x1b[2J.csv"))
    a log.csv a\\nb\\x1b[2J.csv
    """
    text = "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in str(name))
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"
