"""Accuracies that never fall and are known as functions of time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.annotations import Array

__all__ = ["RisingCurves"]


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
        """By bisection, of both levels together."""
        levels = np.array([[0.5], [1.0]])
        low, high = np.zeros((2, self.end.size), dtype=np.intp), np.full((2, self.end.size), self.points)
        curve = np.repeat(np.arange(self.end.size), 2)
        for _ in range(int(self.points).bit_length()):
            between = (low + high) // 2
            reached = self.accuracy(curve, self.time(between.T).ravel()).reshape(-1, 2).T >= levels
            high, low = np.where(reached, between, high), np.where(reached, low, np.minimum(between + 1, high))
        return high

    def only(self, curves: NDArray[np.intp]) -> "RisingCurves":
        """Those of these numbers, ascending."""
        return replace(self, end=self.end[curves], accuracy=lambda curve, time: self.accuracy(curves[curve], time))

    def recorded(self, curve: int) -> tuple[Array, Array]:
        """All times and accuracies of one of them."""
        time = np.linspace(self.begin, float(self.end[curve]), self.points)
        return time, self.accuracy(np.full(time.size, curve), time)
