"""Mutations of valid files, and bytes at random: what the reader makes of them.

python -m tests.report.readers.text.fuzzer [--seconds 60] [--seed 0]
"""

import argparse
import io
import random
import time
import traceback
import warnings

import numpy as np

from report.readers.text_logs import read_text
from tests.report.readers.text.planted import OTHER_NAMES, SAME_NAMES

TEXTS = [*SAME_NAMES.values(), *(text for text, _ in OTHER_NAMES.values())]
VALID = [text.encode() if isinstance(text, str) else text for text in TEXTS]
TOKENS = [
    *(
        b"\n",
        b"\r",
        b"\r\n",
        b",",
        b";",
        b"\t",
        b"|",
        b" ",
        b'"',
        b"'",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"#",
        b"%",
        b"\0",
        b"\x1b[0m",
    ),
    *(
        b"NaN",
        b"Infinity",
        b"-inf",
        b"null",
        b"true",
        b"1e999",
        b"9" * 400,
        b"9" * 5000,
        b"1,234",
        b"1.234,5",
        b"0,5",
        b"1_0",
    ),
    *(
        b"00:12:30",
        b"2024-02-30",
        b"2024-01-01T00:00:00Z",
        b"9999-12-31T23:59:59-23:59",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xe9",
    ),
    *(
        b"[" * 3000,
        b'{"a":' * 3000,
        b"(" * 3000,
        b"-" * 3000,
        b"a=1 " * 300,
        b"\xf0\x9f\x98\x80",
        b"\xed\xa0\x80",
        b"\\ud800",
        b"\\u0000",
    ),
    *(
        b"epoch=",
        b"step: 1",
        b"|---|",
        b"---",
        b"=====",
        b"tensor(1)",
        b"np.float64(",
        b"\x85",
        b"\xc2\xa0",
        b"\xe2\x80\xa8",
        b"\x0c",
    ),
]


def mutated(rng: random.Random) -> bytes:
    """A valid file with a few changes, or noise."""
    data = bytearray(rng.choice(VALID))
    if rng.random() < 0.05:
        return rng.randbytes(rng.randrange(400))
    for _ in range(rng.choice((1, 1, 2, 3, 8, 30))):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(6)
        if kind == 0:
            data[at : at + rng.randrange(1, 20)] = b""
        elif kind == 1:
            data[at:at] = rng.choice(TOKENS)
        elif kind == 2:
            data[at : at + 1] = rng.choice(TOKENS)
        elif kind == 3:
            data[at : at + 1] = rng.randbytes(1)
        elif kind == 4:
            other = rng.choice(VALID)
            start = rng.randrange(len(other))
            data[at:at] = other[start : start + rng.randrange(60)]
        elif len(data) > 1:
            del data[at:]
            data = data or bytearray(b"1")
    return bytes(data)


def complaint(data: bytes) -> str:
    """What is wrong with how the reader takes these data; empty if nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tables = read_text(io.BytesIO(data), "log")
    except ValueError as error:
        message = str(error)
        if type(error) is not ValueError or error.__cause__ or not error.__suppress_context__:
            return f"another error: {type(error).__name__}"
        return "" if message.isprintable() and len(message) < 500 else f"not one short line: {message!r}"
    except Exception:
        return traceback.format_exc()
    for table in tables:
        if len(table) == 0 or len({column.size for column in table.columns.values()}) != 1:
            return "columns of different lengths, or none"
        if any(column.dtype.kind not in "fMO" or column.ndim != 1 for column in table.columns.values()):
            return "a column of another kind"
        if any(np.isinf(column).any() for column in table.columns.values() if column.dtype.kind == "f"):
            return "an infinite value"
        if not all(isinstance(name, str) for name in table.columns):
            return "a name that is no text"
        if not all(note.isprintable() and len(note) < 500 for note in table.notes):
            return f"a note that is not one short line: {table.notes!r}"
    return ""


def fuzz(seed: int, seconds: float = float("inf"), count: int = 10**9) -> tuple[int, dict[str, bytes]]:
    """How many mutations were read, and one for each complaint."""
    rng = random.Random(seed)
    found: dict[str, bytes] = {}
    start = time.monotonic()
    done = 0
    while done < count and time.monotonic() - start < seconds:
        data = mutated(rng)
        began = time.monotonic()
        words = complaint(data)
        if time.monotonic() - began > 5:
            words = words or "more than five seconds"
        if words:
            found.setdefault(words[-300:], data)
        done += 1
    return done, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    done, found = fuzz(given.seed, given.seconds)
    for words, data in found.items():
        print(words, repr(data[:2000]), sep="\n")
    print(f"{done:,} files, {len(found)} complaints")


if __name__ == "__main__":
    main()
