import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.special import ndtr

from numerics import fit_curve, measure
from numerics.curves.estimation.autocorrelation import autocorrelation_time

T = np.arange(1.0, 301.0)
RUNS = 100  # the spread over them is known within 1/√200 = 7 %


def autoregressive(rng, rho, size=T.size):
    """Noise of unit variance with correlation ρ^k."""
    return lfilter([np.sqrt(1 - rho**2)], [1, -rho], rng.normal(size=size + 300))[300:]


@pytest.mark.parametrize("rho", [0.5, 0.8, 0.9])
def test_autocorrelation_time_of_an_autoregressive_series(rho):
    found = [autocorrelation_time(autoregressive(np.random.default_rng(seed), rho, 4000)) for seed in range(60)]
    assert np.mean(found) == pytest.approx((1 + rho) / (1 - rho), rel=0.15)


def test_white_noise_counts_point_by_point():
    found = [autocorrelation_time(np.random.default_rng(seed).normal(size=400)) for seed in range(300)]
    assert np.mean(np.array(found) == 1.0) > 0.97
    assert autocorrelation_time(np.zeros(50)) == 1.0
    assert autocorrelation_time(np.tile([1.0, -1.0], 50)) == 1.0


@pytest.mark.parametrize("rho", [0.0, 0.7])
def test_errors_are_the_spread_over_replicas_also_when_epochs_depend_on_each_other(rho):
    clean = ndtr((T - 150) / 30)
    fits = [fit_curve(T, clean + 0.03 * autoregressive(np.random.default_rng(seed), rho)) for seed in range(RUNS)]
    for name in ("jump_time", "sharpness", "largest_slope"):
        values = np.array([getattr(fit, name) for fit in fits])
        stated = np.sqrt(np.mean([getattr(fit, f"{name}_error") ** 2 for fit in fits]))
        assert stated == pytest.approx(values.std(), rel=0.2), name


@pytest.mark.parametrize(("floor", "ceiling"), [(0.2, None), (None, 0.9)])
def test_the_error_of_the_largest_slope_knows_the_fitted_asymptote(floor, ceiling):
    # The record ends where little is seen of the free asymptote: it and the sharpness trade off, the slope is sure.
    t = T[:195] if ceiling is None else T[105:]
    clean = 0.2 + 0.7 * ndtr((t - 150) / 30)
    fits = [
        fit_curve(t, np.random.default_rng(seed).binomial(400, clean) / 400, floor=floor, ceiling=ceiling)
        for seed in range(RUNS)
    ]
    fits = [fit for fit in fits if fit.ok]
    assert len(fits) > 0.93 * RUNS
    slopes = np.array([fit.largest_slope for fit in fits])
    stated = np.sqrt(np.mean([fit.largest_slope_error**2 for fit in fits]))
    assert stated == pytest.approx(slopes.std(), rel=0.2)
    relative = np.mean([fit.sharpness_error / fit.sharpness for fit in fits])
    assert stated / slopes.mean() < 0.8 * relative  # without the covariance the two would be equal


def test_a_fit_that_took_up_slow_noise_does_not_hide_it():
    t = np.linspace(-1, 1, 500)
    found = {0: [], 2: []}
    for seed in range(100):
        noise = autoregressive(np.random.default_rng(seed), 0.9, t.size)
        residual = noise - np.polyval(np.polyfit(t, noise, 1), t)
        for fitted, times in found.items():
            times.append(autocorrelation_time(residual, fitted=fitted))
    truth = (1 + 0.9) / (1 - 0.9)
    assert np.mean(found[0]) < 0.85 * truth
    assert abs(np.mean(found[2]) / truth - 1) < 0.15


def test_errors_of_gap_and_relative_sharpness_know_what_the_curves_share():
    # The same epochs disturb both curves in the same direction, as a burst of large updates would.
    results = []
    for seed in range(RUNS):
        shared = 0.03 * np.random.default_rng(seed).normal(size=T.size)
        results.append(measure(T, ndtr((T - 100) / 30) + shared, ndtr((T - 130) / 30) + shared))
    assert np.mean([one.error_correlations[0][2] for one in results]) > 0.3
    for name in ("relative_gap", "relative_sharpness", "absolute_sharpness"):
        values = np.array([getattr(one, name) for one in results])
        stated = np.sqrt(np.mean([getattr(one, f"{name}_error") ** 2 for one in results]))
        assert stated == pytest.approx(values.std(), rel=0.2), name


def test_curves_recorded_at_different_epochs_share_nothing():
    rng = np.random.default_rng(0)
    train, gen = (ndtr((T - at) / 30) + rng.normal(0, 0.03, T.size) for at in (100, 130))
    train[::2], gen[1::2] = np.nan, np.nan
    assert np.abs(np.array(measure(T, train, gen).error_correlations)[:2, 2:]).max() < 0.2


def test_binomial_weights_sharpen_the_estimate_and_keep_its_errors_true():
    clean = ndtr((T - 150) / 30)
    spread = {}
    for samples in (None, 100):
        fits = [
            fit_curve(T, np.random.default_rng(seed).binomial(100, clean) / 100, samples=samples)
            for seed in range(RUNS)
        ]
        values = np.array([fit.sharpness for fit in fits])
        spread[samples] = values.std()
        assert np.mean([fit.sharpness_error for fit in fits]) == pytest.approx(values.std(), rel=0.2)
        assert abs(values.mean() * 30 * np.sqrt(2) - 1) < 4 * values.std() / values.mean() / np.sqrt(RUNS) + 0.002
    assert spread[100] < 0.97 * spread[None]


def test_binomial_weights_find_the_weighted_optimum():
    from scipy.optimize import curve_fit

    y = np.random.default_rng(3).binomial(100, 0.5 + 0.5 * ndtr((T - 150) / 30)) / 100
    fit = fit_curve(T, y, floor=0.5, samples=100)
    p = (100 * fit(T) + 1) / 102

    def curve(t, at, s):
        return 0.5 + 0.5 * ndtr(np.sqrt(2) * s * (t - at))

    best, _ = curve_fit(curve, T, y, p0=(150, 0.02), sigma=np.sqrt(p * (1 - p)), ftol=1e-15, xtol=1e-15, gtol=1e-15)
    assert (fit.jump_time, fit.sharpness) == pytest.approx(tuple(best), rel=1e-6)


@pytest.mark.parametrize(
    ("samples", "y", "message"),
    [
        (0, [0, 0, 1, 1], "samples must be a whole number of at least 1, got 0"),
        (2.5, [0, 0, 1, 1], "whole number"),
        (10, [0, 0, 1.2, 1], "accuracies from 0 to 1, got 0 to 1.2"),
    ],
)
def test_samples_that_cannot_be(samples, y, message):
    with pytest.raises(ValueError, match=message):
        fit_curve([1, 2, 3, 4], y, samples=samples)
