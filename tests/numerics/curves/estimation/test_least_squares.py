from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize

from numerics.curves.estimation import least_squares
from numerics.curves.estimation.condensation import whole
from numerics.curves.estimation.least_squares import minimise
from numerics.curves.shapes import SHAPES


def SquaredResiduals(tau, y, low, high):  # noqa: N802
    return least_squares.SquaredResiduals(whole(tau, y), SHAPES["erf"], low=low, high=high)


TAU = np.linspace(-0.5, 0.5, 201)
Y = np.clip(0.5 + 2.0 * TAU, 0.02, 0.97) + np.random.default_rng(0).normal(0, 0.03, TAU.size)
FIXED = [(0.0, 1.0), (None, 1.0), (0.0, None), (None, None)]
ASYMPTOTES = {(0.0, 1.0): [], (None, 1.0): [0.04], (0.0, None): [0.95], (None, None): [0.04, 0.95]}


@pytest.mark.parametrize("fixed", FIXED)
def test_gradient_is_half_the_slope_of_the_sum(fixed):
    objective = SquaredResiduals(TAU, Y, *fixed)
    at = np.array([0.03, np.log(4.0), *ASYMPTOTES[fixed]])
    slope = approx_fprime(at, lambda p: objective.expand(p).cost, 1e-7)
    np.testing.assert_allclose(objective.expand(at).gradient, slope / 2, rtol=1e-4, atol=1e-5)


def test_second_derivative_is_that_of_the_sum():
    objective = SquaredResiduals(TAU, Y, 0.0, 1.0)
    at = np.array([0.03, np.log(4.0)])
    slopes = approx_fprime(at, lambda p: objective.expand(p).gradient, 1e-7)
    np.testing.assert_allclose(objective.expand(at).hessian, slopes, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("rate", [1.0, 30.0, 3000.0])
@pytest.mark.parametrize("center", [-0.7, 0.0, 0.31, 0.7])
def test_points_on_the_asymptotes_count_without_being_looked_at(rate, center):
    # With both asymptotes fixed only a window is evaluated; with them as parameters, everything is.
    parameters = np.array([center, np.log(rate)])
    window = SquaredResiduals(TAU, Y, 0.0, 1.0).expand(parameters)
    whole = SquaredResiduals(TAU, Y, None, None).expand(np.array([*parameters, 0.0, 1.0]))
    assert window.cost == pytest.approx(whole.cost, rel=1e-12)
    np.testing.assert_allclose(window.gradient, whole.gradient[:2], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(window.normal_matrix, whole.normal_matrix[:2, :2], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("fixed", FIXED)
def test_minimum_is_that_of_a_search_without_derivatives(fixed):
    objective = SquaredResiduals(TAU, Y, *fixed)
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
    objective = SquaredResiduals(TAU, Y, *fixed)
    ends = [minimise(objective, np.array([c, np.log(r), *ASYMPTOTES[fixed]])) for c in (-0.2, 0.2) for r in (1.5, 15.0)]
    assert all(converged for _, converged, _ in ends)
    np.testing.assert_allclose([p for p, _, _ in ends], [ends[0][0]] * 4, atol=1e-7)


WEIGHT = np.random.default_rng(1).uniform(0.2, 3.0, TAU.size)
SKEWED = [("erf", 0.0), ("gompertz", 0.0), ("skewed_erf", 0.7), ("skewed_erf", None), ("student", None)]


def weighted(shape, theta, low, high, weight=WEIGHT):
    points = replace(whole(TAU, Y), weight=weight)
    objective = least_squares.SquaredResiduals(points, SHAPES[shape], low=low, high=high, theta=theta)
    free = ([0.4] if theta is None else []) + ASYMPTOTES[low, high]
    return objective, np.array([0.03, np.log(4.0), *free])


@pytest.mark.parametrize("fixed", FIXED)
@pytest.mark.parametrize(("shape", "theta"), SKEWED)
def test_weighted_sum_gradient_and_normal_matrix_are_those_of_the_curve(shape, theta, fixed):
    objective, at = weighted(shape, theta, *fixed)
    expansion, y = objective.expand(at), Y
    residual = objective.curve(at, TAU) - y
    jacobian = np.stack(
        [(objective.curve(at + step, TAU) - objective.curve(at - step, TAU)) / 2e-6 for step in 1e-6 * np.eye(at.size)]
    )
    assert expansion.cost == pytest.approx((WEIGHT * residual**2).sum(), rel=1e-12)
    np.testing.assert_allclose(expansion.gradient, jacobian @ (WEIGHT * residual), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(expansion.normal_matrix, (WEIGHT * jacobian) @ jacobian.T, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("fixed", FIXED)
@pytest.mark.parametrize(("shape", "theta"), [("erf", 0.0), ("skewed_erf", 0.7), ("student", 0.3)])
def test_second_derivative_with_asymptotes_and_weights(shape, theta, fixed):
    objective, at = weighted(shape, theta, *fixed)
    slopes = np.stack(
        [
            (objective.expand(at + step).gradient - objective.expand(at - step).gradient) / 2e-6
            for step in 1e-6 * np.eye(at.size)
        ]
    )
    found = objective.expand(at).hessian
    np.testing.assert_allclose(found, slopes, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(found, found.T, rtol=1e-13, atol=1e-12)


@pytest.mark.parametrize("fixed", FIXED)
def test_of_a_shape_parameter_the_terms_of_residuals_are_left_out(fixed):
    objective, at = weighted("skewed_erf", None, *fixed)
    known, without = weighted("skewed_erf", 0.4, *fixed)
    keep = [k for k in range(at.size) if k != 2]
    full, expansion = known.expand(without), objective.expand(at)
    np.testing.assert_allclose(expansion.hessian[np.ix_(keep, keep)], full.hessian, rtol=1e-12)
    np.testing.assert_allclose(expansion.hessian[2], expansion.normal_matrix[2], rtol=1e-12)


@pytest.mark.parametrize("rate", [1.0, 30.0, 3000.0])
@pytest.mark.parametrize("center", [-0.7013, 0.0013, 0.7013])
def test_weighted_points_on_the_asymptotes_count_without_being_looked_at(rate, center):
    at = np.array([center, np.log(rate)])
    window, _ = weighted("erf", 0.0, 0.0, 1.0)
    everything, _ = weighted("erf", 0.0, None, None)
    seen, all_seen = window.expand(at), everything.expand(np.array([*at, 0.0, 1.0]))
    assert seen.cost == pytest.approx(all_seen.cost, rel=1e-12)
    np.testing.assert_allclose(seen.gradient, all_seen.gradient[:2], rtol=1e-9, atol=1e-12)
    looked_at = window.at(at).rows
    reach = SHAPES["erf"].reach / rate
    np.testing.assert_array_equal(TAU[looked_at], TAU[(center - reach <= TAU) & (center + reach > TAU)])


class Counted:
    """An objective that keeps the parameters at which it is expanded."""

    def __init__(self, objective):
        self.objective, self.tried = objective, []
        self.theta, self.shape, self.steps = objective.theta, objective.shape, objective.steps

    def expand(self, parameters):
        self.tried.append(parameters.copy())
        return self.objective.expand(parameters)


def evaluations(objective, *starts):
    counted = Counted(objective)
    ends = [minimise(counted, np.array(start)) for start in starts]
    assert all(converged for _, converged, _ in ends)
    for end, _, cost in ends:
        assert cost == pytest.approx(objective.expand(end).cost, rel=1e-9, abs=1e-9)
    return len(counted.tried)


@pytest.mark.parametrize(("shape", "theta"), SKEWED)
@pytest.mark.parametrize("fixed", FIXED)
def test_at_the_minimum_the_slope_is_rounding(shape, theta, fixed):
    objective, start = weighted(shape, theta, *fixed)
    found, converged, cost = minimise(objective, start)
    assert converged
    here = objective.expand(found)
    # The next step, in units of a standard error.
    rest = np.abs(np.linalg.solve(here.normal_matrix, here.gradient)) * np.sqrt(np.diag(here.normal_matrix))
    inside = (
        SHAPES[shape].bounds[0] < (found[2] if theta is None else 0.1) < SHAPES[shape].bounds[1] or theta is not None
    )
    assert (rest < 1e-7).all() or not inside
    assert cost <= objective.expand(start).cost


@pytest.mark.parametrize(("start", "second"), [(-3.0, -1.5), (-1.0, 0.5), (4.0, 2.5), (6.0, 4.5)])
def test_a_step_changes_the_logarithm_of_the_sharpness_by_one_and_a_half_at_most(start, second):
    counted = Counted(SquaredResiduals(TAU, Y, 0.0, 1.0))
    minimise(counted, np.array([0.02, start]))
    assert counted.tried[1][1] == second


def test_no_more_steps_are_taken_than_the_minimum_is_worth():
    counted = Counted(replace(SquaredResiduals(TAU, Y, 0.0, 1.0), steps=2))
    _, converged, _ = minimise(counted, np.array([0.02, -3.0]))
    assert not converged
    assert len(counted.tried) == 3


def test_newton_steps_double_the_digits():
    objective = SquaredResiduals(TAU, Y, 0.0, 1.0)
    found, _, _ = minimise(objective, np.array([0.0, np.log(2.0)]))
    assert evaluations(objective, found) == 2  # nothing is known of the first step before it is tried
    for distance, most in (([1e-3, 1e-3], 3), ([0.02, -0.1], 4), ([0.1, 0.3], 5)):
        assert evaluations(objective, found + np.array(distance)) <= most


@pytest.mark.parametrize("rate", [0.3, 300.0])
def test_a_step_in_time_is_small_when_it_is_small_against_the_transition(rate):
    tau = np.linspace(-1, 1, 2001) * 5 / rate
    objective = SquaredResiduals(tau, SHAPES["erf"].at(rate * tau).value, 0.0, 1.0)
    away = [evaluations(objective, np.array([widths / rate, np.log(rate)])) for widths in (1e-8, 1e-3, 0.03)]
    assert away == [2, 2, 3]


def test_damped_steps_come_back_from_far_away():
    objective = SquaredResiduals(TAU, Y, 0.0, 1.0)
    far = [(center, np.log(rate)) for center in (-0.45, -0.2, 0.2, 0.45) for rate in (0.2, 3.0, 40.0)]
    assert evaluations(objective, *far) <= 136
    skewed, start = weighted("skewed_erf", None, 0.0, 1.0)
    step = np.array([0.1, 0.5, -0.2])
    assert evaluations(skewed, start, start + step, start - step) <= 80


def end_of_fit(shape, y, *start):
    points, theta = whole(TAU, y), SHAPES[shape].bounds[1]
    objective = least_squares.SquaredResiduals(points, SHAPES[shape], low=0.0, high=1.0, theta=theta)
    return minimise(objective, np.array(start))


@pytest.mark.parametrize("shape", ["erf", "student"])
def test_nothing_is_sought_farther_than_ten_durations_away(shape):
    # A level of 0.001 is the flatter part of a tail the farther away its jump is.
    assert end_of_fit(shape, np.full(TAU.size, 0.001), 0.0, 1.0)[0][0] == 10
    assert end_of_fit(shape, np.full(TAU.size, 0.999), 0.0, 1.0)[0][0] == -10


def test_the_logarithm_of_a_sharpness_stays_within_thirty():
    found, converged, _ = end_of_fit("student", (TAU > 0.0025).astype(float), 0.0025, 28.0)
    assert found[1] == 30
    assert not converged  # it would go on
    assert end_of_fit("erf", np.full(TAU.size, 0.5), 0.0025, -3.0)[0][1] == -30


@pytest.mark.parametrize(("planted", "bound"), [(-2.0, 0.2), (2.0, 0.4)])
def test_a_shape_parameter_stays_within_its_bounds(planted, bound):
    shape = replace(SHAPES["skewed_erf"], bounds=(0.2, 0.4))
    y = SHAPES["skewed_erf"].at(6 * TAU, planted).value
    objective = least_squares.SquaredResiduals(whole(TAU, y), shape, low=0.0, high=1.0, theta=None)
    found, converged, _ = minimise(objective, np.array([0.0, np.log(6.0), 0.3]))
    assert converged
    assert found[2] == pytest.approx(bound, abs=1e-12)


def test_where_no_point_moves_there_is_no_minimum():
    objective = SquaredResiduals(TAU, Y, 0.0, 1.0)
    start = np.array([3.0, np.log(100.0)])
    found, converged, cost = minimise(objective, start)
    np.testing.assert_array_equal(found, start)
    assert not converged
    assert cost == pytest.approx((Y**2).sum())


def test_of_a_jump_between_two_points_the_undetermined_direction_is_not_moved():
    y = (TAU > 0.0025).astype(float)
    objective = SquaredResiduals(TAU, y, 0.0, 1.0)
    found, converged, cost = minimise(objective, np.array([0.0025, np.log(600.0)]))
    assert converged
    assert cost < 1e-6
    assert abs(found[0] - 0.0025) < 0.0025
