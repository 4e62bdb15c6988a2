import numpy as np
import pytest
from scipy import stats

from numerics import fit_censored_times

LENGTH = 400.0


def planted(seed, noise="normal", n=40, slope=-1.0):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 0, n)
    scatter = rng.normal(size=n) if noise == "normal" else np.log(rng.exponential(size=n))
    times = np.exp(4.5 + slope * x + 0.5 * scatter)
    return x, np.where(times < LENGTH, times, np.inf)


def test_without_censoring_it_is_least_squares():
    x, _ = planted(0)
    times = np.exp(1 - x + 0.1 * np.random.default_rng(1).normal(size=x.size))
    line = stats.linregress(x, np.log(times))
    found = fit_censored_times(x, times, times.max())
    assert (found.slope, found.intercept) == pytest.approx((line.slope, line.intercept), rel=1e-6)
    residual = np.log(times) - line.intercept - line.slope * x
    assert found.scale == pytest.approx(np.sqrt(np.mean(residual**2)), rel=1e-6)
    assert found.log_likelihood == pytest.approx(stats.norm.logpdf(residual, scale=found.scale).sum(), rel=1e-9)
    assert found.censored == 0


@pytest.mark.parametrize("runs", [3, 5, 12, 60])
def test_the_interval_without_censoring_is_students(runs):
    """−2 ln of the likelihood ratio is n·ln(1 + t²/(n−2)), t the statistic of Student."""
    x = planted(0)[0][:runs]
    times = np.exp(1 - x + 0.1 * np.random.default_rng(1).normal(size=x.size))
    line = stats.linregress(x, np.log(times))
    n = x.size
    half = line.stderr * stats.t.ppf(0.975, n - 2)
    found = fit_censored_times(x, times, times.max())
    assert (found.slope_low, found.slope_high) == pytest.approx((line.slope - half, line.slope + half), rel=1e-6)


def test_the_weibull_fit_is_scipys():
    """With x of no influence, scipy's fit of a censored Weibull is the same problem."""
    _, times = planted(3, "weibull")
    seen = np.isfinite(times)
    sample = stats.CensoredData.right_censored(np.where(seen, times, LENGTH), ~seen)
    shape, _, scale = stats.weibull_min.fit(sample, floc=0)
    two = np.tile([-1.0, 1.0], times.size)
    found = fit_censored_times(two, np.repeat(times, 2), LENGTH, noise="weibull")
    assert found.slope == pytest.approx(0, abs=1e-5)
    assert (found.scale, np.exp(found.intercept)) == pytest.approx((1 / shape, scale), rel=1e-3)


@pytest.mark.parametrize("noise", ["normal", "weibull"])
def test_the_interval_covers_the_planted_slope(noise):
    found = [fit_censored_times(*planted(seed, noise), LENGTH, noise=noise) for seed in range(300)]
    covered = np.mean([one.slope_low < -1 < one.slope_high for one in found])
    assert 0.15 < np.mean([one.censored / one.n for one in found]) < 0.5
    assert abs(covered - 0.95) < 0.03
    assert np.mean([one.slope for one in found]) == pytest.approx(-1, abs=0.05)


def test_leaving_out_the_censored_would_draw_the_slope_to_zero():
    found = [fit_censored_times(*planted(seed), LENGTH) for seed in range(30)]
    naive = []
    for seed in range(30):
        x, times = planted(seed)
        seen = np.isfinite(times)
        naive.append(stats.linregress(x[seen], np.log(times[seen])).slope)
    assert np.mean(naive) > -0.8
    assert np.mean([one.slope for one in found]) == pytest.approx(-1, abs=0.1)


def test_a_given_column_takes_what_is_its_own():
    rng = np.random.default_rng(7)
    size = np.repeat([25.0, 30.0, 35.0, 40.0], 25)
    rate = size / 10 + rng.normal(size=100)
    times = np.exp(8 - size / 10 + 0.3 * rng.normal(size=100))
    alone = fit_censored_times(rate, times, 1e9)
    beside = fit_censored_times(rate, times, 1e9, given=size[:, None])
    assert alone.slope_high < -0.2
    assert beside.slope_low < 0 < beside.slope_high


def test_a_line_without_scatter_is_found():
    x = np.linspace(0, 1, 9)
    found = fit_censored_times(x, np.exp(2 - x), 100.0)
    assert (found.slope, found.intercept) == pytest.approx((-1, 2), abs=1e-6)


@pytest.mark.parametrize(
    ("x", "times"),
    [([1, 2, 3], [2, np.inf, np.inf]), ([1, 1, 1, 1], [2, 3, 4, 5]), ([1, 2, 3], [np.inf] * 3), ([], [])],
)
def test_too_few_arrivals_are_nan_with_their_counts(x, times):
    found = fit_censored_times(x, times, 10.0)
    assert np.isnan([found.slope, found.slope_low, found.slope_high]).all()
    assert (found.n, found.censored) == (len(x), np.isinf(times).sum())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([1, 2], [1, 2, 3], 9.0), "one value of either kind"),
        (([1, 2], [0, 2], 9.0), "Times must be positive, got 0.0"),
        (([1, 2], [1, 20], 9.0), "arrival at 20.0 in a run of length 9.0"),
    ],
)
def test_bad_input_is_said(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        fit_censored_times(*arguments)
    with pytest.raises(ValueError, match="noise must be one of normal, weibull, got 'cauchy'"):
        fit_censored_times([1, 2], [1, 2], 9.0, noise="cauchy")
    with pytest.raises(ValueError, match=r"a row a run, shape \(2, m\), got the shape \(3, 1\)"):
        fit_censored_times([1, 2], [1, 2], 9.0, given=np.ones((3, 1)))
