"""The errors of the parameters against the sandwich written out point by point."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from scipy.signal import lfilter
from scipy.special import ndtr

from numerics.curves.estimation.autocorrelation import autocorrelation_time
from numerics.curves.estimation.dependence import seen_lags
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


def satterthwaite(shares, remaining):
    """2 E²/Var of Σ d r² for r = Q ε, each row of shares; Var of a quadratic form in normal ε is 2 tr (Qᵀ D Q)²."""
    forms = [remaining.T @ np.diag(share) @ remaining for share in shares]
    return np.array([np.trace(form) ** 2 / np.trace(form @ form) for form in forms])


@pytest.mark.parametrize("samples", [None, 100])
@pytest.mark.parametrize("fixed", FIXED)
@pytest.mark.parametrize("shape", ["erf", "skewed_erf"])
def test_of_single_points(shape, fixed, samples):
    tau, y, found = fitted(300, 9.0, *fixed, samples=samples, shape=shape)
    weight = np.ones(tau.size) if samples is None else found.objective.points.weight
    j = np.sqrt(weight) * columns(found, tau)
    residual = np.sqrt(weight) * (found.objective.curve(found.parameters, tau) - y)
    inverse = np.linalg.inv(j @ j.T)
    remaining = np.eye(tau.size) - j.T @ inverse @ j
    _, low, high = found.objective.unpack(found.parameters)
    rise = (found.objective.curve(found.parameters, tau) - low) / (high - low)
    v = 1 + 12 * rise * (1 - rise) if samples is None else np.ones(tau.size)
    left = np.minimum(np.diag(remaining @ np.diag(v) @ remaining) / v, 1)
    scores = inverse @ j * residual / np.sqrt(left)
    freedom = satterthwaite((inverse @ j) ** 2 / left, remaining * np.sqrt(v))
    wider = stats.t(freedom).ppf(0.975) / stats.norm.ppf(0.975)
    covariance = scores @ scores.T * np.outer(wider, wider)
    seen = scatter(found)
    assert seen.autocorrelation_time == 1
    np.testing.assert_allclose(seen.freedom, freedom, rtol=1e-4)
    np.testing.assert_allclose(seen.errors, np.sqrt(np.diag(covariance)), rtol=1e-5)
    assert seen.slope_error == pytest.approx(slope_error(found, covariance), rel=1e-5)
    first, last = seen.edges[0], seen.edges[-1]
    np.testing.assert_array_equal(seen.edges, np.arange(first, last + 1))
    np.testing.assert_allclose(seen.influence, scores[:, first:last], rtol=1e-4, atol=1e-9)
    # The points that are left out say nothing.
    assert np.abs(np.delete(scores, np.s_[first:last], axis=1)).max(initial=0.0) < 1e-9


@pytest.mark.parametrize("fixed", [(0.0, 1.0), (None, 1.0)])
def test_of_points_that_remember(fixed):
    """The innovations and what they do to the parameters, written out as matrices: ε = Φe, e = Φ⁻¹ε, r = Pe."""
    tau, y, found = fitted(300, 30.0, *fixed, noise="slow")
    j, residual = columns(found, tau), found.objective.curve(found.parameters, tau) - y
    seen = scatter(found)
    first, last = seen.edges[0], seen.edges[-1]
    inverse = np.linalg.inv(j @ j.T)
    # The model is found anew with the share that the fit took up, tr(P⊥ Γ), Γ the covariance of the noise.
    size = tau.size + 300  # the noise began long before the record
    taken = 0.0
    for _ in range(3):
        model = seen_lags(residual, residual[in_transition(found, tau)]).model(taken)
        phi = np.eye(size)
        for lag, coefficient in enumerate(model.coefficients, start=1):
            phi -= coefficient * np.eye(size, k=-lag)
        carried = (inverse @ np.pad(j, ((0, 0), (300, 0)))) @ np.linalg.inv(phi)
        total = carried @ carried.T
        taken = model.innovation * np.trace(j @ j.T @ total)
    assert seen.autocorrelation_time == pytest.approx(model.time, rel=1e-3)
    remaining = phi @ (np.eye(size) - np.pad(j, ((0, 0), (300, 0))).T @ carried @ phi) @ np.linalg.inv(phi)
    _, low, high = found.objective.unpack(found.parameters)
    rise = (found.objective.curve(found.parameters, tau) - low) / (high - low)
    v = np.pad(1 + 12 * rise * (1 - rise), (300, 0), constant_values=1.0)
    left, innovations = np.diag(remaining @ remaining.T), phi @ np.pad(residual, (300, 0))
    begin = 300 + first
    scores = (carried * innovations / np.sqrt(left))[:, begin : 300 + last]
    np.testing.assert_allclose(seen.influence, scores, rtol=2e-2, atol=2e-2 * np.abs(scores).max())
    spread = np.sqrt(np.diag(scores @ scores.T))
    wider = stats.t(seen.freedom).ppf(0.975) / stats.norm.ppf(0.975)
    np.testing.assert_allclose(seen.errors, spread * wider, rtol=1e-2)
    # The degrees of freedom of the innovations, fewer by what is not known of the coefficients.
    alone = satterthwaite(carried**2 / left, remaining * np.sqrt(v))
    assert (seen.freedom < alone).all()


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
