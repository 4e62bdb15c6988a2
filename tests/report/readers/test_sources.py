"""Files told by their content, objects by what made them; hostile paths get a sentence, and quickly."""

import datetime
import io
import os
import pickle
import socket
import types
import zipfile

import numpy as np
import pytest

from report.readers.sources import read_tables

STEPS, TRAIN, GEN = [1, 2, 3], [0.25, 0.5, 1.0], [0.0, 0.125, 0.75]


def columns(source):
    (table,) = read_tables(source)
    return {name: values.tolist() for name, values in table.columns.items()}


CURVES = {"step": STEPS, "train": TRAIN, "gen": GEN}


@pytest.mark.parametrize("kind", ["parquet", "feather", "ipc", "stream"])
def test_files_of_arrow_are_read_whatever_they_are_called(tmp_path, kind):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import feather, parquet

    table = pyarrow.table(
        {"step": pyarrow.array([1, 2, None]), "acc": pyarrow.array([0.5, None, 1.0]), "run": ["a", "b", None],
         "words": pyarrow.array(["x", "y", "x"]).dictionary_encode(), "ok": [True, None, False],
         "when": pyarrow.array([datetime.datetime(2024, 1, 2), None, datetime.datetime(2024, 1, 3)])}
    )  # fmt: skip
    path = tmp_path / "log.csv"
    if kind == "parquet":
        table = table.append_column("weights", pyarrow.array([[1.0], [2.0], []]))
        parquet.write_table(table, path)
    elif kind.startswith("feather"):
        feather.write_feather(table, str(path))
    else:
        writer = pyarrow.ipc.new_file if kind == "ipc" else pyarrow.ipc.new_stream
        with writer(str(path), table.schema) as out:
            out.write_table(table)
    (read,) = read_tables(path)
    np.testing.assert_array_equal(read.columns["step"], [1, 2, np.nan])
    np.testing.assert_array_equal(read.columns["acc"], [0.5, np.nan, 1])
    np.testing.assert_array_equal(read.columns["ok"], [1, np.nan, 0])
    assert read.columns["run"].tolist() == ["a", "b", None]
    assert read.columns["words"].tolist() == ["x", "y", "x"]
    assert read.columns["when"].dtype.kind == "M"
    assert np.isnat(read.columns["when"]).tolist() == [False, True, False]
    assert ("weights" in " ".join(read.notes)) == (kind == "parquet")


def test_a_parquet_file_that_would_not_fit_is_refused_before_it_is_read(tmp_path, monkeypatch):
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow

    from report.readers.files import arrow

    parquet.write_table(pyarrow.table({"step": range(100), "acc": range(100)}), tmp_path / "log.parquet")
    monkeypatch.setattr(arrow, "CELLS", 199)
    with pytest.raises(ValueError, match=r"At most 199 cells of \S*log\.parquet are read, got 200\."):
        read_tables(tmp_path / "log.parquet")
    whole = (tmp_path / "log.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="not a whole Parquet file"):
        read_tables(tmp_path / "cut.parquet")


def test_an_archive_of_arrays(tmp_path):
    path = tmp_path / "log.npz"
    np.savez_compressed(path, **CURVES, lr=0.5, weights=np.zeros((2, 2)), objects=np.array([None, {}], dtype=object))
    assert columns(path) == CURVES
    notes = " ".join(read_tables(path)[0].notes)
    assert "lr, weights" in notes
    assert "pickles or not whole: objects" in notes


def test_arrays_alone(tmp_path):
    records = np.array(
        list(zip(STEPS, TRAIN, GEN, strict=True)), dtype=[("step", "i4"), ("train", "f4"), ("gen", "f8")]
    )
    np.save(tmp_path / "a.npy", records)
    assert columns(tmp_path / "a.npy") == columns(records) == CURVES
    np.save(tmp_path / "b.npy", np.column_stack([STEPS, TRAIN, GEN]))
    assert columns(tmp_path / "b.npy") == {f"column {k + 1}": one for k, one in enumerate(CURVES.values())}
    np.save(tmp_path / "c.npy", np.array([{}, None], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="pickles"):
        read_tables(tmp_path / "c.npy")
    with pytest.raises(ValueError, match="must have rows of 2 to"):
        read_tables(np.zeros(7))


def test_lengths_that_do_not_decide_are_refused():
    (table,) = read_tables({"a": STEPS, "b": TRAIN, "c": [1, 2], "d": [1, 2, 3, 4]})
    assert list(table.columns) == ["a", "b"]
    assert table.notes == ("Left out, as no column of 3 values: c, d.",)
    with pytest.raises(ValueError, match="one length, a mapping has a 2, b 3"):
        read_tables({"a": [1, 2], "b": [1, 2, 3]})
    with pytest.raises(ValueError, match="no column of values"):
        read_tables({"a": 1, "b": "word"})


def test_a_frame_of_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {
            "acc": pandas.array([0.5, None, 1.0], dtype="Float64"),
            "n": pandas.array([1, None, 3], dtype="Int64"),
            "ok": pandas.array([True, None, False], dtype="boolean"),
            "kind": pandas.Categorical(["a", None, "b"]),
            "fold": pandas.Categorical([3, None, 1]),
            "when": pandas.to_datetime(["2024-01-01T01:00+01:00", None, "2024-01-02T01:00+01:00"]),
            "words": ["0.5", "NaN", " 1e-3"],
            "share": ["75 %", "n/a", "0.5 %"],
            "nested": [[1], [2], [3]],
            "spent": pandas.to_timedelta([1, 2, None], unit="min"),
        }
    ).set_index(pandas.Index([10, 20, 30], name="step"))
    (table,) = read_tables(frame)
    assert table.columns["step"].tolist() == [10, 20, 30]
    np.testing.assert_array_equal(table.columns["acc"], [0.5, np.nan, 1])
    np.testing.assert_array_equal(table.columns["n"], [1, np.nan, 3])
    np.testing.assert_array_equal(table.columns["ok"], [1, np.nan, 0])
    np.testing.assert_array_equal(table.columns["fold"], [3, np.nan, 1])
    np.testing.assert_array_equal(table.columns["words"], [0.5, np.nan, 0.001])
    np.testing.assert_array_equal(table.columns["share"], [0.75, np.nan, 0.005])
    np.testing.assert_array_equal(table.columns["spent"], [60, 120, np.nan])
    assert table.columns["kind"].tolist() == ["a", None, "b"]
    assert table.columns["when"][0] == np.datetime64("2024-01-01T00:00")
    assert "nested" not in table.columns
    assert table.notes == (
        "The percent signs in share were read as hundredths.",
        "Words were read as numbers or dates: words, share.",
        "Left out, as no column of numbers, dates or words: nested.",
    )
    assert next(iter(read_tables(frame.rename_axis(None))[0].columns)) == "index"
    assert "index" not in read_tables(frame.reset_index(drop=True))[0].columns
    levels = pandas.DataFrame([[1, 0.5], [2, 0.9]], columns=pandas.MultiIndex.from_tuples([("t", ""), ("val", "acc")]))
    assert columns(levels) == {"t": [1, 2], "val/acc": [0.5, 0.9]}
    twice = pandas.DataFrame([[1, 0.5]], columns=["acc", "acc"])
    assert columns(twice) == {"acc": [1], "acc.1": [0.5]}
    assert "share a name" in read_tables(twice)[0].notes[0]


def test_words_in_columns_are_read_as_in_a_file(tmp_path):
    cells = {
        "epoch": ["1.000", "2.000", "3.000"],
        "acc": ["0,25", "0,5", "-"],
        "when": ["2024-01-01", "2024-01-02", ""],
        "optimizer": ["adam", " sgd", "NA"],
    }
    lines = [";".join(row) for row in zip(*cells.values(), strict=True)]
    (tmp_path / "log.csv").write_text("\n".join([";".join(cells), *lines, ""]))
    (file,), (mapping,) = read_tables(tmp_path / "log.csv"), read_tables(cells)
    assert file.columns["epoch"].tolist() == [1000, 2000, 3000]
    for name in cells:
        np.testing.assert_array_equal(mapping.columns[name], file.columns[name])
        assert mapping.columns[name].dtype == file.columns[name].dtype
    assert set(file.notes) < set(mapping.notes)
    with pytest.raises(ValueError, match="one decimal mark"):
        read_tables({"acc": ["0,5", "1"], "val_acc": ["0.25", "1"]})


def test_a_frame_of_polars():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(
        {"step": STEPS, "acc": [0.5, None, 1.0], "n": [1, None, 3], "ok": [True, None, False], "kind": ["a", None, "b"],
         "when": [datetime.datetime(2024, 1, 1), None, datetime.datetime(2024, 1, 2)], "nested": [[1], [2], [3]]},
        schema_overrides={"kind": polars.Categorical},
    )  # fmt: skip
    for source in (frame, frame.lazy()):
        (table,) = read_tables(source)
        assert table.columns["step"].tolist() == STEPS
        np.testing.assert_array_equal(table.columns["acc"], [0.5, np.nan, 1])
        np.testing.assert_array_equal(table.columns["n"], [1, np.nan, 3])
        np.testing.assert_array_equal(table.columns["ok"], [1, np.nan, 0])
        assert table.columns["kind"].tolist() == ["a", None, "b"]
        assert table.columns["when"].dtype.kind == "M"
        assert "nested" in table.notes[0]


def test_datasets_of_xarray():
    xarray = pytest.importorskip("xarray")
    values = np.arange(12.0).reshape(2, 3, 2)
    dataset = xarray.Dataset(
        {
            "accuracy": (("seed", "epoch", "split"), values),
            "lr": ("epoch", [0.5, 0.25, 0.125]),
            "weights": (("epoch", "unit"), np.zeros((3, 9))),
            "samples": 100,
        },
        coords={"epoch": STEPS, "seed": [7, 8], "split": ["train", "val"]},
    )
    first, second = read_tables(dataset)
    assert (first.run, second.run) == ("seed=7", "seed=8")
    assert second.columns["epoch"].tolist() == STEPS
    assert second.columns["accuracy/train"].tolist() == values[1, :, 0].tolist()
    assert first.columns["accuracy/val"].tolist() == values[0, :, 1].tolist()
    assert second.columns["seed"].tolist() == [8] * 3
    assert first.columns["lr"].tolist() == [0.5, 0.25, 0.125]
    assert "weights, samples" in first.notes[0]
    array = xarray.DataArray(values[0], dims=("n", "split"), coords={"split": ["train", "val"]}, name="acc")
    (table,) = read_tables(array)
    assert table.columns["acc/val"].tolist() == [1, 3, 5]
    assert [note.split(",")[0] for note in table.notes] == [
        "The time is the dimension n",
        "The dimension n has no values; it was counted from 0.",
    ]
    with pytest.raises(ValueError, match="no dimension of time"):
        read_tables(xarray.Dataset({"acc": 1.0}))


def test_other_objects():
    assert columns(CURVES) == columns({name: np.array(values) for name, values in CURVES.items()}) == CURVES
    rows = [dict(zip(CURVES, row, strict=True)) for row in zip(STEPS, TRAIN, GEN, strict=True)]
    assert columns(rows) == CURVES
    history = types.SimpleNamespace(history={"accuracy": TRAIN, "val_accuracy": GEN}, epoch=[0, 1, 2])
    assert columns(history) == {"epoch": [0, 1, 2], "accuracy": TRAIN, "val_accuracy": GEN}
    masked = np.ma.masked_array([1, 2, 3], [False, True, False])
    np.testing.assert_array_equal(read_tables({"n": masked})[0].columns["n"], [1, np.nan, 3])
    for nothing in (None, 7, [], [1, 2], b"a,b", {1, 2}, object()):
        with pytest.raises((TypeError, ValueError), match="must"):
            read_tables(nothing)


FOREIGN = {
    "run-1.wandb": (b":W&B\xe1\xbe\x00" + bytes(64), "wandb sync"),
    "optuna.db": (b"SQLite format 3\x00" + bytes(99), "SQLite"),
    "weights.h5": (b"\x89HDF\r\n\x1a\n" + bytes(99), "HDF5"),
    "checkpoint.pkl": (pickle.dumps({"acc": [1]}), "pickle"),
    "model.ckpt.index": (bytes(99) + b"\x57\xfb\x80\x8b\x24\x75\x47\xdb", "TensorFlow checkpoint"),
    "model.safetensors": ((64).to_bytes(8, "little") + b'{"a": {}}' + bytes(99), "weights of a network"),
    "curves.png": (b"\x89PNG\r\n\x1a\n" + bytes(99), "an image"),
    "log.mat": (b"MATLAB 5.0 MAT-file" + bytes(999), "MATLAB"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_logs_of_other_tools_are_named_with_the_way_out(tmp_path, name):
    content, said = FOREIGN[name]
    (tmp_path / "log.csv").write_bytes(content)
    with pytest.raises(ValueError, match=said):
        read_tables(tmp_path / "log.csv")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / name).write_bytes(content)
    with pytest.raises(ValueError, match=r"has curves\.png" if said == "an image" else said):
        read_tables(tmp_path / "folder")


@pytest.mark.parametrize(
    ("member", "said"),
    [("xl/workbook.xml", "Excel"), ("archive/data.pkl", "could run code"), ("content.xml", "OpenDocument")],
)
def test_archives_are_told_by_what_is_in_them(tmp_path, member, said):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr(member, "1,2")
    with pytest.raises(ValueError, match=said):
        read_tables(tmp_path / "a.npz")


def test_standard_input_is_told_by_its_content_and_has_to_end(monkeypatch):
    def given(content):
        monkeypatch.setattr("sys.stdin", types.SimpleNamespace(buffer=io.BytesIO(content)))

    held = io.BytesIO()
    np.savez(held, **CURVES)
    given(held.getvalue())
    assert columns("-") == CURVES
    given(b"")
    with pytest.raises(ValueError, match="Standard input is empty"):
        read_tables("-")
    monkeypatch.setattr("report.readers.files.opening._LARGEST_STREAM", 10)
    given(b"y\n" * 100)
    with pytest.raises(ValueError, match="must end within 10 bytes"):
        read_tables("-")


def test_a_home_is_a_home(tmp_path, monkeypatch):
    np.savez(tmp_path / "log.npz", **CURVES)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert columns("~/log.npz") == CURVES
    with pytest.raises(ValueError, match="cannot be the name of a file"):
        read_tables("~nobody-of-this-name/log.npz")


def test_what_never_ends_is_refused_at_once(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with socket.socket(socket.AF_UNIX) as one:
        monkeypatch.chdir(tmp_path)
        one.bind("sock")
    (tmp_path / "large").touch()
    os.truncate(tmp_path / "large", 2**40)
    for path, said in (
        ("pipe", "pipe is a pipe"), ("sock", "a socket"), ("/dev/zero", "/dev/zero is a device"), ("empty", "is empty"),
        ("loop", "cannot be opened"), ("large", "has 1.02e.03 GiB"), ("x" * 300, "cannot be"), ("a\0b", "cannot be"),
        ("large/log.csv", "cannot be opened: not a directory"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=said):
            read_tables(path)


def test_the_name_of_a_file_cannot_forge_a_message(tmp_path):
    with pytest.raises(FileNotFoundError) as refused:
        read_tables(tmp_path / "a\nERROR \x1b[31mred\u202e.csv")
    assert str(refused.value).endswith(r"a\nERROR \x1b[31mred\u202e.csv.")


def test_a_file_that_grows_while_it_is_read_is_said(tmp_path, monkeypatch):
    from report.readers.files import kinds

    path = tmp_path / "log.npz"
    np.savez(path, **CURVES)
    read = kinds.read_data

    def slowly(data, source):
        tables = read(data, source)
        with path.open("ab") as file:
            file.write(b"more")
        return tables

    monkeypatch.setattr(kinds, "read_data", slowly)
    assert "written to while it was read" in read_tables(path)[0].notes[-1]


def test_a_missing_package_is_named(tmp_path, monkeypatch):
    import sys

    from report.commands.extras import what_to_install

    (tmp_path / "log.parquet").write_bytes(b"PAR1" + bytes(99))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ModuleNotFoundError) as missing:
        read_tables(tmp_path / "log.parquet")
    assert what_to_install(missing.value).endswith("pip install groksharp[logs]")
