"""Whether curves begin and end on levels of their own, away from floor 0 and ceiling 1."""

import numpy as np
from numpy.typing import NDArray

from numerics.annotations import Array
from numerics.curves.estimation.plateaus import APART, RESTING, last_points, lasting_points
from numerics.curves.known.optima import Optima
from numerics.curves.known.rising_curves import RisingCurves
from numerics.curves.known.windows import Windows
from numerics.curves.shapes import Shape

__all__ = ["keep_to_asymptotes"]

_STEPS = 20
_SMALL = 1e-4  # steps from which the levels are known well enough
_MARGIN = 0.95  # of the distance at which a level is one


def keep_to_asymptotes(
    curves: RisingCurves, split: NDArray[np.intp], seen: Windows, found: Optima, shape: Shape
) -> NDArray[np.bool_]:
    """Whether `plateau_apart` finds no plateau: no end is off its asymptote, or a free fit has no level there.

    >>> from scipy.special import ndtr
    >>> from numerics.curves.known.optima import find_optima
    >>> from numerics.curves.known.rises import find_rises
    >>> from numerics.curves.known.windows import windows
    >>> from numerics.curves.shapes import named_shape
    >>> curves = RisingCurves(
    ...     np.ones(2), 50_000, lambda curve, time: 1 - (1 - curve / 5) * ndtr(np.sqrt(2) * 30 * (0.3 - time))
    ... )
    >>> rises, erf = find_rises(curves), named_shape("erf")
    >>> seen = windows(curves, rises, erf.reach)
    >>> found = find_optima(seen, erf, rises.rate)
    >>> keep_to_asymptotes(curves, rises.split, seen, found, erf).tolist()
    [True, False]
    """
    n, few = curves.points, lasting_points(curves.points)
    at_jump = split - 0.5
    before = np.ceil(at_jump + (n - 1) * found.center)
    first, last = ((np.minimum(last_points(n), count) - 1) / 2 for count in (before, n - before))
    low, high = curves.at(np.stack([first, n - 1 - last], axis=1)).T
    begins, ends = (low < APART) | (before < few), (high > 1 - APART) | (n - before < few)
    result = begins & ends
    off = np.flatnonzero(~result)
    if off.size:
        center, rate, (low, high) = _freed(seen, found, shape, off, n)
        resting = at_jump[off] + (n - 1) * (center + np.array([[-RESTING], [RESTING]]) / rate)
        begins[off] |= (np.abs(low) < _MARGIN * APART) | (resting[0] < _MARGIN * few)
        ends[off] |= (np.abs(1 - high) < _MARGIN * APART) | (n - resting[1] < _MARGIN * few)
        result = begins & ends
    return result


def _freed(
    seen: Windows, found: Optima, shape: Shape, curves: NDArray[np.intp], points: int
) -> tuple[Array, Array, Array]:
    """p₀, e^{p₁} and the two levels, by Gauss–Newton steps from the fit; NaN where they do not settle."""
    tau, y, weight = (rows[curves].reshape(curves.size, -1) for rows in (seen.tau, seen.y, seen.weight))
    center, log_rate = found.center[curves], np.log(found.rate[curves])
    low, high = np.zeros(curves.size), np.ones(curves.size)
    # Points outside of the window: the curve's own sum and number before it, ones behind it.
    count, rest = seen.edges[curves, 0], points - seen.edges[curves, -1]
    sum_before = seen.total[curves] - (weight * y).sum(axis=1) - rest
    size = np.full(curves.size, np.inf)
    for _ in range(_STEPS):
        rate, height = np.exp(log_rate)[:, np.newaxis], (high - low)[:, np.newaxis]
        u = rate * (tau - center[:, np.newaxis])
        rise = shape.rise(u, 0.0)
        columns = np.stack([-rate * height * rise.slope, u * height * rise.slope, 1 - rise.value, rise.value], axis=1)
        residual = low[:, np.newaxis] + height * rise.value - y
        weighted = weight[:, np.newaxis] * columns
        normal = np.einsum("cim,cjm->cij", weighted, columns)
        gradient = np.einsum("cim,cm->ci", weighted, residual)
        normal[:, 2, 2] += count
        normal[:, 3, 3] += rest
        gradient[:, 2] += count * low - sum_before
        gradient[:, 3] += rest * (high - 1)
        root = np.sqrt(np.maximum(np.einsum("cii->ci", normal), 1e-300))
        scaled = normal / root[:, :, np.newaxis] / root[:, np.newaxis] + 1e-9 * np.eye(4)
        step = -np.linalg.solve(scaled, (gradient / root)[..., np.newaxis])[..., 0] / root
        step = np.clip(step, -0.5, 0.5)
        center, log_rate, low, high = np.stack([center, log_rate, low, high]) + step.T
        size = np.maximum(np.abs(step[:, 0]) * rate[:, 0], np.abs(step[:, 1:]).max(axis=1))
        if (size < _SMALL).all():
            break
    levels = np.where(size < _SMALL, np.stack([low, high]), np.nan)
    return np.where(size < _SMALL, center, np.nan), np.exp(log_rate), levels
