"""The setting of transformers: recorded runs, and what is told of them is what they say."""

import numpy as np
import pytest

import numerics
from empirical import experiment_of, measure_runs, recorded_runs
from empirical.recorded.runs import RECORDED
from report import Request, Style
from report.claims import nanda, truong
from report.known_settings import find_setting


@pytest.fixture(scope="module")
def setting():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("torch.Tensor.backward", lambda *_: pytest.fail("a network was trained"))
        return find_setting("transformer")(Request("quick", Style("black", "o")))


def test_medians_by_share_are_those_of_the_runs(setting):
    table = measure_runs(recorded_runs("train_fraction", "transformer"))
    for row in setting.section("fractions").rows:
        if row["modulus"] == 53 and row["train_fraction"] in (0.6, 0.8):
            steps = [one["steps_to_gen"] for one in table if one["train_fraction"] == row["train_fraction"]]
            assert row["runs"] == len(steps)
            assert row["steps_to_gen"] == np.median(steps)


def test_the_less_is_learned_the_longer_it_takes(setting):
    steps = {(row["modulus"], row["train_fraction"]): row["steps_to_gen"] for row in setting.section("fractions").rows}
    for p, shares in ((53, (0.8, 0.6, 0.5, 0.4)), (97, (0.5, 0.4))):
        assert np.all(np.diff([steps[p, share] for share in shares]) > 0)


def test_without_weight_decay_or_with_much_none_generalizes(setting):
    rows = {row["weight_decay"]: row for row in setting.section("decay").rows}
    for decay in (0.0, 3.0):
        assert rows[decay]["never_generalized"] == rows[decay]["runs"] > 0
    assert rows[1.0]["never_generalized"] == 0
    assert rows[0.3]["steps_to_gen"] > 2 * rows[1.0]["steps_to_gen"]


def test_at_the_end_the_symbols_stand_on_a_circle(setting):
    """In the plane of the strongest frequency: the spread of the radii is small at the end, and large at the start."""
    run = next(one for one in recorded_runs("train_fraction", "transformer", train_fraction=0.4, seed=0))
    spread = []
    for embedding in run["embedding"].values[[0, -1]].astype(np.float64):
        radii = np.hypot(*numerics.fourier_circle(embedding).T)
        spread.append(radii.std() / radii.mean())
    assert spread[1] < 0.2 < spread[0]
    assert len(setting.section("circle").panels()) == run.sizes["moment"]


def test_every_panel_is_drawn(setting):
    for section in setting.sections:
        assert all(figure.axes for figure in section.panels())


def test_the_steps_of_t_are_reproduced(setting):
    verdicts = [claim.verdict for claim in truong.judge({"transformer": setting})]
    assert verdicts[:2] == ["confirmed", "confirmed"]
    assert nanda.judge({"transformer": setting})[3].verdict == "contradicted"


def test_only_with_weight_decay_do_they_generalize_in_8000_steps(setting):
    rows = setting.section("interventions").rows
    come = {row["intervention"] for row in rows if np.isfinite(row["steps_to_gen"])}
    assert come == {"weight decay 1", "decay and filter", "decay and rate × 3"}


def test_every_recorded_run_is_told_of(setting):
    every = [one for preset in RECORDED["transformer"] for one in recorded_runs(preset, "transformer")]
    in_tables = len(setting.table) + len(setting.companion("nanda"))
    operations, interventions = setting.section("operations").rows, setting.section("interventions").rows
    of_the_table = [row for row in interventions if row["intervention"] in ("none", "weight decay 1")]
    told = in_tables + len(operations) + len(interventions) - len(of_the_table)
    assert told == len(set(map(experiment_of, every))) < len(every)
    assert "recorded by `make recorded`" in setting.origin


def test_a_run_of_nandas_size_generalizes_when_it_was_published_to(setting):
    """5000 to 10 000 steps; it has learned its training set long before the published thousand."""
    (row,) = setting.companion("nanda")
    assert 5000 < row["steps_to_gen"] < 10_000
    assert row["steps_to_train"] < 500
    assert nanda.judge({"transformer": setting})[0].verdict == "in part"
