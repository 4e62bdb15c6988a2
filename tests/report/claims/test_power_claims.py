"""P's claims, and that of F, on planted runs: each verdict follows the numbers."""

from dataclasses import replace

import numpy as np
import pytest

from numerics import tabulate
from report.claims import lee, power
from report.claims.power.data import data_claims
from report.claims.power.delay import delay_claims
from report.claims.power.each_table import judge_each_table
from report.claims.power.interventions import intervention_claims
from report.criteria import Criterion
from report.delays import Delays
from report.setting import Section

NOT_FITTED = {**dict.fromkeys(("relative_gap", "relative_sharpness", "absolute_sharpness"), np.nan), "status": "none"}


def runs(slope, fractions=(0.25, 0.28, 0.3, 0.5), train=100.0, length=1e9, descents=1, seeds=6):
    """ln T falls by `slope` for each unit of the fraction, and is ln 10⁴ at 0.3."""
    rng = np.random.default_rng(1)
    rows = []
    for fraction in fractions:
        for seed in range(seeds):
            gen = 1e4 * np.exp(-slope * (fraction - 0.3) + 0.02 * rng.normal())
            rows.append({
                "modulus": 97, "train_fraction": fraction, "weight_decay": 1.0, "seed": seed, "steps_to_train": train,
                "steps_to_gen": gen if gen <= length else np.nan, "steps": min(length, 2 * gen),
                "gen_loss_descents": descents, **NOT_FITTED,
            })  # fmt: skip
    return rows


@pytest.fixture
def settings(planted_setting):
    def make(rows, **sections):
        setting = planted_setting("transformer", tabulate(rows))
        parts = tuple(
            Section(name=name, title="", panels=tuple, caption="", text="", rows=rows)
            for name, rows in sections.items()
        )
        return {"transformer": replace(setting, sections=parts)}

    return make


@pytest.mark.parametrize(
    ("percent", "verdict"), [(45, "confirmed"), (10, "in part"), (90, "in part"), (-30, "contradicted")]
)
def test_what_less_data_costs_is_held_against_forty_to_fifty_per_cent(settings, percent, verdict):
    slope = 100 * np.log1p(percent / 100)
    claim = data_claims(settings(runs(slope)))[0]
    assert claim.verdict == verdict
    if percent == 45:
        assert "45 [" in claim.findings["transformer"]


@pytest.mark.parametrize(("length", "verdict"), [(2e4, "confirmed"), (1e9, "contradicted")])
def test_there_is_a_smallest_fraction_where_the_smallest_share_never_generalizes(settings, length, verdict):
    assert data_claims(settings(runs(30.0, length=length)))[1].verdict == verdict


@pytest.mark.parametrize(("slope", "verdict"), [(30.0, "confirmed"), (-30.0, "contradicted")])
def test_the_curves_come_together_where_the_ratio_of_times_falls(settings, slope, verdict):
    assert data_claims(settings(runs(slope)))[2].verdict == verdict


@pytest.mark.parametrize(("train", "verdict"), [(100.0, "confirmed"), (9e3, "contradicted")])
def test_long_after_is_twice_as_late(settings, train, verdict):
    assert delay_claims(settings(runs(0.0, train=train)))[1].verdict == verdict


@pytest.mark.parametrize(("descents", "verdict"), [(2, "confirmed"), (1, "contradicted")])
def test_double_descents_are_counted(settings, descents, verdict):
    assert delay_claims(settings(runs(0.0, descents=descents)))[2].verdict == verdict


@pytest.mark.parametrize(
    ("accuracies", "verdict"),
    [((1.0, 0.995, 1.0), "confirmed"), ((1.0, 0.5, 1.0), "in part"), ((0.1, 0.5, 0.98), "contradicted")],
)
def test_tables_are_filled_where_the_rest_is_right(settings, accuracies, verdict):
    rows = tuple({"operation": str(k), "gen_accuracy": one, "steps": 90} for k, one in enumerate(accuracies))
    claim = delay_claims(settings(runs(0.0), operations=rows))[0]
    assert claim.verdict == verdict
    assert ("after 90 steps" in claim.findings["transformer"]) == (verdict != "confirmed")


@pytest.mark.parametrize(
    ("times", "verdict"),
    [
        ({"weight decay 1": 2e3, "none": np.nan, "dropout": 5e3}, "confirmed"),
        ({"weight decay 1": 2e3, "none": 9e3, "dropout": 1e3}, "in part"),
        ({"weight decay 1": np.nan, "none": 9e3, "dropout": 1e3}, "contradicted"),
    ],
)
def test_weight_decay_helps_most_where_it_is_the_fastest(settings, times, verdict):
    rows = tuple({"intervention": name, "steps_to_gen": steps, "steps": 1e4} for name, steps in times.items())
    assert intervention_claims(settings(runs(0.0), interventions=rows))[0].verdict == verdict


@pytest.mark.parametrize(
    ("ends", "verdict"), [((0.3, 0.2), "confirmed"), ((0.3, 0.05), "in part"), ((0.05,), "contradicted")]
)
def test_a_circle_is_one_frequency_with_more_than_chance_has(settings, ends, verdict):
    known = {"modulus": 97, "train_fraction": 0.5, "share_start": 0.04, "share_chance": 0.06}
    rows = tuple({**known, "share_end": end} for end in ends)
    assert intervention_claims(settings(runs(0.0), circle=rows))[1].verdict == verdict


@pytest.mark.parametrize(
    ("with_it", "verdict"),
    [
        ((50.0, (60.0, 70.0)), "confirmed"),
        ((50.0, (1000.0, 1100.0)), "in part"),
        ((50.0, (2100.0, 2600.0)), "contradicted"),
    ],
)
def test_a_filter_of_gradients_is_held_against_runs_without(settings, with_it, verdict):
    train, gen = with_it
    rows = [("weight decay 1", 250.0, steps) for steps in (2000.0, 2500.0)]
    rows += [("decay and filter", train, steps) for steps in gen] + [("decay and rate × 3", 90.0, 800.0)]
    interventions = tuple(
        {"intervention": name, "steps_to_train": first, "steps_to_gen": second, "steps": 8e3}
        for name, first, second in rows
    )
    assert lee.judge(settings(runs(0.0), interventions=interventions))[0].verdict == verdict


def test_every_table_is_asked_and_counts():
    runs = {name: Delays(*np.full((4, 1), steps)) for name, steps in (("one", 1.0), ("two", 2.0))}

    def judge(found):
        return f"{found.gen[0]:g} steps", [Criterion("it is two", bool(found.gen[0] == 2))]

    claim = judge_each_table("It is two", "P, section 3", {"tables": runs}, judge)
    assert claim.findings == {"tables": "one: 1 steps; two: 2 steps"}
    assert (claim.verdict, claim.reason) == ("in part", "one: it is two: no; two: it is two: yes")


def test_without_its_setting_nothing_is_judged():
    assert {claim.verdict for claim in power.judge({})} == {"not judged"}
    assert len(power.judge({})) == 9
