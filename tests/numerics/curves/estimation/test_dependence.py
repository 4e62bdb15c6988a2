"""The autoregression of residuals: planted coefficients, Yule and Walker's equations, what a fit took up."""

import numpy as np
import pytest
from scipy.linalg import toeplitz
from scipy.signal import freqz, lfilter
from scipy.special import ndtr

from numerics import fit_curve
from numerics.curves.estimation.dependence import Dependence, Lags, seen_in_plateaus, seen_lags


def test_the_recursion_solves_the_equations_of_yule_and_walker():
    phi = np.array([0.5, -0.3, 0.4])
    series = lfilter([1.0], np.append(1.0, -phi), np.random.default_rng(0).normal(size=20_000))
    lags = Lags.of(series)
    model = lags.model()
    order = model.coefficients.size
    rho = lags.correlations * (lags.points + 3) / lags.points
    solved = np.linalg.solve(toeplitz(np.append(1.0, rho[: order - 1])), rho[:order])
    np.testing.assert_allclose(model.coefficients, solved, rtol=1e-9)
    assert model.innovation == pytest.approx(1 - solved @ rho[:order])
    assert 3 <= order <= 8
    np.testing.assert_allclose(model.coefficients[:3], phi, atol=0.03)
    truth = 1 / np.sum(np.abs(lfilter([1.0], np.append(1.0, -phi), np.eye(1, 500)[0])) ** 2) / (1 - phi.sum()) ** 2
    assert model.time == pytest.approx(truth, rel=0.1)


def test_innovations_and_response_are_those_of_the_filter():
    model, rows = Dependence(np.array([0.6, 0.2]), 0.5, 100.0), np.random.default_rng(1).normal(size=(2, 50))
    np.testing.assert_allclose(model.innovations(rows), lfilter([1, -0.6, -0.2], [1], rows))
    _, response = freqz([1, -0.3, -0.1], worN=2 * np.pi * np.arange(33) / 64)
    np.testing.assert_allclose(model.response(64, scale=0.5), response, atol=1e-12)


def test_the_scale_of_the_coefficients_is_known_as_well_as_a_regression_on_the_past_tells():
    found = []
    for seed in range(200):
        series = lfilter([1.0], [1.0, -0.8], np.random.default_rng(seed).normal(size=600))[100:]
        found.append(float(series[1:] @ series[:-1] / (series @ series)) / 0.8)
    assert Dependence(np.array([0.8]), 0.36, 500.0).scale_variance == pytest.approx(np.var(found), rel=0.25)


def test_noise_of_unequal_size_tells_as_much_as_its_larger_part():
    rng = np.random.default_rng(2)
    series = np.concatenate([np.zeros(500), lfilter([1.0], [1.0, -0.5], rng.normal(size=100)), np.zeros(500)])
    assert Lags.of(series).points == pytest.approx(100, rel=0.3)
    assert Lags.of(np.ones(30)).model().time > 5
    assert Lags.of(np.tile([1.0, -1.0], 50)) is None
    assert Lags.of(np.zeros(50)) is None


def test_a_jump_counts_by_itself_where_it_remembers_plainly_more():
    rng = np.random.default_rng(3)
    jump = lfilter([0.6], [1.0, -0.8], rng.normal(size=200))
    quiet, loud = (np.concatenate([rng.normal(size=600), part, rng.normal(size=600)]) for part in (jump, jump[:0]))
    assert seen_lags(quiet, jump).points < 250
    assert seen_lags(loud, loud[600:800]) is None
    alike = lfilter([0.6], [1.0, -0.8], rng.normal(size=1200))
    assert seen_lags(alike, alike[500:700]).points > 800


def test_the_memory_of_plateaus_is_that_of_the_noise_and_not_of_another_shape():
    rng = np.random.default_rng(4)
    noise = lfilter([0.6], [1.0, -0.8], rng.normal(size=1200))
    approach = np.exp(-np.arange(400) / 80)
    assert seen_in_plateaus([noise[:400], 0.3 + noise[800:]]).time == pytest.approx(9, rel=0.35)
    assert seen_in_plateaus([approach, approach[:100]]) is None
    assert seen_in_plateaus([0.3 * rng.normal(size=400) + approach, np.zeros(300)]) is None


@pytest.mark.parametrize("correlation", [0.5, 0.9])
def test_noise_that_remembers_is_seldom_called_another_shape(correlation):
    t, told = np.arange(500.0), 0
    for seed in range(40):
        noise = lfilter([np.sqrt(1 - correlation**2)], [1, -correlation], np.random.default_rng(seed).normal(size=900))
        told += "deviates" in fit_curve(t, ndtr((t - 250) / 14) + 0.03 * noise[400:]).complaint
    assert told <= 6  # of 40, where a third complained without
