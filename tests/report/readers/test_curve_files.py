import json

import numpy as np
import pytest

from report.readers.column_names import find_column
from report.readers.curve_files import read_curves


def write(tmp_path, text):
    path = tmp_path / "curves.txt"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("step train_accuracy val_accuracy", "step train_accuracy val_accuracy"),
        ("epoch train test", "epoch train test"),
        ("epoch loss acc val_loss val_acc", "epoch acc val_acc"),
        ("_step train/loss train/acc eval/accuracy", "_step train/acc eval/accuracy"),
        ("epoch step train_acc valid_acc", "step train_acc valid_acc"),
        ("t A_train A_gen", "t A_train A_gen"),
        ("wall_time Iteration trainAcc testAcc", "Iteration trainAcc testAcc"),
        ("epoch train_acc train_acc_whole gen_acc gen_acc_whole", "epoch train_acc gen_acc"),
    ],
)  # fmt: skip
def test_usual_names_are_found(columns, expected):
    assert [find_column(columns.split(), role) for role in ("time", "train", "gen")] == expected.split()


def test_ambiguous_names_are_asked_for():
    with pytest.raises(ValueError, match="Several columns could be the gen column: val_acc, test_acc"):
        find_column(["step", "train_acc", "val_acc", "test_acc"], "gen")


def test_csv_with_other_delimiters_and_a_byte_order_mark(tmp_path):
    curves = read_curves(write(tmp_path, "\ufeffstep;train;test\n1;0.5;0.4\n2;0.75;0.5\n"))
    assert curves.time.tolist() == [1, 2]
    assert curves.gen.tolist() == [0.4, 0.5]


def test_json_lines_with_the_two_curves_on_different_lines(tmp_path):
    rows = [{"step": 2, "train_acc": 0.9}, {"step": 1, "val_acc": 0.4}, {"step": 1, "train_acc": 0.5}]
    curves = read_curves(write(tmp_path, "\n".join(map(json.dumps, rows))))
    assert curves.time.tolist() == [1, 1, 2]
    np.testing.assert_array_equal(curves.train, [np.nan, 0.5, 0.9])
    np.testing.assert_array_equal(curves.gen, [0.4, np.nan, np.nan])


def test_a_json_list_is_read_too(tmp_path):
    rows = [{"t": t, "train": 0.1 * t, "test": 0.0} for t in range(3)]
    assert read_curves(write(tmp_path, json.dumps(rows))).time.tolist() == [0, 1, 2]


def test_named_columns_win_over_found_ones(tmp_path):
    text = "step,epoch,train,test\n10,1,0.2,0.1\n"
    assert read_curves(write(tmp_path, text), time="epoch").time.tolist() == [1]


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("", {}, "has no rows"),
        ("step,train,test\n", {}, "has no rows"),
        ("step,train,test\n1,a,0.1\n", {}, "'train' must be numeric, got 'a'"),
        ("step,train,test\n1,0.5,0.1\n", {"gen": "other"}, "no column 'other'"),
        ("x,y\n1,2\n", {}, "no time column"),
        ('{"step": 1}\nnot json\n', {}, "Line 2 is not JSON"),
        ('{"step": 1}\n[1]\n', {}, "Line 2 must be a JSON object"),
    ],
)
def test_bad_files_get_a_sentence(tmp_path, text, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_curves(write(tmp_path, text), **options)


def test_a_binary_file_is_refused(tmp_path):
    path = tmp_path / "weights.bin"
    path.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(ValueError, match="not a text file"):
        read_curves(str(path))
