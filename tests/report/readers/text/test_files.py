"""What is no log at all, and what would never end."""

import gzip
import io
import zipfile

import pytest

from report.readers.text import archives, bounds
from report.readers.text_logs import read_text
from tests.report.readers.text.fuzzer import fuzz
from tests.report.readers.text.reading import read, refusal


def archive(*names: str) -> bytes:
    with zipfile.ZipFile(memory := io.BytesIO(), "w") as file:
        for name in names:
            file.writestr(name, "step,acc\n1,2\n")
    return memory.getvalue()


FOREIGN = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n \n", "empty"),
    "html": (b"<!DOCTYPE html><html>", "HTML"),
    "pdf": (b"%PDF-1.4 x", "PDF"),
    "png": (b"\x89PNG\r\n\x1a\n", "image"),
    "pickle": (b"\x80\x04\x95\x00", "pickle"),
    "bytes": (bytes(range(256)) * 10, "binary"),
    "a zero": (b"step,acc\n1,\x000.5\n", "binary"),
    "two files": (archive("a.csv", "b.csv"), "must hold one file, got 2"),
    "gzip cut off": (gzip.compress(b"step,acc\n1,2\n" * 100)[:-10], "damaged or cut off"),
    "gzip damaged": (b"\x1f\x8b" + b"\xff" * 50, "damaged or cut off"),
    "zip damaged": (b"PK\x03\x04" + b"\xff" * 50, "damaged or cut off"),
    "packed twice": (gzip.compress(gzip.compress(b"step,acc\n1,2\n")), "packed twice"),
    "packed Parquet": (gzip.compress(b"PAR1" + bytes(99)), "a Parquet file, packed"),
    "half a UTF-16": (b"\xff\xfea", "write it as UTF-8"),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_says_what_it_is(case):
    data, words = FOREIGN[case]
    assert words in refusal(data)


def test_file_and_what_it_unpacks_to_are_bounded(monkeypatch):
    monkeypatch.setattr(archives, "TEXT_BYTES", 10_000)
    with pytest.raises(ValueError, match="The packed file has more than"):
        read(gzip.compress(b"1,2\n" * 5000))
    assert len(read(gzip.compress(b"1,2\n" * 100))[0]) == 100
    monkeypatch.setattr("report.readers.text_logs.TEXT_BYTES", 1000)
    with pytest.raises(ValueError, match="The file has more than"):
        read(b"1,2\n" * 300)


def test_many_small_parts_end():
    with pytest.raises(ValueError, match=f"more than {bounds.MEMBERS} parts"):
        read(gzip.compress(b"1") * (bounds.MEMBERS + 1))


def test_message_is_one_printable_line_whatever_the_name():
    with pytest.raises(ValueError, match="x") as caught:
        read_text(io.BytesIO(b""), "x\n\x1b[31m" * 300)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


def test_mutations_are_read_or_refused():
    done, found = fuzz(0, count=300)
    assert done == 300
    assert found == {}


@pytest.mark.slow
def test_10000_mutations_of_texts_are_read_or_refused():
    done, found = fuzz(1, count=10_000)
    assert done == 10_000
    assert found == {}
