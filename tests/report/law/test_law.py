import json

import numpy as np
import pytest
from scipy import stats

from numerics import FitStatus, tabulate
from report.knob_sweep import KnobSweep
from report.law.answer import answer
from report.law.captions import CAPTIONS
from report.law.heterogeneity import pool
from report.law.knob_slope import KnobSlope, knob_slopes
from report.law.law import judge_law
from report.law.law_text import slope_rows
from report.law.pictures import law_figures, write_pictures
from report.law.prediction import predictions

SPECTRAL, CONCEALED = ("linear_student", "lam"), ("parity", "task.input_size")


def planted(name, knob, relative, absolute, *, seeds=1, scatter=0.0, noise="none", never=0, poor=0, predictors=(),
            start=1.0, least=1.0):  # fmt: skip
    """Runs whose relative and absolute sharpness are powers of the gap, which grows with the knob."""
    rng = np.random.default_rng(7)
    column = knob.rpartition(".")[2]
    rows = []
    for value in (1.0, 2.0, 4.0, 8.0, 16.0):
        for seed in range(seeds):
            gap, here, there = least * value * np.exp(scatter * rng.standard_normal(3))
            rows.append(
                {
                    column: value, "seed": seed, "jump_time_train": start, "jump_time_gen": start * (1 + gap),
                    "sharpness_gen": 1 / value, "relative_gap": gap, "relative_gap_bound": np.nan,
                    "relative_sharpness": here**relative, "absolute_sharpness": there**absolute,
                    "misfit_gen": 0.01, "relative_gap_error": 0.0, "jump_time_gen_error": 0.0,
                    "relative_sharpness_error": 0.0,
                    "absolute_sharpness_error": 0.0, "status": "ok",
                }
            )  # fmt: skip
    for reason, count in ((FitStatus.NO_JUMP, never), (FitStatus.POOR, poor)):
        lost = dict.fromkeys(rows[0], np.nan) | {column: 32.0, "seed": 0, "status": f"generalization: {reason}"}
        rows += [lost] * count
    table = tabulate(rows, noise=noise)
    value = np.array([row[column] for row in table])
    return KnobSweep(name, knob, table, {told: function(value) for told, function in dict(predictors).items()})


def details(sweeps):
    return " ".join(sentence.details for sentence in judge_law(sweeps).answer)


def slope(sweep, measure):
    return next(one for one in knob_slopes([sweep]) if one.measure == measure)


def test_a_power_law_without_noise_is_recovered_and_has_no_sampling_error():
    found = slope(planted(*SPECTRAL, -0.5, -2.0), "relative")
    assert (found.slope, found.slope_low, found.slope_high) == pytest.approx((-0.5, -0.5, -0.5), rel=1e-9)
    assert found.deterministic
    assert found.error == 0
    assert found.falls is True


def test_the_slope_against_the_time_is_another_one():
    sweep = planted(*SPECTRAL, -0.5, -2.0)
    time, absolute = np.log(sweep.table["jump_time_gen"]), np.log(sweep.table["absolute_sharpness"])
    assert slope(sweep, "time").slope == pytest.approx(np.polyfit(time, absolute, 1)[0], rel=1e-6)


def test_noise_gives_an_interval_and_lost_runs_are_counted():
    found = slope(planted(*CONCEALED, -0.5, -1.0, seeds=6, scatter=0.1, noise="curves", never=2, poor=3), "relative")
    assert found.slope_low < -0.5 < found.slope_high
    assert found.error > 0
    assert (found.n, found.censored, found.failed) == (30, 2, 3)


def test_a_training_jump_before_the_record_is_censored_and_two_jumps_are_a_failure():
    sweep = planted(*CONCEALED, -0.5, -1.0, noise="curves", poor=2)
    early, twice = (dict(row) for row in sweep.table.rows[-2:])
    early["status"] = f"training: {FitStatus.ALREADY_JUMPED}"
    twice["status"] = f"training: {FitStatus.TWO_JUMPS}"
    table = tabulate([*sweep.table.rows[:-2], early, twice])
    found = slope(KnobSweep(*CONCEALED, table), "absolute")
    assert (found.n, found.censored, found.failed) == (5, 1, 1)


def test_a_run_that_enters_with_a_bound_of_its_gap_is_not_censored():
    sweep = planted(*CONCEALED, -0.5, -1.0, seeds=3, scatter=0.1, noise="curves", poor=1)
    bounded = dict(sweep.table.rows[-1]) | {
        "relative_gap_bound": 5.0, "absolute_sharpness": 0.1, "status": f"training: {FitStatus.UNRESOLVED}; G ≥ 5",
    }  # fmt: skip
    found = {
        one.measure: one for one in knob_slopes([KnobSweep(*CONCEALED, tabulate([*sweep.table.rows[:-1], bounded]))])
    }
    assert (found["absolute"].n, found["absolute"].censored, found["absolute"].failed) == (16, 0, 0)
    assert (found["relative"].n, found["relative"].censored, found["relative"].failed) == (15, 1, 0)


def test_a_slope_that_may_be_anything_is_none():
    sweep = planted(*CONCEALED, -0.5, -1.0, noise="curves")
    sharpness = [1.0, 9.0, 1.0, 1.0, 1.0]
    rows = [
        dict(row) | {"relative_gap_error": 2 * row["relative_gap"], "relative_sharpness": value}
        for row, value in zip(sweep.table, sharpness, strict=True)
    ]
    found = slope(KnobSweep(*CONCEALED, tabulate(rows)), "relative")
    assert np.isnan([found.slope, found.slope_low, found.slope_high]).all()
    assert (found.n, found.determined) == (5, False)


def test_another_name_of_the_time_widens_the_systematic_range():
    sweep = planted(*CONCEALED, -0.5, -1.0, seeds=3, scatter=0.01, noise="curves")
    rows = [dict(row) | {"first_gap": row["relative_gap"] ** 2, "first_gap_bound": np.nan} for row in sweep.table]
    found = slope(KnobSweep(*CONCEALED, tabulate(rows)), "relative")
    assert found.systematic_high == pytest.approx(found.slope / 2, rel=0.01)
    assert found.systematic_shift == pytest.approx(-found.slope / 2, rel=0.01)


def test_fixed_shares_of_both_times_are_a_slope_of_minus_one_against_the_ratio_alone():
    sweep = planted(*SPECTRAL, -0.5, -1.0)
    rows = [dict(row) | {"relative_sharpness": 3 / (1 + row["relative_gap"])} for row in sweep.table]
    shares = KnobSweep(*SPECTRAL, tabulate(rows, noise="none"))
    assert slope(shares, "ratio").slope == pytest.approx(-1)
    assert slope(shares, "relative").slope > -0.9


def test_a_level_exact_trend_neither_falls_nor_rises():
    found = slope(planted(*SPECTRAL, -0.5, -1e-6), "absolute")
    assert (found.level, found.falls) == (True, None)
    assert "is level along 1" in judge_law([planted(*SPECTRAL, -0.5, -1e-6)]).text


def test_another_measurement_of_the_same_runs_widens_the_systematic_range():
    sweep, other = planted(*SPECTRAL, -0.5, -2.0), planted(*SPECTRAL, -0.7, -2.0)
    both = KnobSweep(sweep.name, sweep.knob, sweep.table, alternatives=lambda: {"logistic": other.table})
    found = slope(both, "relative")
    assert (found.systematic_low, found.systematic_high) == pytest.approx((-0.7, -0.5))


def test_a_predictor_is_judged_out_of_sample():
    told = {"right": lambda x: 3 * x, "square": lambda x: x**2, "constant": np.ones_like}
    found = {one.predictor: one for one in predictions([planted(*SPECTRAL, -1.0, -1.0, predictors=told)])}
    assert found["right"].skill == pytest.approx(1)
    assert found["right"].better is True
    assert found["right"].factor == pytest.approx(1)
    # ln(x²) is off by as much as the null is, and so is the null itself.
    assert found["square"].skill == pytest.approx(0)
    assert found["square"].better is None
    assert found["constant"].skill == pytest.approx(0)
    assert found["constant"].better is None


def test_a_factor_from_another_knob_of_the_system_is_held_against_the_knob():
    told = {"share": lambda x: x}
    one, far = (
        planted("mine", "lam", -1, -1, predictors=told),
        planted("mine", "d", -1, -1, predictors=told, start=50.0),
    )
    found = {(p.knob, p.held_out): p for p in predictions([one, far])}
    assert found["lam", "value"].skill == pytest.approx(1)
    assert found["lam", "knob"].factor == pytest.approx(50)
    assert found["lam", "knob"].better is not True


def test_one_law_for_all_is_told_from_two():
    alike = [planted(f"system_{k}", "lam", -0.5, -1.0) for k in range(4)]
    assert "One slope is not excluded" in judge_law(alike).text
    unlike = [planted(f"system_{k}", "lam", -0.5 * k, -1.0) for k in range(4)]
    assert "No one slope holds for relative" in judge_law(unlike).text


def test_knobs_of_one_system_that_contradict_each_other_are_told():
    sweeps = [
        planted("diagonal_network", "initial_scale", 0.0, 0.0), planted("diagonal_network", "weight_decay", -1.0, -1.0),
    ]  # fmt: skip
    assert "absolute: diagonal_network exactly 0.00 along initial scale and −1.00 along weight decay" in details(sweeps)
    same = [planted("mine", knob, -1.0, -1.0) for knob in ("a", "b")]
    assert "0 of 1 pair in relative sharpness and 0 of 1 pair in absolute sharpness." in judge_law(same).text


def test_slopes_over_different_gaps_are_no_contradiction():
    far = planted("mine", "b", -1.0, -1.0, least=100.0)
    assert "contradict each other" not in judge_law([planted("mine", "a", -0.5, -0.5), far]).text


def test_pairs_with_few_values_contradict_each_other_no_more_often_than_they_say():
    rng, freedom = np.random.default_rng(0), 2
    alarms = 0
    for _ in range(30):
        slopes = []
        for knob in "abcdefghijkl":
            exact = knob < "d"
            half = stats.t.isf(0.025, freedom) * np.sqrt(rng.chisquare(freedom) / freedom) / 10
            half, middle = (0.0, 0.0) if exact else (half, rng.standard_normal() / 10)
            slopes.append(
                KnobSlope(
                    name="mine", knob=knob, measure="absolute", slope=middle, slope_low=middle - half,
                    slope_high=middle + half, deterministic=exact, n=12, censored=0, failed=0, lowest=1.0, highest=9.0,
                    span=2.2, freedom=freedom,
                )
            )  # fmt: skip
        (told,) = [one for one in answer(slopes, {}, []) if one.figure == "law-counter-example"]
        alarms += "contradict each other: 0 of" not in told.text
    assert alarms <= 1  # with the quantiles of the normal law a fifth of all


def test_two_predictors_that_are_as_good_are_seldom_told_apart_at_four_values():
    rng, decided = np.random.default_rng(1), 0
    for _ in range(400):
        value, delay = np.arange(4.0), np.exp(rng.standard_normal(4))
        rows = [
            {"lam": x, "jump_time_train": 1.0, "jump_time_gen": 1 + d, "status": "ok"}
            for x, d in zip(value, delay, strict=True)
        ]
        sweep = KnobSweep("mine", "lam", tabulate(rows), {"chance": delay * np.exp(rng.standard_normal(4))})
        decided += predictions([sweep])[0].better is not None
    assert decided < 0.08 * 400


def test_a_predictor_without_a_value_says_nothing_and_is_counted():
    told = {"spectrum edge": np.ones_like, "norm separation": lambda x: -x}
    text = judge_law([planted(*SPECTRAL, -1, -1, predictors=told), planted("mine", "d", -1, -1, predictors=told)]).text
    assert "norm separation" not in text
    one = planted("mine", "d", -1, -1, predictors={"norm separation": lambda x: x})
    assert "and says nothing along 1" in judge_law([one, planted("other", "d", -1, -1, predictors=told)]).text


@pytest.mark.parametrize(("concealed", "verdict"), [(-0.5, "not told apart"), (-0.9, " apart")])
def test_concealment_is_held_beside_the_spectrum(concealed, verdict):
    noisy = planted(*CONCEALED, concealed, -1.0, seeds=5, scatter=0.05, noise="curves")
    text = judge_law([planted(*SPECTRAL, -0.5, -1.0), noisy]).text
    relative = text[text.rindex("S_rel against the gap") :].partition(";")[0]
    assert relative.endswith(f"{verdict})")


def test_what_concealment_shares_with_the_spectrum_most_is_named():
    noisy = planted(*CONCEALED, -0.9, -2.0, seeds=5, scatter=0.02, noise="curves")
    assert "most alike in S_abs against the gap;" in judge_law([planted(*SPECTRAL, -0.5, -2.0), noisy]).text


def test_signs_are_counted_and_exceptions_named():
    sweeps = [planted("falling", "lam", -0.5, -1.0), planted("rising", "lam", 0.5, -1.0)]
    text = judge_law(sweeps).text
    assert "Relative sharpness falls with the gap along 1 of 2 knobs in 2 systems, rises along 1." in text
    assert "rises: rising lam 0.50 [0.50, 0.50]" in details(sweeps)


def test_every_sentence_has_a_figure_and_every_figure_a_caption(tmp_path):
    sweeps = [planted("diagonal_network", knob, -1.0, -1.0, predictors={"x": lambda x: x}) for knob in ("a", "b", "c")]
    law = judge_law(sweeps)
    drawn = {name for name, _ in law_figures(law)}
    assert {sentence.figure for sentence in law.answer} <= drawn == set(CAPTIONS)
    assert len(write_pictures(law, tmp_path / "law")) == 2 * len(drawn) + 1
    captions = (tmp_path / "law" / "captions.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in captions for name in drawn)
    header, rows = slope_rows(law)
    assert [len(row) for row in rows] == [len(header)] * 3


def test_the_law_as_json_has_plain_numbers_and_the_agreed_keys():
    told = json.loads(json.dumps(judge_law([planted(*SPECTRAL, -0.5, -2.0)]).to_dict(), allow_nan=False))
    keys = {"name", "knob", "measure", "slope", "slope_low", "slope_high", "n", "censored"}
    assert all(keys <= set(row) for row in told["settings"])
    assert [(row["name"], row["knob"], row["measure"]) for row in told["settings"]] == [
        (*SPECTRAL, "relative"), (*SPECTRAL, "absolute"),
    ]  # fmt: skip
    assert told["answer"]
    assert set(told["heterogeneity"]) == {"relative", "absolute", "time", "ratio"}


def test_without_sweeps_nothing_is_claimed():
    assert answer([], {}, []) == ()


def test_the_spread_is_told_of_all_knobs_of_random_runs_of_systems_and_of_far_knobs():
    def one(name, knob, slope, exact, span):
        return KnobSlope(
            name=name, knob=knob, measure="relative", slope=slope, slope_low=slope - 0.1, slope_high=slope + 0.1,
            deterministic=exact, n=9, censored=0, failed=0, lowest=1.0, highest=np.exp(span), span=span, freedom=7,
        )  # fmt: skip

    networks = [one(f"network_{k}", "a", -1.0, False, 0.5) for k in range(3)]
    exact = [one("solved", knob, slope, True, 2.0) for knob, slope in (("a", -3.0), ("b", -4.0), ("c", -5.0))]
    found = pool([*networks, *exact])
    assert (found.knobs.n, found.networks.n, found.systems.n, found.far.n) == (6, 3, 4, 3)
    assert (found.networks.mean, found.far.mean) == pytest.approx((-1.0, -4.0))
    # Each system counts once, however many knobs it has.
    assert found.systems.mean == pytest.approx((-1.0 * 3 - 4.0) / 4, abs=0.1)
    assert found.knobs.mean == pytest.approx(-2.5, abs=0.1)
