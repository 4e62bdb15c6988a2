"""What a command prints, and the exit status that goes with it."""

import contextlib
import sys
from typing import TYPE_CHECKING, Any

from report.readers.wording import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from numerics import SharpnessTable

__all__ = ["BAD_USAGE", "DONE", "NO_RESULT", "print_json", "print_table", "say", "show_table"]

DONE, NO_RESULT, BAD_USAGE = 0, 1, 2


def say(command: str, sentence: object) -> None:
    r"""A sentence on standard error, on a line of its own whatever words of a stranger are in it.

    >>> import contextlib
    >>> with contextlib.redirect_stderr(sys.stdout):
    ...     say("measure", "There is no file a\x1b[2J.csv.")
    groksharp measure: There is no file a\x1b[2J.csv.
    """
    with contextlib.suppress(OSError):  # nobody is there to be told
        print(f"{f'groksharp {command}'.strip()}: {one_line(str(sentence))}", file=sys.stderr)


def print_json(value: Any) -> None:
    r"""One line of JSON on standard output, what no terminal shows in it escaped.

    >>> print_json({"λ": 0.5, "run": "a\x9b2J"})
    {"λ": 0.5, "run": "a\u009b2J"}
    """
    import json

    plain = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    text = json.dumps(value, allow_nan=False, ensure_ascii=not plain)
    print(text if text.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in text))


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[k : k + 2].hex()}" for k in range(0, len(units), 2))


def show_table(table: "SharpnessTable", unit: str, *, figure: "Path | None", as_json: bool) -> int:
    """Draw a table over a clock of this unit, if there is a file for the figure, and print it as `print_table` does."""
    if figure is not None:
        from report.figures.files import write_figure
        from report.figures.trend import table_figure

        write_figure(table_figure(table, unit), figure)
    return print_table(table, as_json=as_json)


def print_table(table: "SharpnessTable", *, as_json: bool) -> int:
    """The table on standard output, what failed on standard error; returns the exit status."""
    from report.text_table import failure_summary, text_table

    if as_json:
        print_json(table.to_dict())
    else:
        print(text_table(table))
    for line in failure_summary(table).splitlines():
        with contextlib.suppress(OSError):
            print(f"{line[: len(line) - len(line.lstrip())]}{one_line(line.lstrip())}", file=sys.stderr)
    return DONE if len(table.fitted) else NO_RESULT
