import inspect
import socket

import numpy as np
import pytest
import xarray as xr

import empirical.sweep
from empirical import (
    PRESETS,
    ParityRun,
    load_parity,
    load_runs,
    measure_parity,
    measure_runs,
    parity_runs,
    sweep_parity,
    sweep_task,
    train_parity,
)

TINY = {"epochs": 8, "train_samples": 40, "gen_samples": 20, "width": 16, "learning_rate": 0.1}
CURVES = ["train_accuracy", "gen_accuracy", "train_accuracy_whole", "gen_accuracy_whole"]


def assert_same_curves(datasets, others):
    for one, other in zip(datasets, others, strict=True):
        assert one.attrs["configuration"] == other.attrs["configuration"]
        xr.testing.assert_equal(one, other)


def test_a_small_network_groks_and_is_measured():
    """Seven spurious bits: validation follows training with a delay, and both reach the ceiling."""
    table = sweep_parity(
        [10], [0], epochs=400, width=100, train_samples=200, gen_samples=100, learning_rate=0.3, workers=1
    )
    (row,) = table
    assert row["status"] == "ok"
    assert 0 < row["jump_time_train"] < row["jump_time_gen"] < 400
    assert row["relative_gap"] == pytest.approx(row["jump_time_gen"] / row["jump_time_train"] - 1)


def test_order_and_bits_don_t_depend_on_workers():
    runs = parity_runs([6, 5], [1, 0], **TINY)
    assert [(run.input_size, run.seed) for run in runs] == [(5, 0), (5, 1), (6, 0), (6, 1)]
    alone = train_parity(runs, workers=1)
    assert_same_curves(train_parity(runs, workers=2), alone)
    assert_same_curves(train_parity(runs[::-1], workers=1), alone[::-1])
    assert [ParityRun.from_json(dataset.attrs["configuration"]) for dataset in alone] == runs


def test_larger_groups_give_the_same_curves_within_rounding():
    runs = parity_runs([5], [0, 1, 2], **TINY)
    for one, other in zip(train_parity(runs, workers=1), train_parity(runs, workers=1, at_once=3), strict=True):
        np.testing.assert_allclose(one["train_loss"], other["train_loss"], rtol=1e-4)


def test_a_finished_run_is_not_trained_again(tmp_path, monkeypatch):
    first = sweep_parity([5], [0, 1], out=tmp_path, workers=1, **TINY)
    written = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert [path.name[:17] for path in sorted(written)] == ["parity-n005-seed0", "parity-n005-seed0"]
    trained = []

    def count(runs, **options):
        trained.extend(runs)
        return train_together(runs, **options)

    train_together = empirical.sweep.train_together
    monkeypatch.setattr(empirical.sweep, "train_together", count)
    again = sweep_parity([5], [0, 1], out=tmp_path, workers=1, **TINY)
    assert trained == []
    np.testing.assert_equal(again.to_dict(), first.to_dict())
    sweep_parity([5], [0, 1, 2], out=tmp_path, workers=1, **TINY)
    assert [run.seed for run in trained] == [2]
    sweep_parity([5], [0], out=tmp_path, workers=1, **{**TINY, "width": 17})
    assert [run.width for run in trained] == [16, 17]
    assert {path: path.stat().st_mtime_ns for path in written} == written


def test_an_interrupted_sweep_keeps_what_is_finished_and_resumes(tmp_path, monkeypatch):
    runs = parity_runs([5], [0, 1, 2], **TINY)

    def interrupt(done, total):
        if len(list(tmp_path.glob("*.nc"))) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("empirical.execution.scheduler._SECONDS_BETWEEN_REPORTS", 0)
    with pytest.raises(KeyboardInterrupt):
        train_parity(runs, out=tmp_path, workers=1, progress=interrupt)
    assert len(list(tmp_path.iterdir())) == 2
    totals = []
    resumed = train_parity(runs, out=tmp_path, workers=1, progress=lambda done, total: totals.append(total))
    assert set(totals) == {8}
    assert_same_curves(resumed, train_parity(runs, workers=1))


def test_a_damaged_run_is_trained_again_and_orphans_go(tmp_path):
    runs = parity_runs([5], [0, 1], **TINY)
    first = train_parity(runs, out=tmp_path, workers=1)
    path = tmp_path / runs[0].file_name
    path.write_bytes(path.read_bytes()[:1000])
    orphan = tmp_path / f".a.nc.{socket.gethostname()}.{2**22 - 1}.tmp"
    orphan.touch()
    with pytest.warns(UserWarning, match="set aside"):
        again = train_parity(runs, out=tmp_path, workers=1)
    assert_same_curves(again, first)
    assert_same_curves(load_parity(tmp_path), first)
    assert not orphan.exists()


def test_saved_runs_are_loaded_and_measured_without_training(tmp_path, monkeypatch):
    table = sweep_parity([6, 5], [0, 1], out=tmp_path / "new" / "folder", workers=1, **TINY)
    sweep_parity([5], [0], out=tmp_path / "new" / "folder", workers=1, **{**TINY, "epochs": 5})
    monkeypatch.setattr(empirical.sweep, "train_together", None)
    loaded = load_parity(tmp_path / "new" / "folder", epochs=8)
    np.testing.assert_equal(measure_parity(loaded).to_dict(), table.to_dict())
    assert len(load_parity(tmp_path / "new" / "folder")) == 5


def test_either_accuracy_is_measured_from_its_own_curves(monkeypatch):
    datasets = train_parity(parity_runs([5], [0], **TINY), workers=1, records=["train_accuracy_whole"])
    measured = []
    measure = empirical.sweep.numerics.measure

    def spy(time, train_accuracy, gen_accuracy, *, floor, ceiling):
        measured.append((time, train_accuracy, gen_accuracy, floor, ceiling))
        return measure(time, train_accuracy, gen_accuracy, floor=floor, ceiling=ceiling)

    monkeypatch.setattr(empirical.sweep.numerics, "measure", spy)
    for accuracy, names in (("protocol", CURVES[:2]), ("whole", CURVES[2:])):
        measure_parity(datasets, accuracy=accuracy)
        time, train_accuracy, gen_accuracy, floor, ceiling = measured.pop()
        assert (floor, ceiling) == (0.5, 1.0)
        np.testing.assert_array_equal(time, np.arange(1, 9))
        np.testing.assert_array_equal(train_accuracy, datasets[0][names[0]])
        np.testing.assert_array_equal(gen_accuracy, datasets[0][names[1]])


def test_whole_accuracies_are_recorded_when_they_are_asked_for(tmp_path):
    """A run that lacks them is trained again, keeps what it had, and serves either measure from then on."""
    train_parity(parity_runs([5], [0], **TINY), out=tmp_path, workers=1, records=["weight_norm"])
    (plain,) = load_parity(tmp_path)
    assert "train_accuracy_whole" not in plain
    with pytest.raises(ValueError, match=r"accuracy needs the curve train_accuracy_whole, which parity-n005.* has not"):
        measure_parity([plain], accuracy="whole")
    sweep_parity([5], [0], out=tmp_path, workers=1, accuracy="whole", **TINY)
    (whole,) = load_parity(tmp_path)
    assert {"train_accuracy_whole", "weight_norm"} <= set(whole)
    for name in plain:
        np.testing.assert_array_equal(plain[name], whole[name])
    (path,) = tmp_path.glob("*.nc")
    written = path.stat().st_mtime_ns
    sweep_parity([5], [0], out=tmp_path, workers=1, **TINY)
    sweep_parity([5], [0], out=tmp_path, workers=1, accuracy="whole", records=["weight_norm"], **TINY)
    assert path.stat().st_mtime_ns == written


def test_several_values_of_the_protocol_are_all_run_and_have_their_columns():
    table = sweep_parity([6, 5], [1, 0], workers=1, **{**TINY, "width": [16, 8], "weight_decay": (0.02, 0.01)})
    assert table.columns[:5] == ("input_size", "seed", "weight_decay", "width", "jump_time_train")
    found = [(row["input_size"], row["weight_decay"], row["width"], row["seed"]) for row in table]
    assert found == [(n, decay, w, seed) for n in (5, 6) for decay in (0.01, 0.02) for w in (8, 16) for seed in (0, 1)]


def test_one_value_of_the_protocol_has_no_column():
    table = sweep_parity([5], [0], workers=1, **{**TINY, "width": 16})
    assert table.columns[:3] == ("input_size", "seed", "jump_time_train")


def test_runs_of_several_tasks_share_a_folder_and_a_table(tmp_path):
    tiny = {"epochs": 8, "train_samples": 40, "gen_samples": 20}
    for task in ("parity", "linear_student", "modular_addition"):
        sweep_task(task, [12], [0], out=tmp_path, workers=1, **tiny)
    assert len(load_runs(tmp_path)) == 3
    assert len(load_runs(tmp_path, "linear_student")) == len(load_runs(tmp_path, modulus=5)) == 1
    table = measure_runs(load_runs(tmp_path))
    assert table["task"].tolist() == ["linear_student", "modular_addition", "parity"]


def test_the_floor_is_the_accuracy_of_guessing(monkeypatch):
    floors = []
    measure = empirical.sweep.numerics.measure
    monkeypatch.setattr(
        empirical.sweep.numerics, "measure", lambda *curves, floor, ceiling: floors.append(floor) or measure(*curves)
    )
    tiny = {"epochs": 5, "train_samples": 40, "gen_samples": 20}
    for task, options in (("parity", {}), ("modular_addition", {"modulus": 4}), ("linear_student", {})):
        sweep_task(task, [9], [0], workers=1, **tiny, **options)
    assert floors == [0.5, 0.25, 0.0]


def test_a_stopped_run_is_measured_like_the_full_one():
    """The curve up to the stop is the full one, and the fits agree well within their own errors.

    With fixed asymptotes a plateau far beyond the jump pulls at neither t* nor s; the stop leaves enough of it.
    """
    protocol = {"width": 100, "train_samples": 200, "gen_samples": 100, "learning_rate": 0.3, "epochs": 400}
    full, stopped = (
        train_parity(parity_runs([10], [0, 1], **protocol, **stop), workers=1)
        for stop in ({}, {"stop_after": 50, "stop_level": 0.95})
    )
    for one, other in zip(full, stopped, strict=True):
        epochs = other.sizes["epoch"]
        assert 50 < epochs < 200
        for name in other:
            np.testing.assert_array_equal(one[name][:epochs], other[name])
    for one, other in zip(measure_parity(full), measure_parity(stopped), strict=True):
        for name in ("jump_time_train", "jump_time_gen", "sharpness_gen", "relative_gap", "relative_sharpness"):
            assert abs(one[name] - other[name]) < 0.1 * one[f"{name}_error"], name


def test_a_stop_counts_the_epochs_that_it_saved():
    runs = parity_runs([10], [0], **{**TINY, "epochs": 50}, stop_after=4, stop_level=0.1)
    reports = []
    (dataset,) = train_parity(runs, workers=1, progress=lambda done, total: reports.append((done, total)))
    assert dataset.sizes["epoch"] == 4
    assert reports[-1] == (50, 50)


def test_presets_are_sweeps_and_share_their_runs():
    assert len(parity_runs(**PRESETS["paper"])) == 63
    assert set(parity_runs(**PRESETS["quick"])) < set(parity_runs(**PRESETS["paper"]))
    defaults = inspect.signature(sweep_parity).parameters
    assert {name: tuple(defaults[name].default) for name in ("input_sizes", "seeds")} == {
        name: PRESETS["paper"][name] for name in ("input_sizes", "seeds")
    }


def test_bad_arguments_get_a_sentence_before_any_training(tmp_path):
    with pytest.raises(ValueError, match="accuracy must be 'protocol' or 'whole', got 'best'"):
        sweep_parity([5], [0], accuracy="best")
    with pytest.raises(ValueError, match="task must be one of parity, modular_addition, linear_student; got 'xor'"):
        sweep_task("xor", [5], [0])
    with pytest.raises(ValueError, match="weight_decay must name at least one value, got none"):
        sweep_parity([5], [0], weight_decay=[])
    with pytest.raises(ValueError, match=r"records must be made of .*; got 'all'"):
        sweep_parity([5], [0], records=["all"])
    with pytest.raises(ValueError, match="workers must be at least 1, got 0; leave it out"):
        sweep_parity([5], [0], workers=0)
    with pytest.raises(ValueError, match="epochs must be at least 4, got 3"):
        sweep_parity([5], [0], epochs=3)
    with pytest.raises(ValueError, match="seeds must name at least one value, got none"):
        sweep_parity([5], [])
    with pytest.raises(TypeError, match=r"protocol must be made of epochs, .*; got 'depth'; use one of these"):
        sweep_parity([5], [0], depth=3)
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match=r"out must be a folder, got the file .*; choose another path"):
        sweep_parity([5], [0], out=tmp_path / "file")
