"""Relations, claim and figures on runs whose flatness follows what was planted."""

import dataclasses

import numpy as np
import pytest

from empirical import FLATNESS_MEASURES
from numerics import tabulate
from report.claims.power.flatness import flatness_claims
from report.figures.flatness import around_figure, states_figure
from report.flatness_relations import relations, strata_of


def planted(own=1.0, by_data=0.0, by_norm=0.0, seed=0):
    """Accuracy falls with a run's own flatness, and both may follow the training fraction or the weight norm."""
    rng = np.random.default_rng(seed)
    rows = []
    for fraction in (0.4, 0.5, 0.6):
        for decay in (0.5, 1.0):
            for k in range(10):
                norm, loss, flat, noise = rng.normal(size=4)
                rise = np.exp(flat + by_norm * norm + by_data * 20 * fraction)
                gen = -own * flat - by_norm * norm + by_data * 20 * fraction + 0.3 * noise
                at = {"train_loss": np.exp(loss), "weight_norm": np.exp(norm), "gen_accuracy": gen}
                at |= {name: rise * np.exp(0.05 * rng.normal()) for name in FLATNESS_MEASURES}
                row = {f"{name}_{moment}": value for moment in ("before", "jump", "end") for name, value in at.items()}
                row |= {"train_fraction": fraction, "weight_decay": decay, "seed": k, "jump_time_gen": np.exp(noise)}
                row |= {"steps_to_gen": np.nan if gen < -1.5 else np.exp(-gen), "status": "ok"}
                row |= {"relative_gap": 2.0, "relative_sharpness": np.exp(gen), "absolute_sharpness": np.exp(gen)}
                rows.append(row)
    return tabulate(rows)


def verdict(planted_setting, table):
    (claim,) = flatness_claims({"flatness": dataclasses.replace(planted_setting("flatness", table))})
    return claim


def test_what_is_planted_is_found_in_every_stratum():
    for target, sign in (("gen_accuracy_end", -1), ("steps_to_gen", 1), ("relative_sharpness", -1)):
        for one in relations(planted(), target):
            for found in (one.plain, one.same_data, one.same_knobs, one.same_state):
                assert sign * found.correlation > 0.8, (target, one.measure)
                assert found.excludes_zero
    assert (one.plain.n, one.same_data.strata, one.same_knobs.strata) == (60, 3, 6)


def test_what_never_generalizes_is_last_of_all():
    table = planted()
    late = np.isnan(table["steps_to_gen"])
    assert 0 < late.sum() < 30
    assert relations(table, "steps_to_gen")[0].plain.n == 60


def test_a_smaller_table_that_is_fitted_by_a_flatter_minimum_is_told_apart():
    """More data raise accuracy and rise alike: among all runs flatness seems to harm, at equal data it helps."""
    one = relations(planted(by_data=1.0), "gen_accuracy_end")[0]
    assert one.plain.low > 0
    assert one.same_data.high < 0


def test_what_both_owe_to_the_norm_does_not_remain():
    one = relations(planted(own=0.0, by_norm=2.0), "gen_accuracy_end")[0]
    assert one.same_data.high < -0.5
    assert not one.same_state.excludes_zero


def test_strata_are_numbered_by_what_is_equal():
    data, knobs = strata_of(planted())
    assert np.unique(data, return_counts=True)[1].tolist() == [20] * 3
    assert np.unique(knobs, return_counts=True)[1].tolist() == [10] * 6


def test_the_claim_is_judged_by_numbers(planted_setting):
    assert [claim.verdict for claim in flatness_claims({})] == ["not judged"]
    confirmed = verdict(planted_setting, planted())
    assert confirmed.verdict == "confirmed", confirmed.reason
    assert confirmed.letter == "P"
    assert verdict(planted_setting, planted(own=-1.0)).verdict == "contradicted"
    assert verdict(planted_setting, planted(own=0.0)).verdict in ("not decided", "contradicted")
    partly = verdict(planted_setting, planted(own=0.0, by_norm=2.0))
    assert partly.verdict == "in part"
    assert "by random steps, at equal training fraction: yes" in partly.reason
    assert "by random steps, and at equal loss and norm: yes" not in partly.reason


def test_curves_about_the_jump_are_ratios_in_its_times():
    step = np.geomspace(1, 1000, 200)
    runs = [
        {"step": step, "gen_accuracy": (step >= jump) * 1.0, "curvature": 7 * step**power}
        for jump, power in ((50, 1.0), (60, 2.0), (70, 3.0))
    ]
    never = {"step": step, "gen_accuracy": 0 * step, "curvature": step}
    axes = around_figure([*runs, never], {"curvature": "largest curvature"}).axes[0]
    x, y = axes.lines[0].get_data()
    whole = x < 1000 / 75  # of all three runs
    np.testing.assert_allclose(y[whole], x[whole] ** 2, rtol=1e-3)
    assert x[0] == pytest.approx(0.05)
    assert around_figure([never], {"curvature": "largest curvature"}).axes[0].get_legend() is None


@pytest.mark.parametrize("logarithmic", [True, False])
def test_states_are_points(logarithmic):
    points = np.array([0.1, 0.2, 0.4])
    axes = states_figure(points, 2 * points, points, ("curvature", "sharpness"), logarithmic=logarithmic).axes[0]
    assert axes.get_yscale() == ("log" if logarithmic else "linear")
    np.testing.assert_allclose(axes.collections[0].get_offsets(), np.column_stack([points, 2 * points]))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_few_runs_have_no_correlation_and_no_verdict(planted_setting, count):
    table = planted()
    few = tabulate(list(table.rows[:count]) or [{**table.rows[0], "gen_accuracy_end": np.nan}])
    assert verdict(planted_setting, few).verdict == "not decided"
