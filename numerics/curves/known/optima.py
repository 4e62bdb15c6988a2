"""Least squares of one shape for many curves at once: Newton's steps on the rows of their windows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.annotations import Array
from numerics.curves.known.windows import Windows
from numerics.curves.shapes import Rise, Shape

__all__ = ["Optima", "find_optima"]

_STEPS = 12
_NEARLY = 1e-4
_SMALL = 1e-6  # what is left over after a step of this size is of second order


@dataclass(frozen=True)
class Optima:
    """The minimum of Σ w (F(u) − y)², u = e^{p₁}(τ − p₀), for each curve, and the rows there.

    Attributes
    ----------
    center, rate
        p₀ and e^{p₁}, shape (curves,).
    converged
        Whether the steps of a curve died out where its sum is convex; of others the first guess is what is returned.
    u, rise, residual
        At the minimum, of the shape of the windows' rows.
    """

    center: Array
    rate: Array
    converged: NDArray[np.bool_]
    u: Array
    rise: Rise
    residual: Array


def find_optima(windows: Windows, shape: Shape, rate: Array) -> Optima:
    """From the middle of the step and this first guess of the sharpness; the shape has no parameter of its own.

    A curve that would need more care, as `minimise` takes, has not converged here.

    >>> from scipy.special import ndtr
    >>> from numerics.curves.known.rises import find_rises
    >>> from numerics.curves.known.rising_curves import RisingCurves
    >>> from numerics.curves.known.windows import windows
    >>> from numerics.curves.shapes import named_shape
    >>> curves = RisingCurves(np.array([1.0]), 50_000, lambda _, time: ndtr(np.sqrt(2) * 30 * (time - 0.3)))
    >>> rises = find_rises(curves)
    >>> found = find_optima(windows(curves, rises, 6.0), named_shape("erf"), rises.rate * 1.2)
    >>> found.rate.round(9).tolist(), found.converged.tolist()
    ([30.0], [True])
    """
    center, log_rate, middle = np.zeros(rate.size), np.log(rate), windows.tau.shape[2] // 2
    # One point a block is nearly enough.
    few = windows.tau[..., middle], windows.y[..., middle], windows.weight.sum(axis=2)
    _descend(few, shape, center, log_rate, _NEARLY)
    rows = tuple(rows.reshape(rate.size, -1) for rows in (windows.tau, windows.y, windows.weight))
    converged = _descend(rows, shape, center, log_rate, _SMALL)
    center, rate = np.where(converged, center, 0.0), np.where(converged, np.exp(log_rate), rate)
    u = (windows.tau - center[:, np.newaxis, np.newaxis]) * rate[:, np.newaxis, np.newaxis]
    rise = shape.rise(u, 0.0)
    return Optima(center, rate, converged, u, rise, rise.value - windows.y)


def _descend(rows: tuple[Array, ...], shape: Shape, center: Array, log_rate: Array, small: float) -> NDArray[np.bool_]:
    """Newton's steps in place, for each curve until one is small; whether it became so where the sum is convex."""
    live = np.arange(center.size)
    for _ in range(_STEPS):
        tau, y, weight = rows if live.size == center.size else (part[live] for part in rows)
        step, convex = _newton_step(tau, y, weight, shape, center[live], log_rate[live])
        size = np.maximum(np.abs(step[0]) * np.exp(log_rate[live]), np.abs(step[1]))
        center[live] += np.clip(step[0], -1, 1)
        log_rate[live] += np.clip(step[1], -1, 1)
        live = live[~(convex & (size < small))]
        if live.size == 0:
            break
    converged = np.ones(center.size, dtype=bool)
    converged[live] = False
    return converged


def _newton_step(
    tau: Array, y: Array, weight: Array, shape: Shape, center: Array, log_rate: Array
) -> tuple[Array, NDArray[np.bool_]]:
    """The steps in p₀ and p₁, shape (2, curves), and whether each sum is convex here; derivatives as of `expand`."""
    rate = np.exp(log_rate)
    u = tau - center[:, np.newaxis]
    u *= rate[:, np.newaxis]
    rise = shape.rise(u, 0.0)
    pull = rise.value - y
    pull *= weight
    bend = pull * rise.curvature
    pull *= rise.slope
    normal = weight * rise.slope
    normal *= rise.slope
    uu = u * u
    (pulls, u_pulls), (bends, u_bends, uu_bends), (normals, u_normals, uu_normals) = (
        [np.einsum("cm->c", rows), *(np.einsum("cm,cm->c", rows, power) for power in powers)]
        for rows, powers in ((pull, (u,)), (bend, (u, uu)), (normal, (u, uu)))
    )
    gradient = np.stack([-rate * pulls, u_pulls])
    hessian = np.stack(
        [rate**2 * (normals + bends), -rate * (u_normals + pulls + u_bends), uu_normals + u_pulls + uu_bends]
    )
    determinant = hessian[0] * hessian[2] - hessian[1] ** 2
    convex = (hessian[0] > 0) & (determinant > 1e-3 * rate**2 * normals * uu_normals)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = np.stack(
            [hessian[1] * gradient[1] - hessian[2] * gradient[0], hessian[1] * gradient[0] - hessian[0] * gradient[1]]
        )
        return np.where(convex, step / determinant, 0.0), convex
