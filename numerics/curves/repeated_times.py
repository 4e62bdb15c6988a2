"""Whether the values at equal times belong to one curve: minibatches of an epoch do, those of two runs do not."""

import numpy as np

from numerics.curves.accuracy_curve import AccuracyCurve
from numerics.curves.asymptotes import seen_asymptotes

__all__ = ["repeated_times"]

_LASTING = 5  # successive times, more than a jump within an epoch lasts
_UNLIKE = 0.3  # of the height; two runs, one before and one after its jump, scatter by 0.5


def repeated_times(curve: AccuracyCurve, floor: float | None, ceiling: float | None) -> str:
    """A sentence if the values at equal times scatter by more than 0.3 of the height at five successive times.

    Accuracies of minibatches of 8 or more scatter less, and what one curve rises by within five epochs is at most its
    height, 0.1 of it each.

    >>> from numerics.curves.accuracy_curve import checked_curve
    >>> epochs = np.arange(30)
    >>> two = np.stack([epochs >= 5, epochs >= 15], axis=1) * 1.0  # two runs at the same epochs
    >>> repeated_times(checked_curve(np.repeat(epochs, 2), two.ravel(), 0.0, 1.0), 0.0, 1.0)
    'unlike values at equal times, from 5 to 14: if these are several runs or branches, measure each by itself'
    """
    t, y = curve.time, curve.accuracy
    if curve.equally_spaced or not (np.diff(t) == 0).any():
        return ""
    starts = np.flatnonzero(np.append(True, np.diff(t) > 0))
    sizes = np.diff(np.append(starts, t.size))
    low, high = seen_asymptotes(y, floor, ceiling)
    means = np.add.reduceat(y, starts) / sizes
    squares = np.add.reduceat((y - np.repeat(means, sizes)) ** 2, starts) / sizes
    several = sizes > 1
    if several.sum() < _LASTING or not high > low:
        return ""
    scatter, times = np.sqrt(squares[several]) / (high - low), t[starts[several]]
    average = np.convolve(scatter, np.full(_LASTING, 1 / _LASTING), mode="valid")
    if not average.max() > _UNLIKE:
        return ""
    unlike = times[scatter > _UNLIKE]
    return (
        f"unlike values at equal times, from {unlike[0]:.6g} to {unlike[-1]:.6g}: if these are several runs or "
        "branches, measure each by itself"
    )
