import numpy as np
import pytest
from scipy import optimize, special

from numerics import data_efficiency, fit_censored_times

SLOPE, SCATTER, LENGTH = 37.0, 0.3, 5000.0
HALF = (18 - np.log(LENGTH)) / SLOPE  # where the median run takes as long as it is watched
FRACTIONS = np.repeat([0.24, 0.25, 0.26, 0.27, 0.28, 0.29, 0.3], 6)


def planted(seed, fraction=FRACTIONS):
    noise = np.random.default_rng(seed).normal(size=fraction.size)
    times = np.exp(18 - SLOPE * fraction + SCATTER * noise)
    return fraction, np.where(times < LENGTH, times, np.inf), LENGTH


def coverage(seeds):
    found = [data_efficiency(*planted(seed)) for seed in seeds]
    truth = 100 * np.expm1(SLOPE / 100)
    return (
        np.mean([one.percent_low < truth < one.percent_high for one in found]),
        np.mean([one.half_low < HALF < one.half_high for one in found]),
        found,
    )


def test_planted_costs_and_fractions_are_found():
    slopes, halves, found = coverage(range(12))
    assert min(slopes, halves) >= 9 / 12
    assert 0.1 < np.mean([one.line.censored / one.line.n for one in found]) < 0.6
    assert np.mean([one.percent for one in found]) == pytest.approx(100 * np.expm1(SLOPE / 100), rel=0.15)
    assert np.mean([one.half for one in found]) == pytest.approx(HALF, abs=0.003)


@pytest.mark.slow
def test_the_intervals_cover_what_was_planted():
    slopes, halves, _ = coverage(range(300))
    assert abs(slopes - 0.95) < 0.035
    assert abs(halves - 0.95) < 0.035


def test_the_cost_is_that_of_the_censored_line():
    found = data_efficiency(*planted(3), noise="weibull", level=0.8)
    line = fit_censored_times(*planted(3), noise="weibull", level=0.8)
    assert found.line == line
    for name, slope in (("percent", line.slope), ("percent_low", line.slope_high), ("percent_high", line.slope_low)):
        assert getattr(found, name) == pytest.approx(100 * (np.exp(-slope * 0.01) - 1), rel=1e-12)


def test_the_fraction_is_that_of_the_logistic_regression():
    """Against a general minimiser over intercept and slope, and the interval against its definition."""
    fraction, times, length = planted(5)
    arrived = np.isfinite(times)

    def lost(where):
        return -special.log_expit(np.where(arrived, 1, -1) * (where[0] + 100 * where[1] * (fraction - HALF))).sum()

    best = optimize.minimize(lost, [0.0, 1.0], method="BFGS", options={"gtol": 1e-9})
    found = data_efficiency(fraction, times, length)
    assert found.half == pytest.approx(HALF - best.x[0] / best.x[1] / 100, abs=1e-6)
    for end in (found.half_low, found.half_high):
        here = optimize.minimize_scalar(lambda k, end=end: lost([-100 * k * (end - HALF), k]), bounds=(0, 100))
        assert 2 * (here.fun - best.fun) == pytest.approx(3.841459, rel=1e-3)


def test_where_the_fractions_are_apart_the_half_lies_between_them():
    fraction = np.repeat([0.2, 0.3, 0.4, 0.5], 5)
    found = data_efficiency(fraction, np.where(fraction > 0.35, 100.0 * 2 ** np.arange(20), np.inf), 1e9)
    assert found.half == pytest.approx(0.35)
    assert 0.2 < found.half_low < 0.3
    assert 0.4 < found.half_high < 0.5


def test_one_fraction_at_which_some_arrive_is_the_half():
    fraction = np.repeat([0.2, 0.3, 0.4], 5)
    times = np.where((fraction > 0.35) | (np.arange(15) == 7), 50.0, np.inf)
    found = data_efficiency(fraction, times, 100.0)
    assert found.half == pytest.approx(0.3, abs=0.005)  # any value is as likely as near as that
    assert 0.2 < found.half_low < 0.3 < found.half_high < 0.4


def test_where_all_arrive_or_none_there_is_one_side():
    fraction = np.repeat([0.2, 0.3, 0.4], 5)
    every = data_efficiency(fraction, np.exp(5 - fraction + 0.01 * np.arange(15)), 1000.0)
    assert np.isnan(every.half)
    assert every.half_low == -np.inf
    assert 0.2 < every.half_high < 0.3
    none = data_efficiency(fraction, np.full(15, np.inf), 1000.0)
    assert np.isnan([none.half, none.percent, none.percent_low, none.line.slope]).all()
    assert 0.3 < none.half_low < 0.4
    assert none.half_high == np.inf
    assert none.line.censored == 15


def test_more_data_that_does_not_help_has_no_half():
    fraction = np.repeat([0.2, 0.3, 0.4, 0.5], 4)
    found = data_efficiency(fraction, np.where(fraction < 0.35, 50.0, np.inf), 100.0)
    assert np.isnan(found.half)
    assert (found.half_low, found.half_high) == (-np.inf, np.inf)


def test_runs_of_one_fraction_tell_nothing_and_unknown_ones_are_left_out():
    alone = data_efficiency(np.full(8, 0.3), np.arange(1.0, 9.0), 10.0)
    assert np.isnan([alone.half, alone.percent]).all()
    fraction, times, length = planted(2)
    more = data_efficiency(np.append(fraction, np.nan), np.append(times, 7.0), length)
    assert more == data_efficiency(fraction, times, length)


def test_bad_input_is_said():
    with pytest.raises(ValueError, match=r"arrival at 20\.0 in a run of length 9.0"):
        data_efficiency([0.2, 0.3], [1, 20], 9.0)
    with pytest.raises(ValueError, match="noise must be one of normal, weibull"):
        data_efficiency([0.2, 0.3], [1, 2], 9.0, noise="cauchy")
