from dataclasses import replace

import numpy as np
import pytest

from numerics import CensoredRegression, tabulate
from report.claims.liu import judge
from report.claims.liu.arrival import _central, _power_is_one
from report.setting import Section

TIMES, FRACTION, DIVERGES, PUBLISHED, FIRST, PREDICTED, CIRCLE, FOUR, BETWEEN, CORNERS, PATHS = range(11)
PHASES = ("comprehension", "grokking", "memorisation", "confusion")


def planted(power=1.0, beyond=1.0, stuck=0.0, lead=700.0, seed=0, sizes=(20, 30, 35, 40, 45, 50), runs=8, **changes):
    """Runs whose time to the structure is a power of 1/λ₃, by its part within sizes as much as `beyond`."""
    rng = np.random.default_rng(seed)
    rows = []
    for size in sizes:
        for k in range(runs):
            own, base = rng.normal(0, 0.3), max(size - 22, 0) / 400
            rate = base * np.exp(own)
            time = 800 * (0.05 / (base * np.exp(beyond * own))) ** power if base else np.inf
            time *= np.exp(0.05 * rng.normal())
            time = time if time < 20_000 and rng.uniform() > stuck else np.nan
            predicted = rng.uniform(0.3, 1.0)
            rows.append(
                {
                    "train_pairs": size, "seed": k, "steps_to_train": 1130 + 10 * k - 40, "steps_to_gen": time + lead,
                    "steps": 20_000, "steps_to_rqi": time, "grokking_rate": rate, "unique": rate > 0,
                    "gen_ceiling": 1.0, "predicted_gen_accuracy": predicted,
                    "final_gen_accuracy": predicted - abs(0.01 * rng.normal()), "status": "no jump",
                    "relative_gap": np.nan, "relative_sharpness": np.nan, "absolute_sharpness": np.nan, **changes,
                }
            )  # fmt: skip
    return tabulate(rows)


def section(name, rows):
    return Section(name=name, title=name, panels=tuple, caption="", text="", rows=tuple(rows))


@pytest.fixture
def judged(planted_setting):
    """Judge planted runs of the toy, with what other settings have to say."""

    def judged(table=None, *, sections=(), phases=(), theory=None):
        settings = {}
        if table is not None:
            settings["representation"] = replace(planted_setting("representation", table), sections=tuple(sections))
        if phases:
            settings["phases"] = replace(planted_setting("phases", planted(runs=1)), sections=tuple(phases))
        if theory:
            settings["effective_theory"] = replace(
                planted_setting("effective_theory", planted(runs=1)), sections=theory
            )
        return judge(settings)

    return judged


def test_nothing_is_judged_without_settings():
    assert {claim.verdict for claim in judge({})} == {"not judged"}
    assert {claim.letter for claim in judge({})} == {"U"}


def test_times_like_the_inverse_rate_are_confirmed(judged):
    claim = judged(planted())[TIMES]
    assert claim.verdict == "confirmed"
    assert "beyond what the size of the training set says: yes" in claim.reason


def test_a_rate_that_says_no_more_than_size_is_told_apart(judged):
    claim = judged(planted(beyond=0.0))[TIMES]
    assert claim.verdict == "in part"
    assert "rises with 1/λ₃: yes; beyond what the size of the training set says: open" in claim.reason


def test_another_power_is_not_one(judged):
    claim = judged(planted(power=0.4))[TIMES]
    assert claim.verdict == "in part"
    assert claim.reason.count("no") >= 2
    assert "T ∝ (1/λ₃)^0.4" in claim.findings["representation"]


def test_times_that_fall_are_contradicted(judged):
    assert judged(planted(power=-1.0, sizes=(30, 40, 50)))[TIMES].verdict == "contradicted"


def test_divergence_is_judged_on_both_sides_of_the_fraction(judged):
    assert judged(planted(sizes=(20, 30, 40, 50)))[DIVERGES].verdict == "confirmed"
    stuck = judged(planted(sizes=(20, 30, 40, 50), stuck=0.95))[DIVERGES]
    assert stuck.verdict == "in part"
    assert "from it to 0.6 most do: no" in stuck.reason
    edges = judged(planted(sizes=(22, 33)))[DIVERGES]  # 0.4 and 0.6 of 55 pairs: each is on one side
    assert "below it most runs never do (no such run): open; from it to 0.6 most do: no" in edges.reason
    assert "from 0.6 on most do: yes" in edges.reason
    few = judged(planted(sizes=(20, 30), runs=1))[DIVERGES]
    assert "from 0.6 on most do (no such run): open" in few.reason


@pytest.mark.parametrize(
    ("runs", "rqi", "verdict"), [(8, 800.0, "confirmed"), (8, 300.0, "in part"), (45, 300.0, "in part")]
)
def test_the_published_run_is_held_against_the_spread(judged, runs, rqi, verdict):
    rng = np.random.default_rng(0)
    rows = [
        {**row, "steps_to_gen": 1530 + 50 * rng.normal(), "steps_to_rqi": rqi + 10 * rng.normal()}
        for row in planted(sizes=(45,), runs=runs)
    ]
    claim = judged(tabulate(rows))[PUBLISHED]
    assert claim.verdict == verdict
    outside = "RQI 0.95 inside: no" if runs >= 39 else "RQI 0.95 inside: open"
    assert (outside in claim.reason) == (rqi != 800)
    assert ("holds less than 95 %" in claim.reason) == (runs < 39)


def test_which_comes_first_is_judged_over_runs_that_can_generalize(judged):
    assert judged(planted())[FIRST].verdict == "confirmed"
    behind = judged(planted(lead=-300.0))[FIRST]
    assert behind.verdict == "in part"
    assert "the structure leads: no" in behind.reason
    unable = judged(planted(gen_ceiling=0.8))[FIRST]
    assert unable.verdict == "not decided"


def test_the_prediction_is_judged_by_rank_mean_and_bound(judged):
    assert judged(planted())[PREDICTED].verdict == "confirmed"
    above = tabulate([{**row, "final_gen_accuracy": row["predicted_gen_accuracy"] + 0.2} for row in planted()])
    claim = judged(above)[PREDICTED]
    assert claim.verdict == "in part"
    assert "right on average to 0.05: no; found is at most predicted in nine of ten runs: no" in claim.reason
    assert "found more than predicted in 48 of 48" in claim.findings["representation"]


@pytest.mark.parametrize(("circle", "verdict"), [((1.0, 0.1), "confirmed"), ((0.3, 0.3), "in part")])
def test_the_circle_is_held_against_the_accuracy(judged, circle, verdict):
    rows = [
        {"gen_accuracy": 1.0 - k / 100, "circle": circle[0] - k / 1000, "fourier": 0.9 - k / 1000} for k in range(10)
    ]
    small = {"fourier": 0.2, "circle": circle[1]}
    rows += [{"gen_accuracy": 0.2 - k / 100, **small} for k in range(10)]
    claim = judged(planted(), sections=[section("modular", rows)])[CIRCLE]
    assert claim.verdict == verdict
    assert "10 of 20 runs generalize" in claim.findings["representation"]


def test_the_critical_fraction_is_told_with_its_interval(judged):
    rows = {"critical": 23, "critical_low": 22.0, "critical_high": 23.0, "total": 55}
    assert judged(theory=(section("unique", [rows]),))[FRACTION].verdict == "confirmed"
    far = judged(theory=(section("unique", [{**rows, "critical": 40}]),))[FRACTION]
    assert far.verdict == "contradicted"


def cell(decoder, representation, phase, share=1.0):
    """A cell of twenty runs, of which a share is in the phase and the others in confusion."""
    shares = dict.fromkeys(PHASES, 0.0) | {"confusion": 1 - share}
    shares[phase] += share
    bounds = {
        f"{name}_{end}": np.clip(value + step, 0, 1)
        for name, value in shares.items()
        for end, step in (("low", -0.2), ("high", 0.2))
    }
    return {
        "decoder_rate": decoder,
        "representation_rate": representation,
        **shares,
        **bounds,
        "phase": phase,
        "delay": None,
    }


def grid(words):
    """A map of three decoder rates, the columns, and three representation rates, the rows, from slow to fast."""
    return [cell(i, j, word) for j, line in enumerate(words) for i, word in enumerate(line)]


def test_phases_where_they_were_published_are_confirmed(judged):
    c, g, m, x = PHASES
    claims = judged(phases=[section("rates", grid([[x, m, m], [c, g, m], [c, c, g]]))])
    assert [claims[k].verdict for k in (FOUR, BETWEEN, CORNERS)] == ["confirmed"] * 3
    assert claims[FOUR].findings["phases"] == (
        "rates: comprehension in 3, grokking in 2, memorisation in 3, confusion in 1 of 9 cells"
    )


def test_phases_elsewhere_are_not(judged):
    c, g, m, _ = PHASES
    claims = judged(phases=[section("rates", grid([[g, c, c], [c, c, c], [m, c, c]]))])
    assert [claims[k].verdict for k in (FOUR, BETWEEN, CORNERS)] == ["contradicted"] * 3


def test_paths_out_of_grokking_are_counted_one_by_one(judged):
    out = [cell(0.0, 1.0, "grokking"), cell(1.0, 1.0, "comprehension")]
    stays = [cell(0.0, 1.0, "memorisation"), cell(1.0, 1.0, "grokking")]
    assert judged(phases=[section("path-decay", out)])[PATHS].verdict == "confirmed"
    claim = judged(phases=[section("path-decay", out), section("path-dropout", stays)])[PATHS]
    assert claim.verdict == "in part"
    assert claim.reason == "decay: yes; dropout: no"


def test_more_decay_that_leads_into_grokking_is_no_way_out(judged):
    into = [cell(0.0, 1.0, "comprehension"), cell(1.0, 1.0, "grokking")]
    assert judged(phases=[section("path-decay", into)])[PATHS].verdict == "contradicted"


def test_a_rate_leads_out_from_where_most_runs_grok(judged):
    along = [cell(0.0, 1.0, "memorisation"), cell(1.0, 1.0, "grokking"), cell(2.0, 1.0, "comprehension", share=0.5)]
    falls = [{**row, "comprehension_high": 0.6} for row in along[:1]] + along[1:]
    for name, begins in (("path-decoder_rate", "1"), ("path-decay", "0")):
        told = judged(phases=[section(name, falls)])[PATHS].findings["phases"]
        assert told.split("; ")[0].split(": ")[1].split(" at ")[1].startswith(f"{begins}, comprehension 0.50")


def test_a_path_of_one_cell_decides_nothing(judged):
    assert judged(phases=[section("path-decay", [cell(0.0, 1.0, "grokking")])])[PATHS].verdict == "not decided"


def test_a_phase_of_a_single_run_leaves_it_open_whether_there_is_one(judged):
    c, g, m, x = PHASES
    rows = grid([[x, m, m], [c, g, m], [c, c, g]])
    rare = [{**row, "grokking_low": min(row["grokking_low"], 0.03)} for row in rows]
    assert judged(phases=[section("rates", rare)])[FOUR].reason == "all four in rates: open"


def test_found_above_predicted_in_half_of_the_runs_is_no_bound(judged):
    rows = [
        {**row, "final_gen_accuracy": row["predicted_gen_accuracy"] + 0.01 * (-1) ** k}
        for k, row in enumerate(planted())
    ]
    reason = judged(tabulate(rows))[PREDICTED].reason
    assert "right on average to 0.05: yes; found is at most predicted in nine of ten runs: no" in reason


def test_half_a_circle_is_none(judged):
    rows = [{"gen_accuracy": 1.0, "circle": 0.5, "fourier": 0.9}] * 10
    claim = judged(planted(), sections=[section("modular", rows)])[CIRCLE]
    assert claim.reason.endswith("most runs that generalize have a circle: no")


def test_a_power_that_may_be_one_or_none_is_open():
    line = CensoredRegression(0.5, 0.1, 1.2, 0.0, 1.0, -9.0, "normal", 20, 0)
    for low, high, holds in ((0.1, 1.2, True), (-0.2, 1.2, None), (0.1, 0.9, False), (-0.2, 0.9, False)):
        assert _power_is_one("", replace(line, slope_low=low, slope_high=high)).holds is holds
    assert _power_is_one("", replace(line, slope=np.nan)).holds is None


@pytest.mark.parametrize("runs", [39, 79, 100, 119, 500])
def test_the_central_times_hold_the_next_run_with_95_percent_and_no_narrower_ones_do(runs):
    """Of n + 1 runs each is as likely to be the next: n + 1 − 2r of the ranks are between the r-th from either end."""
    low, high = _central(np.arange(1.0, runs + 1))
    assert low + high == runs + 1
    assert (runs + 1 - 2 * low) / (runs + 1) >= 0.95 > (runs + 1 - 2 * (low + 1)) / (runs + 1)
