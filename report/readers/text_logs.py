"""Logs in text, whatever wrote them: tables of all dialects, JSON of all shapes, the output of a program."""

import csv
from collections.abc import Mapping
from typing import Any, BinaryIO

from numpy.typing import NDArray

from report.readers.files.foreign import foreign_kind
from report.readers.log_table import LogTable
from report.readers.text.archives import is_packed, too_large, unpack
from report.readers.text.bounds import TEXT_BYTES
from report.readers.text.encoding import as_utf8
from report.readers.text.log_lines import lines_share, read_log_lines
from report.readers.text.objects.json_lines import holds_json_lines, read_json_lines
from report.readers.text.objects.json_shapes import tables_in
from report.readers.text.objects.json_values import json_document
from report.readers.text.objects.records import columns_of
from report.readers.text.progress_bars import bars_as_lines
from report.readers.text.tables.delimited import read_delimited
from report.readers.text.typed_columns import Cells, typed_columns
from report.readers.wording import one_line, printable_name

__all__ = ["read_text"]

_MOSTLY = 0.5

Tables = Mapping[str, Mapping[str, Cells]]


def read_text(data: BinaryIO, source: str) -> tuple[LogTable, ...]:
    """The tables in a text file, in most cases one.

    What is read: tables with commas, semicolons, tabs, bars or spaces between the cells, with or without a header,
    also Markdown; JSON lines; JSON that holds rows or columns, of one run or several; lines with names and numbers in
    them. All of these in UTF-8, UTF-16, UTF-32 or Latin-1, as they are or packed by gzip, bzip2, xz or zip. Whatever is
    guessed, mended or left out is a sentence in the table's notes.

    The text may have 512 MiB, a JSON document in one piece 128 MiB, a line 1 MiB, a table 10,000 columns
    and 50 million cells. It is held once, or twice while its encoding is changed; tables and JSON lines are read from
    it piece by piece.

    Parameters
    ----------
    data
        The bytes, read from where they are to the end.
    source
        The name of the file, for messages.

    Returns
    -------
    tuple of LogTable
        One a run, each with at least one row.

    Raises
    ------
    ValueError
        One line: if the file is no text, holds no table or more than is read, or can be read in two ways.

    Examples
    --------
    >>> import io
    >>> [table] = read_text(io.BytesIO(b"# seed 0\\nstep;train;val\\n1;0,5;20 %\\n2;0,75;25 %\\n"), "log.csv")
    >>> {name: column.tolist() for name, column in table.columns.items()}
    {'step': [1.0, 2.0], 'train': [0.5, 0.75], 'val': [0.2, 0.25]}
    >>> table.notes
    ('The numbers have decimal commas.', 'The percent signs in val were read as hundredths.')
    """
    name = printable_name(source)
    try:
        text, notes = _text(data.read(TEXT_BYTES + 1))
        tables = _tables(text, notes)
        return tuple(_log_table(source, run, columns, notes) for run, columns in tables.items())
    except RecursionError:
        raise ValueError(one_line(f"{name}: It must not be nested hundreds of levels deep.")) from None
    except ValueError as error:
        raise ValueError(one_line(f"{name}: {error}")) from None


def _text(raw: bytes) -> tuple[bytes, list[str]]:
    """The text as UTF-8, and what was guessed."""
    if len(raw) > TEXT_BYTES:
        raise too_large("The file")
    raw = unpack(raw)
    if is_packed(raw):
        raise ValueError("The file is packed twice; unpack it once.")
    _check_is_log(raw)
    notes: list[str] = []
    text = as_utf8(raw, notes)
    _check_is_log(text)
    return text, notes


def _check_is_log(data: bytes) -> None:
    if not data or data.isspace():
        raise ValueError("The file is empty; give a table with a header line, or JSON.")
    if kind := foreign_kind(data, data[-8:]):
        raise ValueError(f"This is {kind}.")


def _tables(text: bytes, notes: list[str]) -> Tables:
    if holds_json_lines(text):
        values = read_json_lines(text, notes)
        return {"": values} if isinstance(values, dict) else tables_in(values, notes)
    if text.lstrip()[:1] in (b"{", b"["):
        said: list[str] = []
        try:
            values = json_document(text, said)
        except ValueError:
            # A program's output may start with [12:30:05], a table with a line of settings.
            if not _starts_as_output(text):
                raise
        else:
            notes.extend(said)
            return tables_in(values[0] if len(values) == 1 else values, notes)
    text = bars_as_lines(text, notes)
    if lines_share(text) > _MOSTLY and (rows := read_log_lines(text, notes)):
        return {"": columns_of(rows, notes)}
    columns = read_delimited(text, notes)
    if columns is not None:
        return {"": columns}
    if rows := read_log_lines(text, notes):
        return {"": columns_of(rows, notes)}
    hint = "; perhaps a quotation mark is never closed" * (text.count(b'"') % 2)
    if max(map(len, text.split(b"\n"))) > csv.field_size_limit():
        hint += f"; of cells with at most {csv.field_size_limit():,} characters"
    raise ValueError(f"The text holds no table: no rows of numbers, no JSON, no names with numbers; give CSV{hint}.")


def _starts_as_output(text: bytes) -> bool:
    """Whether the first line is closed by the bracket that it opens with, and others follow."""
    line, more, _ = text.lstrip().partition(b"\n")
    return bool(more) and (b"]" if line.startswith(b"[") else b"}") in line


def _log_table(source: str, run: str, columns: Mapping[str, Cells], notes: list[str]) -> LogTable:
    own = list(notes)
    typed: Mapping[str, NDArray[Any]] = typed_columns(columns, own)
    if not typed or not len(next(iter(typed.values()))):
        raise ValueError("The table has no rows.")
    return LogTable(source, typed, tuple(map(one_line, dict.fromkeys(own))), run)
