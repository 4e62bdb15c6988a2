"""The recorded transformers: what is in the file, nothing lost on the way, and the same when they are trained anew."""

import importlib.resources
import io
import platform

import numpy as np
import pytest
import torch

from empirical import SYSTEMS, draw_streams, experiment_of, measure_runs, recorded_runs, train_together
from empirical.recorded.archive import read_recorded, write_recorded
from empirical.recorded.runs import RECORDED

FILE = importlib.resources.files("empirical.recorded") / "transformer.npz"
RECORDS = ("train_loss", "gen_loss", "weight_norm", "ipr")
SYSTEM = SYSTEMS["transformer"]
MACHINE = f"{platform.system()} {platform.machine()} {torch.backends.cpu.get_cpu_capability()}"


@pytest.fixture(scope="module")
def runs():
    """Each recorded run once."""
    found = [one for preset in RECORDED["transformer"] for one in recorded_runs(preset, "transformer")]
    return list({one.attrs["configuration"]: one for one in found}.values())


def small(**knobs):
    """A run of a second, for what is said of any run."""
    tiny = {"task.modulus": 5, "model.dimension": 8, "model.mlp_width": 8, "steps": 60, "dense": 0, "growth": 2.0}
    return SYSTEM.experiment.replace({**tiny, "stop_after": 0, **knobs})


def test_the_file_is_small_and_has_whole_counts_of_each_table(runs):
    assert len(FILE.read_bytes()) < 4_000_000
    for run in runs:
        experiment = experiment_of(run)
        sets = experiment.task.draw(draw_streams(experiment.seed))
        for name, part in zip(("train_accuracy", "gen_accuracy"), sets, strict=True):
            counts = run[name].values.astype(np.float64) * len(part)
            np.testing.assert_allclose(counts, counts.round(), atol=1e-2)
        assert run["step"].values.tolist() == list(experiment.schedule.times()[: run.sizes["step"]])
        assert run["gen_loss"].values[0] == pytest.approx(run["train_loss"].values[0], rel=0.2)
        assert set(RECORDS) - {"ipr"} <= set(run)  # frequencies are those of addition: other runs have none
    assert sum("ipr" in run for run in runs) == 36


def test_a_run_ended_when_it_had_generalized_or_at_its_limit(runs):
    for run in runs:
        schedule, gen = experiment_of(run).schedule, run["gen_accuracy"].values
        stopped = (np.minimum(gen, run["train_accuracy"].values)[-schedule.stop_after :] >= schedule.stop_level).all()
        assert stopped or run["step"].values[-1] == schedule.steps


def test_every_run_of_each_preset_says_what_made_it(runs):
    assert {run.attrs["recorded_by"] for run in runs} == {"make recorded"}
    for preset in RECORDED["transformer"]:
        here = [experiment_of(one) for one in recorded_runs(preset, "transformer")]
        assert here == SYSTEM.experiments(preset, **RECORDED["transformer"][preset])


def test_the_embeddings_are_those_of_the_symbols_at_moments_that_were_looked_at(runs):
    shown = [run for run in runs if "embedding" in run]
    assert len(shown) > 3
    for run in shown:
        steps, moments = run["step"].values.tolist(), run["moment"].values.tolist()
        assert (moments[0], moments[-1]) == (0, steps[-1])
        assert set(moments) <= set(steps)
        assert run["embedding"].shape == (len(moments), experiment_of(run).task.modulus, 128)
        # N(0, 1) at the start, as `torch.nn.Embedding` is, in T's recipe.
        if experiment_of(run).model.initialization == "pytorch":
            assert run["embedding"].values[0].std() == pytest.approx(1, abs=0.03)


def test_runs_of_different_lengths_and_sizes_come_back():
    trained = []
    for knobs in ({}, {"steps": 30}, {"task.modulus": 7, "seed": 1}):
        trained += train_together([small(**knobs)], records=[*RECORDS[2:], "embedding"])
    file = io.BytesIO()
    write_recorded(trained, file, records=RECORDS)
    file.seek(0)
    with np.load(file) as arrays:
        for row, run in enumerate(trained):
            back = read_recorded(arrays, row)
            assert back["step"].values.tolist() == run["step"].values.tolist()
            for name in ("train_accuracy", "gen_accuracy", *RECORDS):
                np.testing.assert_array_equal(back[name].values, run[name].values)
                assert back[name].attrs == run[name].attrs
            for moment, kept in zip(back["moment"].values, back["embedding"].values, strict=True):
                there = run["embedding"].sel(step=moment).values
                np.testing.assert_array_equal(kept, there.astype(np.float16).astype(np.float32))


def test_the_first_steps_are_those_that_were_recorded():
    recorded = recorded_runs("train_fraction", "transformer", train_fraction=0.5, seed=0)[0]
    run = experiment_of(recorded).replace({"steps": 12})
    (trained,) = train_together([run], records=RECORDS[2:])
    looks = trained.sizes["step"]
    for name in RECORDS:
        np.testing.assert_allclose(trained[name].values, recorded[name].values[:looks], rtol=1e-4)
    if recorded.attrs["machine"] == MACHINE:
        np.testing.assert_array_equal(trained["train_accuracy"].values, recorded["train_accuracy"].values[:looks])


@pytest.mark.slow
@pytest.mark.parametrize(("fraction", "seed"), [(0.8, 1), (0.6, 2)])
def test_a_run_trained_anew_is_the_recorded_one(fraction, seed):
    """Bit for bit on such a machine; elsewhere rounding moves the jump, by less than another seed would."""
    (recorded,) = recorded_runs("train_fraction", "transformer", train_fraction=fraction, seed=seed)
    (trained,) = train_together([experiment_of(recorded)], records=RECORDS[2:])
    (before,), (after,) = measure_runs([recorded]), measure_runs([trained])
    assert after["steps_to_train"] == pytest.approx(before["steps_to_train"], rel=0.05)
    assert after["steps_to_gen"] == pytest.approx(before["steps_to_gen"], rel=0.3)
    if recorded.attrs["machine"] == MACHINE and recorded.attrs["torch_version"] == trained.attrs["torch_version"]:
        for name in ("train_accuracy", "gen_accuracy", *RECORDS):
            np.testing.assert_array_equal(trained[name].values, recorded[name].values)
