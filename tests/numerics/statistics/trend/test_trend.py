import numpy as np
import pytest
from scipy import stats

from numerics import fit_trend
from numerics.statistics.trend.levels import deviations, means, within_line
from numerics.statistics.trend.structural_line import Points


def planted(groups=21, runs=3, *, between=-0.7, within=-0.2, group_scatter=0.15, seed=0, tau=1.0):
    """ln G, ln S and the value of the knob of runs with two slopes."""
    rng = np.random.default_rng(seed)
    knob = np.repeat(np.arange(groups), runs)
    place, own = rng.normal(0, tau, groups)[knob], 0.2 * rng.normal(size=knob.size)
    height = between * place + group_scatter * rng.normal(size=groups)[knob]
    return place + own, height + within * own + 0.1 * rng.normal(size=knob.size), knob


def test_the_trend_is_that_of_the_knob_and_the_runs_have_their_own():
    x, y, knob = planted(groups=400)
    trend = fit_trend(np.exp(x), np.exp(y), knob=knob)
    assert (trend.n, trend.groups) == (1200, 400)
    assert trend.slope_low < -0.7 < trend.slope_high
    assert trend.within_low < -0.2 < trend.within_high
    assert (trend.slope, trend.within_slope) == pytest.approx((-0.7, -0.2), abs=0.05)
    assert trend.between_share == pytest.approx(1 / 1.04, abs=0.01)
    assert trend.scatter == pytest.approx(0.15, abs=0.02)


def test_more_runs_at_the_same_values_are_not_more_values():
    x, y, knob = planted(groups=10, runs=3)
    once = fit_trend(np.exp(x), np.exp(y), knob=knob)
    again = fit_trend(np.exp(np.repeat(x, 20)), np.exp(np.repeat(y, 20)), knob=np.repeat(knob, 20))
    assert again.slope_high - again.slope_low > 0.7 * (once.slope_high - once.slope_low)
    naive = fit_trend(np.exp(np.repeat(x, 20)), np.exp(np.repeat(y, 20)))
    assert naive.slope_high - naive.slope_low < 0.4 * (once.slope_high - once.slope_low)


def test_balanced_groups_without_errors_have_the_line_of_their_means():
    x, y, knob = planted(groups=9, runs=4)
    mean_x, mean_y = (values.reshape(9, 4).mean(axis=1) for values in (x, y))
    line = stats.linregress(mean_x, mean_y)
    trend = fit_trend(np.exp(x), np.exp(y), knob=knob)
    assert trend.slope == pytest.approx(line.slope, rel=0.05)  # errors of the means are small beside their spread
    assert trend.slope_high - trend.slope_low == pytest.approx(2 * stats.t.ppf(0.975, 7) * line.stderr, rel=0.15)


def test_deviations_keep_sums_of_squares_and_products():
    x, y, knob = planted(groups=4, runs=5)
    found = deviations(Points.exact(x, y), knob)
    assert found.n == 16
    centered = [values - np.repeat(values.reshape(4, 5).mean(axis=1), 5) for values in (x, y)]
    assert found.x @ found.y == pytest.approx(centered[0] @ centered[1], rel=1e-12)
    line = within_line(Points.exact(x, y), knob)
    assert line.slope == pytest.approx((centered[0] @ centered[1]) / (centered[0] @ centered[0]), rel=1e-12)


def test_errors_of_a_mean_are_those_of_its_runs_and_their_scatter():
    x, y, knob = planted(groups=3, runs=4)
    points = Points(x, y, np.full(12, 0.04), np.full(12, 0.09), np.full(12, 0.01), np.zeros(12, dtype=bool))
    within = within_line(points, knob)
    mean = means(points, knob, within)
    assert mean.xx.tolist() == pytest.approx([(0.04 + within.spread**2) / 4] * 3)
    assert mean.yy.tolist() == pytest.approx([(0.09 + (within.slope * within.spread) ** 2 + within.scatter**2) / 4] * 3)
    assert mean.xy.tolist() == pytest.approx([(0.01 + within.slope * within.spread**2) / 4] * 3)


def test_a_value_of_the_knob_with_a_bounded_gap_is_bounded():
    x, y, knob = planted(groups=30, seed=4)
    gap, bound = np.exp(x), np.full(90, np.nan)
    cut = gap > 2
    gap, bound = np.where(cut, np.nan, gap), np.where(cut, 2.0, np.nan)
    trend = fit_trend(gap, np.exp(y), gap_bound=bound, knob=knob)
    assert (trend.n, trend.one_sided, trend.censored) == (90, int(cut.sum()), 0)
    assert trend.slope_low < -0.7 < trend.slope_high
    without = fit_trend(gap, np.where(cut, np.nan, np.exp(y)), gap_bound=bound, knob=knob)
    assert (without.n, without.one_sided, without.censored) == (int((~cut).sum()), 0, int(cut.sum()))


def test_errors_and_their_correlation_enter_in_logarithms():
    x, y, _ = planted(groups=12, runs=1)
    gap, sharpness = np.exp(x), np.exp(y)
    given = {"gap_error": 0.2 * gap, "sharpness_error": 0.1 * sharpness, "correlation": np.full(12, 0.8)}
    trend = fit_trend(gap, sharpness, **given)
    scaled = fit_trend(
        7 * gap, sharpness / 9, gap_error=1.4 * gap, sharpness_error=sharpness / 90, correlation=[0.8] * 12
    )
    assert scaled.slope == pytest.approx(trend.slope, rel=1e-5)
    assert (scaled.slope_low, scaled.slope_high) == pytest.approx((trend.slope_low, trend.slope_high), rel=1e-4)
    assert fit_trend(gap, sharpness, **{**given, "correlation": None}).slope != pytest.approx(trend.slope, rel=1e-3)
    assert fit_trend(gap, sharpness, **given, noise="runs") == fit_trend(gap, sharpness)


def test_band_without_errors_is_students():
    x, y, _ = planted(groups=12, runs=1)
    low, high = fit_trend(np.exp(x), np.exp(y)).band(np.exp(1.5))
    line = stats.linregress(x, y)
    spread = np.sqrt(((y - line.intercept - line.slope * x) ** 2).sum() / 10)
    half = stats.t.ppf(0.975, 10) * spread * np.sqrt(1 / 12 + (1.5 - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum())
    middle = line.intercept + 1.5 * line.slope
    assert (np.log(low), np.log(high)) == pytest.approx((middle - half, middle + half), rel=1e-9)


def test_a_bend_is_seen_and_a_line_is_straight():
    x, _, _ = planted(groups=40, runs=1)
    noise = 0.05 * np.random.default_rng(1).normal(size=40)
    straight, bent = (fit_trend(np.exp(x), np.exp(-x + bend * x**2 + noise)) for bend in (0.0, 0.3))
    assert straight.straight is True
    assert bent.straight is False
    assert bent.curvature_low < 0.3 < bent.curvature_high
    # The interval is that of least squares with one more term.
    coefficients, covariance = np.polyfit(x, -x + 0.3 * x**2 + noise, 2, cov=True)
    half = stats.t.ppf(0.975, 37) * np.sqrt(covariance[0, 0])
    assert (bent.curvature, bent.curvature_high) == pytest.approx((coefficients[0], coefficients[0] + half), rel=1e-6)


def test_curves_without_noise_have_local_slopes_and_no_interval():
    x = np.linspace(0, 2, 41)
    bent = fit_trend(np.exp(x), np.exp(-(x**2) / 2 - x), noise="none")
    assert np.isnan([bent.slope_low, bent.slope_high, bent.curvature_low, bent.scatter]).all()
    assert (bent.local_low, bent.local_high) == pytest.approx((-2.9, -1.1), abs=1e-9)
    assert bent.curvature == pytest.approx(-0.5)
    assert (bent.falls, bent.straight) == (True, False)
    assert fit_trend(np.exp(x), np.exp(x * (2 - x)), noise="none").falls is None
    assert fit_trend(np.exp(x), np.exp(x), noise="none").falls is False
    assert fit_trend(np.exp(x), np.exp(x), noise="none").straight is True


def test_two_values_of_the_knob_have_no_trend_but_their_runs_have():
    x, y, knob = planted(groups=2, runs=9)
    trend = fit_trend(np.exp(x), np.exp(y), knob=knob)
    assert np.isnan([trend.slope, trend.slope_low, trend.curvature]).all()
    assert trend.within_low < -0.2 < trend.within_high
    assert (trend.falls, trend.straight) == (None, None)


def test_a_run_given_twice_is_no_further_run():
    gap, sharpness = np.array([1.0, 2.0, 4.0, 3.0]), np.array([1.0, 0.6, 0.45, 0.5])
    assert np.isfinite(fit_trend(gap[:3], sharpness[:3], gap_error=[0.1] * 3, sharpness_error=[0.01] * 3).slope)
    twice = [0, 1, 1, 1]
    found = fit_trend(gap[twice], sharpness[twice], gap_error=[0.1] * 4, sharpness_error=[0.01] * 4)
    assert np.isnan(found.slope)
    assert found.n == 4


def test_knobs_of_several_columns_are_one_value():
    x, y, knob = planted(groups=6, runs=3)
    pairs = [[value // 2, f"{value % 2}"] for value in knob]
    assert fit_trend(np.exp(x), np.exp(y), knob=pairs) == fit_trend(np.exp(x), np.exp(y), knob=knob)


def covered(draws, **planting):
    trends = [
        fit_trend(*np.exp(planted(seed=seed, **planting)[:2]), knob=planted(seed=seed, **planting)[2])
        for seed in range(draws)
    ]
    return [
        np.mean([trend.slope_low <= -0.7 <= trend.slope_high for trend in trends]),
        np.mean([trend.within_low <= -0.2 <= trend.within_high for trend in trends]),
    ]


def test_both_intervals_cover():
    assert min(covered(40, groups=8)) > 0.95 - 0.11  # three binomial errors


@pytest.mark.slow
@pytest.mark.parametrize("planting", [{"groups": 8}, {"groups": 8, "group_scatter": 0.0}, {"groups": 20, "runs": 3}])
def test_both_intervals_cover_ninety_five_times_in_a_hundred(planting):
    assert covered(1000, **planting) == pytest.approx([0.95, 0.95], abs=0.025)


def test_no_runs_have_no_trend_with_a_knob_either():
    assert fit_trend([], [], knob=[]).n == 0
