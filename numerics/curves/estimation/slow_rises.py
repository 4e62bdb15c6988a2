"""Courses that are no jump, such as a ramp and a saturating exponential, against the shape that was fitted."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from numerics.annotations import Array
from numerics.curves.estimation.autocorrelation import autocorrelation_time
from numerics.curves.estimation.condensation import whole
from numerics.curves.estimation.fitted_jump import FittedJump
from numerics.curves.estimation.least_squares import SquaredResiduals, minimise
from numerics.curves.shapes import Rise, Shape
from numerics.curves.shapes.shape import ROOT_PI

__all__ = ["no_slow_rise", "slow_rise"]

_STRONG = 8.0  # twice the logarithm of the evidence, which is e⁴ to 1
_NUMBERS = 2  # that each course has
_PLAIN = 2.0  # by which the next course must be better than one that was found
_WINDOW = 3.0  # |u| up to which the curve moves
_ENOUGH = 300  # points; of more, every k-th is looked at
_BLOCKWISE = 48  # points in the transition, of which the twelfths show whether another course can be better:
_VISIBLE = 0.02  # their misfit is no smaller,
_BY_CHANCE = 0.1  # and noise makes as much with no larger probability
_ROUNDING = 1e-3  # of the height: deviations below are no reason to doubt the shape
_LEAST = 1e-6  # of the height: smaller residuals are none
_HOPELESS = -2 * _STRONG  # evidence after one step, from which a whole fit is not worth its time
_FAR_FROM_IT = 4.0  # times that evidence, from which it does not matter which points were looked at


def _ramp(u: Array, _: float) -> Rise:
    inside = np.abs(u) < ROOT_PI / 2
    return Rise(np.minimum(np.maximum(0.5 + u / ROOT_PI, 0), 1), inside / ROOT_PI, np.zeros_like(u))


def _saturating(u: Array, _: float) -> Rise:
    rest = np.exp(-np.maximum(u + np.log(2), 0.0))
    moves = rest < 1
    return Rise(1 - rest, rest * moves, -rest * moves)


_RAMP, _SATURATING = Shape("ramp", _ramp), Shape("saturating", _saturating)
_COURSES: tuple[tuple[str, Shape, Callable[[Array], Array] | None], ...] = (
    ("a straight ramp", _RAMP, None),
    ("a saturating exponential", _SATURATING, None),
    ("the logarithm of time", _RAMP, np.log),
    ("the square root of time", _RAMP, np.sqrt),
)


def slow_rise(fitted: FittedJump) -> str:
    """The course, in words, that describes the transition plainly better than the fitted shape; empty if none does.

    All have the same two numbers, a place and a rate, between the asymptotes of the fit, so that their evidence, of
    whatever size the noise is, goes like RSS^(−(n − 2)/2): n is the number of points in the transition on which the
    course moves over the autocorrelation time of the residuals. A ramp with two points on it passes through any two.

    >>> from numerics.curves.estimation.optimum import find_optimum
    >>> from numerics.curves.estimation.start import ScaledJump
    >>> from numerics.curves.shapes import named_shape
    >>> tau, erf = np.linspace(-0.5, 0.5, 201), named_shape("erf")
    >>> for y in (np.clip(3 * tau, 0, 1), erf.at(6 * (tau - 0.1)).value):
    ...     jump = ScaledJump(tau, y, start=np.log([1.0, 20.0]))
    ...     slow_rise(FittedJump(jump, erf, find_optimum(jump, erf)))
    'a straight ramp'
    ''
    """
    jump, goodness = fitted.jump, fitted.goodness
    plain = goodness.misfit > _VISIBLE and not goodness.p_value > _BY_CHANCE
    if fitted.transition.stop - fitted.transition.start >= _BLOCKWISE and not plain:
        return ""
    u = fitted.rate * (jump.tau - fitted.center)
    first, last = np.searchsorted(u, [-_WINDOW, _WINDOW])
    rows = slice(first, last, 1 + (last - first) // _ENOUGH)
    u, y = u[rows], (jump.y[rows] - fitted.floor) / fitted.height
    own, weight = _fitted(fitted.shape, u, y, fitted.theta) - y, np.full(u.size, 1 / max(u.size, 1))
    if np.abs(own).max(initial=0.0) < _ROUNDING:
        return ""
    time = jump.origin + jump.unit * jump.tau[rows]
    begin, end = fitted.shape.transition
    inside = (u >= begin) & (u <= end)
    best, words = _STRONG, ""
    for name, shape, clock in _COURSES:
        if clock is not None and not time[0] > 0:
            continue
        clocked = u if clock is None else _in_place(clock(time), u)
        left = _after_one_step(shape, clocked, y, weight)
        if u.size * np.log((_squares(own) + _LEAST**2) / (left + _LEAST**2)) < _HOPELESS:
            continue
        values = _fitted(shape, clocked, y)
        residual, moving = values - y, np.count_nonzero(inside & (values > 0) & (values < 1))
        closer = np.log((_squares(own) + _LEAST**2) / (_squares(residual) + _LEAST**2))
        evidence = (moving / autocorrelation_time(residual) - _NUMBERS) * float(closer)
        if evidence > best:
            best, words = evidence + _PLAIN, name
    return words


def no_slow_rise(
    u: Array, y_unit: Array, weight: Array, own: Array, clock: Callable[[Array], Array]
) -> NDArray[np.bool_]:
    """Whether none of the courses can come near the fit of a long curve, so that `slow_rise` has nothing to find.

    From rows anywhere in the transition, shape (curves, rows), in order, with the residuals `own` of the fit and the
    time, positive, that the `clock` shows at u.

    >>> from numerics.curves.shapes import named_shape
    >>> u, erf = np.linspace(-4, 4, 200)[np.newaxis], named_shape("erf")
    >>> ramp, weight = _ramp(u, 0.0).value, np.ones(u.shape)
    >>> no_slow_rise(u, ramp, weight, erf.at(u).value - ramp, lambda u: u + 5.0).tolist()
    [False]
    >>> no_slow_rise(u, erf.at(u).value + 0.01, weight, np.full(u.shape, -0.01), lambda u: u + 5.0).tolist()
    [True]
    """
    weight = weight * (np.abs(u) < _WINDOW)
    weight /= weight.sum(axis=-1, keepdims=True)
    here = np.einsum("...m,...m->...", weight * own, own)
    time = clock(u)
    ends = np.maximum(clock(np.broadcast_to([-0.5, 0.5], (*u.shape[:-1], 2))), time[..., :1])
    courses = [(_RAMP, u), (_SATURATING, u)]
    for shown in (np.log, np.sqrt):
        low, high = (shown(ends[..., k, np.newaxis]) for k in (0, 1))
        courses.append((_RAMP, (shown(time) - (low + high) / 2) / np.maximum(high - low, 1e-12)))
    best = np.min([_after_one_step(shape, clocked, y_unit, weight) for shape, clocked in courses], axis=0)
    return np.asarray(_ENOUGH * np.log((here + _LEAST**2) / (best + _LEAST**2)) < _FAR_FROM_IT * _HOPELESS)


def _after_one_step(shape: Shape, u: Array, y_unit: Array, weight: Array) -> Array:
    """The mean square that is left of the course after one Gauss–Newton step from the place and rate of the jump.

    Rows are on the last axis, and their weights add up to 1.
    """
    rise = shape.at(u, 0.0)
    residual, place, rate = y_unit - rise.value, rise.slope, u * rise.slope
    (pp, pr, along), (_, rr, across), (_, _, squares) = (
        [np.einsum("...m,...m->...", weight * one, other) for other in (place, rate, residual)]
        for one in (place, rate, residual)
    )
    gained = (rr * along**2 - 2 * pr * along * across + pp * across**2) / np.maximum(pp * rr - pr**2, 1e-300)
    return np.maximum(squares - gained, 0.0)


def _fitted(shape: Shape, u: Array, y_unit: Array, theta: float = 0.0) -> Array:
    """The course at u, its place and rate from least squares."""
    objective = SquaredResiduals(whole(u, y_unit), shape, low=0.0, high=1.0, theta=theta)
    parameters, _, _ = minimise(objective, np.zeros(2))
    return objective.curve(parameters, u)


def _in_place(clock: Array, u: Array) -> Array:
    """A clock with the zero and the unit of u where the jump is."""
    low, high = np.interp([-0.5, 0.5], u, clock)
    return (clock - (low + high) / 2) / max(high - low, 1e-12)


def _squares(residual: Array) -> float:
    return float(np.einsum("i,i->", residual, residual)) / residual.size
