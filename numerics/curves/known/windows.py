"""The part of each curve in which its fit moves, as the same number of blocks of weighted nodes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.annotations import Array
from numerics.curves.estimation.condensation import NODES, gauss_nodes, node_weights, shared_out
from numerics.curves.known.rises import Rises
from numerics.curves.known.rising_curves import RisingCurves
from numerics.curves.known.stretches import STRETCH, graded, roughness, stretches

__all__ = ["Windows", "windows"]

_LEFT = 0.01  # of the way, at most, before the window
_WIDER = 1.15  # than the shape's reach at the first guess of the sharpness


@dataclass(frozen=True)
class Windows:
    """The rows of `condense` about each jump: the same blocks, nodes and weights, of the curve instead of its points.

    Time is that of `ScaledJump`: in units of the duration, from the middle of the step.

    Attributes
    ----------
    tau, y, weight
        Shape (curves, blocks, nodes); weight 0 where the curve has no more blocks.
    edges
        Number of the point where each block begins, and the end of the last; shape (curves, blocks + 1).
    lost
        Σ y² over each block's points minus Σ w y² over its rows, shape (curves, blocks).
    total, squares
        Σ y and Σ y² over all points of the curve, shape (curves,).
    before
        Σ y² over the points before the window.
    roughness
        Of the curve in the window, the largest of any block, of a part of one times the root of its share.
    ended
        Whether the curve is at its floor before the window and at its ceiling behind it.
    """

    tau: Array
    y: Array
    weight: Array
    edges: NDArray[np.intp]
    lost: Array
    total: Array
    squares: Array
    before: Array
    roughness: Array
    ended: NDArray[np.bool_]


def windows(curves: RisingCurves, rises: Rises, reach: float) -> Windows:
    """Blocks out to this many widths 1/s, and somewhat more, on either side of the middle, of curves that have blocks.

    >>> from scipy.special import ndtr
    >>> from numerics.curves.known.rises import find_rises
    >>> curves = RisingCurves(np.array([1.0]), 50_000, lambda _, time: ndtr(np.sqrt(2) * 30 * (time - 0.3)))
    >>> found = windows(curves, find_rises(curves), 6.0)
    >>> found.y.shape, bool(np.isclose(found.total[0], curves.recorded(0)[1].sum(), rtol=1e-12))
    ((1, 71, 5), True)
    """
    n = curves.points
    length, longer = shared_out(n, rises.rate / (n - 1))
    blocks = (n - longer) // length
    half = _WIDER * reach * (n - 1) / rises.rate
    first, last = (
        np.clip((rises.split + side * half) // (length + longer / blocks), 0, blocks - 1).astype(np.intp)
        for side in (-1, 1)
    )
    number = first[:, np.newaxis] + np.arange(int((last - first).max()) + 2)
    edges = np.minimum(number * length[:, np.newaxis] + np.minimum(number, longer[:, np.newaxis]), n)
    sizes = np.diff(edges)
    x, _ = gauss_nodes(NODES)
    index = edges[:, :-1, np.newaxis] + np.maximum(sizes - 1, 0)[..., np.newaxis] * ((x + 1) / 2)
    two = node_weights(NODES, np.stack([length, length + 1]))
    is_longer = (sizes > length[:, np.newaxis])[..., np.newaxis]
    weight = np.where(is_longer, two[1][:, np.newaxis], two[0][:, np.newaxis]) * (sizes > 0)[..., np.newaxis]
    y, lost = curves.at(index), np.zeros(sizes.shape)
    rough = roughness(y)
    before = _head(curves, edges, weight, y, lost, rough)
    end = edges[:, -1]
    rest = n - end  # at the ceiling
    return Windows(
        tau=(index - (rises.split - 0.5)[:, np.newaxis, np.newaxis]) / (n - 1),
        y=y,
        weight=weight,
        edges=edges,
        lost=lost,
        total=before[0] + (weight * y).sum(axis=(1, 2)) + rest,
        squares=before[1] + (weight * y * y).sum(axis=(1, 2)) + lost.sum(axis=1) + rest,
        before=before[1],
        roughness=rough.max(axis=1),
        ended=((edges[:, 0] == 0) | (y[:, 0, 0] < _LEFT)) & ((rest == 0) | (curves.saturated <= end)),
    )


def _head(curves: RisingCurves, edges: NDArray[np.intp], weight: Array, y: Array, lost: Array, rough: Array) -> Array:
    """Σ y and Σ y² over the points before each window, shape (2, curves); puts right the values where a curve begins.

    There it may be a power of time, which no polynomial is. The values of its first two blocks, where the window begins
    with them, are the sums with Lagrange's polynomials, as of `condense`, over stretches that get shorter towards the
    first point.
    """
    begins = edges[:, 0] == 0
    count = np.where(begins, edges[:, 1], edges[:, 0])
    before = _projected(
        curves, begins, 0 * count, count, graded(0 * count, count), weight[:, 0], y[:, 0], lost[:, 0], rough[:, 0]
    )
    first, count = edges[:, 1], edges[:, 2] - edges[:, 1]
    _projected(curves, begins, first, count, stretches(first, count), weight[:, 1], y[:, 1], lost[:, 1], rough[:, 1])
    return before * ~begins


def _projected(
    curves: RisingCurves,
    which: NDArray[np.bool_],
    first: NDArray[np.intp],
    count: NDArray[np.intp],
    stretch: tuple[Array, Array],
    weight: Array,
    y: Array,
    lost: Array,
    rough: Array,
) -> Array:
    """Σ y and Σ y² of a block by these nodes; its values, loss and roughness are set for some of the curves."""
    index, weights = stretch
    values = curves.at(index)
    sums = np.stack([(weights * values**power).sum(axis=1) for power in (1, 2)])
    within = 2 * (index - first[:, np.newaxis]) / np.maximum(count - 1, 1)[:, np.newaxis] - 1
    lagrange = np.polynomial.polynomial.polyval(within, gauss_nodes(NODES)[1].T)
    y[which] = (np.einsum("cm,jcm->cj", weights * values, lagrange) / weight)[which]
    lost[which] = (sums[1] - (weight * y**2).sum(axis=1))[which]
    apart, parts = (rows.reshape(which.size, -1, STRETCH) for rows in (values, weights))
    share = parts.sum(axis=2) / np.maximum(count, 1)[:, np.newaxis]
    rough[which] = (np.sqrt(share) * roughness(apart)).max(axis=1)[which]
    return sums
