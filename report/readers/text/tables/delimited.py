"""Tables in text as columns: CSV and its kin, aligned columns, Markdown."""

import csv
import itertools
from dataclasses import dataclass, field

import numpy as np

from report.readers.text.bounds import CELLS, TEXT_CELLS, check_bound
from report.readers.text.lines import lines_of
from report.readers.text.numbers import decimal_signs, looks_numeric
from report.readers.text.tables.dialect import Dialect, find_dialect
from report.readers.text.tables.plain_tables import LARGE, read_plain
from report.readers.text.typed_columns import Cells, plain_numbers
from report.readers.wording import counted, listed

__all__ = ["read_delimited"]

_BATCH = 2**12  # cells; more, and the rows no longer stay in the cache
_ODD_SHARE = 0.1
_LINES_IN_CELL = 50
_FEWER = "Keep every tenth row, or the columns of interest."


def read_delimited(text: bytes, notes: list[str]) -> dict[str, Cells] | None:
    """The columns of a table in text; what was guessed or mended is added to `notes`. None where it is no table.

    Columns of plain numbers are numbers, others text. Raises ValueError where the rows do not make a table.

    >>> read_delimited(b"step acc\\n1 0.5\\n2 75%\\n", [])
    {'step': array([1., 2.]), 'acc': ['0.5', '75%']}
    """
    dialect = find_dialect(text, notes)
    if dialect is None:
        return None
    plain = read_plain(text, dialect) if len(text) > LARGE else None
    if plain is not None:
        return dict(zip(dialect.names, plain, strict=True))
    try:
        return _columns(text, dialect, notes)
    except csv.Error as error:
        raise ValueError(f"The table cannot be read ({error}); perhaps a quotation mark is never closed.") from None


@dataclass
class _Odd:
    """Rows that were not read as they stand: how many, and the first line of each kind."""

    headers: int = 0
    short: list[int] = field(default_factory=list)
    unequal: list[int] = field(default_factory=list)
    cut_off: bool = False


def _columns(text: bytes, dialect: Dialect, notes: list[str]) -> dict[str, Cells]:
    """Read again with more columns as text, until all others are plain numbers."""
    as_text: set[int] = set()
    while True:
        odd = _Odd()
        parts, failed, rows = _read(text, dialect, as_text, odd)
        if not failed:
            break
        # With a decimal comma anywhere, what looks plain, such as 1.000, may be thousands.
        commas = any(decimal_signs(cell) == "," for cells in failed.values() for cell in cells)
        as_text |= set(range(len(dialect.names))) if commas else set(failed)
    _say(odd, rows, notes)
    columns: dict[str, Cells] = {}
    for k, name in enumerate(dialect.names):
        if k in as_text:
            columns[name] = list(itertools.chain.from_iterable(parts[k]))
        else:
            columns[name] = np.concatenate([np.empty(0), *parts[k]])
    return columns


def _read(
    text: bytes, dialect: Dialect, as_text: set[int], odd: _Odd
) -> tuple[list[list[Cells]], dict[int, list[str]], int]:
    """The parts of each column; the first cells of those that are not plain; how many rows there are."""
    width = len(dialect.names)
    parts: list[list[Cells]] = [[] for _ in range(width)]
    failed: dict[int, list[str]] = {}
    lines = itertools.islice(lines_of(text), dialect.start, None)
    reader = dialect.rows.reader(lines)
    rows = 0
    before = 0
    while batch := list(itertools.islice(reader, max(64, _BATCH // width))):
        first = dialect.start + before + 1
        whole = reader.line_num - before == len(batch)
        if not whole and any(cell.count("\n") > _LINES_IN_CELL for row in batch for cell in row):
            raise ValueError(f"A quotation mark after line {first} is never closed; a cell goes over many lines.")
        before = reader.line_num
        kept = _even(batch, first, dialect, odd, with_text=bool(as_text))
        rows += len(kept)
        check_bound(rows * width, CELLS, "cells of a table", _FEWER)
        check_bound(rows * len(as_text), TEXT_CELLS, "cells of a table that are no plain numbers", _FEWER)
        for k, cells in enumerate(zip(*kept, strict=True)):
            if k in as_text:
                parts[k].append(cells)
            elif k not in failed:
                try:
                    parts[k].append(plain_numbers(cells))
                except ValueError:
                    failed[k] = list(cells)
        if failed and rows == len(kept):  # most columns of text are seen at once, and all is to be read again
            return parts, failed, rows
    last = dialect.start + reader.line_num
    if not text.endswith(b"\n") and last in (*odd.unequal[-1:], *odd.short[-1:]):
        odd.cut_off = True
        if last in odd.short[-1:]:
            odd.short.pop()
            rows -= 1
            parts = [[*column[:-1], column[-1][:-1]] if column else column for column in parts]
        else:
            odd.unequal.pop()
    if rows == 0:
        raise ValueError("The table has no rows, only a header line.")
    if len(odd.unequal) > max(1, _ODD_SHARE * rows):
        _refuse_unequal(dialect, odd, rows)
    return parts, failed, rows


def _even(batch: list[list[str]], first: int, dialect: Dialect, odd: _Odd, *, with_text: bool) -> list[list[str]]:
    """The rows with as many cells as there are columns, short ones filled; others are put down as odd."""
    width = len(dialect.names)
    header = list(dialect.header)
    if set(map(len, batch)) == {width} and not with_text:  # a header among numbers would be text
        return batch
    kept = []
    for number, row in enumerate(batch, start=first):
        if len(row) > width and not any(cell.strip() for cell in row[width:]):
            row = row[:width]
        if not row or (len(row) == 1 and width > 1 and not row[0].strip()):
            continue
        if header and [cell.strip() for cell in row] == header:
            odd.headers += 1
        elif len(header) > 1 and _is_another_header(row, header):
            raise ValueError(
                f"Line {number} is another header ({listed(map(str.strip, row), 6)}), so that these are two tables; "
                "make one of them, or, where they are two runs, a file each."
            )
        elif len(row) == width:
            kept.append(row)
        elif len(row) > width or dialect.rows.delimiter == " ":
            odd.unequal.append(number)
        else:
            odd.short.append(number)
            kept.append(row + [""] * (width - len(row)))
    return kept


def _is_another_header(row: list[str], header: list[str]) -> bool:
    """Whether a row has most of the names of the header, and no number."""
    known = sum(cell.strip() in header for cell in row if cell.strip())
    return known > len(header) / 2 and not any(map(looks_numeric, row))


def _refuse_unequal(dialect: Dialect, odd: _Odd, rows: int) -> None:
    way_out = (
        "write NaN where nothing was measured, or part the cells by commas"
        if dialect.rows.delimiter == " "
        else "numbers with decimal commas need semicolons between them, text with the delimiter in it quotation marks"
    )
    width = len(dialect.names)
    raise ValueError(
        f"Rows must have {counted(width, 'cell')} like most, got other numbers of cells in {len(odd.unequal):,} of "
        f"{rows + len(odd.unequal):,}, the first in line {odd.unequal[0]}; {way_out}."
    )


def _say(odd: _Odd, rows: int, notes: list[str]) -> None:
    if odd.headers:
        notes.append(
            f"The header line stands {counted(odd.headers, 'more time')} between the rows, as in a log that several "
            "starts wrote; the rows keep their order."
        )
    if odd.short:
        notes.append(
            f"{counted(len(odd.short), 'row')} of {rows:,} with too few cells (the first in line {odd.short[0]}): the "
            "last cells count as missing."
        )
    if odd.unequal:
        lines = counted(len(odd.unequal), "line")
        notes.append(f"{lines} without the right number of cells left out (the first is line {odd.unequal[0]}).")
    if odd.cut_off:
        notes.append("The last line is cut off and was left out.")
