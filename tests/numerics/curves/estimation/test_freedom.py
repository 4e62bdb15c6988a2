"""Degrees of freedom and the factor of Student's quantile, against scipy's distributions and simulation."""

import numpy as np
import pytest
from scipy import special, stats

from numerics.curves.estimation.freedom import error_of_difference, less_freedom, quadratic_freedom, widening


def test_widening_is_the_ratio_of_the_quantiles():
    for freedom in (0.7, 1.0, 2.5, 10.0, 300.0):
        assert float(widening(freedom)) == pytest.approx(stats.t(freedom).ppf(0.975) / stats.norm.ppf(0.975))
    assert float(widening(np.inf)) == pytest.approx(1.0, abs=1e-5)


def test_the_freedom_of_a_sum_of_squares_is_that_of_the_moments_of_draws():
    rng = np.random.default_rng(0)
    j, v, share = rng.normal(size=(2, 9)), rng.uniform(size=9), rng.uniform(size=9)
    inverse = np.linalg.inv(j @ j.T)
    remaining = np.eye(9) - j.T @ inverse @ j
    drawn = ((rng.normal(size=(40_000, 9)) * np.sqrt(v) @ remaining) ** 2) @ share
    moved, one = inverse @ j * v, np.eye(2)
    form = np.block([[moved @ (inverse @ j).T, -one], [-one, 0 * one]])
    found = quadratic_freedom(share[np.newaxis], v, np.concatenate([j, moved]), form).item()
    assert found == pytest.approx(2 * drawn.mean() ** 2 / drawn.var(), rel=0.05)


def test_errors_of_logarithms_add_up():
    for freedom, variance in ((3.0, 0.0), (5.0, 0.4), (40.0, 0.9)):
        found = less_freedom(np.array([freedom]), np.array([variance])).item()
        assert special.polygamma(1, found / 2) == pytest.approx(special.polygamma(1, freedom / 2) + variance, rel=0.12)
    assert less_freedom(np.array([1.0, 7.0]), np.array([0.5, np.inf])).tolist() == [1, 1]


def test_a_difference_of_two_means_is_welch():
    for (a, b), freedom in (((1.0, 2.0), (3.0, 8.0)), ((1.0, 1.0), (5.0, 5.0))):
        together = (a**2 + b**2) ** 2 / (a**4 / freedom[0] + b**4 / freedom[1])
        expected = np.hypot(a, b) * stats.t(together).ppf(0.975) / stats.norm.ppf(0.975)
        wider = tuple((np.array([a, b]) * widening(freedom)).tolist())
        assert error_of_difference(wider, 0.0, freedom) == pytest.approx(expected)


def test_what_is_shared_drops_out_and_what_is_unknown_stays_unknown():
    assert error_of_difference((1.0, 1.0), 1.0, (4.0, 4.0)) == 0
    assert error_of_difference((3.0, 4.0), 0.0, (np.inf, np.inf)) == pytest.approx(5.0)
    assert error_of_difference((0.0, 0.0), 0.0, (4.0, 4.0)) == 0
    assert np.isnan(error_of_difference((1.0, np.nan), 0.0, (4.0, np.nan)))


@pytest.mark.parametrize("scale", [1e-100, 1e90, 1e150])
def test_a_difference_knows_no_scale(scale):
    one = error_of_difference((1.0, 2.0), 0.3, (3.0, 8.0))
    assert error_of_difference((scale, 2 * scale), 0.3, (3.0, 8.0)) == pytest.approx(scale * one, rel=1e-12, abs=0)
