"""Accuracies that never fall and are known as functions of time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.annotations import Array

__all__ = ["RisingCurves"]

_CUTS = 9


@dataclass(frozen=True)
class RisingCurves:
    """Curves at equally spaced times, of which only those points are evaluated that are asked for.

    Attributes
    ----------
    end
        Last time of each, shape (curves,); all begin at the same time.
    points
        Number of times, the same for each.
    accuracy
        (curve, time) → accuracy, of one shape (m,), curves in ascending order. It never falls with time.
    begin
        First time.

    Examples
    --------
    >>> ramps = RisingCurves(np.array([10.0, 20.0]), 11, lambda curve, time: np.minimum(time / (3 + curve), 1.0))
    >>> ramps.at(np.array([[0, 2], [1, 9]])).round(2).tolist()
    [[0.0, 0.67], [0.5, 1.0]]
    >>> ramps.middle.tolist(), ramps.saturated.tolist()
    ([2, 1], [3, 2])
    """

    end: Array
    points: int
    accuracy: Callable[[NDArray[np.intp], Array], Array]
    begin: float = 0.0

    def time(self, index: ArrayLike) -> Array:
        """Times of points, given by number: shape (curves, …)."""
        index = np.asarray(index, dtype=np.float64)
        step = (self.end - self.begin) / (self.points - 1)
        return self.begin + index * step.reshape(-1, *[1] * (index.ndim - 1))

    def at(self, index: ArrayLike) -> Array:
        """Accuracies at points or between them, given by number: shape (curves, …)."""
        index = np.asarray(index, dtype=np.float64)
        flat = index.reshape(self.end.size, -1)
        result = np.ones(flat.shape)
        below = flat < self.saturated[:, np.newaxis]
        curve, _ = np.nonzero(below)
        result[below] = self.accuracy(curve, self.time(flat)[below])
        return result.reshape(index.shape)

    @property
    def middle(self) -> NDArray[np.intp]:
        """The first point at 1/2 or above, the number of points where there is none."""
        return self._first_at_least[0]

    @property
    def saturated(self) -> NDArray[np.intp]:
        """The first point at 1 to the last bit."""
        return self._first_at_least[1]

    @cached_property
    def _first_at_least(self) -> NDArray[np.intp]:
        """Of both levels together, by cutting what is left of each curve into nine."""
        levels = np.array([0.5, 1.0])[:, np.newaxis]
        low = np.zeros((self.end.size, 2), dtype=np.intp)
        high = np.full((self.end.size, 2), self.points)
        while (high > low).any():
            cuts = low[..., np.newaxis] + (high - low)[..., np.newaxis] * np.arange(1, _CUTS) // _CUTS
            curve = np.repeat(np.arange(self.end.size), cuts[0].size)
            accuracies = self.accuracy(curve, self.time(np.minimum(cuts, self.points - 1)).ravel())
            below = (accuracies.reshape(cuts.shape) < levels).sum(axis=2)
            bounds = np.concatenate([low[..., np.newaxis] - 1, cuts, high[..., np.newaxis]], axis=2)
            low, high = (np.take_along_axis(bounds, below[..., np.newaxis] + k, axis=2)[..., 0] + 1 - k for k in (0, 1))
            low = np.minimum(low, high)
        return low.T

    def only(self, curves: NDArray[np.intp]) -> "RisingCurves":
        """Those of these numbers, ascending."""
        return replace(self, end=self.end[curves], accuracy=lambda curve, time: self.accuracy(curves[curve], time))

    def beside(self, others: "RisingCurves") -> "RisingCurves":
        """These, and then the others; begin and number of points are these."""
        count = self.end.size

        def accuracy(curve: NDArray[np.intp], time: Array) -> Array:
            own = int(np.searchsorted(curve, count))
            return np.concatenate(
                [self.accuracy(curve[:own], time[:own]), others.accuracy(curve[own:] - count, time[own:])]
            )

        return replace(self, end=np.concatenate([self.end, others.end]), accuracy=accuracy)

    def recorded(self, curve: int) -> tuple[Array, Array]:
        """All times and accuracies of one of them."""
        time = np.linspace(self.begin, float(self.end[curve]), self.points)
        return time, self.accuracy(np.full(time.size, curve), time)
