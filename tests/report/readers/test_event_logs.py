"""Event files of TensorBoard, written by its own writer."""

import numpy as np
import pytest

from report.readers.sources import read_tables

pytest.importorskip("tensorboard")
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_shape_pb2
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.summary.writer.record_writer import RecordWriter


@pytest.fixture
def write(tmp_path):
    """`write(folder, scalars)`: an event file of (tag, step, value), or of whole summary values."""
    count = iter(range(100))

    def write(folder, scalars, start=1000.0, between=1.0):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        path = tmp_path / folder / f"events.out.tfevents.1700000000.host.7.{next(count)}"
        with path.open("wb") as file:
            writer = RecordWriter(file)
            writer.write(event_pb2.Event(wall_time=start, file_version="brain.Event:2").SerializeToString())
            for k, (tag, step, value) in enumerate(scalars):
                if isinstance(value, float | int):
                    one = summary_pb2.Summary.Value(tag=tag, simple_value=value)
                else:
                    one = value
                summary = summary_pb2.Summary(value=[one])
                event = event_pb2.Event(wall_time=start + k * between, step=step, summary=summary)
                writer.write(event.SerializeToString())
        return path

    return write


def tensor(tag, value, plugin="scalars"):
    """A scalar as TensorFlow 2 writes it."""
    metadata = summary_pb2.SummaryMetadata(plugin_data={"plugin_name": plugin})
    shape = tensor_shape_pb2.TensorShapeProto()
    held = TensorProto(dtype=1, tensor_content=np.float32(value).tobytes(), tensor_shape=shape)
    return summary_pb2.Summary.Value(tag=tag, metadata=metadata, tensor=held)


def test_rows_are_steps_and_columns_are_tags(write, tmp_path):
    path = write("", [("train/acc", 1, 0.25), ("val/acc", 1, 0.125), ("train/acc", 2, 0.5), ("train/acc", 5, 1.0)])
    for source in (path, str(tmp_path)):
        (table,) = read_tables(source)
        assert list(table.columns) == ["step", "wall_time", "train/acc", "val/acc"]
        assert table.columns["step"].tolist() == [1, 2, 5]
        assert table.columns["wall_time"].tolist() == [1000, 1002, 1003]
        assert table.columns["train/acc"].tolist() == [0.25, 0.5, 1]
        np.testing.assert_array_equal(table.columns["val/acc"], [0.125, np.nan, np.nan])
        assert (table.run, table.notes) == ("", ())


def test_tensors_are_scalars_too_and_others_are_said(write):
    values = [
        (None, 3, tensor("acc", 0.5)),
        (None, 4, tensor("acc", 0.75)),
        (None, 4, tensor("cloud", 1, "histograms")),
    ]
    (table,) = read_tables(write("", values))
    assert table.columns["acc"].tolist() == [0.5, 0.75]
    assert table.notes == ("1 histograms, pictures or words of an event file were left out.",)


def test_curves_logged_one_after_the_other_share_rows(write):
    train = [("train", step, step / 100) for step in range(50)]
    val = [("val", step, step / 200) for step in range(0, 50, 10)]
    (table,) = read_tables(write("", train + val))
    assert table.columns["step"].tolist() == list(range(50))
    assert np.flatnonzero(np.isfinite(table.columns["val"])).tolist() == [0, 10, 20, 30, 40]


def test_a_restarted_run_goes_back_for_all_its_tags(write, tmp_path):
    write("", [("train", step, step / 16) for step in range(8)] + [("val", 0, 0.0), ("val", 6, 0.5)], start=1000)
    write("", [("train", step, step / 8) for step in range(4, 10)] + [("val", 8, 0.75)], start=2000)
    (table,) = read_tables(tmp_path)
    assert table.columns["step"].tolist() == [*range(8), *range(4, 10)]
    assert table.columns["train"].tolist() == [step / 16 for step in range(8)] + [step / 8 for step in range(4, 10)]
    assert np.flatnonzero(np.isfinite(table.columns["val"])).tolist() == [0, 6, 12]
    assert "2 event files of one folder" in table.notes[0]


def test_keras_folders_are_two_curves_of_one_run(write, tmp_path):
    for run, top in (("run10", 1.0), ("run9", 0.5)):
        write(f"{run}/train", [("epoch_accuracy", 0, 0.25), ("epoch_accuracy", 1, top)])
        write(f"{run}/validation", [("epoch_accuracy", 0, 0.0), ("epoch_accuracy", 1, 0.125)], start=5000)
    nine, ten = read_tables(tmp_path)
    assert (nine.run, ten.run) == ("run9", "run10")
    assert ten.columns["train/epoch_accuracy"].tolist() == [0.25, 1]
    assert ten.columns["validation/epoch_accuracy"].tolist() == [0, 0.125]
    assert ten.columns["step"].tolist() == [0, 1]
    assert "train, validation were read as curves of one run" in ten.notes[-1]


def test_runs_that_are_called_train_and_test_stay_two(write, tmp_path):
    for run in ("train", "test"):
        write(run, [("train/acc", 1, 0.5), ("val/acc", 1, 0.25)])
    assert [table.run for table in read_tables(tmp_path)] == ["test", "train"]


def test_an_evaluation_below_its_run_is_a_curve_of_it(write, tmp_path):
    write("run", [("accuracy", 10, 0.5), ("accuracy", 20, 0.75)])
    write("run/eval", [("accuracy", 20, 0.25)])
    write("", [("lr", 1, 0.5)])
    above, table = read_tables(tmp_path)
    assert above.run == "."
    assert table.run == "run"
    assert table.columns["accuracy"].tolist() == [0.5, 0.75]
    np.testing.assert_array_equal(table.columns["eval/accuracy"], [np.nan, 0.25])


def test_what_add_scalars_writes_is_one_run(write, tmp_path):
    write("run", [("lr", step, 0.5) for step in range(3)])
    for side, slope in (("train", 2), ("val", 4)):
        write(f"run/a_acc_{side}", [("a/acc", step, step / slope) for step in range(3)])
    (table,) = read_tables(tmp_path)
    assert table.run == "run"
    assert table.columns["a/acc/train"].tolist() == [0, 0.5, 1]
    assert table.columns["a/acc/val"].tolist() == [0, 0.25, 0.5]
    assert table.columns["lr"].tolist() == [0.5] * 3


@pytest.mark.slow
def test_so_it_is_with_the_writer_of_torch(tmp_path):
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(tmp_path / "run")) as writer:
        for step in range(3):
            writer.add_scalars("a/acc", {"train": step / 2, "val": step / 4}, step)
            writer.add_scalar("lr", 0.5, step)
    (table,) = read_tables(tmp_path)
    assert table.run == "run"
    assert table.columns["a/acc/val"].tolist() == [0, 0.25, 0.5]
    assert table.columns["lr"].tolist() == [0.5] * 3


def test_a_file_that_is_cut_off_gives_what_it_has(write):
    path = write("", [("acc", step, step / 8) for step in range(5)])
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    (table,) = read_tables(path)
    assert table.columns["acc"].tolist() == [0, 0.125, 0.25, 0.375]
    assert "cut off" in table.notes[0]
    place = whole.index(np.float32(0.25).tobytes())
    path.write_bytes(whole[:place] + np.float32(0.75).tobytes() + whole[place + 4 :])
    (table,) = read_tables(path)
    assert table.columns["acc"].tolist() == [0, 0.125, 0.375, 0.5]
    assert table.notes == ("1 damaged records of an event file were left out.",)


def test_a_picture_is_passed_over(write, monkeypatch):
    monkeypatch.setattr("report.readers.files.events._LARGEST_RECORD", 100)
    picture = summary_pb2.Summary.Value(tag="p", image={"encoded_image_string": b"x" * 101})
    (table,) = read_tables(write("", [("acc", 1, 0.5), (None, 1, picture), ("acc", 2, 0.75)]))
    assert table.columns["acc"].tolist() == [0.5, 0.75]
    assert "too large to be scalars" in table.notes[0]


def test_an_event_file_without_scalars_is_refused(write):
    with pytest.raises(ValueError, match="without scalars"):
        read_tables(write("", []))


def test_a_folder_of_empty_event_files_is_refused(write, tmp_path):
    write("run", [])
    with pytest.raises(ValueError, match="scalars"):
        read_tables(tmp_path)
