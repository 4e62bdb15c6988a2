import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize

from numerics.curves.estimation import least_squares
from numerics.curves.estimation.condensation import whole
from numerics.curves.estimation.least_squares import minimise
from numerics.curves.shapes import SHAPES


def SquaredResiduals(tau, y, direction, low, high):  # noqa: N802
    return least_squares.SquaredResiduals(whole(tau, y), SHAPES["erf"], direction=direction, low=low, high=high)


TAU = np.linspace(-0.5, 0.5, 201)
Y = np.clip(0.5 + 2.0 * TAU, 0.02, 0.97) + np.random.default_rng(0).normal(0, 0.03, TAU.size)
FIXED = [(0.0, 1.0), (None, 1.0), (0.0, None), (None, None)]
ASYMPTOTES = {(0.0, 1.0): [], (None, 1.0): [0.04], (0.0, None): [0.95], (None, None): [0.04, 0.95]}


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("fixed", FIXED)
def test_gradient_is_half_the_slope_of_the_sum(fixed, direction):
    objective = SquaredResiduals(TAU, Y[::direction], direction, *fixed)
    at = np.array([0.03, np.log(4.0), *ASYMPTOTES[fixed]])
    slope = approx_fprime(at, lambda p: objective.expand(p).cost, 1e-7)
    np.testing.assert_allclose(objective.expand(at).gradient, slope / 2, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("direction", [1, -1])
def test_second_derivative_is_that_of_the_sum(direction):
    objective = SquaredResiduals(TAU, Y[::direction], direction, 0.0, 1.0)
    at = np.array([0.03, np.log(4.0)])
    slopes = approx_fprime(at, lambda p: objective.expand(p).gradient, 1e-7)
    np.testing.assert_allclose(objective.expand(at).hessian, slopes, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("rate", [1.0, 30.0, 3000.0])
@pytest.mark.parametrize("center", [-0.7, 0.0, 0.31, 0.7])
def test_points_on_the_asymptotes_count_without_being_looked_at(rate, center):
    # With both asymptotes fixed only a window is evaluated; with them as parameters, everything is.
    parameters = np.array([center, np.log(rate)])
    for direction in (1, -1):
        window = SquaredResiduals(TAU, Y, direction, 0.0, 1.0).expand(parameters)
        whole = SquaredResiduals(TAU, Y, direction, None, None).expand(np.array([*parameters, 0.0, 1.0]))
        assert window.cost == pytest.approx(whole.cost, rel=1e-12)
        np.testing.assert_allclose(window.gradient, whole.gradient[:2], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(window.normal_matrix, whole.normal_matrix[:2, :2], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("fixed", FIXED)
def test_minimum_is_that_of_a_search_without_derivatives(fixed):
    objective = SquaredResiduals(TAU, Y, 1, *fixed)
    start = np.array([0.1, np.log(2.0), *ASYMPTOTES[fixed]])
    found, converged, _ = minimise(objective, start)
    assert converged
    searched = minimize(
        lambda p: objective.expand(p).cost,
        start,
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000},
    )
    np.testing.assert_allclose(found, searched.x, atol=1e-6)
    assert objective.expand(found).cost <= searched.fun * (1 + 1e-12)


@pytest.mark.parametrize("fixed", FIXED)
def test_the_start_does_not_matter(fixed):
    objective = SquaredResiduals(TAU, Y, 1, *fixed)
    ends = [minimise(objective, np.array([c, np.log(r), *ASYMPTOTES[fixed]])) for c in (-0.2, 0.2) for r in (1.5, 15.0)]
    assert all(converged for _, converged, _ in ends)
    np.testing.assert_allclose([p for p, _, _ in ends], [ends[0][0]] * 4, atol=1e-7)
