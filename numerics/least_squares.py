"""Least squares of the erf curve: the sum of squares with its derivatives, and its minimum."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["Expansion", "SquaredResiduals", "minimise"]

Array = NDArray[np.float64]

_SATURATED = 6.0  # 1 − erf(6) is 2e-17: beyond, the curve is its asymptote to the last bit


@dataclass(frozen=True)
class Expansion:
    """Sum of squared residuals around some parameters: value, half its gradient, JᵀJ, half its second derivative.

    The second derivative leaves out the residual terms that mix in a free asymptote; that slows steps, nothing else.
    """

    cost: float
    gradient: Array
    normal_matrix: Array
    hessian: Array


class SquaredResiduals:
    """Σ (A(τ) − y)² for A(τ) = low + (high − low)(1 + erf u)/2, u = ±e^{p₁}(τ − p₀), at sorted τ.

    Parameters are (p₀, p₁[, low][, high]): the asymptotes that are not fixed come last. With both fixed, points where
    the erf has saturated do not depend on the parameters; their squares are summed once, beforehand.
    """

    def __init__(self, tau: Array, y: Array, direction: int, low: float | None, high: float | None) -> None:
        self.tau, self.y, self.direction = tau, y, direction
        self.low, self.high = low, high
        if low is not None and high is not None:
            left, right = (low, high) if direction > 0 else (high, low)
            self._before = np.concatenate([[0.0], np.cumsum((y - left) ** 2)])
            self._after = np.concatenate([np.cumsum((y - right)[::-1] ** 2)[::-1], [0.0]])

    def asymptotes(self, parameters: Array) -> tuple[float, float]:
        """Lower and upper asymptote, fixed or from the parameters."""
        low = parameters[2] if self.low is None else self.low
        high = parameters[-1] if self.high is None else self.high
        return low, high

    def expand(self, parameters: Array) -> Expansion:
        """Value and derivatives at ``parameters``."""
        u, bell, columns, residual, outside = self._window(parameters)
        gradient = np.array([_dot(column, residual) for column in columns])
        normal = np.array([[_dot(a, b) for b in columns] for a in columns])
        # Second derivatives of A in (p₀, p₁): −2uρ²b, ∓ρb(1 − 2u²), ub(1 − 2u²), with b the bell and ρ = e^{p₁}.
        slope = self.direction * np.exp(parameters[1])
        weighted = bell * residual
        bend = weighted * (1 - 2 * u * u)
        hessian = normal.copy()
        hessian[0, 0] -= 2 * slope**2 * _dot(weighted, u)
        hessian[0, 1] -= slope * bend.sum()
        hessian[1, 1] += _dot(bend, u)
        hessian[1, 0] = hessian[0, 1]
        return Expansion(_dot(residual, residual) + float(outside), gradient, normal, hessian)

    def covariance(self, parameters: Array) -> Array:
        """Covariance of the fitted parameters for independent residuals of unequal size.

        The sandwich (JᵀJ)⁻¹ Jᵀ diag(r²/(1−h)²) J (JᵀJ)⁻¹ with leverages h (HC3; MacKinnon and White 1985): the noise of
        an accuracy is largest in the middle of the jump and vanishes on the plateaus.
        """
        _, _, columns, residual, _ = self._window(parameters)
        inverse = np.linalg.pinv(np.array([[_dot(a, b) for b in columns] for a in columns]))
        leverage = sum(inverse[i, j] * a * b for i, a in enumerate(columns) for j, b in enumerate(columns))
        weighted = [column * residual / (1 - np.minimum(leverage, 0.99)) for column in columns]
        return inverse @ np.array([[_dot(a, b) for b in weighted] for a in weighted]) @ inverse

    def _window(self, parameters: Array) -> tuple[Array, Array, list[Array], Array, float]:
        """u, bell, columns of the Jacobian and residuals where the curve moves, and the sum of squares elsewhere."""
        low, high = self.asymptotes(parameters)
        center, rate = parameters[0], np.exp(parameters[1])
        window, outside = slice(None), 0.0
        if self.low is not None and self.high is not None:
            reach = _SATURATED / rate
            first, last = np.searchsorted(self.tau, [center - reach, center + reach])
            window, outside = slice(first, last), self._before[first] + self._after[last]
        slope = self.direction * rate
        u = slope * (self.tau[window] - center)
        rise = special.erf(u)
        rise += 1
        rise *= 0.5
        bell = np.exp(-np.minimum(u * u, 700.0))
        bell *= (high - low) / np.sqrt(np.pi)
        residual = (high - low) * rise
        residual += low - self.y[window]
        columns = [-slope * bell, u * bell] + [1 - rise] * (self.low is None) + [rise] * (self.high is None)
        return u, bell, columns, residual, outside


def minimise(objective: SquaredResiduals, parameters: Array) -> tuple[Array, bool]:
    """Minimum of the sum of squares to rounding, and whether the steps died out.

    Newton steps where the second derivative is positive definite, Gauss–Newton steps elsewhere, both damped until the
    sum falls (Levenberg–Marquardt).
    """
    here, damping = objective.expand(parameters), 1e-4
    for _ in range(200):
        scale = np.diag(here.normal_matrix)
        if not (scale > 0).all():
            return parameters, False
        matrix = here.hessian if _positive_definite(here.hessian, scale) else here.normal_matrix
        # The pseudo-inverse: a jump between two points leaves one direction undetermined, and that is no error here.
        root = np.sqrt(scale)
        scaled = matrix / np.outer(root, root) + damping * np.eye(scale.size)
        step = -np.linalg.pinv(scaled) @ (here.gradient / root) / root
        step[1] = np.clip(step[1], -1.5, 1.5)
        # In units of the transition's width, so that the test means the same at any time scale.
        size = max(abs(step[0]) * np.exp(parameters[1]), *np.abs(step[1:]))
        there = objective.expand(parameters + step)
        if there.cost <= here.cost:
            parameters, here, damping = parameters + step, there, damping * 0.01
            if size < 1e-9:
                return parameters, True
        elif size < 1e-7:  # rounding in the sum hides any further progress
            return parameters, True
        else:
            damping = max(10 * damping, 1e-6)
    return parameters, False


def _dot(a: Array, b: Array) -> float:
    """Inner product without BLAS, whose threads wait for each other on vectors of this length when cores are busy."""
    return float(np.einsum("i,i->", a, b))


def _positive_definite(matrix: Array, scale: Array) -> bool:
    root = np.sqrt(scale)
    return bool(np.linalg.eigvalsh(matrix / np.outer(root, root))[0] > 1e-3)
