"""When an accuracy comes to a level, for the first time or for good, as far as the recorded points tell."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["CrossingTime", "crossing_time"]


@dataclass(frozen=True)
class CrossingTime:
    """Two successive points between which a curve came to a level: an interval-censored time.

    Attributes
    ----------
    not_before, not_after
        The last point below and the first at or above the level. A curve that was there at its first point came not
        before minus infinity; one that never came, not after infinity, a time that is censored at the last point. Both
        are NaN for a curve without points.
    time
        Where the straight line between the two points is at the level; infinite for a curve that never came, NaN for
        one that was there from the start.

    Examples
    --------
    >>> crossing_time([0, 10, 20, 30], [0.1, 0.5, 0.9, 1.0], 0.6)
    CrossingTime(not_before=10.0, not_after=20.0, time=12.5)
    """

    not_before: float
    not_after: float
    time: float

    def gap_after(self, train: "CrossingTime") -> float:
        """t_gen/t_train − 1 of this crossing after that of the training curve; NaN where either has no time.

        >>> crossing_time([0, 10, 20], [0, 0.2, 1], 0.6).gap_after(crossing_time([0, 10], [0, 1], 0.5))
        2.0
        """
        known = np.isfinite(self.time) and np.isfinite(train.time) and train.time > 0
        return self.time / train.time - 1 if known else np.nan

    def gap_bound_after(self, train: "CrossingTime") -> float:
        """What that is at least where it is not known; NaN where it is, or nothing can be said.

        >>> crossing_time([0, 50, 90], [0, 0, 0.1], 0.5).gap_bound_after(crossing_time([0, 10, 90], [0, 1, 1], 0.5))
        8.0
        """
        early, late = train.not_after, self.not_before
        known = np.isfinite(self.gap_after(train))
        return np.nan if known or not (0 < early < np.inf and late > 0) else late / early - 1


def crossing_time(time: ArrayLike, accuracy: ArrayLike, level: float, sustained: bool = False) -> CrossingTime:
    """When the accuracy first comes to a level, or, `sustained`, comes there and stays to the end of the record.

    Which of the two is named "the time of grokking", and at which level, moves it: a curve with a spike has a first
    crossing long before its jump, and the fitted jump time (`fit_curve`) is that of the middle. Points with a NaN are
    left out.

    Parameters
    ----------
    time, accuracy
        Shape (n,); time must not decrease.
    level
        Any finite number; at or above counts.
    sustained
        Whether the accuracy has to stay.

    Raises
    ------
    ValueError
        For unequal shapes, time that decreases, or a level that is not finite.

    Examples
    --------
    >>> spiked = [0.1, 0.9, 0.1, 0.2, 1.0, 1.0]
    >>> crossing_time(range(6), spiked, 0.5).not_after, crossing_time(range(6), spiked, 0.5, sustained=True).not_after
    (1.0, 4.0)
    >>> crossing_time(range(6), spiked, 1.5)
    CrossingTime(not_before=5.0, not_after=inf, time=inf)
    """
    t, y = np.asarray(time, dtype=np.float64), np.asarray(accuracy)
    y = y if np.issubdtype(y.dtype, np.floating) else y.astype(np.float64)
    if t.shape != y.shape or t.ndim != 1:
        raise ValueError(f"time and accuracy must have one axis and equal lengths, got {t.shape} and {y.shape}.")
    if not np.isfinite(level):
        raise ValueError(f"level must be finite, got {level}; choose a value that the accuracy can have.")
    if (np.diff(t) < 0).any():
        raise ValueError("time must not decrease; sort the points.")
    t, y = t[~np.isnan(y)], y[~np.isnan(y)]
    if not t.size:
        return CrossingTime(np.nan, np.nan, np.nan)
    # A file holds 0.9 as the float32 next to it, which is below 0.9; NumPy rounds a Python float in the same way.
    above = y >= float(level)
    if sustained:
        above = np.logical_and.accumulate(above[::-1])[::-1]
    first = int(np.argmax(above)) if above.any() else t.size
    if first == t.size:
        return CrossingTime(float(t[-1]), np.inf, np.inf)
    if first == 0:
        return CrossingTime(-np.inf, float(t[0]), np.nan)
    before, after = (float(value) for value in t[first - 1 : first + 1])
    low, high = (float(value) for value in y[first - 1 : first + 1])
    return CrossingTime(before, after, before + (after - before) * (float(level) - low) / (high - low))
