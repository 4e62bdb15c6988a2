import gzip
import io
import json
import struct
import time
import warnings
import zipfile

import numpy as np
import pytest

from report import measure_logs
from report.readers.files.kinds import read_data
from tests.report.readers.binary_fuzzer import fuzz, planted, text_of

LOG = text_of(planted())


def array_header(shape):
    np.lib.format.write_array_header_1_0(
        memory := io.BytesIO(), {"descr": "<f8", "fortran_order": False, "shape": shape}
    )
    return memory.getvalue()


def archive(members):
    with zipfile.ZipFile(memory := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return memory.getvalue()


def nameless_archive():
    """A zip file in whose directory a name has no letters."""
    data = bytearray(archive({"a": LOG}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 28 : at + 30] = b"\0\0"
    del data[at + 46]
    size = struct.unpack_from("<I", data, data.rindex(b"PK\x05\x06") + 12)[0]
    struct.pack_into("<I", data, data.rindex(b"PK\x05\x06") + 12, size - 1)
    return bytes(data)


REFUSED = {
    "a long cell": (b'step,acc\n1,"' + b"x" * 200_000 + b'"\n', "of cells with at most 131,072 characters"),
    "a long name": (b"step," + b"y" * 20_000 + b"\n1,2\n2,3\n", "name of a column must have at most 10,000 characters"),
    "a long line": (b"step,acc\n" + b"1," * 2**21, "Lines of at most 1,048,576 bytes"),
    "columns": (b"1," * 20_000 + b"1\n" + b"2," * 20_000 + b"2\n", "At most 10,000 columns"),
    "rules that are none": ((b"-= " * 20_000 + b"x\n") * 2, "holds no table"),
    "deep lists": (b"[" * 10**5 + b"]" * 10**5, "nested hundreds of levels deep"),
    "deep objects": (b'{"a":' * 10**5 + b"1" + b"}" * 10**5, "nested hundreds of levels deep"),
    "deep rows": ((b'{"a":' * 40 + b"1" + b"}" * 40 + b"\n") * 3, "nested more than 32 levels deep"),
    "many lists": (b"[" + b"[]," * 4_500_000 + b"[]]", "lists and objects of JSON in a piece"),
    "many names": (json.dumps({f"k{k}": [1, 2] for k in range(10_001)}).encode(), "At most 10,000 lists of a table"),
    "a name twice among many": (
        b"{" + b",".join(b'"k%d":1' % k for k in range(10**5)) + b',"k7":2}', "got 'k7' twice"
    ),
    "many digits": (b'{"step": [1, 2, ' + b"9" * 5000 + b"]}", "fewer than 4,300 digits"),
    "an array that is not there": (archive({"a.npy": array_header((10**11,))}), "no column of values"),
    "an array of one that is not there": (array_header((10**11, 2)), "no whole array"),
    "objects of Python": (archive({"a.npy": b"\x93NUMPY"}), "no column of values"),
    "arrays without end": (archive({f"a{k}.npy": b"" for k in range(10_001)}), "At most 10,000 arrays"),
    "a nameless member": (nameless_archive(), "The zip file is damaged or cut off"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_hostile_file_is_refused_at_once_and_in_a_sentence(data, sentence):
    began = time.process_time()
    with pytest.raises(ValueError, match=sentence) as refused:
        read_data(io.BytesIO(data), "log")
    assert time.process_time() - began < 3
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 1000


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: archive({"../../etc/log.csv": data})])
def test_what_unpacks_to_more_than_is_read_is_refused(pack, monkeypatch):
    monkeypatch.setattr("report.readers.text.archives.TEXT_BYTES", 10_000)
    with pytest.raises(ValueError, match="which is not read"):
        read_data(io.BytesIO(pack(b"1,2\n" * 3000)), "log")


def test_a_table_of_words_is_bounded(monkeypatch):
    monkeypatch.setattr("report.readers.text.tables.delimited.TEXT_CELLS", 1000)
    with pytest.raises(ValueError, match="At most 1,000 cells of a table that are no plain numbers"):
        read_data(io.BytesIO(b"step,mode\n" + b"1,a\n" * 1001), "log")
    assert len(read_data(io.BytesIO(b"step,mode\n" + b"1,a\n" * 1000), "log")[0]) == 1000


def test_a_large_table_of_arrow_is_refused_before_it_is_read(monkeypatch):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"step": np.zeros(1000), "mode": ["x" * 5000] * 1000}), memory := io.BytesIO())
    for bound, value, sentence in (("CELLS", 1999, "cells of log"), ("TEXT_BYTES", 2**21, "MiB of log")):
        with monkeypatch.context() as patched:
            patched.setattr(f"report.readers.files.arrow.{bound}", value)
            with pytest.raises(ValueError, match=sentence):
                read_data(io.BytesIO(memory.getvalue()), "log")
    assert len(read_data(io.BytesIO(memory.getvalue()), "log")[0]) == 1000


def test_columns_of_one_name_are_read_and_said_in_every_format():
    pyarrow = pytest.importorskip("pyarrow")
    feather = pytest.importorskip("pyarrow.ipc")
    step, acc = pyarrow.array([1.0, 2]), pyarrow.array([0.5, 0.9])
    table = pyarrow.Table.from_arrays([step, acc, step], names=["step", "acc", "acc"])
    with feather.new_file(memory := io.BytesIO(), table.schema) as file:
        file.write_table(table)
    for data in (memory.getvalue(), b"step,acc,acc\n1,0.5,1\n2,0.9,2\n"):
        (read,) = read_data(io.BytesIO(data), "log")
        assert [values.tolist() for values in read.columns.values()] == [[1, 2], [0.5, 0.9], [1, 2]]
        assert any("acc" in note for note in read.notes)


def test_ten_thousand_columns_of_one_name_are_told_apart_at_once():
    began = time.process_time()
    (read,) = read_data(io.BytesIO((b"a," * 5000)[:-1] + b"\n" + (b"1," * 5000)[:-1] + b"\n"), "log")
    assert len(read.columns) == 5000
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("column", "left"),
    [
        (np.arange(60).astype("M8[Y]"), False),
        ((np.arange(60) * 10**12).astype("M8[Y]"), True),
        (np.arange(60, dtype=np.longdouble) * np.longdouble("1e4000"), False),
        (np.array([10**400] * 60, dtype=object), False),
    ],
    ids=["years", "years without end", "numbers of 16 bytes", "whole numbers of 400 digits"],
)
def test_a_column_of_no_use_costs_no_run(column, left):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (run,) = measure_logs({**planted(), "other": column}).runs
    assert run.ok
    assert any("Left out" in note for note in run.notes) == left


@pytest.mark.parametrize("scale", [1e-300, 5e-324, 1e98, 1e155, 1e306])
def test_times_that_floats_cannot_square_are_refused(scale):
    log = planted()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        measured = measure_logs({**log, "step": log["step"] * scale})
    assert "1e-100" in measured.runs[0].status or "differ by" in measured.runs[0].status or measured.runs[0].ok


def test_40_damaged_files_and_extreme_tables_are_measured_or_refused():
    for module in ("pyarrow", "tensorboard", "xarray"):
        pytest.importorskip(module)
    assert fuzz(0, 40) == {}


@pytest.mark.slow
def test_5000_damaged_files_and_extreme_tables_are_measured_or_refused():
    assert fuzz(1, 5000) == {}
