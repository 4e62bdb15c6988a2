"""Folders as runs."""

import json
import os
import sys

import numpy as np
import pytest

from report.commands.extras import what_to_install
from report.readers.sources import read_tables

ROWS = "step,train,gen\n1,0.25,0\n2,0.5,0.125\n"


def write(path, text=ROWS):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def runs(folder):
    return [table.run for table in read_tables(folder)]


def test_each_file_is_a_run_in_natural_order(tmp_path):
    for name in ("run10.csv", "run9.csv", ".hidden.csv", "README.md", "model.bin"):
        write(tmp_path / name)
    write(tmp_path / "config.json", '{"lr": 1}')
    first, second = read_tables(tmp_path)
    assert (first.run, second.run) == ("run9", "run10")
    assert first.columns["gen"].tolist() == [0, 0.125]
    assert first.notes == (
        "Of the folder, CSV was read; left out: JSON (1), other files (2).",
        "Not looked at: 1 hidden.",
    )
    assert not second.notes


def test_versions_of_lightning_are_told_by_their_folder(tmp_path):
    for version in (10, 2):
        write(tmp_path / "lightning_logs" / f"version_{version}" / "metrics.csv")
        write(tmp_path / "lightning_logs" / f"version_{version}" / "hparams.yaml", "lr: 1")
    assert runs(tmp_path) == ["lightning_logs/version_2", "lightning_logs/version_10"]
    assert runs(tmp_path / "lightning_logs") == ["version_2", "version_10"]
    assert runs(tmp_path / "lightning_logs" / "version_2") == [""]


def test_the_newest_state_of_a_trainer_is_read(tmp_path):
    for step in (500, 1000):
        history = [{"step": k, "eval_accuracy": k / step} for k in range(0, step + 1, 250)]
        write(tmp_path / f"checkpoint-{step}" / "trainer_state.json", json.dumps({"log_history": history}))
        write(tmp_path / f"checkpoint-{step}" / "config.json", "{}")
    (table,) = read_tables(tmp_path)
    assert table.columns["step"].tolist() == [0, 250, 500, 750, 1000]
    assert "Of 2 trainer states the last of each run was read: checkpoint-1000/trainer_state.json." in table.notes
    write(tmp_path / "trainer_state.json", json.dumps({"log_history": [{"step": k, "x": 1} for k in (1, 2)]}))
    assert read_tables(tmp_path)[0].columns["step"].tolist() == [1, 2]


def test_metrics_of_mlflow(tmp_path):
    run = tmp_path / "mlruns" / "0" / "abc"
    write(run / "metrics" / "train_acc", "1700000000000 0.25 0\n1700000001000 0.5 10\n")
    write(run / "metrics" / "val" / "acc", "1700000001500 0.125 10\nbroken\n")
    write(run / "params" / "lr", "0.1")
    write(run / "meta.yaml", "a: 1")
    (table,) = read_tables(tmp_path / "mlruns")
    assert table.run == "0/abc"
    assert table.columns["step"].tolist() == [0, 10]
    assert table.columns["wall_time"].tolist() == [1.7e9, 1.7e9 + 1]
    assert table.columns["train_acc"].tolist() == [0.25, 0.5]
    np.testing.assert_array_equal(table.columns["val/acc"], [np.nan, 0.125])
    assert "1 lines of" in table.notes[0]
    (alone,) = read_tables(run / "metrics")
    assert alone.columns["train_acc"].tolist() == [0.25, 0.5]


def test_files_of_one_metric_each_are_put_together(tmp_path):
    """As DVC writes them, and as TensorBoard's page gives them for two runs."""
    for k, name in enumerate(("train", "val")):
        write(tmp_path / "dvc" / "plots" / "metrics" / name / "acc.tsv", f"step\tacc\n0\t0.25\n{k + 1}\t0.5\n")
    (table,) = read_tables(tmp_path / "dvc")
    assert table.columns["step"].tolist() == [0, 1, 0, 2]
    np.testing.assert_array_equal(table.columns["train/acc"], [0.25, 0.5, np.nan, np.nan])
    np.testing.assert_array_equal(table.columns["val/acc"], [np.nan, np.nan, 0.25, 0.5])
    assert "2 files with one metric each are put together: train/acc, val/acc." in table.notes
    for run in "ab":
        for name in ("acc_train", "acc_val"):
            write(tmp_path / "tb" / f"run-{run}-tag-{name}.csv", "Wall time,Step,Value\n9,1,0.25\n10,2,0.5\n")
    (table,) = read_tables(tmp_path / "tb")
    assert list(table.columns)[2:] == ["a - acc_train", "a - acc_val", "b - acc_train", "b - acc_val"]


def test_charts_that_were_exported_one_by_one_are_put_together(tmp_path):
    write(tmp_path / "chart (1).csv", "Step,a - train_acc,a - train_acc__MIN\n1,0.25,0\n2,0.5,0\n")
    write(tmp_path / "chart (2).csv", "Step,a - val_acc\n2,0.125\n3,0.25\n")
    (table,) = read_tables(tmp_path)
    assert table.columns["Step"].tolist() == [1, 2, 2, 3]
    np.testing.assert_array_equal(table.columns["a - train_acc"], [0.25, 0.5, np.nan, np.nan])
    np.testing.assert_array_equal(table.columns["a - val_acc"], [np.nan, np.nan, 0.125, 0.25])


def test_what_lies_beside_a_run_of_wandb_is_no_log(tmp_path):
    write(tmp_path / "run-1" / "run-1.wandb", ":W&B binary")
    write(tmp_path / "run-1" / "logs" / "debug.log", "a: 1 b: 2\n" * 5)
    with pytest.raises(ValueError, match="Weights & Biases"):
        read_tables(tmp_path)
    write(tmp_path / "run-1" / "files" / "output.log", "step 1 train_acc 0.5 val_acc 0.1\n" * 5)
    assert [len(table) for table in read_tables(tmp_path)] == [5]


def test_links_are_not_followed_out_of_the_folder(tmp_path):
    write(tmp_path / "elsewhere" / "secret.csv")
    write(tmp_path / "runs" / "a.csv")
    (tmp_path / "runs" / "b.csv").symlink_to(tmp_path / "elsewhere" / "secret.csv")
    (tmp_path / "runs" / "round").symlink_to(tmp_path / "runs")
    (tmp_path / "runs" / "latest.csv").symlink_to("a.csv")
    os.mkfifo(tmp_path / "runs" / "pipe.csv")
    tables = read_tables(tmp_path / "runs")
    assert [table.run for table in tables] == ["a", "latest"]
    assert tables[0].notes == ("Not looked at: 2 links to elsewhere or to folders, 1 pipes, sockets and devices.",)


def test_a_folder_without_logs_says_what_it_has(tmp_path):
    with pytest.raises(ValueError, match="it has no files at all"):
        read_tables(tmp_path)
    write(tmp_path / "notes.md")
    with pytest.raises(ValueError, match=r"holds no log: .* it has notes\.md\."):
        read_tables(tmp_path)
    write(tmp_path / "config.json", '{"lr": 1, "seed": 2}')
    with pytest.raises(ValueError, match="has 1 row, which is no curve"):
        read_tables(tmp_path)


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("report.readers.folders.listing._MOST_ENTRIES", 2)
    for name in "abc":
        write(tmp_path / f"{name}.csv")
    with pytest.raises(ValueError, match="more than 2 files"):
        read_tables(tmp_path)


def test_what_cannot_be_read_does_not_hide_the_rest(tmp_path):
    write(tmp_path / "a.csv", "no table")
    write(tmp_path / "b.csv")
    (table,) = read_tables(tmp_path)
    assert table.run == "b"
    assert "a.csv" in table.notes[0]


def test_a_log_that_needs_a_missing_package_gives_way_to_one_that_does_not(tmp_path, monkeypatch):
    event = tmp_path / "events.out.tfevents.1.host"
    write(event, "any")
    write(tmp_path / "a.csv")
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto.event_pb2", None)
    (table,) = read_tables(tmp_path)
    assert table.columns["gen"].tolist() == [0, 0.125]
    needed = "this needs tensorboard, which is not installed; pip install groksharp[tensorboard]"
    assert table.notes[0] == f"Left out: {needed}"
    (tmp_path / "a.csv").unlink()
    with pytest.raises(ModuleNotFoundError) as missing:
        read_tables(tmp_path)
    assert what_to_install(missing.value) == needed
