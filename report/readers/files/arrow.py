"""Parquet, Feather and Arrow files, by pyarrow; refused before reading where they would not fit."""

import importlib
from typing import Any, BinaryIO

from report.readers.files.opening import sized
from report.readers.log_table import LogTable
from report.readers.objects.frames import frame_table
from report.readers.wording import listed, printable_name

__all__ = ["read_arrow", "read_parquet"]

_LARGEST_TABLE = 2**31


def read_parquet(data: BinaryIO, source: str) -> tuple[LogTable, ...]:
    """The columns of numbers, dates and words; nested ones are never read.

    Raises ValueError for a file that is not whole, or whose columns are too large for memory; ModuleNotFoundError
    without pyarrow.
    """
    pyarrow = importlib.import_module("pyarrow")
    parquet = importlib.import_module("pyarrow.parquet")
    try:
        file = parquet.ParquetFile(data)
        kept, notes = _flat(pyarrow, file.schema_arrow)
        _check_size(file.metadata.num_rows, len(kept), source)
        table = file.read(columns=kept, use_threads=False)
        table.validate(full=True)
        return (_table(table, source, notes),)
    except (pyarrow.ArrowException, OSError, MemoryError, UnicodeDecodeError) as reason:
        raise ValueError(f"{source} is not a whole Parquet file ({_first_line(reason)}).") from None


def read_arrow(data: BinaryIO, source: str) -> tuple[LogTable, ...]:
    """The same from a Feather or Arrow file, or from an Arrow stream, batch by batch."""
    pyarrow = importlib.import_module("pyarrow")
    head = data.read(6)
    data.seek(0)
    try:
        reader = pyarrow.ipc.open_file(data) if head == b"ARROW1" else pyarrow.ipc.open_stream(data)
        count = getattr(reader, "num_record_batches", None)
        batches = (reader.get_batch(k) for k in range(count)) if count is not None else iter(reader)
        table = pyarrow.Table.from_batches(_bounded(batches, source), schema=reader.schema)
        table.validate(full=True)  # what a damaged file says of its own lengths would be believed later
        kept, notes = _flat(pyarrow, table.schema)
        return (_table(table.select(kept), source, notes),)
    except (pyarrow.ArrowException, OSError, MemoryError, UnicodeDecodeError) as reason:
        raise ValueError(f"{source} is not a whole Arrow file ({_first_line(reason)}).") from None


def _flat(pyarrow: Any, schema: Any) -> tuple[list[str], tuple[str, ...]]:
    nested = [field.name for field in schema if pyarrow.types.is_nested(field.type)]
    kept = [field.name for field in schema if field.name not in nested]
    return kept, (f"Left out, as their values are lists or records: {listed(nested)}.",) if nested else ()


def _bounded(batches: Any, source: str) -> list[Any]:
    kept, rows = [], 0
    for batch in batches:
        rows += batch.num_rows
        _check_size(rows, batch.num_columns, source)
        kept.append(batch)
    return kept


def _check_size(rows: int, columns: int, source: str) -> None:
    if 8 * rows * columns > _LARGEST_TABLE:
        raise ValueError(
            f"{source} has {rows} rows of {columns} columns, more than the {sized(_LARGEST_TABLE)} that are read; "
            "keep the columns of time and accuracies, or fewer rows."
        )


def _table(table: Any, source: str, notes: tuple[str, ...]) -> LogTable:
    read = frame_table(table, source, "pyarrow")
    return LogTable(source, read.columns, (*notes, *read.notes))


def _first_line(reason: Exception) -> str:
    return printable_name(str(reason).partition("\n")[0].rstrip(".") or type(reason).__name__)
