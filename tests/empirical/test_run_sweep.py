import dataclasses
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from empirical import (
    RECORDS,
    SYSTEMS,
    CrossEntropy,
    Experiment,
    FusedEngine,
    OneHotSquaredError,
    System,
    experiment_of,
    load_runs,
    measure_runs,
    sweep,
    sweep_parity,
    train_experiments,
    write_run,
)
from empirical.experiment.parts import _added

MODULE = sys.modules["empirical.training.group"]
TINY = {"epochs": 8, "train_samples": 40, "gen_samples": 20, "width": 16, "learning_rate": 0.1}
SMALL = {"width": 100, "train_samples": 200, "gen_samples": 100, "learning_rate": 0.3, "epochs": 400}
PARITY = SYSTEMS["parity"]


def parity_runs(**knobs):
    return PARITY.experiments(**{**TINY, **knobs})


def files(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def assert_same_curves(datasets, others):
    for one, other in zip(datasets, others, strict=True):
        assert one.attrs["configuration"] == other.attrs["configuration"]
        xr.testing.assert_equal(one, other)


def test_a_small_network_groks_and_is_measured():
    """Seven spurious bits: validation follows training with a delay, and both reach the ceiling."""
    (row,) = sweep_parity([10], [0], workers=1, **SMALL)
    assert row["status"] == "ok"
    assert 0 < row["jump_time_train"] < row["jump_time_gen"] < 400
    assert row["relative_gap"] == pytest.approx(row["jump_time_gen"] / row["jump_time_train"] - 1)


def test_the_same_run_in_steps_jumps_at_the_same_step():
    """Twenty epochs of seven batches are 140 steps; time is counted in the unit of the schedule."""
    knobs = {**SMALL, "batch_size": 30, "arithmetic": "float64"}
    (epochs,) = sweep("parity", input_size=10, workers=1, **knobs)
    steps = {name: value for name, value in knobs.items() if name != "epochs"}
    (row,) = sweep("parity", input_size=10, schedule="steps", steps=1600, dense=1, growth=1.02, workers=1, **steps)
    assert epochs["status"] == row["status"] == "ok"
    for name in ("jump_time_train", "jump_time_gen"):
        assert row[name] == pytest.approx(200 / 30 * epochs[name], rel=0.15)


def test_order_and_bits_do_not_depend_on_workers():
    runs = parity_runs(input_size=[6, 5], seed=[1, 0])
    assert [(run.task.input_size, run.seed) for run in runs] == [(5, 0), (5, 1), (6, 0), (6, 1)]
    alone = train_experiments(runs, workers=1)
    assert_same_curves(train_experiments(runs, workers=2), alone)
    assert_same_curves(train_experiments(runs[::-1], workers=1), alone[::-1])
    assert [experiment_of(dataset) for dataset in alone] == runs


@pytest.mark.parametrize("engine", ["reference", "ensemble"])
def test_larger_groups_give_the_same_curves_within_rounding(engine):
    runs = parity_runs(seed=[0, 1, 2])
    alone = train_experiments(runs, workers=1, engine=engine)
    for one, other in zip(alone, train_experiments(runs, workers=1, engine=engine, at_once=3), strict=True):
        np.testing.assert_allclose(one["train_loss"], other["train_loss"], rtol=1e-4)


def test_a_finished_run_is_not_trained_again(tmp_path, monkeypatch):
    first = sweep_parity([5], [0, 1], out=tmp_path, workers=1, **TINY)
    written = files(tmp_path)
    assert all(name.startswith("parity-") for name in written)
    trained = []

    def count(runs, **options):
        trained.extend(runs)
        return train_plainly(runs, **options)

    train_plainly = MODULE.train_plainly
    monkeypatch.setattr(MODULE, "train_plainly", count)
    again = sweep_parity([5], [0, 1], out=tmp_path, workers=1, **TINY)
    assert trained == []
    np.testing.assert_equal(again.to_dict(), first.to_dict())
    sweep_parity([5], [0, 1, 2], out=tmp_path, workers=1, **TINY)
    assert [run.seed for run in trained] == [2]
    sweep_parity([5], [0], out=tmp_path, workers=1, **{**TINY, "width": 17})
    assert [run.model.width for run in trained] == [16, 17]
    assert files(tmp_path).items() >= written.items()


def test_any_other_number_is_another_run(tmp_path):
    """The loss, the optimizer, the schedule are of the file's name: nothing is taken for something else."""
    one = parity_runs()[0]
    changes = [{}, {"loss": "one_hot_squared_error"}, {"optimizer": "adamw"}, {"momentum": 0.5}, {"warm_up": 3}]
    changes += [{"schedule": "steps", "steps": 8}, {"dropout": 0.5}, {"arithmetic": "float64"}, {"label_noise": 0.1}]
    datasets = [train_experiments([one.replace(change)], out=tmp_path, workers=1)[0] for change in changes]
    assert len(files(tmp_path)) == len(changes)
    assert len({dataset["gen_loss"].values.tobytes() for dataset in datasets}) == len(changes)
    assert {experiment_of(dataset) for dataset in load_runs(tmp_path)} == {one.replace(change) for change in changes}


def test_an_interrupted_sweep_keeps_what_is_finished_and_resumes(tmp_path, monkeypatch):
    runs = parity_runs(seed=[0, 1, 2])

    def interrupt(done, total):
        if len(list(tmp_path.glob("*.nc"))) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("empirical.execution.scheduler._SECONDS_BETWEEN_REPORTS", 0)
    with pytest.raises(KeyboardInterrupt):
        train_experiments(runs, out=tmp_path, workers=1, progress=interrupt)
    assert len(list(tmp_path.glob("*.nc"))) == 2
    totals = []
    resumed = train_experiments(runs, out=tmp_path, workers=1, progress=lambda done, total: totals.append(total))
    assert set(totals) == {8}
    assert_same_curves(resumed, train_experiments(runs, workers=1))


def test_a_damaged_run_is_trained_again(tmp_path):
    runs = parity_runs(seed=[0, 1])
    first = train_experiments(runs, out=tmp_path, workers=1)
    path = tmp_path / runs[0].file_name
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.warns(UserWarning, match="set aside"):
        again = train_experiments(runs, out=tmp_path, workers=1)
    assert_same_curves(again, first)
    assert_same_curves(load_runs(tmp_path), first)


@pytest.mark.parametrize("configuration", ["another", "", "none", "[]", "{}", '{"task": {"name": []}}', "[" * 10**5])
def test_a_file_that_is_not_the_run_of_its_name_is_neither_trained_from_nor_loaded(tmp_path, configuration):
    """Whole and with a checksum that holds: a copy of another run, or one that somebody made."""
    mine, other = parity_runs(seed=[0, 1])
    first = train_experiments([mine], workers=1)
    (foreign,) = train_experiments([other], out=tmp_path, workers=1)
    if configuration == "another":
        (tmp_path / other.file_name).rename(tmp_path / mine.file_name)
    else:
        (tmp_path / other.file_name).unlink()
        foreign.attrs["configuration"] = configuration
        write_run(foreign, tmp_path, SimpleNamespace(file_name=mine.file_name, to_json=lambda: configuration))
    with pytest.warns(UserWarning, match=rf"{mine.file_name} was left out: .") as warned:
        assert load_runs(tmp_path) == []
    assert [len(str(one.message)) < 600 for one in warned] == [True]
    with pytest.warns(
        UserWarning, match=rf"{mine.file_name} was set aside as .*\.damaged, because it holds the run of an"
    ):
        again = train_experiments([mine], out=tmp_path, workers=1)
    assert_same_curves(again, first)
    assert_same_curves(load_runs(tmp_path), first)


def test_a_file_of_the_right_name_without_its_curves_is_trained_again(tmp_path):
    (mine,) = parity_runs()
    first = train_experiments([mine], out=tmp_path, workers=1)
    for broken in (first[0].drop_vars("gen_loss"), first[0].drop_vars("epoch"), first[0][[]], first[0].isel(epoch=0)):
        write_run(broken, tmp_path, mine)
        with pytest.warns(UserWarning, match="was left out: it is not the run"):
            assert load_runs(tmp_path) == []
        assert_same_curves(train_experiments([mine], out=tmp_path, workers=1), first)


def test_saved_runs_are_loaded_and_measured_without_training(tmp_path, monkeypatch):
    folder = tmp_path / "new" / "folder"
    table = sweep_parity([6, 5], [0, 1], out=folder, workers=1, **TINY)
    sweep_parity([5], [0], out=folder, workers=1, **{**TINY, "epochs": 5})
    monkeypatch.setattr(MODULE, "train_plainly", None)
    np.testing.assert_equal(measure_runs(load_runs(folder, "parity", epochs=8)).to_dict(), table.to_dict())
    assert len(load_runs(folder)) == len(load_runs(folder, PARITY)) == 5
    assert load_runs(folder, "modular_addition") == []
    for knobs, count in (
        ({"schedule.epochs": 8}, 4), ({"input_size": 5}, 3), ({"seed": 1}, 2), ({"epochs": 5, "seed": 1}, 0),
        ({"optimizer": "adamw"}, 0), ({"optimizer": "sgd"}, 5), ({"learning_rate": 0.1}, 5),
        ({"batch_size": None}, 0), ({"batch_size": [None, 32]}, 5), ({"width": 17}, 0),
    ):  # fmt: skip
        assert len(load_runs(folder, **knobs)) == count, knobs


def test_runs_are_loaded_by_several_values_of_a_knob_too(tmp_path):
    train_experiments(parity_runs(seed=[0, 1, 2]), out=tmp_path, workers=1)
    assert [experiment_of(one).seed for one in load_runs(tmp_path, seed=[0, 2, 7])] == [0, 2]


def test_a_knob_that_no_run_has_is_refused_when_runs_are_loaded(tmp_path):
    """A typing error must not look like an empty folder."""
    train_experiments(parity_runs(), out=tmp_path, workers=1)
    with pytest.raises(ValueError, match="got 'depht'"):
        load_runs(tmp_path, depht=3)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="got 'depht'"):
        load_runs(tmp_path / "empty", "parity", depht=3)
    assert load_runs(tmp_path / "empty", "parity", width=3) == load_runs(tmp_path / "empty", width=3) == []
    with pytest.raises(ValueError, match="seed must have at least one value"):
        load_runs(tmp_path, seed=[])
    with pytest.raises(FileNotFoundError, match="There must be a folder of runs"):
        load_runs(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="system must be one of"):
        load_runs(tmp_path, "xor")


def test_a_run_of_parts_that_are_not_known_is_left_out_with_a_warning(tmp_path, own):
    mine = dataclasses.make_dataclass("Mine", [], bases=(CrossEntropy,), namespace={"name": "mine"}, frozen=True)
    mine.__module__ = __name__
    experiment = dataclasses.replace(parity_runs()[0], loss=own(mine)())
    train_experiments([*parity_runs(), experiment], out=tmp_path, workers=1)
    assert len(load_runs(tmp_path)) == 2
    _added.pop(("loss", "mine"))
    with pytest.warns(UserWarning, match="was left out: loss must be one of .*; got 'mine'; one of your own has to be"):
        (left,) = load_runs(tmp_path)
    assert experiment_of(left) == parity_runs()[0]


def test_whole_accuracies_are_recorded_when_they_are_asked_for(tmp_path):
    """A run that lacks them is trained again, keeps what it had, and serves either measure from then on."""
    train_experiments(parity_runs(input_size=5), out=tmp_path, workers=1, records=["weight_norm"])
    (plain,) = load_runs(tmp_path)
    assert "train_accuracy_whole" not in plain
    with pytest.raises(ValueError, match=r"accuracy needs the curve train_accuracy_whole, which parity-.* has not"):
        measure_runs([plain], accuracy="whole")
    sweep_parity([5], [0], out=tmp_path, workers=1, accuracy="whole", **TINY)
    (whole,) = load_runs(tmp_path)
    assert {"train_accuracy_whole", "weight_norm"} <= set(whole)
    for name in plain:
        np.testing.assert_array_equal(plain[name], whole[name])
    written = files(tmp_path)
    sweep_parity([5], [0], out=tmp_path, workers=1, **TINY)
    sweep_parity([5], [0], out=tmp_path, workers=1, accuracy="whole", records=["weight_norm"], **TINY)
    assert files(tmp_path) == written


def test_the_records_of_a_system_are_always_kept(tmp_path):
    watched = System("watched", parity_runs()[0], records=("weight_norm",))
    sweep(watched, seed=[0, 1], out=tmp_path, workers=1, records="gen_margin")
    assert all({"weight_norm", "gen_margin"} <= set(dataset) for dataset in load_runs(tmp_path))


def test_several_values_are_all_run_and_have_their_columns():
    knobs = {"width": [16, 8], "weight_decay": (0.02, 0.01), "optimizer": ["sgd", "adamw"]}
    table = sweep_parity([6, 5], [1, 0], workers=1, **{**TINY, **knobs})
    assert set(table.columns[:5]) == {"input_size", "seed", "model.width", "optimizer", "optimizer.weight_decay"}
    assert table.columns[:2] == ("input_size", "seed")
    # A number that one optimizer has and the other has not is a column, too.
    names = ("input_size", "model.width", "optimizer", "optimizer.weight_decay", "seed")
    assert [tuple(row[name] for name in names) for row in table] == [
        (n, w, optimizer, decay, seed)
        for n in (5, 6) for w in (8, 16) for optimizer in ("adamw", "sgd") for decay in (0.01, 0.02) for seed in (0, 1)
    ]  # fmt: skip
    assert "optimizer.momentum" in table.columns


def test_a_sweep_has_the_columns_of_its_own_system():
    """Whether or not it is known by a name, and though one of the package has the same parts."""
    wide = System("wide", parity_runs()[0], columns={"width": "model.width"})
    table = sweep(wide, width=[16, 8], workers=1)
    assert table.columns[:3] == ("width", "seed", "steps_to_train")
    assert table["width"].tolist() == [8, 16]


def test_one_value_has_no_column():
    table = sweep_parity([5], [0], workers=1, **{**TINY, "width": 16})
    assert table.columns[:3] == ("input_size", "seed", "steps_to_train")


def test_runs_of_several_systems_share_a_folder_and_a_table(tmp_path):
    tiny = {"epochs": 8, "train_samples": 40, "gen_samples": 20}
    for system in ("parity", "linear_student", "modular_addition"):
        sweep(system, input_size=12, out=tmp_path, workers=1, **tiny)
    assert len(load_runs(tmp_path)) == 3
    assert len(load_runs(tmp_path, "linear_student")) == len(load_runs(tmp_path, modulus=5)) == 1
    table = measure_runs(load_runs(tmp_path))
    assert table["task"].tolist() == ["linear_teacher", "modular_addition", "parity"]
    assert table["input_size"].tolist() == [12, 12, 12]


def test_a_stopped_run_is_measured_like_the_full_one():
    """The curve up to the stop is the full one, and the fits agree well within their own errors.

    With fixed asymptotes a plateau far beyond the jump pulls at neither t* nor s; the stop leaves enough of it.
    """
    full, stopped = (
        train_experiments(PARITY.experiments(input_size=10, seed=[0, 1], **SMALL, **stop), workers=1)
        for stop in ({}, {"stop_after": 50, "stop_level": 0.95})
    )
    for one, other in zip(full, stopped, strict=True):
        epochs = other.sizes["epoch"]
        assert 50 < epochs < 200
        for name in other:
            np.testing.assert_array_equal(one[name][:epochs], other[name])
    for one, other in zip(measure_runs(full), measure_runs(stopped), strict=True):
        for name in ("jump_time_train", "jump_time_gen", "sharpness_gen", "relative_gap", "relative_sharpness"):
            assert abs(one[name] - other[name]) < 0.1 * one[f"{name}_error"], name


@pytest.mark.parametrize("schedule", [{}, {"schedule": "steps", "steps": 50}])
def test_a_stop_counts_what_it_saved(schedule):
    knobs = {"epochs": 50, **schedule}
    if schedule:
        del knobs["epochs"]
    one = parity_runs()[0].replace({**knobs, "stop_after": 4, "stop_level": 0.1})
    reports = []
    (dataset,) = train_experiments([one], workers=1, progress=lambda done, total: reports.append((done, total)))
    assert dataset.sizes[one.schedule.unit] == 4
    assert reports[-1] == (50, 50)


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])  # workers: test_scheduler
def test_progress_counts_epochs_and_steps_of_all_runs(workers, monkeypatch):
    monkeypatch.setattr("empirical.execution.scheduler._SECONDS_BETWEEN_REPORTS", 0)
    one, clocks = parity_runs()[0], ({}, {"schedule": "steps", "steps": 30, "dense": 2, "growth": 3.0})
    runs = [one.replace({**schedule, "seed": seed}) for schedule in clocks for seed in range(3)]
    total = sum(run.length for run in runs)
    assert total == 3 * one.length + 3 * 30
    reports = []
    train_experiments(runs, workers=workers, progress=lambda *counts: reports.append(counts))
    assert {whole for _, whole in reports} == {total}
    done = [count for count, _ in reports]
    assert done == sorted(done)
    assert done[-1] == total
    if workers == 1:
        assert len(set(done)) > 5


def test_a_diverged_run_stays_in_the_table_with_its_reason(tmp_path):
    knobs = {"input_size": 12, "train_samples": 24, "gen_samples": 20, "epochs": 300}
    table = sweep("linear_student", out=tmp_path, workers=1, learning_rate=[0.05, 50.0], **knobs)
    assert len(table) == 2
    assert table["status"][1] != "ok"
    (dataset,) = load_runs(tmp_path, learning_rate=50.0)
    assert not np.isfinite(dataset["train_loss"].values).all()


def test_another_engine_does_not_make_another_run(tmp_path):
    runs = parity_runs()
    (first,) = train_experiments(runs, out=tmp_path, workers=1, engine="reference")
    (again,) = train_experiments(runs, out=tmp_path, workers=1)
    assert again.attrs["engine"] == first.attrs["engine"] == "reference"
    (fresh,) = train_experiments(runs, workers=1)
    assert fresh.attrs["engine"] == ("fused" if FusedEngine.available() else "ensemble")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"accuracy": "best"}, ValueError, "accuracy must be 'protocol' or 'whole', got 'best'"),
        ({"weight_decay": []}, ValueError, "weight_decay must have at least one value, got none"),
        ({"records": ["all"]}, ValueError, "records must be made of .*; got 'all'"),
        ({"workers": 0}, ValueError, "workers must be at least 1, got 0; leave it out"),
        ({"epochs": 3}, ValueError, "epochs must be at least 4, got 3; a curve"),
        ({"seed": []}, ValueError, "seed must have at least one value, got none"),
        ({"depth": 3}, ValueError, "A knob must be one of .*; got 'depth'; use one of these"),
        ({"at_once": 0}, ValueError, "at_once must be at least 1, got 0"),
        ({"engine": "best"}, ValueError, "engine must be one of fused, ensemble, decoder, reference; got 'best'"),
        ({"engine": "fused", "activation": "tanh"}, ValueError, "engine 'fused' trains ReLU networks, not activation"),
        ({"loss": "squared_error"}, ValueError, "needs values, and this task has 2 classes"),
        ({"width": "wide"}, TypeError, "width must be a whole number, got 'wide'"),
        ({"shape": "line"}, ValueError, "shape must be"),
        ({"device": "abacus"}, ValueError, "device must be"),
        ({"preset": "thesis"}, ValueError, "preset must be one of quick"),
    ],
)
def test_bad_arguments_get_a_sentence_before_any_training(tmp_path, monkeypatch, options, error, message):
    monkeypatch.setattr("empirical.training.together.train", None)
    with pytest.raises(error, match=message) as caught:
        sweep("parity", **{"out": tmp_path / "runs", "workers": 1, **TINY, **options})
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.rglob("*.nc"))


def test_an_unknown_system_and_a_file_for_a_folder_get_a_sentence(tmp_path):
    with pytest.raises(ValueError, match=r"system must be one of .*parity.*; got 'xor'"):
        sweep("xor")
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match=r"out must be a folder, got the file .*; choose another path"):
        sweep("parity", out=tmp_path / "file", **TINY)


def test_a_schedule_with_few_looks_is_refused():
    with pytest.raises(ValueError, match="steps must be at least 4, got 2; a curve with fewer points"):
        sweep("parity", schedule="steps", steps=2, train_samples=40)


def test_sweeps_of_parity_are_sweeps():
    one, other = (
        sweep_parity([5], [0, 1], workers=1, **TINY), sweep("parity", input_size=5, seed=[0, 1], workers=1, **TINY),
    )  # fmt: skip
    np.testing.assert_equal(one.to_dict(), other.to_dict())
    assert set(RECORDS) >= {"weight_norm"}
    assert isinstance(parity_runs(loss="one_hot_squared_error")[0].loss, OneHotSquaredError)
    assert isinstance(parity_runs()[0], Experiment)
