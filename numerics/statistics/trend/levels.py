"""Runs within values of a knob: the points between the values, and the deviations within them."""

import numpy as np
from numpy.typing import NDArray

from numerics.annotations import Array
from numerics.statistics.trend.structural_line import Points, StructuralLine, fit_line

__all__ = ["Groups", "deviations", "means", "within_line"]

Groups = NDArray[np.int64]
"""The number of the group of each point."""


def deviations(points: Points, group: Groups) -> Points:
    """The n − 1 orthonormal contrasts of each group of n: points about 0, each with the scatter of one run.

    One-sided points have no deviation. The k-th is (x₁ + … + x_k − k x_{k+1})/√(k(k + 1)) (Helmert's).

    >>> two = deviations(Points.exact([1.0, 2.0, 5.0], [0.0, 2.0, 7.0]), np.array([0, 0, 1]))
    >>> two.n, two.x.round(6).tolist(), two.y.round(6).tolist()
    (1, [-0.707107], [-1.414214])
    """
    own = np.flatnonzero(~points.one_sided)
    own = own[np.bincount(group[own])[group[own]] > 1]
    own = own[np.argsort(group[own], kind="stable")]
    columns = np.stack([points.x, points.y, points.xx, points.yy, points.xy])[:, own]
    x, y, xx, yy, xy = np.concatenate(
        [_contrasts(each) for each in np.split(columns, np.flatnonzero(np.diff(group[own])) + 1, axis=1)], axis=1
    )
    return Points(x, y, xx, yy, xy, np.zeros(x.size, dtype=bool))


def _contrasts(columns: Array) -> Array:
    """The contrasts of one group, whose runs are the columns: of x and y, and of their variances."""
    k = np.arange(1.0, columns.shape[1])
    before, after, size = columns.cumsum(axis=1)[:, :-1], columns[:, 1:], k * (k + 1)
    return np.concatenate([(before[:2] - k * after[:2]) / np.sqrt(size), (before[2:] + k**2 * after[2:]) / size])


def within_line(points: Points, group: Groups) -> StructuralLine | None:
    """The line through the deviations within groups; None with less than three of them, or without any in x."""
    inside = deviations(points, group)
    if inside.n < 3 or not inside.x.any():
        return None
    return fit_line(inside, centered=True)


def means(points: Points, group: Groups, within: StructuralLine | None) -> Points:
    """One point a group: the mean of its runs, with the errors of theirs and the scatter of the runs about it.

    The covariance of the runs within a group is that of `within`: τ² in x, bτ² shared, b²τ² + σ² in y. A group with a
    one-sided run is one-sided: the mean of its x is at least the mean of what is known of each.

    >>> runs = Points.exact([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 1.0, 2.0])
    >>> mean = means(runs, np.array([0, 0, 1, 1]), None)
    >>> mean.x.tolist(), mean.y.tolist()
    ([0.5, 2.5], [0.5, 1.5])
    """
    _, index, sizes = np.unique(group, return_inverse=True, return_counts=True)
    place = within.spread**2 if within else 0.0
    slope, scatter = (within.slope, within.scatter) if within else (0.0, 0.0)

    def mean(values: Array) -> Array:
        return np.bincount(index, weights=values) / sizes

    return Points(
        mean(points.x),
        mean(points.y),
        (mean(points.xx) + place) / sizes,
        (mean(points.yy) + slope**2 * place + scatter**2) / sizes,
        (mean(points.xy) + slope * place) / sizes,
        np.bincount(index, weights=points.one_sided) > 0,
    )
