import json

import numpy as np
import pytest

from numerics import tabulate
from report.knob_sweep import KnobSweep
from report.law.answer import answer
from report.law.knob_slope import knob_slopes
from report.law.law import judge_law
from report.law.law_text import slope_rows
from report.law.pictures import CAPTIONS, law_figures, write_pictures
from report.law.prediction import predictions

SPECTRAL, CONCEALED = ("linear_student", "lam"), ("parity", "task.input_size")


def planted(name, knob, relative, absolute, *, seeds=1, scatter=0.0, noise="none", never=0, predictors=(), start=1.0):
    """Runs whose relative and absolute sharpness are powers of the gap, which grows with the knob."""
    rng = np.random.default_rng(7)
    column = knob.rpartition(".")[2]
    rows = []
    for value in (1.0, 2.0, 4.0, 8.0, 16.0):
        for seed in range(seeds):
            gap, here, there = value * np.exp(scatter * rng.standard_normal(3))
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
    lost = dict.fromkeys(rows[0], np.nan) | {column: 32.0, "seed": 0, "status": "no jump"}
    table = tabulate([*rows, *[lost] * never], noise=noise)
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
    found = slope(planted(*CONCEALED, -0.5, -1.0, seeds=6, scatter=0.1, noise="curves", never=2), "relative")
    assert found.slope_low < -0.5 < found.slope_high
    assert found.error > 0
    assert (found.n, found.censored) == (30, 2)


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
    assert "diagonal_network exactly: 0.00 along initial scale, −1.00 along weight decay" in details(sweeps)
    same = [planted("mine", knob, -1.0, -1.0) for knob in ("a", "b")]
    assert "Of 1 pair of knobs of one system 0 contradict" in judge_law(same).text


@pytest.mark.parametrize(("concealed", "verdict"), [(-0.5, "not told apart"), (-0.9, " apart")])
def test_concealment_is_held_beside_the_spectrum(concealed, verdict):
    noisy = planted(*CONCEALED, concealed, -1.0, seeds=5, scatter=0.05, noise="curves")
    text = judge_law([planted(*SPECTRAL, -0.5, -1.0), noisy]).text
    relative = text[text.index("S_rel against the gap") :].partition(";")[0]
    assert relative.endswith(f"{verdict})")


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
    assert len(write_pictures(law, tmp_path / "law")) == 2 * len(drawn)
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
    assert set(told["heterogeneity"]) == {"relative", "absolute", "time"}


def test_without_sweeps_nothing_is_claimed():
    assert answer([], {}, []) == ()
