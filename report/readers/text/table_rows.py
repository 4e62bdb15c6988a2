"""The rows of a table in text: lines cut at a delimiter, comments and rules left out."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from report.readers.text.bounds import LINE, check_bound

__all__ = ["TableRows", "is_comment", "is_rule", "lines_of"]

_COMMENTS = ("#", "%", "//")
_RULE = re.compile(r"[\s|:+=─━-]*[-=─━]{2}[\s|:+=─━-]*")


def lines_of(text: bytes) -> Iterator[str]:
    """The lines of a UTF-8 text, read one by one; a line that is too long is refused.

    >>> list(lines_of(b"a\\nb"))
    ['a\\n', 'b']
    """
    for number, line in enumerate(io.TextIOWrapper(io.BytesIO(text), "utf-8", errors="replace", newline="\n"), start=1):
        if len(line) > LINE:
            check_bound(len(line), LINE, f"characters a line (line {number})", "Give a table with a line for each point.")
        yield line


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
    return _RULE.fullmatch(line) is not None


@dataclass(frozen=True)
class TableRows:
    r"""Cuts lines into cells. One row a line, or several lines where a cell in quotation marks goes over more.

    Attributes
    ----------
    delimiter
        `,`, `;`, tab, `|`, or a space for runs of whitespace.
    bordered
        Whether lines start and end with the delimiter, as in Markdown.
    commented
        Whether there are lines to leave out: comments, and rules of dashes.

    Examples
    --------
    >>> list(TableRows("|", bordered=True, commented=True).rows(iter(["| a | b |\n", "|---|---|\n", "| 1 | 2 |\n"])))
    [(1, ['a ', 'b ']), (2, []), (3, ['1 ', '2 '])]
    """

    delimiter: str
    bordered: bool = False
    commented: bool = True

    def rows(self, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
        """The number of a row's last line, from 1, and its cells. Comments are rows without cells."""
        reader = self.reader(lines, strict=False)
        return ((reader.line_num, row) for row in reader)

    def reader(self, lines: Iterator[str], *, strict: bool = True) -> "csv._reader":
        """The same as a `csv.reader`; `strict`, a quotation mark that is never closed is an error."""
        if self.commented:
            lines = ("\n" if is_comment(line) or is_rule(line) else line for line in lines)
        if self.bordered:
            lines = (line.strip().strip("|") + "\n" for line in lines)
        elif self.delimiter == " ":
            lines = (" ".join(line.split()) for line in lines)
        return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=True, strict=strict)
