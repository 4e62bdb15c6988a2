import numpy as np
import pytest
from scipy import optimize, stats

from numerics import random_effects


def planted(n, spread, seed, mean=-0.5, exact=0):
    rng = np.random.default_rng(seed)
    errors = 0.1 * np.exp(0.7 * rng.normal(size=n))
    errors[:exact] = 0.0
    return mean + spread * rng.normal(size=n) + errors * rng.normal(size=n), errors


def test_equal_errors_have_closed_forms():
    values, error = np.array([0.1, 0.9, 0.4, 1.4, 0.8]), 0.2
    found = random_effects(values, np.full(5, error))
    variance = values.var(ddof=1)
    half = stats.t.ppf(0.975, 4) * np.sqrt(variance / 5)
    assert (found.mean, found.mean_low, found.mean_high) == pytest.approx(
        (values.mean(), values.mean() - half, values.mean() + half), rel=1e-9
    )
    assert found.spread**2 == pytest.approx(variance - error**2, rel=1e-5)
    assert found.q == pytest.approx(4 * variance / error**2)
    assert found.p_value == pytest.approx(stats.chi2.sf(found.q, 4))
    ends = [4 * variance / stats.chi2.ppf(share, 4) - error**2 for share in (0.975, 0.025)]
    assert (found.spread_low**2, found.spread_high**2) == pytest.approx(ends, rel=1e-9)
    assert found.i_squared == pytest.approx(1 - error**2 / variance, rel=1e-5)
    further = stats.t.ppf(0.975, 3) * np.sqrt(found.spread**2 + variance / 5)
    assert found.prediction_high == pytest.approx(values.mean() + further, rel=1e-9)
    assert not found.one_law


def test_spread_is_at_the_largest_restricted_likelihood():
    values, errors = planted(12, 0.3, seed=1)

    def restricted(variance):
        """The likelihood of the contrasts: it knows nothing of the mean."""
        contrasts = np.linalg.svd(np.ones((1, 12)))[2][1:]
        covariance = contrasts @ np.diag(variance + errors**2) @ contrasts.T
        return -stats.multivariate_normal.logpdf(contrasts @ values, cov=covariance)

    best = optimize.minimize_scalar(restricted, bounds=(0, 1), method="bounded", options={"xatol": 1e-10}).x
    assert random_effects(values, errors).spread ** 2 == pytest.approx(best, rel=1e-4)


def test_effects_that_are_known_exactly():
    values, _ = planted(6, 0.3, seed=2)
    found = random_effects(values, np.zeros(6))
    half = stats.t.ppf(0.975, 5) * values.std(ddof=1) / np.sqrt(6)
    assert (found.mean, found.mean_high) == pytest.approx((values.mean(), values.mean() + half), rel=1e-9)
    assert found.spread == pytest.approx(values.std(ddof=1), rel=1e-5)
    assert (found.q, found.p_value, found.i_squared) == (np.inf, 0.0, pytest.approx(1.0))
    tiny = random_effects(values, np.append(np.zeros(5), 1e-9))
    assert tiny.mean == pytest.approx(found.mean, rel=1e-9)
    # One exact effect among uncertain ones that agree with it is their mean.
    alone = random_effects([0.5, 0.6, 0.4], [0.0, 0.3, 0.3])
    assert alone.mean == pytest.approx(0.5, abs=1e-9)
    assert (alone.spread, alone.one_law) == (0.0, True)


def test_too_few_effects_have_no_mean():
    for values in ([], [0.3]):
        found = random_effects(values, [0.1] * len(values))
        assert found.n == len(values)
        assert np.isnan([found.mean, found.spread, found.q]).all()
    two = random_effects([0.3, 0.5], [0.1, 0.1])
    assert np.isfinite(two.mean)
    assert np.isnan(two.prediction_low)


@pytest.mark.parametrize(
    ("effects", "errors", "sentence"),
    [
        ([1.0, 2.0], [0.1], "Each effect needs one error"),
        ([1.0, np.nan], [0.1, 0.1], "Effects must be finite"),
        ([1.0, 2.0], [0.1, -0.1], "Effects must be finite"),
    ],
)
def test_refusals(effects, errors, sentence):
    with pytest.raises(ValueError, match=sentence):
        random_effects(effects, errors)


@pytest.mark.slow
@pytest.mark.parametrize(("n", "spread", "exact"), [(8, 0.3, 0), (8, 0.3, 3), (20, 0.1, 0), (20, 0.3, 5)])
def test_intervals_cover(n, spread, exact):
    found = [random_effects(*planted(n, spread, seed, exact=exact)) for seed in range(1000)]
    mean = np.mean([one.mean_low <= -0.5 <= one.mean_high for one in found])
    wide = np.mean([one.spread_low <= spread <= one.spread_high for one in found])
    rng = np.random.default_rng(0)
    further = np.mean([one.prediction_low <= -0.5 + spread * rng.normal() <= one.prediction_high for one in found])
    assert [mean, wide, further] == pytest.approx([0.95] * 3, abs=0.025)
