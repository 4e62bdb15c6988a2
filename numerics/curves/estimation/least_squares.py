"""Least squares of an S-shape: the sum of squares with its derivatives, and its minimum."""

from dataclasses import KW_ONLY, dataclass
from functools import cached_property

import numpy as np

from numerics.annotations import Array
from numerics.curves.estimation.condensation import Points
from numerics.curves.shapes import Rise, Shape

__all__ = ["Expansion", "Local", "SquaredResiduals", "minimise"]

_FAR = 10.0  # in units of the curve's duration
_STEEP = 30.0  # logarithm of the sharpness in the same units


@dataclass(frozen=True)
class Expansion:
    """Sum of squared residuals around some parameters: value, half its gradient, JᵀWJ, half its second derivative.

    The second derivative leaves out the residual terms of the shape parameter; that slows steps, nothing else.
    """

    cost: float
    gradient: Array
    normal_matrix: Array
    hessian: Array


@dataclass(frozen=True)
class Local:
    """The rows where the curve moves: their slice, u, the shape there, and the columns of J with the residual as last.

    `table` has shape (parameters + 1, rows); `weighted` is the same with each row's weight. `outside` is the sum
    of squares of the rows elsewhere, which no parameter changes.
    """

    rows: slice
    u: Array
    rise: Rise
    table: Array
    weighted: Array
    outside: float


@dataclass(frozen=True)
class SquaredResiduals:
    """Σ w (A(τ) − y)² for A(τ) = low + (high − low)·F(u; θ), u = e^{p₁}(τ − p₀), at sorted τ.

    Parameters are (p₀, p₁[, θ][, low][, high]): of the last three those that are not fixed (None). With both
    asymptotes fixed, points where the shape has saturated do not depend on the parameters; they are summed once.
    The minimum is worth so many `steps`.
    """

    points: Points
    shape: Shape
    _: KW_ONLY
    low: float | None
    high: float | None
    theta: float | None = 0.0
    steps: int = 200

    @cached_property
    def _saturated(self) -> tuple[Array, Array] | None:
        """Sums of squares of the rows before each, and of the rows from each on, at their asymptotes."""
        if not np.isfinite(self.shape.reach) or self.low is None or self.high is None:
            return None
        y, weight = self.points.y, self.points.weight
        before, after = (y - self.low) ** 2, (y - self.high) ** 2
        if weight is not None:
            before, after = weight * before, weight * after
        sums_before, sums_after = np.zeros(y.size + 1), np.zeros(y.size + 1)
        np.cumsum(before, out=sums_before[1:])
        np.cumsum(after[::-1], out=sums_after[-2::-1])
        return sums_before, sums_after

    def unpack(self, parameters: Array) -> tuple[float, float, float]:
        """Shape parameter, lower and upper asymptote, fixed or from the parameters."""
        free = iter(parameters[2:].tolist())
        theta, low, high = (next(free) if value is None else value for value in (self.theta, self.low, self.high))
        return theta, low, high

    def curve(self, parameters: Array, tau: Array) -> Array:
        """A(τ)."""
        theta, low, high = self.unpack(parameters)
        u = np.exp(parameters[1]) * (tau - parameters[0])
        return low + (high - low) * self.shape.rise(u, theta).value

    def at(self, parameters: Array) -> Local:
        """The curve and its derivatives where it moves."""
        points = self.points
        theta, low, high = self.unpack(parameters)
        center, rate = parameters[0], np.exp(parameters[1])
        rows, outside = slice(0, points.tau.size), 0.0
        if points.whole and self._saturated is not None:
            before, after = self._saturated
            reach = self.shape.reach / rate
            first, last = np.searchsorted(points.tau, [center - reach, center + reach]).tolist()
            rows, outside = slice(first, last), float(before[first] + after[last])
        u = points.tau[rows] - center
        u *= rate
        rise = self.shape.rise(u, theta)
        table = np.empty((parameters.size + 1, u.size))
        np.multiply(rise.slope, high - low, out=table[1])
        np.multiply(table[1], -rate, out=table[0])
        table[1] *= u
        row = 2
        if self.theta is None and rise.by_parameter is not None:
            np.multiply(rise.by_parameter, high - low, out=table[row])
            row += 1
        if self.low is None:
            np.subtract(1, rise.value, out=table[row])
            row += 1
        if self.high is None:
            table[row] = rise.value
        np.multiply(rise.value, high - low, out=table[-1])
        table[-1] += low
        table[-1] -= points.y[rows]
        weighted = table if points.weight is None else table * points.weight[rows]
        return Local(rows=rows, u=u, rise=rise, table=table, weighted=weighted, outside=outside)

    def expand(self, parameters: Array) -> Expansion:
        """Value and derivatives at `parameters`."""
        here = self.at(parameters)
        products = _products(here.weighted, here.table)
        normal, gradient = products[:-1, :-1], products[:-1, -1]
        _, low, high = self.unpack(parameters)
        rate = np.exp(parameters[1])
        # Residual terms: A_{p₀p₀} = rate²F″, A_{p₀p₁} = −rate(F′ + uF″), A_{p₁p₁} = uF′ + u²F″, times high − low.
        bends, powers = np.empty((2, here.u.size)), np.empty((3, here.u.size))
        np.multiply(here.rise.slope, here.weighted[-1], out=bends[0])
        np.multiply(here.rise.curvature, here.weighted[-1], out=bends[1])
        powers[0], powers[1] = 1, here.u
        np.multiply(here.u, here.u, out=powers[2])
        (pull, u_pull, _), (bend, u_bend, uu_bend) = _products(bends, powers).tolist()
        height = high - low
        hessian = normal.copy()
        hessian[0, 0] += height * rate**2 * bend
        hessian[0, 1] -= height * rate * (pull + u_bend)
        hessian[1, 1] += height * (u_pull + uu_bend)
        # The asymptotes multiply F: A_{p₀,high} = −rate·F′ = −A_{p₀,low}, A_{p₁,high} = uF′ = −A_{p₁,low}.
        column = 2 + (self.theta is None)
        for sign in [-1] * (self.low is None) + [1] * (self.high is None):
            hessian[0, column] -= sign * rate * pull
            hessian[1, column] += sign * u_pull
            column += 1
        hessian[1:, 0], hessian[2:, 1] = hessian[0, 1:], hessian[1, 2:]
        return Expansion(float(products[-1, -1]) + here.outside, gradient, normal, hessian)


def minimise(objective: SquaredResiduals, parameters: Array) -> tuple[Array, bool, float]:
    """Minimum of the sum of squares to rounding, whether the steps died out, and the sum there.

    Newton steps where the second derivative is positive definite, Gauss–Newton steps elsewhere, both damped until the
    sum falls (Levenberg–Marquardt).
    """
    here, damping = objective.expand(parameters), 1e-6
    for _ in range(objective.steps):
        scale = here.normal_matrix.diagonal()
        if not (scale > 0).all():
            return parameters, False, here.cost
        root = np.sqrt(scale)
        outer = root[:, np.newaxis] * root
        values, vectors = np.linalg.eigh(here.hessian / outer)
        convex = values[0] > 1e-3
        if not convex:
            values, vectors = np.linalg.eigh(here.normal_matrix / outer)
        # A jump between two points leaves one direction undetermined, and that is no error here: it is not moved.
        values = values + damping
        inverse = 1 / np.where(values > 1e-14, values, np.inf)
        step = -(vectors @ (inverse * (vectors.T @ (here.gradient / root)))) / root
        # Far outside of the curve and of any sharpness that it could show, nothing is to be found.
        step[0] = min(max(step[0], -_FAR - parameters[0]), _FAR - parameters[0])
        step[1] = min(max(step[1], -1.5, -_STEEP - parameters[1]), 1.5, _STEEP - parameters[1])
        if objective.theta is None:
            lowest, highest = objective.shape.bounds
            step[2] = min(max(step[2], lowest - parameters[2]), highest - parameters[2])
        # In units of the transition's width, so that the test means the same at any time scale.
        size = max(abs(step[0]) * np.exp(parameters[1]), *np.abs(step[1:]))
        newton = convex and objective.theta is not None
        if newton and size < 1e-6 and damping < 1e-6:  # what is left over is of second order
            return parameters + step, True, here.cost
        there = objective.expand(parameters + step)
        if there.cost <= here.cost:
            parameters, here, damping = parameters + step, there, damping * 0.01
            if size < 1e-9:
                return parameters, True, here.cost
        elif size < 1e-7:  # rounding in the sum hides any further progress
            return parameters, True, here.cost
        else:
            damping = max(10 * damping, 1e-6)
    return parameters, False, here.cost


def _products(a: Array, b: Array) -> Array:
    """Inner products of all rows without BLAS, whose threads wait for each other on short rows when cores are busy."""
    return np.einsum("im,jm->ij", a, b)
