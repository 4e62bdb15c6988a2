"""The least-squares optimum of one shape: on long curves, with a shape parameter, with binomial weights."""

from dataclasses import dataclass, replace

import numpy as np
import scipy  # its submodules load when they are first used

from numerics.annotations import Array
from numerics.curves.estimation.condensation import Points, condense, whole
from numerics.curves.estimation.least_squares import SquaredResiduals, minimise
from numerics.curves.estimation.start import ScaledJump
from numerics.curves.shapes import Shape

__all__ = ["Optimum", "find_optimum"]


@dataclass(frozen=True)
class Optimum:
    """The objective, the parameters of its minimum, whether the search ended there, and the sum of squares there.

    `r_squared` is the share of the variance of the curve's points that is explained, each weighing the same.
    """

    objective: SquaredResiduals
    parameters: Array
    converged: bool
    cost: float
    r_squared: float = float("nan")


def find_optimum(jump: ScaledJump, shape: Shape, *, samples: int | None = None, steps: int = 200) -> Optimum:
    """Fit (p₀, p₁[, low][, high]) of `SquaredResiduals` from the jump's start, in so many steps. θ is found by itself.

    >>> from numerics.curves.shapes import named_shape
    >>> tau, logistic = np.linspace(-0.5, 0.5, 50_001), named_shape("logistic")
    >>> y = logistic.at(30 * (tau - 0.1)).value
    >>> found = find_optimum(ScaledJump(tau, y, start=np.log([1.0, 20.0]), equally_spaced=True), logistic)
    >>> bool(np.allclose(found.parameters, [0.1, np.log(30)], rtol=0, atol=1e-8)), found.objective.points.tau.size
    (True, 505)
    """
    tau, y, start = jump.tau, jump.y, jump.start
    points = condense(tau, y, np.exp(start[1])) if jump.equally_spaced else whole(tau, y)

    def at(points: Points) -> Optimum:
        objective = SquaredResiduals(points, shape, low=jump.floor, high=jump.ceiling, steps=steps)
        return _weighted(objective, samples, start)

    found = at(points)
    for refine in (condense, lambda tau, y, rate: whole(tau, y)):
        if not points.resolves(np.exp(found.parameters[1])):
            points = refine(tau, y, np.exp(found.parameters[1]))
            found = at(points)
    return replace(found, r_squared=_r_squared(found, points, tau.size))


def _weighted(objective: SquaredResiduals, samples: int | None, start: Array) -> Optimum:
    """The optimum with binomial weights, until they no longer change."""
    points, found = objective.points, _unweighted(objective, start)
    if samples is None:
        return found
    for _ in range(30):
        before = found
        weight = _binomial_weight(before, points, samples)
        weighted = replace(points, weight=weight if points.weight is None else weight * points.weight)
        found = _minimum(replace(before.objective, points=weighted), before.parameters)
        change = found.parameters - before.parameters
        change[0] *= np.exp(found.parameters[1])  # in widths of the transition
        if np.abs(change).max() < 1e-7:
            return found
    return found


def _binomial_weight(found: Optimum, points: Points, samples: int) -> Array:
    """1/(variance of a point), with that of a fair count as the unit.

    The variance is p(1 − p)/samples, p the fitted accuracy with one success and one failure added, plus a constant for
    what binomial noise leaves unexplained (Williams 1982): without it a plateau 0.02 from its asymptote would outweigh
    the whole transition.
    """
    model = found.objective.curve(found.parameters, points.tau)
    p = (samples * np.clip(model, 0, 1) + 1) / (samples + 2)
    variance = p * (1 - p) / samples
    excess = (model - points.y) ** 2 - variance
    weight = np.ones(excess.size) if points.weight is None else points.weight
    unexplained = (float((weight * excess).sum()) + points.all_lost) / float(weight.sum())
    return 1 / (4 * samples * (variance + max(0.0, unexplained)))


def _unweighted(objective: SquaredResiduals, start: Array) -> Optimum:
    """The optimum with the points' own weights; θ first by a search in one dimension, then together with the others."""
    shape = objective.shape
    if shape.parameter is None:
        return _minimum(objective, start)

    def at(theta: float) -> Optimum:
        return _minimum(replace(objective, theta=theta), start)

    theta = scipy.optimize.minimize_scalar(lambda theta: at(theta).cost, bounds=shape.bounds, method="bounded").x
    found = at(theta)
    joint = _minimum(replace(objective, theta=None), np.insert(found.parameters, 2, theta))
    inside = shape.bounds[0] < joint.parameters[2] < shape.bounds[1]
    return joint if inside and joint.converged else found


def _minimum(objective: SquaredResiduals, start: Array) -> Optimum:
    return Optimum(objective, *minimise(objective, start))


def _r_squared(found: Optimum, points: Points, size: int) -> float:
    weight = 1.0 if points.weight is None else points.weight
    variation = points.y - (weight * points.y).sum() / size
    spread = float((weight * variation**2).sum()) + points.all_lost
    squares = found.cost
    if found.objective.points is not points:  # fitted with other weights
        deviation = found.objective.curve(found.parameters, points.tau) - points.y
        squares = float((weight * deviation**2).sum())
    return 1 - (squares + points.all_lost) / spread if spread > 0 else float("nan")
