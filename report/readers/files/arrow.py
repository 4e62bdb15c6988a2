"""Parquet, Feather and Arrow files, by pyarrow; refused before reading where they would not fit."""

import importlib
from typing import Any, BinaryIO

from report.readers.log_table import LogTable
from report.readers.objects.frames import frame_table
from report.readers.text.bounds import CELLS, COLUMNS, TEXT_BYTES, check_bound
from report.readers.wording import listed, printable_name

__all__ = ["read_arrow", "read_parquet"]

_FEWER = "Keep the columns of time and accuracies, or fewer rows."


def read_parquet(data: BinaryIO, source: str) -> tuple[LogTable, ...]:
    """The columns of numbers, dates and words; nested ones are never read.

    Raises ValueError for a file that is not whole, or whose columns are too large for memory; ModuleNotFoundError
    without pyarrow.
    """
    pyarrow = importlib.import_module("pyarrow")
    parquet = importlib.import_module("pyarrow.parquet")
    try:
        file = parquet.ParquetFile(data)
        schema = file.schema_arrow
        kept, notes = _flat(pyarrow, schema, source)
        check_bound(file.metadata.num_rows * len(kept), CELLS, f"cells of {source}", _FEWER)
        names = list(dict.fromkeys(schema.names[k] for k in kept))
        batches = _bounded(file.iter_batches(columns=names, use_threads=False), source)
        table = pyarrow.Table.from_batches(batches) if batches else file.read(columns=names, use_threads=False)
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
        kept, notes = _flat(pyarrow, table.schema, source)
        return (_table(table.select(kept), source, notes),)
    except (pyarrow.ArrowException, OSError, MemoryError, UnicodeDecodeError) as reason:
        raise ValueError(f"{source} is not a whole Arrow file ({_first_line(reason)}).") from None


def _flat(pyarrow: Any, schema: Any, source: str) -> tuple[list[int], tuple[str, ...]]:
    """The columns that are not nested, by their places, since several may have one name; what is said of others."""
    nested = [field.name for field in schema if pyarrow.types.is_nested(field.type)]
    kept = [k for k, field in enumerate(schema) if not pyarrow.types.is_nested(field.type)]
    check_bound(len(kept), COLUMNS, f"columns of {source}", "Keep those of interest.")
    return kept, (f"Left out, as their values are lists or records: {listed(nested)}.",) if nested else ()


def _bounded(batches: Any, source: str) -> list[Any]:
    kept, rows, size = [], 0, 0
    for batch in batches:
        rows += batch.num_rows
        size += batch.nbytes
        check_bound(rows * batch.num_columns, CELLS, f"cells of {source}", _FEWER)
        check_bound(size >> 20, TEXT_BYTES >> 20, f"MiB of {source}", _FEWER)
        kept.append(batch)
    return kept


def _table(table: Any, source: str, notes: tuple[str, ...]) -> LogTable:
    read = frame_table(table, source, "pyarrow")
    return LogTable(source, read.columns, (*notes, *read.notes))


def _first_line(reason: Exception) -> str:
    return printable_name(str(reason).partition("\n")[0].rstrip(".") or type(reason).__name__)
