"""The recorded runs along knobs: what is in each file, nothing lost on the way, and the same when trained anew."""

import dataclasses
import importlib.resources
import platform

import numpy as np
import pytest
import torch

from empirical import SYSTEMS, Experiment, experiment_of, measure_runs, recorded_runs, train_together
from empirical.recorded.collection import collect_runs, wanted_runs
from empirical.recorded.runs import RECORDED, recorded_experiments

FOLDER = importlib.resources.files("empirical.recorded")
MACHINE = f"{platform.system()} {platform.machine()} {torch.backends.cpu.get_cpu_capability()}"
KNOBS = [(system, preset) for system in RECORDED for preset in RECORDED[system]]
OTHERS = ("quadratic_mlp", "embedding_mlp", "digits", "representation")

# A run of each system, the shortest of those that grok.
RUNS = {
    "parity": ("learning_rate", {"learning_rate": 0.05, "seed": 2}),
    "quadratic_mlp": ("train_fraction", {"train_fraction": 0.7, "seed": 1}),
    "embedding_mlp": ("train_fraction", {"train_fraction": 0.8, "seed": 2}),
    "digits": ("learning_rate", {"learning_rate": 0.01, "seed": 1}),
    "representation": ("many", {"train_pairs": 45, "seed": 3}),
}


def one_run(system):
    preset, knobs = RUNS[system]
    (run,) = recorded_runs(preset, system, **knobs)
    return run


def test_there_is_a_file_a_system_and_all_are_small():
    files = {system: (FOLDER / f"{system}.npz").read_bytes() for system in RECORDED}
    assert sum(map(len, files.values())) < 4_000_000


@pytest.mark.parametrize(("system", "preset"), KNOBS)
def test_every_run_of_a_preset_is_there_and_of_the_system(system, preset):
    here = recorded_experiments(system, preset)
    assert {run.seed for run in here} >= {0}
    assert set(here) <= set(SYSTEMS[system].experiments(preset))
    assert all(SYSTEMS[system].includes(run) for run in here)


@pytest.mark.parametrize("system", OTHERS)
def test_the_files_have_the_wanted_runs_and_no_other(system):
    with np.load(FOLDER / f"{system}.npz") as arrays:
        assert arrays["configuration"].tolist() == [run.to_json() for run in wanted_runs(system)]


@pytest.mark.parametrize(("system", "preset"), [one for one in KNOBS if one[0] in OTHERS])
def test_a_preset_turns_one_knob_and_has_whole_runs(system, preset):
    runs = recorded_runs(preset, system)
    values = {tuple(value for name, value in experiment_of(run).knobs().items() if name != "seed") for run in runs}
    turned = [set(column) for column in zip(*values, strict=True) if len(set(column)) > 1]
    assert (len(turned), len(turned[0])) == (1, len(values))
    assert 4 <= len(values) <= 9
    for run in runs:
        schedule, (train, gen) = (
            experiment_of(run).schedule,
            (run[f"{name}_accuracy"].values for name in ("train", "gen")),
        )
        assert run["step"].values.tolist() == list(schedule.times()[: run.sizes["step"]])
        stopped = schedule.stop_after and (np.minimum(train, gen)[-schedule.stop_after :] >= schedule.stop_level).all()
        assert stopped or run["step"].values[-1] == schedule.steps
        assert (run["weight_norm"].values > 0).all()
        assert run.attrs["recorded_by"] == "make recorded"


def test_parity_has_norms_where_another_knob_is_turned():
    runs = {preset: recorded_runs(preset, "parity", seed=0, input_size=35) for preset in ("ten_seeds", "weight_decay")}
    assert all("weight_norm" in run for run in runs["weight_decay"])
    (shared,) = runs["ten_seeds"]
    assert shared.identical(next(run for run in runs["weight_decay"] if run.attrs == shared.attrs))
    assert "weight_norm" not in recorded_runs("ten_seeds", seed=0, input_size=34)[0]


@pytest.mark.parametrize("system", OTHERS)
def test_every_outcome_of_the_system_can_be_read_off(system):
    (row,) = measure_runs([one_run(system)], system=SYSTEMS[system])
    assert row["status"] == "ok"
    assert all(np.isfinite(row[name]) for name in SYSTEMS[system].outcomes)


@pytest.mark.parametrize("system", RUNS)
def test_the_first_looks_are_those_that_were_recorded(system):
    recorded = one_run(system)
    run = experiment_of(recorded)
    (trained,) = train_together([run.replace({f"schedule.{run.schedule.unit}s": 20})], records=["weight_norm"])
    looks = next(iter(trained.sizes.values()))
    np.testing.assert_allclose(trained["weight_norm"], recorded["weight_norm"][:looks], rtol=1e-4)
    if recorded.attrs["machine"] == MACHINE:
        for name in ("train_accuracy", "gen_accuracy"):
            np.testing.assert_array_equal(trained[name], recorded[name][:looks])


@pytest.mark.slow
@pytest.mark.parametrize("system", RUNS)
def test_a_run_trained_anew_is_the_recorded_one(system):
    """Bit for bit on such a machine; elsewhere rounding moves the jump, by less than another seed would."""
    recorded = one_run(system)
    (trained,) = train_together([experiment_of(recorded)], records=wanted_runs(system)[experiment_of(recorded)])
    (before,), (after,) = (measure_runs([run]) for run in (recorded, trained))
    assert after["jump_time_gen"] == pytest.approx(before["jump_time_gen"], rel=0.3)
    if recorded.attrs["machine"] == MACHINE and recorded.attrs["torch_version"] == trained.attrs["torch_version"]:
        for name in set(recorded.data_vars) - {"embedding"}:
            np.testing.assert_array_equal(trained[name].values, recorded[name].values)


def test_runs_are_trained_where_they_are_missing_and_each_has_what_is_wanted(tmp_path, monkeypatch):
    small = dataclasses.replace(
        SYSTEMS["parity"],
        experiment=SYSTEMS["parity"].experiment.replace({"width": 8, "gen_samples": 20, "epochs": 5}),
        presets={"quick": {"seed": (0, 1)}, "weight_decay": {"optimizer.weight_decay": (0.1, 0.01)}},
    )
    for module in ("runs", "collection"):
        monkeypatch.setattr(f"empirical.recorded.{module}.SYSTEMS", {"parity": small})
        monkeypatch.setattr(f"empirical.recorded.{module}.RECORDED", {"parity": {"quick": {}, "weight_decay": {}}})
    folder, files = tmp_path / "runs", [tmp_path / f"{name}.npz" for name in ("first", "second")]
    assert collect_runs("parity", folder, files[0], workers=1) == 3
    trained = {path: path.stat().st_mtime_ns for path in folder.glob("*.nc")}
    assert collect_runs("parity", folder, files[1], workers=1) == 3
    assert trained == {path: path.stat().st_mtime_ns for path in folder.glob("*.nc")}
    assert files[0].read_bytes() == files[1].read_bytes()
    with np.load(files[0]) as arrays:
        runs = [Experiment.from_json(str(text)) for text in arrays["configuration"]]
        assert [run.seed for run, norm in zip(runs, arrays["weight_norm"], strict=True) if np.isnan(norm).all()] == [1]
