"""How far curves that are known deviate from their fits."""

import numpy as np
from numpy.typing import NDArray

from numerics.annotations import Array
from numerics.curves.estimation.fitted_jump import MOST_POINTS
from numerics.curves.known.optima import Optima
from numerics.curves.known.rising_curves import RisingCurves
from numerics.curves.known.stretches import graded, stretches
from numerics.curves.shapes import Shape

__all__ = ["misfits"]

_BLOCKS = 12  # of the transition, as `goodness` has them where there are points enough


def misfits(curves: RisingCurves, split: NDArray[np.intp], found: Optima, shape: Shape) -> tuple[Array, Array]:
    """`Goodness.misfit` of each curve, between floor 0 and ceiling 1, and that of its plateaus alone: the same means.

    >>> from scipy.special import expit
    >>> from numerics.curves.known.optima import find_optima
    >>> from numerics.curves.known.rises import find_rises
    >>> from numerics.curves.known.windows import windows
    >>> from numerics.curves.shapes import named_shape
    >>> curves = RisingCurves(np.array([1.0]), 50_000, lambda _, time: expit(60 * (time - 0.4)))
    >>> rises, erf = find_rises(curves), named_shape("erf")
    >>> found = find_optima(windows(curves, rises, erf.reach), erf, rises.rate)
    >>> [part.round(4).tolist() for part in misfits(curves, rises.split, found, erf)]
    [[0.0093], [0.0001]]
    """
    n, (begin, end) = curves.points, shape.transition
    at_jump = split - 0.5
    edges = [at_jump + (n - 1) * (found.center + u / found.rate) for u in (begin, end)]
    first, stop = (np.clip(edge, 0, n).astype(np.intp) for edge in (np.ceil(edges[0]), np.floor(edges[1]) + 1))
    stride, seen = _seen(stop - first)
    cuts = np.linspace(0, seen, _BLOCKS + 1).astype(np.intp).T
    before, after = _seen(first), _seen(n - stop)
    # The first block and the plateaus may begin with the curve, where it may change fastest.
    ends = [
        graded(first, cuts[:, 1], stride=stride),
        graded(0 * first, before[1], stride=before[0]),
        graded(stop, after[1], stride=after[0]),
    ]
    blocks = stretches(
        first[:, np.newaxis] + stride[:, np.newaxis] * cuts[:, 1:-1], np.diff(cuts[:, 1:]), stride=stride[:, np.newaxis]
    )

    def means(index: Array, weight: Array) -> Array:
        index = np.minimum(index, n - 1)
        u = (index - at_jump.reshape(-1, 1, 1)) / (n - 1) - found.center.reshape(-1, 1, 1)
        residual = shape.rise(u * found.rate.reshape(-1, 1, 1), 0.0).value - curves.at(index)
        return np.abs((weight * residual).sum(axis=2)) / np.maximum(weight.sum(axis=2), 1)

    of_ends = means(*(np.stack(rows, axis=1) for rows in zip(*ends, strict=True)))
    return np.maximum(of_ends.max(axis=1), means(*blocks).max(axis=1)), of_ends[:, 1:].max(axis=1)


def _seen(points: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Every how many-th of these points is looked at, and how many that are."""
    stride = 1 + points // MOST_POINTS
    return stride, -(-points // stride)
