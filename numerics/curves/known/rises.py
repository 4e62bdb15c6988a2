"""Where curves that never fall rise, and how fast: the start of their fits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.annotations import Array
from numerics.curves.known.rising_curves import RisingCurves
from numerics.curves.known.stretches import even, graded
from numerics.curves.phases import clipped_rate, enough, lasting

__all__ = ["Rises", "find_rises"]


@dataclass(frozen=True)
class Rises:
    """What `find_jump_in_long` and `start_rate` say of each curve, shape (curves,): the same numbers, from few points.

    Attributes
    ----------
    split
        The first point past the middle.
    rate
        Sharpness, in units of the curve's duration.
    lasting
        Whether the curve stays below and above its middle for long enough to have a jump; no more is said of others.
        At one end of the record a few points are enough, more than one.
    """

    split: NDArray[np.intp]
    rate: Array
    lasting: NDArray[np.bool_]

    def only(self, curves: NDArray[np.intp]) -> "Rises":
        """Those of these numbers."""
        return Rises(self.split[curves], self.rate[curves], self.lasting[curves])


def find_rises(curves: RisingCurves) -> Rises:
    """Of curves between floor 0 and ceiling 1.

    >>> from scipy.special import ndtr
    >>> curves = RisingCurves(np.array([1.0]), 50_000, lambda _, time: ndtr(np.sqrt(2) * 30 * (time - 0.3)))
    >>> rises = find_rises(curves)
    >>> rises.split.tolist(), rises.rate.round(2).tolist(), rises.lasting.tolist()
    ([15000], [30.0], [True])
    """
    n, split = curves.points, curves.middle
    stride = enough(n)
    below, above, area = _areas(curves, stride)
    lasts = (np.minimum(below, above) > 1) & (np.maximum(below, above) > lasting(-(-n // stride)))
    coarse = np.flatnonzero(lasts & (area < 20 * stride / n))
    if coarse.size and stride > 1:
        area[coarse] = _areas(curves.only(coarse), 1)[2]
    return Rises(split, clipped_rate(area, 1 / (n - 1)), lasts)


def _areas(curves: RisingCurves, stride: int) -> tuple[Array, Array, Array]:
    """Σ(1 − 2y) before the middle, Σ(2y − 1) after, and the area between curve and step, of every stride-th point."""
    n, split = curves.points, curves.middle
    points = -(-n // stride)
    left = -(-split // stride)
    right = np.minimum(points, -(-curves.saturated // stride)) - left
    head = left // 8
    indices, weights = zip(
        graded(np.zeros_like(head), head, stride=stride),
        even(stride * head, left - head, stride=stride),
        even(stride * left, right, stride=stride),
        strict=True,
    )
    index, weight = np.concatenate(indices, axis=1), np.concatenate(weights, axis=1)
    y, behind = curves.at(index), index >= split[:, np.newaxis]
    low, high = (
        np.einsum("cm,cm->c", weight, np.where(behind == side, gap, 0.0)) for side, gap in ((0, y), (1, 1 - y))
    )
    ends = curves.at(np.broadcast_to([0, (points - 1) * stride], (split.size, 2)))
    gaps = np.where(ends < 0.5, ends, 1 - ends).sum(axis=1)
    return left - 2 * low, points - left - 2 * high, stride / (n - 1) * (low + high - gaps / 2)
