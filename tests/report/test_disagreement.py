from dataclasses import replace

import numpy as np
import pytest

from numerics import SharpnessTable, sharpness_law, sweep_linear, tabulate
from report import Claim, KnobSweep, judge_law
from report.disagreement import Offset, disagreement, law_at, offsets

GAPS = np.geomspace(0.8, 8, 12)


def on_the_law(factor, noise=0.0, error=0.1, *, seed=0, kind="curves"):
    """Runs at `factor` times the law, scattered by `noise`, at six values of a knob."""
    rng = np.random.default_rng(seed)
    sharpness = factor * law_at(GAPS) * np.exp(noise * rng.standard_normal(GAPS.size))
    rows = [
        {
            "knob": k // 2,
            "relative_gap": gap, "relative_sharpness": s, "absolute_sharpness": s, "jump_time_train": 1.0,
            "relative_gap_error": 0.0, "relative_sharpness_error": error * s, "relative_correlation": 0.0,
            "status": "ok",
        }
        for k, (gap, s) in enumerate(zip(GAPS, sharpness, strict=True))
    ]  # fmt: skip
    return tabulate(rows, noise=kind, knobs=("knob",))


@pytest.fixture
def offset_of(planted_setting):
    return lambda table: offsets([planted_setting("mine", table)])[0]


def test_the_law_between_its_points_is_the_law():
    law = sharpness_law([0.3, 1.18, 3.3, 8.4])
    np.testing.assert_allclose(law_at(law.gap), law.relative_sharpness, rtol=5e-4)


def test_the_linear_theory_is_on_its_law_and_planted_factors_are_found(planted_setting, offset_of):
    exact = sweep_linear([0.95, 0.98, 0.99], convention="exact", points=20_000)
    found = offset_of(exact)
    assert found.exact
    assert found.low < 1.01
    assert found.high < 1.04
    for factor in (0.5, 1.0, 2.0):
        found = offset_of(on_the_law(factor, 0.1))
        assert found.low < factor < found.high
        assert found.agrees is (factor == 1.0)
        assert found.factor == pytest.approx(factor, rel=0.1)
        assert found.groups == 6


def test_intervals_cover_as_often_as_they_say(offset_of):
    """95 % of 200 draws; between 90 and 99 % is what such a count allows."""
    covered = [offset_of(on_the_law(1.0, 0.2, seed=seed)).agrees for seed in range(200)]
    assert 0.90 <= np.mean(covered) <= 0.99


def test_single_runs_are_far_off_by_their_own_errors(offset_of):
    assert offset_of(on_the_law(1.5, error=0.1)).far == GAPS.size  # ln 1.5 is four errors
    assert offset_of(on_the_law(1.5, error=0.3)).far == 0
    assert offset_of(on_the_law(1.5, kind="runs")).far is None


def test_what_the_law_does_not_reach_is_left_out(planted_setting, offset_of):
    table = on_the_law(1.0)
    rows = [dict(row) for row in table]
    rows[0]["status"], rows[1]["relative_gap"], rows[2]["relative_gap"] = "no jump", 1e9, -0.5
    found = offset_of(SharpnessTable(tuple(rows)))
    assert found.rows == tuple(range(3, GAPS.size))
    assert offsets([planted_setting("mine", SharpnessTable(tuple(rows[:3])))]) == ()
    assert "too few for an interval" in offset_of(SharpnessTable(tuple(rows[:5]))).told


def test_sentences_count_who_agrees_and_which_claims_hold_in_part(planted_setting):
    settings = [
        planted_setting("alike", on_the_law(1.0, 0.1)),
        planted_setting("sharp", on_the_law(2.0, 0.1)),
        planted_setting("blunt", on_the_law(0.25, 0.1)),
    ]
    claims = [
        Claim("Sharpness falls", "M, section 2", {"sharp": "yes", "blunt": "no"}, "in part", "half of it"),
        Claim("It rises", "U, section 3", {"sharp": "no"}, "contradicted", "it does not"),
        Claim("It is there", "U, section 3", {"sharp": "yes"}, "confirmed", "it is"),
    ]
    titles = {one.name: one.title for one in settings}
    law, told = disagreement(offsets(settings), titles, claims, None)
    assert "1 of 3 settings agree with it on average, 1 are sharper and 1 less sharp" in law.text
    assert law.text.index("Blunt is off by a factor of 0.2") < law.text.index("Sharp is off by a factor of")
    assert "Alike" in law.details
    assert told.text == "Of 3 published claims, 1 hold only in part and 1 are contradicted (1 of M, 1 of U)."
    assert "half of it (from Sharp, Blunt)" in told.details
    assert "It is there" not in told.details


def test_delays_of_random_runs_are_held_against_their_predictors():
    rng = np.random.default_rng(0)
    lam = np.repeat([0.1, 0.2, 0.4, 0.8, 1.6], 3)
    delay = 7 / lam * np.exp(0.05 * rng.standard_normal(lam.size))
    rows = [
        {
            "lam": x, "jump_time_train": 1.0, "jump_time_gen": 1 + d, "relative_gap": d, "relative_sharpness": 1 / d,
            "absolute_sharpness": 1 / d, "sharpness_gen": 1 / d, "misfit_gen": 0.01, "status": "ok",
            "relative_gap_error": 0.01, "relative_sharpness_error": 0.01, "absolute_sharpness_error": 0.01,
            "jump_time_gen_error": 0.01,
        }
        for x, d in zip(lam, delay, strict=True)
    ]  # fmt: skip
    table = tabulate(rows, noise="runs", knobs=("lam",))
    sweep = KnobSweep("mine", "task.lam", table, {"1/λ": 1 / lam, "λ": lam})
    (told,) = disagreement((), {}, (), judge_law([sweep]))
    assert "in the median of 2 cases" in told.text
    assert "1 are better than the mean delay beyond chance, 1 worse" in told.text
    assert told.details.index("1/λ along mine lam") < told.details.index("; λ along mine lam")
    exact = replace(sweep, table=replace(table, noise="none"))
    assert disagreement((), {}, (), judge_law([exact])) == ()


@pytest.mark.parametrize(("low", "high", "agrees"), [(1.004, 1.004, True), (0.97, 0.996, True), (1.02, 1.1, False)])
def test_the_law_holds_to_one_per_cent(low, high, agrees):
    found = Offset(
        name="mine", title="Mine", rows=(0,), factors=(low,), factor=low, low=low, high=high, errors=np.nan, far=None,
        groups=1, exact=True,
    )  # fmt: skip
    assert found.agrees is agrees
