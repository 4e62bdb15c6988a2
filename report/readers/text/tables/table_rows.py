"""The rows of a table in text: lines cut at a delimiter, comments and rules left out."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from report.readers.text.lines import is_comment, is_rule

__all__ = ["TableRows"]


class _NumberedRows(Protocol):
    """A `csv.reader`: rows, and how many lines were read for them."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


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

    def reader(self, lines: Iterator[str], *, strict: bool = True) -> _NumberedRows:
        """The same as a `csv.reader`; `strict`, a quotation mark that is never closed is an error."""
        if self.commented:
            lines = ("\n" if is_comment(line) or is_rule(line) else line for line in lines)
        if self.bordered:
            lines = (line.strip().strip("|") + "\n" if line.lstrip().startswith("|") else "\n" for line in lines)
        elif self.delimiter == " ":
            lines = (" ".join(line.split()) for line in lines)
        return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=True, strict=strict)
