"""Recorded runs along one knob: one row a run, nothing else turned, and predictors that say what they should."""

import itertools

import numpy as np
import pytest

from empirical import recorded_runs
from report.delay_predictors import decay_rate, inverse_rate, norm_separation, scale_over_decay
from report.recorded_sweeps import recorded_sweep
from report.settings import images, parity, representation, tables, transformer

SETTINGS = {
    module.__name__.rpartition(".")[2]: module for module in (images, parity, representation, tables, transformer)
}


@pytest.fixture(scope="module")
def sweeps():
    return {name: list(SETTINGS[name].knob_sweeps()) for name in ("images", "tables", "transformer")}


@pytest.mark.slow
def test_each_system_is_swept_along_each_of_its_knobs_once(sweeps):
    others = [list(SETTINGS[name].knob_sweeps()) for name in SETTINGS if name not in sweeps]
    every = list(itertools.chain(*sweeps.values(), *others))
    assert len({(one.name, one.knob) for one in every}) == len(every)
    assert {one.name for one in every} == {
        "digits", "parity", "representation", "quadratic_mlp", "embedding_mlp", "transformer"
    }  # fmt: skip
    for one in every:
        assert len(set(one.values)) >= 3
        assert all(values.shape == (len(one.table),) for values in one.predictors.values())
        turned = {name for name in one.table.columns if "." in name or name in ("input_size", "train_fraction")}
        moving = {name for name in turned if len({row[name] for row in one.table}) > 1} - {"schedule.steps"}
        assert len(moving) <= 1
        assert len(one.table.fitted) > len(one.table) / 3, (one.name, one.knob)


def test_every_run_of_digits_and_tables_can_be_measured_but_one_that_learns_in_two_steps(sweeps):
    """Its training accuracy rises to 0.66, falls to 0.48, and rises to 1."""
    failed = [row for one in (*sweeps["images"], *sweeps["tables"]) for row in one.table if row["status"] != "ok"]
    assert [(row["model.initial_scale"], row["seed"]) for row in failed] == [(0.5, 0)]
    assert failed[0]["status"].startswith("training: two jumps")


def test_runs_that_differ_in_another_knob_are_refused():
    with pytest.raises(ValueError, match=r"must have nothing else turned, got task\.train_fraction"):
        recorded_sweep("transformer", "task.modulus", "train_fraction", "train_fraction_97")


def shrinking(run, rate, jump):
    """The run with weights that shrink at a rate from a time on, and do nothing before."""
    time = run["step"].values.astype(np.float64)
    norm = 40 * np.exp(-rate * np.maximum(time - jump, 0))
    return run.assign(weight_norm=("step", norm)), time[-1] - jump


def test_norms_that_shrink_by_decay_alone_are_separated_by_the_time_it_takes():
    run = recorded_runs("initial_scale", "digits", initial_scale=8.0, seed=0)[0]
    eta_gamma = 3e-3 * 0.1
    assert decay_rate(run) == pytest.approx(eta_gamma)
    for faster in (1, 3):
        planted, passed = shrinking(run, faster * eta_gamma, 300.0)
        assert norm_separation(planted, 300.0) == pytest.approx(faster * passed, rel=1e-9)
    grown = run.assign(weight_norm=1 / run["weight_norm"])
    assert norm_separation(grown, 300.0) == pytest.approx(-norm_separation(run, 300.0), rel=1e-2)


def test_an_epoch_of_parity_has_as_many_steps_as_batches():
    for samples, batches in ((600, 19), (1500, 47)):
        run = recorded_runs("train_samples", "parity", train_samples=samples, seed=0)[0]
        assert decay_rate(run) == pytest.approx(batches * 1e-4)
        assert np.isnan(scale_over_decay(run))


def test_without_decay_nothing_is_said():
    run = recorded_runs("extreme_decay", "transformer", weight_decay=0.0)[0]
    assert np.isnan([decay_rate(run), scale_over_decay(run), norm_separation(run, 3.0)]).all()


def test_the_time_of_the_effective_theory_goes_with_the_rate_of_the_embeddings():
    slow, fast = (
        recorded_runs("embedding_rate", "representation", **{"embedding.learning_rate": rate}, seed=0)[0]
        for rate in (5e-4, 2e-3)
    )
    assert inverse_rate(slow) == pytest.approx(4 * inverse_rate(fast))
    assert np.isnan(decay_rate(slow))  # embeddings and decoder have rates of their own


@pytest.mark.parametrize("name", ["images", "transformer"])
def test_delays_go_with_the_decay_of_the_norm(sweeps, name):
    """T's law, up to a factor: across weight decays the delay is a few times what decay alone would take."""
    (sweep,) = (one for one in sweeps[name] if one.knob == "optimizer.weight_decay")
    fitted = np.array([row["status"] == "ok" for row in sweep.table])
    delay = (sweep.table["jump_time_gen"] - sweep.table["jump_time_train"])[fitted]
    predicted = sweep.predictors["norm separation"][fitted]
    assert np.corrcoef(np.log(delay), np.log(predicted))[0, 1] > 0.9
