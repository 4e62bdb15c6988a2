from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr

from numerics.curves.estimation import optimum
from numerics.curves.estimation.condensation import whole
from numerics.curves.estimation.optimum import find_optimum
from numerics.curves.estimation.start import ScaledJump
from numerics.curves.shapes import SHAPES

TAU = np.linspace(-0.5, 0.5, 301)
SAMPLES = 50


def model(center, rate, low=0.0, high=1.0, tau=TAU):
    return low + (high - low) * ndtr(np.sqrt(2) * rate * (tau - center))


def counts(clean, seed=3, samples=SAMPLES):
    return np.random.default_rng(seed).binomial(samples, np.clip(clean, 0, 1)) / samples


CLEAN = model(0.07, 9.0)
NOISY = {
    "binomial": (counts(CLEAN), 0.0, 1.0),
    "more than binomial": (counts(CLEAN) + np.random.default_rng(4).normal(0, 0.06, TAU.size), 0.0, 1.0),
    "without noise": (CLEAN, 0.0, 1.0),
    "on the points of a count": (np.round(CLEAN * SAMPLES) / SAMPLES, 0.0, 1.0),
    "above one": (counts(CLEAN, 5), -0.03, 1.04),
    "free asymptotes": (counts(model(0.07, 9.0, 0.05, 0.9), 6), None, None),
}


def jump_of(y, low=0.0, high=1.0, tau=TAU, rate=5.0, **more):
    start = [0.0, np.log(rate)] + [0.1] * (low is None) + [0.9] * (high is None)
    return ScaledJump(tau, y, start=np.array(start), floor=low, ceiling=high, **more)


@pytest.mark.parametrize("noise", NOISY)
def test_the_binomial_weights_are_those_of_the_curve_that_they_lead_to(noise):
    y, low, high = NOISY[noise]
    found = find_optimum(jump_of(y, low, high), SHAPES["erf"], samples=SAMPLES)
    center, log_rate, *asymptotes = found.parameters
    fitted = model(center, np.exp(log_rate), *(asymptotes or (low, high)))
    # One success and one failure are added to the counts; what noise leaves unexplained is added to each point.
    p = (SAMPLES * np.minimum(np.maximum(fitted, 0), 1) + 1) / (SAMPLES + 2)
    binomial = p * (1 - p) / SAMPLES
    unexplained = max(np.mean((y - fitted) ** 2 - binomial), 0)
    weight = 0.25 / SAMPLES / (binomial + unexplained)
    np.testing.assert_allclose(found.objective.points.weight, weight, rtol=1e-5)
    assert found.converged
    assert found.cost == pytest.approx((weight * (y - fitted) ** 2).sum(), rel=1e-5)
    # And the curve is the best with these weights.
    steps = 1e-5 * np.eye(found.parameters.size)
    objective = found.objective
    assert all(objective.expand(found.parameters + s * d).cost > found.cost for d in steps for s in (1, -1))


def test_without_samples_every_point_weighs_the_same():
    y, low, high = NOISY["binomial"]
    found = find_optimum(jump_of(y, low, high), SHAPES["erf"])
    assert found.objective.points.weight is None
    assert found.objective.unpack(found.parameters) == (0.0, 0.0, 1.0)  # no shape parameter, and what is fixed
    assert found.cost == pytest.approx(((y - model(found.parameters[0], np.exp(found.parameters[1]))) ** 2).sum())


def minima(monkeypatch):
    """(objective, start, end, sum there) of each search from now on."""
    seen = []

    def recorded(objective, start):
        end, converged, cost = minimise(objective, start)
        seen.append((objective, start, end, cost))
        return end, converged, cost

    minimise = optimum.minimise
    monkeypatch.setattr(optimum, "minimise", recorded)
    return seen


@pytest.mark.parametrize("rate", [0.5, 9.0, 300.0])
@pytest.mark.parametrize("spread", [0.0, 0.06])
def test_weights_are_renewed_until_the_curve_stays(monkeypatch, rate, spread):
    tau = np.linspace(-0.5, 0.5, 301) * (9 / rate) ** 0.9
    y = counts(model(0.07 * 9 / rate, rate, tau=tau)) + np.random.default_rng(4).normal(0, spread, tau.size)
    seen = minima(monkeypatch)
    find_optimum(jump_of(y, tau=tau, rate=0.7 * rate), SHAPES["erf"], samples=SAMPLES)
    ends = np.array([end for _, _, end, _ in seen])
    changes = np.abs(np.diff(ends, axis=0))
    changes[:, 0] *= np.exp(ends[1:, 1])  # in widths of the transition
    assert 2 <= len(changes) <= 20
    assert (changes.max(axis=1)[:-1] >= 1e-7).all()
    assert changes[-1].max() < 1e-7


def test_the_last_search_of_a_shape_parameter_starts_from_the_best_one_without(monkeypatch):
    y = SHAPES["skewed_erf"].at(9 * (TAU - 0.07), 0.6).value + np.random.default_rng(4).normal(0, 0.02, TAU.size)
    seen = minima(monkeypatch)
    find_optimum(jump_of(y, None, None), SHAPES["skewed_erf"])
    *separate, (joint, start, _, _) = seen
    assert joint.theta is None
    assert joint.expand(start).cost == pytest.approx(min(cost for _, _, _, cost in separate), rel=1e-9)


@pytest.mark.parametrize("samples", [None, 200])
@pytest.mark.parametrize("noise", [0.0, 0.05])
@pytest.mark.parametrize("start", [4.0, 40.0, 4000.0])
def test_a_condensed_curve_has_the_optimum_of_its_points(samples, noise, start):
    tau = np.linspace(-0.5, 0.5, 20_001)
    clean = model(0.1, 40.0, tau=tau)
    y = counts(clean, samples=200) + np.random.default_rng(1).normal(0, 0.05, tau.size) * (noise > 0)
    short = find_optimum(jump_of(y, tau=tau, rate=start, equally_spaced=True), SHAPES["erf"], samples=samples)
    long = find_optimum(jump_of(y, tau=tau, rate=start), SHAPES["erf"], samples=samples)
    assert long.objective.points.tau.size == tau.size
    if start < 1000:  # a steep start keeps all points
        assert short.objective.points.tau.size < 1300
    np.testing.assert_allclose(short.parameters, long.parameters, atol=1e-7)
    assert short.r_squared == pytest.approx(long.r_squared, abs=1e-9)


@pytest.mark.parametrize("start", [0.05, 0.5, 5.0])
@pytest.mark.parametrize("rate", [900.0, 20_000.0])
def test_a_start_that_is_far_too_flat_does_not_blur_the_jump(start, rate):
    tau = np.linspace(-0.5, 0.5, 20_001)
    y = model(0.1, rate, tau=tau)
    found = find_optimum(jump_of(y, tau=tau, rate=start, equally_spaced=True), SHAPES["erf"])
    if found.converged:
        np.testing.assert_allclose(found.parameters, [0.1, np.log(rate)], atol=1e-6)
        assert found.objective.points.resolves(rate)


@pytest.mark.parametrize("samples", [None, SAMPLES])
@pytest.mark.parametrize("noise", NOISY)
def test_the_variance_explained_is_that_of_points_that_weigh_the_same(noise, samples):
    y, low, high = NOISY[noise]
    found = find_optimum(jump_of(y, low, high), SHAPES["erf"], samples=samples)
    center, log_rate, *asymptotes = found.parameters
    fitted = model(center, np.exp(log_rate), *(asymptotes or (low, high)))
    assert found.r_squared == pytest.approx(1 - np.sum((y - fitted) ** 2) / np.sum((y - y.mean()) ** 2), abs=1e-12)


def test_of_a_constant_nothing_is_to_be_explained():
    assert np.isnan(find_optimum(jump_of(np.full(TAU.size, 0.5)), SHAPES["erf"]).r_squared)
    # Smaller numbers are no less explained.
    assert find_optimum(jump_of(1e-3 * CLEAN, 0.0, 1e-3), SHAPES["erf"]).r_squared == pytest.approx(1)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (None, 1.0), (0.0, None), (None, None)])
def test_a_shape_parameter_is_found_with_the_others(low, high):
    shape = SHAPES["skewed_erf"]
    y = shape.at(9 * (TAU - 0.07), 0.6).value
    found = find_optimum(jump_of(y, low, high), shape)
    expected = [0.07, np.log(9), 0.6] + [0.0] * (low is None) + [1.0] * (high is None)
    np.testing.assert_allclose(found.parameters, expected, atol=1e-6)
    assert found.objective.theta is None


@pytest.mark.parametrize(
    ("planted", "bounds", "nearest"),
    [(0.9, (0.2, 0.5), 0.5), (-0.2, (0.2, 0.5), 0.2), (-1.5, (0.2, 0.4), 0.2), (1.5, (-0.4, -0.2), -0.2)],
)
def test_at_the_end_of_its_range_a_shape_parameter_is_fixed(planted, bounds, nearest):
    shape = replace(SHAPES["skewed_erf"], bounds=bounds)
    y = SHAPES["skewed_erf"].at(9 * (TAU - 0.07), planted).value
    found = find_optimum(jump_of(y), shape)
    assert found.objective.theta == pytest.approx(nearest, abs=1e-4)
    assert found.parameters.size == 2


def test_points_that_are_not_equally_spaced_stay_as_they_are():
    rng = np.random.default_rng(0)
    tau = np.sort(rng.uniform(-0.5, 0.5, 10_000))
    found = find_optimum(jump_of(model(0.1, 9.0, tau=tau), tau=tau), SHAPES["erf"])
    assert found.objective.points.edges.size == whole(tau, tau).edges.size
    np.testing.assert_allclose(found.parameters, [0.1, np.log(9)], atol=1e-9)
