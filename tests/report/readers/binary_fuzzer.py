"""Mutations of files that are no text, and tables of numbers at the ends of what floats hold: read, and measured.

python -m tests.report.readers.binary_fuzzer [--count 2000] [--seed 0]
"""

import argparse
import functools
import gzip
import io
import json
import random
import struct
import time
import traceback
import warnings
import zipfile

import numpy as np
from scipy.special import erf

from report.log_measurement import measure_each, runs_of_table
from report.readers.curve_options import CurveOptions
from report.readers.files.kinds import read_data

POINTS = 60
NUMBERS = [
    *("0", "-0", "1", "0.5", "-1", "100", "nan", "inf", "-inf", "1e-400", "5e-324", "1e-300", "1e-99", "1e99", "1e101"),
    *("1e155", "-1e155", "1e300", "1e308", "-1.7e308", "1e400", "9" * 400, "-" + "9" * 400, "0." + "0" * 400 + "1"),
    *("9223372036854775807", "9223372036854775808", "18446744073709551616", "4503599627370496.5", "1_0", "0x10", "1e"),
]


def planted() -> dict[str, np.ndarray]:
    time = np.arange(1.0, POINTS + 1)
    return {
        "step": time,
        "train_acc": (1 + erf(0.3 * (time - 10))) / 2,
        "val_acc": (1 + erf(0.2 * (time - 30))) / 2,
    }


@functools.cache
def valid() -> list[bytes]:
    """A log in each format that is no text."""
    import pyarrow
    import pyarrow.feather
    import pyarrow.parquet
    import xarray
    from tensorboard.compat.proto import event_pb2
    from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

    columns = planted()
    files = []
    np.savez(memory := io.BytesIO(), **columns)
    files.append(memory.getvalue())
    np.savez_compressed(memory := io.BytesIO(), **columns)
    files.append(memory.getvalue())
    rows = np.rec.fromarrays(list(columns.values()), names=list(columns))
    np.save(memory := io.BytesIO(), np.asarray(rows))
    files.append(memory.getvalue())
    table = pyarrow.table({**columns, "run": ["a"] * POINTS})
    pyarrow.parquet.write_table(table, memory := io.BytesIO())
    files.append(memory.getvalue())
    pyarrow.feather.write_feather(table, memory := io.BytesIO(), compression="uncompressed")
    files.append(memory.getvalue())
    curves = {name: ("step", columns[name]) for name in ("train_acc", "val_acc")}
    files.append(bytes(xarray.Dataset(curves, coords={"step": columns["step"]}).to_netcdf(engine="scipy")))

    def record(event: event_pb2.Event) -> bytes:
        data = event.SerializeToString()
        head = struct.pack("<Q", len(data))
        checks = [struct.pack("<I", masked_crc32c(part)) for part in (head, data)]
        return head + checks[0] + data + checks[1]

    events = [record(event_pb2.Event(wall_time=1e9, file_version="brain.Event:2"))]
    for k in range(POINTS):
        event = event_pb2.Event(wall_time=1e9 + k, step=k)
        for name in ("train_acc", "val_acc"):
            event.summary.value.add(tag=name, simple_value=columns[name][k])
        events.append(record(event))
    files.append(b"".join(events))
    files.append(gzip.compress(text_of(columns)))
    with zipfile.ZipFile(memory := io.BytesIO(), "w") as archive:
        archive.writestr("log.csv", text_of(columns))
    files.append(memory.getvalue())
    return files


def text_of(columns: dict[str, np.ndarray]) -> bytes:
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return "\n".join([",".join(columns), *(",".join(map(str, row)) for row in rows)]).encode()


def damaged(rng: random.Random) -> bytes:
    """A file that is no text with a few bytes changed, the ends of it more often than the middle."""
    data = bytearray(rng.choice(valid()))
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        kind = rng.randrange(8)
        near = rng.randrange(min(len(data), 400)) if data else 0
        at = rng.choice((near, max(0, len(data) - 1 - near), rng.randrange(len(data) + 1)))
        if kind == 0:
            del data[at:]
        elif kind == 1:
            data[at : at + 4] = struct.pack("<I", rng.choice((0, 1, 2**31 - 1, 2**31, 2**32 - 1)))
        elif kind == 2:
            data[at : at + 8] = struct.pack("<d", rng.choice((0.0, 1e308, -1e308, 5e-324, float("nan"), float("inf"))))
        elif kind == 3:
            data[at:at] = rng.randbytes(rng.randrange(20))
        else:
            data[at : at + 1] = rng.randbytes(1)
    return bytes(data)


def extreme(rng: random.Random) -> bytes:
    """A table, or rows of JSON, in which some numbers are of no use."""
    rows = [list(row) for row in zip(*(column.tolist() for column in planted().values()), strict=True)]
    names = list(planted())
    scale, shift = rng.choice((1.0, 1.0, 1e97, 1e-97, 1e90, 1e300, 1e-300)), rng.choice((0, 0, 0, 1e20, -30, -1e99))
    for row in rows:
        row[0] = row[0] * scale + shift
    for _ in range(rng.choice((1, 1, 3, 20))):
        rng.choice(rows)[rng.randrange(3)] = rng.choice(NUMBERS)
    if rng.random() < 0.2:
        column = rng.randrange(3)
        for row in rows:
            row[column] = rng.choice(NUMBERS)
    if rng.random() < 0.3:
        return "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows).encode()
    return "\n".join([",".join(names), *(",".join(map(str, row)) for row in rows)]).encode()


def complaint(data: bytes) -> str:
    """What is wrong with how a file is read and measured; empty if nothing."""
    options = CurveOptions()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tables = read_data(io.BytesIO(data), "log")
            runs = measure_each([run for table in tables for run in runs_of_table(table, options)], options)
            said = [*runs.told, *(run.status for run in runs), *(run.label for run in runs)]
            json.dumps(runs.table.to_dict(), allow_nan=False)
    except ValueError as error:
        said = [str(error)] if type(error) is ValueError else [f"{type(error).__name__}\n"]
    except Exception:
        return traceback.format_exc()
    odd = [one for one in said if not (one.isprintable() and 0 < len(one) < 1000)]
    return f"not one short line: {odd[0][:500]!r}" if odd else ""


def fuzz(seed: int, count: int) -> dict[str, bytes]:
    """One file for each complaint among so many."""
    rng = random.Random(seed)
    found: dict[str, bytes] = {}
    for _ in range(count):
        data = rng.choice((damaged, extreme))(rng)
        began = time.process_time()
        words = complaint(data)
        if time.process_time() - began > 5:
            words = words or "more than five seconds"
        if words:
            found.setdefault(words[-300:], data)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    found = fuzz(given.seed, given.count)
    for words, data in found.items():
        print(words, repr(data[:1500]), sep="\n")
    print(f"{given.count:,} files, {len(found)} complaints")


if __name__ == "__main__":
    main()
