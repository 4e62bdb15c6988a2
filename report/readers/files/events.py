"""Event files of TensorBoard: every scalar in them, whatever wrote them, and however they end."""

import importlib
import struct
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

from report.readers.log_table import LogTable
from report.readers.scalar_streams import stream_columns
from report.readers.text.bounds import COLUMNS, TEXT_CELLS, check_bound

__all__ = ["holds_events", "read_event_file", "scalar_events"]

_LARGEST_RECORD = 2**20
"""Of those that can hold scalars; pictures, graphs and sounds are larger, and are not worth their checksum."""


def holds_events(head: bytes) -> bool:
    """Whether a file begins as event files do, with a record of their version.

    >>> holds_events(b"step,accuracy")
    False
    """
    return head[21:33] == b"brain.Event:" or b"brain.Event:" in head[12:64]


def read_event_file(data: BinaryIO, source: str) -> tuple[LogTable, ...]:
    """The scalars of one event file; ValueError where it has none, ModuleNotFoundError without tensorboard."""
    streams, notes = scalar_events(data)
    if not streams:
        raise ValueError(f"{source} is an event file of TensorBoard without scalars. {' '.join(notes)}".rstrip())
    return (LogTable(source, stream_columns(streams), notes),)


def scalar_events(data: BinaryIO) -> tuple[dict[str, list[tuple[int, float, float]]], tuple[str, ...]]:
    """Of each tag (step, seconds, value) in the order of the file, and what is to be said of what is not there.

    Both kinds of scalars are read, the plain ones of torch and the tensors of TensorFlow 2; all of them, without a
    sample of them being drawn. A record whose checksum is wrong is left out; where the next one is not found, or the
    file ends within one, reading ends.
    """
    event_of = importlib.import_module("tensorboard.compat.proto.event_pb2").Event.FromString
    array_of = importlib.import_module("tensorboard.util.tensor_util").make_ndarray
    streams: dict[str, list[tuple[int, float, float]]] = {}
    plugins: dict[str, str] = {}
    faults: Counter[str] = Counter()
    count = 0
    for record in _records(data, faults):
        try:
            event = event_of(record)
        except Exception:  # of protobuf's own kinds, which differ between its implementations
            faults["damaged"] += 1
            continue
        for value in event.summary.value:
            plugin = plugins.setdefault(value.tag, value.metadata.plugin_data.plugin_name)
            number = _scalar(value, plugin, array_of)
            if number is None:
                faults["other"] += 1
            else:
                streams.setdefault(value.tag, []).append((event.step, event.wall_time, number))
                count += 1
        check_bound(count, TEXT_CELLS, "scalars of an event file", "Log at fewer steps.")
        check_bound(len(streams), COLUMNS, "names of scalars", "Keep those of interest.")
    return streams, tuple(sentence.format(faults[kind]) for kind, sentence in _SENTENCES.items() if faults[kind])


_SENTENCES = {
    "cut": "An event file is cut off or damaged; what comes before that was read.",
    "damaged": "{} damaged records of an event file were left out.",
    "other": "{} histograms, pictures or words of an event file were left out.",
    "large": "{} records of an event file were left out, too large to be scalars.",
}


def _scalar(value: Any, plugin: str, array_of: Any) -> float | None:
    kind = value.WhichOneof("value")
    if kind == "simple_value":
        return float(value.simple_value)
    if kind != "tensor" or plugin not in ("", "scalars"):
        return None
    array = array_of(value.tensor)
    return float(array.item()) if array.size == 1 and array.dtype.kind in "biuf" else None


def _records(data: BinaryIO, faults: Counter[str]) -> Iterator[bytes]:
    """The records of a file: 8 bytes of length, 4 of its checksum, the record, 4 of its checksum."""
    # TensorBoard's own loader takes seconds for the checksum of a picture, and does not say where a file is damaged.
    checksum = importlib.import_module("tensorboard.compat.tensorflow_stub.pywrap_tensorflow").masked_crc32c
    while header := data.read(12):
        if len(header) < 12 or checksum(header[:8]) != struct.unpack("<I", header[8:])[0]:
            faults["cut"] += 1
            return
        length = struct.unpack("<Q", header[:8])[0]
        if length > _LARGEST_RECORD:
            faults["large"] += 1
            data.seek(length + 4, 1)
            continue
        record, end = data.read(length), data.read(4)
        if len(record) < length or len(end) < 4:
            faults["cut"] += 1
            return
        if checksum(record) == struct.unpack("<I", end)[0]:
            yield record
        else:
            faults["damaged"] += 1
