import dataclasses

import numpy as np
import pytest
from scipy.special import erf

from numerics import fit_curve, measure, tabulate

T = np.arange(0.0, 1000.0)


def curve(at, sharpness, floor=0.0):
    return (1 + floor) / 2 + (1 - floor) / 2 * erf(sharpness * (T - at))


def noisy(at, sharpness, seed, floor=0.0):
    return curve(at, sharpness, floor) + np.random.default_rng(seed).normal(0, 0.02, T.size)


def test_measures_are_those_of_the_planted_curves():
    result = measure(T, curve(150, 0.05, 0.5), curve(600, 0.0125, 0.5), floor=0.5)
    assert result.ok
    assert result.relative_gap == pytest.approx(3, rel=1e-9)
    assert result.relative_sharpness == pytest.approx(0.25, rel=1e-9)
    # 2·c·s_gen/√π with c = 1/4
    assert result.absolute_sharpness == pytest.approx(0.5 * 0.0125 / np.sqrt(np.pi), rel=1e-9, abs=0)


def test_absolute_sharpness_is_the_largest_slope_of_the_curve():
    gen = curve(600, 0.0125, 0.5)
    result = measure(T, curve(150, 0.05, 0.5), gen, floor=0.5)
    assert result.absolute_sharpness == pytest.approx(np.diff(gen).max(), rel=1e-4)


def test_each_curve_is_fitted_by_fit_curve_alone():
    train, gen = noisy(150, 0.05, 0), noisy(600, 0.01, 1)
    result = measure(T, train, gen)
    assert result.train == fit_curve(T, train)
    assert result.gen == fit_curve(T, gen)


def test_swapping_the_curves_inverts_both_measures():
    train, gen = noisy(150, 0.05, 0), noisy(600, 0.01, 1)
    forth, back = measure(T, train, gen), measure(T, gen, train)
    assert (1 + forth.relative_gap) * (1 + back.relative_gap) == pytest.approx(1, rel=1e-12)
    assert forth.relative_sharpness * back.relative_sharpness == pytest.approx(1, rel=1e-12)


def test_unit_of_time():
    train, gen = noisy(150, 0.05, 0), noisy(600, 0.01, 1)
    plain, scaled = measure(T, train, gen), measure(40 * T, train, gen)
    assert scaled.relative_gap == pytest.approx(plain.relative_gap, rel=1e-8)
    assert scaled.relative_sharpness == pytest.approx(plain.relative_sharpness, rel=1e-8)
    assert scaled.absolute_sharpness == pytest.approx(plain.absolute_sharpness / 40, rel=1e-8, abs=0)


def test_errors_propagate_as_numerical_differentiation_says():
    result = measure(T, noisy(150, 0.05, 0), noisy(600, 0.01, 1))
    many = {"jump_time_freedom": np.inf, "sharpness_freedom": np.inf}  # of fewer, two errors are known better than one
    result = dataclasses.replace(
        result, train=dataclasses.replace(result.train, **many), gen=dataclasses.replace(result.gen, **many)
    )
    for name in ("relative_gap", "relative_sharpness", "absolute_sharpness"):
        variance = 0.0
        for side in ("train", "gen"):
            for parameter in ("jump_time", "sharpness"):
                fit = getattr(result, side)
                h = getattr(fit, f"{parameter}_error") * 1e-3
                moved = dataclasses.replace(
                    result, **{side: dataclasses.replace(fit, **{parameter: getattr(fit, parameter) + h})}
                )
                variance += ((getattr(moved, name) - getattr(result, name)) * 1e3) ** 2
        assert getattr(result, f"{name}_error") == pytest.approx(np.sqrt(variance), rel=1e-3)


def test_errors_are_the_spread_over_replicas():
    results = [measure(T, noisy(150, 0.05, 2 * k), noisy(600, 0.01, 2 * k + 1)) for k in range(150)]
    for name in ("relative_gap", "relative_sharpness", "absolute_sharpness"):
        spread = np.std([getattr(r, name) for r in results])
        assert np.mean([getattr(r, f"{name}_error") for r in results]) == pytest.approx(spread, rel=0.2)


def test_nan_means_not_recorded():
    train, gen = noisy(150, 0.05, 0), noisy(600, 0.01, 1)
    sparse_train, sparse_gen = train.copy(), gen.copy()
    sparse_train[1::2], sparse_gen[::3] = np.nan, np.nan
    result = measure(T, sparse_train, sparse_gen)
    assert result.train == fit_curve(T[::2], train[::2])
    kept = np.arange(T.size) % 3 != 0
    assert result.gen == fit_curve(T[kept], gen[kept])


def test_status_names_the_curve_that_failed_and_why():
    flat, good = np.full(T.size, 0.1), curve(150, 0.05)
    assert measure(T, good, good).status == "ok"
    assert measure(T, good, flat).status.startswith("generalization: no jump: ")
    assert measure(T, flat, good).status.startswith("training: no jump: ")
    both = measure(T, flat, np.ones(T.size)).status
    assert both.startswith("training: no jump: ")
    assert "; generalization: already past the middle" in both


def test_measures_of_failed_fits_are_nan():
    half = measure(T, curve(150, 0.05), np.full(T.size, 0.1))
    assert not half.ok
    row = half.row()
    assert row["jump_time_train"] == pytest.approx(150)
    for name in ("relative_gap", "relative_sharpness", "absolute_sharpness"):
        assert np.isnan(row[name])
        assert np.isnan(row[f"{name}_error"])


def test_a_gap_needs_a_positive_training_jump_time():
    shifted = measure(T - 400, curve(150, 0.05), curve(600, 0.01))
    assert not shifted.ok
    assert shifted.status.startswith("the training jump time is -250, not positive")
    assert np.isnan(shifted.relative_gap)
    assert np.isnan(shifted.relative_gap_error)
    assert shifted.relative_sharpness == pytest.approx(0.2, rel=1e-8)
    assert shifted.status in str(shifted)


# --- one-sided gaps ---------------------------------------------------------------------------------------------------

LOOKS = np.concatenate([np.arange(20.0), np.arange(20.0, 1001.0, 20.0)])  # every early step, then thinner
NEVER = np.full(LOOKS.size, 0.1)


def jump(at, width=30.0, looks=LOOKS):
    return (1 + erf((looks - at) / width)) / 2


@pytest.mark.parametrize(
    ("train", "gen", "bound", "of"),
    [
        (np.where(LOOKS >= 1, 1, 0), jump(610), 609, "the jump falls between two recorded points"),
        (np.where(LOOKS >= 3, 0.99, 0.2), jump(610), 610 / 3 - 1, "the jump falls between two recorded points"),
        (np.where(LOOKS >= 3, 1, 0), NEVER, 1000 / 3 - 1, "generalization: no jump"),
        (jump(100), NEVER, 9, "generalization: no jump"),
        (jump(100), np.where(LOOKS >= 600, 1, 0), 4.8, "generalization: the jump falls between"),  # after 580
        (np.where(LOOKS >= 2, 1, 0), np.where(LOOKS >= 600, 1, 0), 289, "the jump falls between two recorded points"),
        # A later dip, as of a spiking loss, does not make the jump come later.
        (np.where((LOOKS >= 2) & (LOOKS != 500), 1, 0), jump(610), 304, "the jump falls between two recorded points"),
    ],
)
def test_a_gap_that_cannot_be_had_has_a_bound_where_the_curves_tell_one(train, gen, bound, of):
    result = measure(LOOKS, train, gen)
    assert not result.ok
    assert result.relative_gap_bound == pytest.approx(bound, rel=1e-3)
    assert result.row()["relative_gap_bound"] == result.relative_gap_bound
    assert np.isnan(result.relative_gap)
    assert of in result.status
    assert result.status.endswith(f"; G ≥ {result.relative_gap_bound:.4g}")
    assert str(result).endswith(f"\nG ≥ {result.relative_gap_bound:.4g}")


def test_training_that_was_past_its_middle_before_the_record_bounds_the_gap_by_its_first_time():
    result = measure(LOOKS[5:], np.ones(LOOKS.size - 5), jump(610)[5:])
    assert result.train.status.name == "ALREADY_JUMPED"
    assert result.relative_gap_bound == pytest.approx(610 / 5 - 1, rel=1e-9)
    # Each curve has looks of its own.
    train = np.where(LOOKS >= 8, 1.0, np.nan)
    assert measure(LOOKS, train, jump(610)).relative_gap_bound == pytest.approx(610 / 8 - 1, rel=1e-9)


@pytest.mark.parametrize("train", [np.ones(LOOKS.size), np.where(LOOKS > 0, 1, 0.6), 0.6 + 0.4 * jump(60)])
@pytest.mark.parametrize("gen", [jump(610), NEVER])
def test_training_that_starts_above_its_middle_leaves_no_meaning_to_the_gap(train, gen):
    result = measure(LOOKS, train, gen)
    assert np.isnan(result.relative_gap)
    assert np.isnan(result.relative_gap_bound)
    said = "training was past its middle at time 0 already, so that G has no meaning"
    assert result.status.endswith(f"; {said}")
    assert str(result).endswith(said)


@pytest.mark.parametrize(
    ("train", "gen"),
    [
        (jump(100), jump(610)),  # G itself is known
        (NEVER, jump(610)),
        (NEVER, NEVER),
        (jump(100), np.ones(LOOKS.size)),  # generalization came before: nothing keeps G from being small
        (jump(100, 10) / 2 + jump(700, 10) / 2, NEVER),  # two jumps
        (jump(100), np.where((LOOKS > 300) & (LOOKS < 600), 1, 0)),  # rises and falls back
        (jump(990), NEVER),  # not finished
        (np.where(LOOKS >= 3, 0, 1), jump(610)),  # falls
        (jump(100), jump(990)),
    ],
)
def test_where_nothing_can_be_said_there_is_no_bound(train, gen):
    result = measure(LOOKS, train, gen)
    assert np.isnan(result.relative_gap_bound)
    assert "G " not in result.status


def test_a_free_asymptote_leaves_no_middle_to_be_past():
    at_once = np.where(LOOKS >= 1, 1, 0)
    for free in ({"ceiling": None}, {"floor": None}):
        assert np.isnan(measure(LOOKS, at_once, NEVER, **free).relative_gap_bound)


def test_a_sharpness_that_stays_open_still_tells_when_training_was_past_its_middle():
    t = np.append(np.arange(12.0), 100)
    train = np.array([-0.34, -0.38, 0.41, 0.57, 1.18, 0.4, 0.71, *np.ones(6)])
    result = measure(t, train, np.zeros(13))
    assert result.train.status.name == "UNCERTAIN"
    assert (result.train.not_before, result.train.not_after) == (2, 3)
    assert result.relative_gap_bound == pytest.approx(100 / 3 - 1)
    # Where it was past the middle for a while before, that is no longer told.
    train[0] = 0.8
    assert np.isnan(measure(t, train, np.zeros(13)).relative_gap_bound)


def test_a_fit_is_its_own_bracket():
    fit = fit_curve(LOOKS, jump(100))
    assert fit.not_before == fit.not_after == fit.jump_time


@pytest.mark.parametrize("seed", range(5))
def test_the_bound_holds_for_the_planted_gap_and_is_met_in_the_limit_of_fine_looks(seed):
    """A training jump of which only a thin record is kept: the bound is below the true gap, by at most one look."""
    rng = np.random.default_rng(seed)
    at = rng.uniform(2, 15)
    for step in (4.0, 1.0, 0.25):
        looks = np.arange(0, 1001, step)
        result = measure(looks, jump(at, 1e-3, looks), jump(500, 30, looks))
        true = 500 / at - 1
        assert 500 / (at + step) - 1 - 1e-9 <= result.relative_gap_bound <= true


def test_a_table_counts_what_was_fitted_and_what_is_bounded():
    rows = [measure(LOOKS, train, gen).row() for train, gen in ((jump(100), jump(610)), (jump(100), NEVER))]
    table = tabulate(rows)
    assert table.columns[4:6] == ("relative_gap", "relative_gap_bound")
    assert table.count == "1 fitted of 2 run, 1 with a lower bound of G"
    assert table.bounded.rows == (rows[1],)
    assert tabulate(table.to_dict()["rows"]).count == table.count  # None as JSON has it
    assert tabulate(rows[:1]).count == "1 fitted of 1 run"
    assert repr(table).startswith("SharpnessTable: 1 fitted of 2 run, 1 with a lower bound of G;")
    assert [row["relative_gap_bound"] for row in table.to_dict()["rows"]] == [None, pytest.approx(9, rel=1e-3)]


def test_row_holds_every_measure():
    result = measure(T, noisy(150, 0.05, 0), noisy(600, 0.01, 1))
    row = result.row()
    for name in ("relative_gap", "relative_sharpness", "absolute_sharpness"):
        assert row[name] == getattr(result, name)
        assert row[f"{name}_error"] == getattr(result, f"{name}_error")
    for side in ("train", "gen"):
        for name in ("jump_time", "sharpness"):
            assert row[f"{name}_{side}"] == getattr(getattr(result, side), name)
            assert row[f"{name}_{side}_error"] == getattr(getattr(result, side), f"{name}_error")
    assert row["status"] == "ok"


def test_text_shows_the_measures():
    text = str(measure(T, curve(150, 0.05), curve(600, 0.0125)))
    assert "G = 3 " in text
    assert "S_rel = 0.25 " in text


def test_bad_curves_are_named():
    with pytest.raises(ValueError, match=r"training accuracy has shape \(3,\), time has \(1000,\)"):
        measure(T, [0, 0.5, 1], curve(1, 1))
    percent = 100 * curve(600, 0.01)
    with pytest.raises(ValueError, match=r"generalization curve: accuracy 100 lies far outside"):
        measure(T, curve(150, 0.05), percent)
    empty = np.full(T.size, np.nan)
    with pytest.raises(ValueError, match="training curve: A fit needs at least 4 points, got 0"):
        measure(T, empty, curve(150, 0.05))


# --- floor and ceiling ------------------------------------------------------------------------------------------------


def between(at, sharpness, floor, ceiling):
    return floor + (ceiling - floor) * curve(at, sharpness)


@pytest.mark.parametrize("shape", ["erf", "best"])
@pytest.mark.parametrize(("floor", "ceiling"), [(0.1, None), (None, 0.95), (None, None), (0.1, 0.95)])
def test_each_curve_has_its_own_asymptotes_where_they_are_left_free(floor, ceiling, shape):
    train_ends = (0.1, 0.95) if ceiling is not None else (0.1, 0.99)
    gen_ends = (0.1, 0.95) if ceiling is not None else (0.1, 0.8)
    if floor is None:
        gen_ends = (0.2, gen_ends[1])
    train, gen = between(150, 0.05, *train_ends), between(600, 0.0125, *gen_ends)
    result = measure(T, train, gen, floor=floor, ceiling=ceiling, shape=shape)
    assert result.status == "ok"
    assert (result.train.floor, result.train.ceiling) == pytest.approx(train_ends, abs=1e-6)
    assert (result.gen.floor, result.gen.ceiling) == pytest.approx(gen_ends, abs=1e-6)
    assert result.relative_gap == pytest.approx(3, rel=1e-6)
    assert result.relative_sharpness == pytest.approx(0.25, rel=1e-6)
    slope = (gen_ends[1] - gen_ends[0]) * 0.0125 / np.sqrt(np.pi)
    assert result.absolute_sharpness == pytest.approx(slope, rel=1e-6, abs=0)


def test_a_fitted_ceiling_takes_the_bias_out_of_a_curve_that_levels_off_below_1():
    """What a ceiling of 1 does to a final accuracy of 0.8, with the noise of 500 samples."""
    fixed, free = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        pair = [rng.binomial(500, between(at, s, 0.1, 0.8)) / 500 for at, s in ((150, 0.05), (600, 0.0125))]
        fixed.append(measure(T, *pair, floor=0.1, ceiling=1.0))
        free.append(measure(T, *pair, floor=0.1, ceiling=None))
    assert all(one.ok for one in free)
    for name, truth in (("relative_gap", 3.0), ("relative_sharpness", 0.25), ("absolute_sharpness", 0.7 * 0.0125)):
        truth = truth / np.sqrt(np.pi) if name == "absolute_sharpness" else truth
        values = np.array([getattr(one, name) for one in free])
        assert abs(values.mean() - truth) < 4 * values.std() / np.sqrt(40)
        stated = np.sqrt(np.mean([getattr(one, f"{name}_error") ** 2 for one in free]))
        # The spread of 40 values is known to 1/√80 = 11 %.
        assert stated == pytest.approx(values.std(), rel=0.4)
    assert all(one.absolute_sharpness < 0.6 * 0.7 * 0.0125 / np.sqrt(np.pi) or not one.ok for one in fixed)


def test_an_asymptote_that_the_curves_do_not_determine_is_said_so():
    rising = measure(T, curve(150, 0.05), np.exp(T / 1000) - 1, ceiling=None)
    assert rising.status.startswith("generalization: ")
    assert np.isnan(rising.relative_gap)
