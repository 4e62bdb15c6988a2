"""The errors of the parameters against the sandwich written out point by point."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.special import ndtr

from numerics.curves.estimation.autocorrelation import autocorrelation_time
from numerics.curves.estimation.optimum import find_optimum
from numerics.curves.estimation.standard_errors import scatter
from numerics.curves.estimation.start import ScaledJump
from numerics.curves.shapes import SHAPES

FIXED = [(0.0, 1.0), (None, 1.0), (0.0, None), (None, None)]


def fitted(size, rate, low, high, *, noise="white", samples=None, shape="erf"):
    tau = np.linspace(-0.5, 0.5, size)
    random = np.random.default_rng(5).normal(size=size)
    random = {"white": random, "slow": lfilter([0.3], [1, -0.95], random), "none": 0 * random}[noise]
    y = ndtr(np.sqrt(2) * rate * (tau - 0.05)) + 0.05 * random
    start = np.array([0.0, np.log(0.8 * rate)] + [0.0] * (low is None) + [1.0] * (high is None))
    jump = ScaledJump(tau, y, start=start, floor=low, ceiling=high, equally_spaced=True)
    return tau, y, find_optimum(jump, SHAPES[shape], samples=samples)


def columns(found, tau):
    """Derivatives of the curve in each parameter, shape (parameters, points), by differences."""
    steps = 1e-6 * np.eye(found.parameters.size)
    return np.stack(
        [
            (found.objective.curve(found.parameters + s, tau) - found.objective.curve(found.parameters - s, tau)) / 2e-6
            for s in steps
        ]
    )


def in_transition(found, tau):
    return np.abs(np.exp(found.parameters[1]) * (tau - found.parameters[0])) <= 2.5


def slope_error(found, covariance):
    """By differences of the logarithm of e^{p₁}·(high − low)."""

    def logarithm(parameters):
        _, low, high = found.objective.unpack(parameters)
        return parameters[1] + np.log(high - low)

    steps = 1e-6 * np.eye(found.parameters.size)
    gradient = [(logarithm(found.parameters + s) - logarithm(found.parameters - s)) / 2e-6 for s in steps]
    return np.sqrt(gradient @ covariance @ gradient)


@pytest.mark.parametrize("samples", [None, 100])
@pytest.mark.parametrize("noise", ["white", "slow"])
@pytest.mark.parametrize("fixed", FIXED)
@pytest.mark.parametrize("shape", ["erf", "skewed_erf"])
def test_of_single_points(shape, fixed, noise, samples):
    tau, y, found = fitted(300, 9.0, *fixed, noise=noise, samples=samples, shape=shape)
    weight = np.ones(tau.size) if samples is None else found.objective.points.weight
    j, residual = columns(found, tau), found.objective.curve(found.parameters, tau) - y
    inverse = np.linalg.inv((weight * j) @ j.T)
    leverage = np.einsum("im,ij,jm->m", j, inverse, weight * j)
    scores = weight * j * residual / (1 - leverage)
    inside = in_transition(found, tau)
    time = autocorrelation_time((np.sqrt(weight) * residual)[inside], fitted=found.parameters.size)
    covariance = time * inverse @ scores @ scores.T @ inverse
    seen = scatter(found)
    assert seen.autocorrelation_time == pytest.approx(time, rel=1e-6)
    np.testing.assert_allclose(seen.errors, np.sqrt(np.diag(covariance)), rtol=1e-5)
    assert seen.slope_error == pytest.approx(slope_error(found, covariance), rel=1e-5)
    first, last = seen.edges[0], seen.edges[-1]
    np.testing.assert_array_equal(seen.edges, np.arange(first, last + 1))
    np.testing.assert_allclose(seen.influence, (inverse @ scores)[:, first:last], rtol=1e-4, atol=1e-9)
    # The points that are left out say nothing.
    assert np.abs(np.delete(inverse @ scores, np.s_[first:last], axis=1)).max(initial=0.0) < 1e-9


@pytest.mark.parametrize("noise", ["white", "slow", "none"])
@pytest.mark.parametrize("fixed", FIXED)
def test_of_blocks_of_points(fixed, noise):
    tau, y, found = fitted(20_000, 9.0, *fixed, noise=noise)
    assert not found.objective.points.whole
    edges = found.objective.points.edges
    j, residual = columns(found, tau), found.objective.curve(found.parameters, tau) - y

    def sums(rows):
        return np.stack([rows[..., begin:end].sum(axis=-1) for begin, end in pairwise(edges)], axis=-1)

    inverse = np.linalg.inv(j @ j.T)
    outer, squares, together = sums(j[:, None] * j), sums(residual**2), sums(residual)
    meat = (outer * squares / np.diff(edges)).sum(axis=-1)
    inside = in_transition(found, found.objective.points.tau[:: found.objective.points.nodes])
    within = np.sum(together[inside] ** 2) / np.sum(squares[inside])
    if not within > 1 + 3.5 * np.sqrt(2 / inside.sum()):
        within = 1.0
    assert noise == "none" or bool(within > 1) is (noise == "slow")
    time = within * autocorrelation_time(together[inside], fitted=found.parameters.size)
    covariance = time * inverse @ meat @ inverse
    seen = scatter(found)
    np.testing.assert_array_equal(seen.edges, edges)
    if noise == "none":
        assert seen.errors.max() < 1e-5
        return
    assert seen.autocorrelation_time == pytest.approx(time, rel=1e-4)
    np.testing.assert_allclose(seen.errors, np.sqrt(np.diag(covariance)), rtol=1e-4)
    assert seen.slope_error == pytest.approx(slope_error(found, covariance), rel=1e-4)
    np.testing.assert_allclose(seen.influence, inverse @ sums(j * residual), rtol=1e-3, atol=1e-7)


def test_a_point_that_is_fitted_alone_has_a_finite_share():
    # Its leverage is 1: without a bound the share would be infinite.
    tau = np.array([-0.5, -0.3, -0.1, 0.0001, 0.1, 0.3, 0.5])
    y = np.array([0.0, 0.0, 0.0, 0.7, 1.0, 1.0, 1.0])
    found = find_optimum(ScaledJump(tau, y, start=np.array([0.0, 3.0])), SHAPES["erf"])
    seen = scatter(found)
    assert np.isfinite(seen.influence).all()
    assert np.isfinite(seen.errors).all()
    doubled = scatter(replace(found, objective=replace(found.objective, high=1.0)))
    np.testing.assert_array_equal(seen.errors, doubled.errors)
