"""NetCDF files: runs of the toolkit, checked, and those of others."""

import json

import numpy as np
import pytest

from report.readers.sources import read_tables

xarray = pytest.importorskip("xarray")


class Run:
    """As much of a configuration as the store needs."""

    length = 3

    def __init__(self, seed, decay=0.1):
        self.file_name, self.seed = f"parity-{seed}-{decay}.nc", seed
        self.values = {"task": {"name": "parity"}, "model": {"name": "m"}, "seed": seed}
        self.values["optimizer"] = {"name": "sgd", "weight_decay": decay}

    def to_json(self):
        return json.dumps(self.values, sort_keys=True)

    def write(self, folder):
        from empirical.store.runs import write_run

        curves = {
            "train_accuracy": ("epoch", [0.5, 0.75, 1.0]),
            "gen_accuracy": ("epoch", [0.5, 0.5, self.seed]),
        }
        dataset = xarray.Dataset(
            {**curves, "embedding": (("epoch", "unit"), np.zeros((3, 2)))},
            coords={"epoch": [1, 2, 3]},
            attrs={"configuration": self.to_json()},
        )
        return write_run(dataset, folder, self)


def test_runs_of_the_toolkit_are_told_apart_by_what_differs(tmp_path):
    for seed, decay in ((10, 0.1), (2, 0.1), (2, 0.5)):
        Run(seed, decay).write(tmp_path)
    tables = read_tables(tmp_path)
    assert [table.run for table in tables] == [
        "weight_decay=0.1, seed=2", "weight_decay=0.1, seed=10", "weight_decay=0.5, seed=2",
    ]  # fmt: skip
    assert list(tables[1].columns) == ["epoch", "train_accuracy", "gen_accuracy", "weight_decay", "seed"]
    assert tables[1].columns["gen_accuracy"].tolist() == [0.5, 0.5, 10]
    assert tables[1].columns["weight_decay"].tolist() == [0.1] * 3
    (alone,) = read_tables(tmp_path / Run(2, 0.5).file_name)
    assert list(alone.columns) == ["epoch", "train_accuracy", "gen_accuracy"]
    assert alone.run == ""


def test_a_changed_run_is_said_and_left_out(tmp_path):
    Run(1).write(tmp_path)
    changed = Run(2).write(tmp_path)
    content = changed.read_bytes()
    changed.write_bytes(content.replace(np.array(0.75, ">f8").tobytes(), np.array(0.875, ">f8").tobytes()))
    assert changed.read_bytes() != content
    (tmp_path / ".parity-9.nc.lock").touch()
    with pytest.raises(ValueError, match="its content does not match its checksum"):
        read_tables(changed)
    (table,) = read_tables(tmp_path)
    assert table.columns["gen_accuracy"][-1] == 1
    assert any("does not match its checksum" in note for note in table.notes)
    assert "1 runs are still being trained there, or were broken off." in table.notes


@pytest.mark.parametrize("mark", [b'"model"', b'"task"', b"configuration", b"format_version", b"sha256", b"epoch"])
def test_a_changed_run_is_not_taken_for_a_dataset_of_others(tmp_path, mark):
    path = Run(1).write(tmp_path)
    content = path.read_bytes()
    assert content.count(mark)
    path.write_bytes(content.replace(mark, mark[:-1] + b"?"))
    with pytest.raises(ValueError, match=r"is a run of groksharp that cannot be|is not a whole NetCDF 3 file"):
        read_tables(path)


def test_a_run_of_anything_under_a_checksum_costs_no_other_run(tmp_path):
    """Somebody wrote it with the toolkit's own function."""
    Run(1).write(tmp_path)
    for odd in ({"task": 5, "model": []}, {"seed": 10**400}, {"seed": [1, 2]}):
        run = Run(2)
        run.file_name = f"parity-{len(str(odd))}.nc"
        run.values |= odd
        run.write(tmp_path)
    tables = read_tables(tmp_path)
    assert len(tables) == 4
    assert [table.columns["gen_accuracy"][-1] for table in tables].count(1) == 1


def test_datasets_of_others(tmp_path):
    dataset = xarray.Dataset(
        {"val_acc": ("step", [0.5, 1.0]), "train_acc": ("step", [1.0, 1.0])}, coords={"step": [5, 9]}
    )
    dataset.to_netcdf(tmp_path / "log.nc", engine="scipy")
    (table,) = read_tables(tmp_path / "log.nc")
    assert {name: values.tolist() for name, values in table.columns.items()} == {
        "step": [5, 9], "val_acc": [0.5, 1], "train_acc": [1, 1],
    }  # fmt: skip
    content = (tmp_path / "log.nc").read_bytes()
    (tmp_path / "log.nc").write_bytes(content[:60])
    with pytest.raises(ValueError, match="not a whole NetCDF 3 file"):
        read_tables(tmp_path / "log.nc")


def test_runs_that_came_with_the_package(tmp_path):
    from empirical import recorded_runs
    from empirical.recorded.archive import write_recorded

    runs = recorded_runs("paper", input_size=25)
    write_recorded(runs, tmp_path / "runs.npz")
    tables = read_tables(tmp_path / "runs.npz")
    assert [table.run for table in tables] == ["seed=0", "seed=1", "seed=2"]
    for table, run in zip(tables, runs, strict=True):
        np.testing.assert_array_equal(table.columns["gen_accuracy"], run["gen_accuracy"].values.astype(float))
        np.testing.assert_array_equal(table.columns["epoch"], run["epoch"].values)
