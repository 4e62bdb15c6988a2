from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize, stats

from numerics.statistics.trend.structural_line import Points, fit_line, log_likelihood


def planted(n, *, slope=-0.7, scatter=0.2, spread=1.0, xx=0.01, yy=0.01, correlation=0.5, seed=0):
    rng = np.random.default_rng(seed)
    size = np.exp(0.4 * rng.normal(size=n))
    sx, sy = np.sqrt(xx) * size, np.sqrt(yy) * size
    place = rng.normal(0, spread, n)
    first, second = rng.normal(size=(2, n))
    x = place + sx * first
    y = 1 + slope * place + scatter * rng.normal(size=n) + sy * (
        correlation * first + np.sqrt(1 - correlation**2) * second
    )  # fmt: skip
    return Points(x, y, sx**2, sy**2, correlation * sx * sy, np.zeros(n, dtype=bool))


def one(x, y, xx, yy, xy, one_sided):
    return Points(*(np.array([value]) for value in (x, y, xx, yy, xy, one_sided)))


def parameters(*values):
    return [np.array([value]) for value in values]


NODES, WEIGHTS = np.polynomial.legendre.leggauss(160)


def marginal(point, slope, center, level, spread, scatter):
    """ln of the density of a point, or of its y with x above the bound, summed over true places and heights."""
    xx, yy, xy, x, y = (float(getattr(point, name)[0]) for name in ("xx", "yy", "xy", "x", "y"))
    place = center + 7 * spread * NODES[:, None]
    height = y + 7 * np.sqrt(yy) * NODES
    error = y - height
    density = stats.norm.pdf(place, center, spread) * stats.norm.pdf(error, 0, np.sqrt(yy))
    density *= stats.norm.pdf(height, level + slope * (place - center), scatter)
    law = stats.norm.sf if point.one_sided[0] else stats.norm.pdf
    density *= law(x - place, xy / yy * error, np.sqrt(xx - xy**2 / yy))  # of the error of x, given that of y
    return np.log(49 * spread * np.sqrt(yy) * (WEIGHTS @ density @ WEIGHTS))


@pytest.mark.parametrize("one_sided", [False, True])
def test_likelihood_is_the_integral_over_the_true_places_and_heights(one_sided):
    point = one(0.4, -0.3, 0.09, 0.04, 0.03, one_sided)
    slope, center, level, spread, scatter = -0.7, 0.1, 0.2, 0.6, 0.5
    errors = 0.04 + slope**2 * 0.09 - 2 * slope * 0.03
    closed = log_likelihood(point, *parameters(slope, center, level, spread, scatter**2 + errors))
    assert float(closed) == pytest.approx(marginal(point, slope, center, level, spread, scatter), rel=1e-9)


def test_errors_that_were_stated_too_large_shrink_together():
    point = one(0.4, -0.3, 0.09, 0.04, 0.03, False)
    errors = 0.04 + 0.7**2 * 0.09 + 2 * 0.7 * 0.03
    smaller = replace(point, xx=point.xx / 4, yy=point.yy / 4, xy=point.xy / 4)
    found, expected = (log_likelihood(one, *parameters(-0.7, 0.1, 0.2, 0.6, errors / 4)) for one in (point, smaller))
    assert float(found) == pytest.approx(float(expected), rel=1e-12)


def test_without_errors_it_is_least_squares_with_students_interval():
    exact = planted(9, xx=0, yy=0)
    expected = fit_line(exact)
    line = stats.linregress(exact.x, exact.y)
    half = stats.t.ppf(0.975, 7) * line.stderr
    assert (expected.slope, expected.low, expected.high) == pytest.approx(
        (line.slope, line.slope - half, line.slope + half), rel=1e-12
    )
    tiny = np.full(9, 1e-12)
    found = fit_line(replace(exact, xx=tiny, yy=tiny))  # by the likelihood
    for name in ("slope", "low", "high", "level", "level_error", "scatter"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=2e-4), name


def test_largest_likelihood_is_at_the_slope_and_its_drop_at_the_ends():
    points = planted(15)
    line = fit_line(points)

    def best(slope):
        def loss(free):
            center, level, spread, variance = free
            return -log_likelihood(points, *parameters(slope, center, level, np.exp(spread), np.exp(variance)))

        start = [line.center, line.level, np.log(line.spread), np.log(line.scatter**2 + 0.02)]
        return -float(
            optimize.minimize(loss, start, method="Nelder-Mead", options={"maxiter": 2000, "fatol": 1e-9}).fun
        )

    top, low, high = (best(slope) for slope in (line.slope, line.low, line.high))
    drop = 15 / 2 * np.log1p(stats.t.ppf(0.975, 13) ** 2 / 13)
    assert (top - low, top - high) == pytest.approx((drop, drop), abs=5e-3)
    assert top > max(best(line.slope - 1e-3), best(line.slope + 1e-3)) - 1e-7


def test_slope_is_not_drawn_towards_zero_as_that_of_least_squares():
    points = planted(2000, xx=0.25, yy=0.04, seed=3)
    assert abs(fit_line(points).slope + 0.7) < 0.04
    assert abs(np.polyfit(points.x, points.y, 1)[0] + 0.7) > 0.08


def test_one_sided_points_are_worth_more_than_their_bounds():
    seen = planted(400, xx=0.0025, yy=0.0025, seed=1)
    cut = seen.x > 0.3
    bounded = replace(
        seen, x=np.where(cut, 0.3, seen.x), xx=np.where(cut, 0, seen.xx), xy=np.where(cut, 0, seen.xy), one_sided=cut
    )  # fmt: skip
    line = fit_line(bounded)
    assert line.n == int((~cut).sum())
    assert line.low < -0.7 < line.high
    assert abs(line.slope + 0.7) < 0.06
    assert abs(fit_line(replace(bounded, one_sided=cut & False)).slope + 0.7) > 0.15


def test_points_at_one_place_leave_the_slope_open():
    line = fit_line(planted(8, spread=0.01, xx=0.04, seed=2))
    assert np.isinf(line.low)
    assert np.isinf(line.high)


def coverage(draws, **planting):
    lines = [fit_line(planted(seed=seed, **planting)) for seed in range(draws)]
    return np.mean([line.low <= -0.7 <= line.high for line in lines])


@pytest.mark.slow
@pytest.mark.parametrize(
    "planting",
    [
        {"n": 8, "scatter": 0.2},
        {"n": 8, "scatter": 0.0, "xx": 0.01, "yy": 0.04, "correlation": 0.0},
        {"n": 8, "scatter": 0.0, "xx": 0.09, "yy": 0.09},
        {"n": 20, "scatter": 0.3, "xx": 0.09, "yy": 0.09},
    ],
)
def test_interval_covers_whatever_scatters_most(planting):
    assert abs(coverage(1000, **planting) - 0.95) < 0.02
