import numpy as np
import pytest
from scipy import special
from scipy.special import ndtr

from numerics.curves.monotone_smoothing import (
    crossing,
    increasing_curve,
    neighbour_correlation,
    smoothed,
    suitable_bandwidth,
)


def test_the_increasing_curve_is_the_closest_one():
    rng = np.random.default_rng(0)
    for _ in range(20):
        y = rng.normal(size=30) + np.linspace(0, 2, 30)
        # Isotonic regression as the largest of smallest means of all stretches around a point.
        means = np.array([[y[i : j + 1].mean() if j >= i else np.nan for j in range(30)] for i in range(30)])
        expected = [max(np.nanmin(means[i, k:]) for i in range(k + 1)) for k in range(30)]
        np.testing.assert_allclose(increasing_curve(y), expected, rtol=1e-12)


@pytest.mark.parametrize(("size", "reach"), [(99, 0), (100, 1), (250, 2), (999, 9), (1000, 10), (5000, 10)])
def test_spikes_up_to_a_percent_of_the_points_and_ten_are_taken_out(size, reach):
    for length in (reach, reach + 1):
        y = np.repeat([0.0, 1.0], [size // 2, size - size // 2])
        y[size // 4 : size // 4 + length] = 1.0
        assert np.array_equal(increasing_curve(y), np.sort(y)) is False or length == 0
        step = np.repeat([0.0, 1.0], [size // 2, size - size // 2])
        assert np.array_equal(increasing_curve(y), step) is (length <= reach)


@pytest.mark.parametrize(
    ("level", "time"),
    [(0.25, 1.5), (0.5, 3.0), (0.75, 5.0), (0.9, 5.6), (1.0, 6.0), (-0.1, np.nan), (1.1, np.nan)],
)
def test_the_time_of_a_level_is_on_straight_lines(level, time):
    t, y = np.array([0.0, 1.0, 2.0, 4.0, 6.0]), np.array([0.0, 0.0, 0.5, 0.5, 1.0])
    np.testing.assert_allclose(crossing(t, y, level), time)


def test_of_a_repeated_time_the_level_is_at_it():
    assert crossing(np.array([0.0, 1.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0, 1.0]), 0.5) == 1.0
    assert crossing(np.array([0.0, 1.0]), np.array([0.5, 0.5]), 0.5) == pytest.approx(1.0)


@pytest.mark.parametrize("bandwidth", [0.02, 0.1])
def test_a_smoothed_erf_is_the_erf_of_the_summed_variances(bandwidth):
    t = np.linspace(-2, 3, 20_001)
    s = 5.0
    x, y = smoothed(t, ndtr(np.sqrt(2) * s * (t - 0.5)), bandwidth)
    wider = np.sqrt(1 / (2 * s**2) + bandwidth**2)
    np.testing.assert_allclose(y, ndtr((x - 0.5) / wider), atol=2e-4)
    far = special.ndtri(0.98) * np.sqrt(0.5) / s + 8 * bandwidth
    np.testing.assert_allclose(x[[0, -1]], [0.5 - far, 0.5 + far], atol=5e-4)
    assert 7 < bandwidth / (x[1] - x[0]) < 9


def test_a_curve_that_is_broad_against_the_width_stays_as_it_is():
    t = np.linspace(0, 1, 101)
    for bandwidth, same in ((0.9e-4, True), (1.1e-4, False)):
        assert (smoothed(t, t, bandwidth)[0] is t) is same
    ends = smoothed(t, t, 0.01)[0][[0, -1]]
    np.testing.assert_allclose(ends, [0.01 - 0.08, 0.98 + 0.08], atol=0.0101)


@pytest.mark.parametrize("sigma", [0.01, 0.05])
@pytest.mark.parametrize("size", [400, 2000])
@pytest.mark.parametrize("s", [4.0, 12.0])
def test_the_bandwidth_is_that_of_the_noise_and_the_slope(sigma, size, s):
    t = np.linspace(-1, 1, size)
    clean = ndtr(np.sqrt(2) * s * t)
    found = []
    for seed in range(20):
        y = clean + np.random.default_rng(seed).normal(0, sigma, size)
        found.append(suitable_bandwidth(t, y, clean))
    expected = 1.2 * (sigma**2 * 2 / (size - 1) * s) ** (1 / 7) / s
    assert np.mean(found) == pytest.approx(expected, rel=0.04)


def test_the_bandwidth_without_noise_and_with_much():
    t = np.linspace(-1, 1, 2001)
    s = 2 * special.erfinv(1 / 3) / (1 / 3)  # of a straight rise over one
    straight = np.clip(t + 0.5, 0, 1)
    assert suitable_bandwidth(t, straight, straight) < 0.1 / s
    y = straight + np.random.default_rng(0).normal(0, 30, t.size)
    assert suitable_bandwidth(t, y, straight) == pytest.approx(0.4 / s, rel=1e-3)
    # Noise that depends on its neighbours counts by what its mean over many points varies.
    slow = 0.05 * np.sin(np.arange(t.size) / 12)
    assert suitable_bandwidth(t, straight + slow, straight) > 1.5 * 1.2 * (0.05**2 / 2 * 1e-3 * s) ** (1 / 7) / s
    assert suitable_bandwidth(np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.5, 1.0]), np.array([0.0, 0.5, 1.0])) == 0


def test_neighbours_correlate_as_in_an_autoregressive_series():
    x = np.array([1.0, 2.0, -1.0, 3.0])
    assert neighbour_correlation(np.abs(x)) == pytest.approx((2 + 2 + 3) / 15)
    assert neighbour_correlation(x) == 0
    assert neighbour_correlation(np.ones(1000)) == 0.95


@pytest.mark.parametrize("spacings", [(1.0, 1.0), (1.0, 3.0)])
def test_noise_that_alternates_is_seen_in_second_differences(spacings):
    s, sigma = 5.0, 0.02
    t = np.cumsum(np.resize(spacings, 1500))
    t = 2 * (t - t.mean()) / np.ptp(t)
    clean = ndtr(np.sqrt(2) * s * t)
    # A point lies 2σ from the line between its neighbours, whose weights are those of the distances to the others.
    left = spacings[0] / sum(spacings)
    variance = 4 * sigma**2 / (1 + left**2 + (1 - left) ** 2)
    expected = 1.2 * (variance * 2 / (t.size - 1) * s) ** (1 / 7) / s
    found = suitable_bandwidth(t, clean + sigma * np.where(np.arange(t.size) % 2, 1, -1), clean)
    assert found == pytest.approx(expected, rel=0.01)


def test_only_the_noise_around_the_steepest_third_counts():
    s = 20.0
    t = np.linspace(-1, 1, 2001)
    clean = ndtr(np.sqrt(2) * s * t)
    far = np.abs(t) > 0.305 / s + 1 / s + 0.004
    noise = np.random.default_rng(0).normal(0, 0.1, t.size)
    assert suitable_bandwidth(t, clean + far * noise, clean) < 0.3 * suitable_bandwidth(t, clean + noise, clean)
