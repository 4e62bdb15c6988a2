"""Is it a straight line? The quadratic term with its interval, and the slopes between neighbours."""

import numpy as np
from scipy import special

from numerics.annotations import Array
from numerics.statistics.trend.structural_line import Points, StructuralLine

__all__ = ["curvature", "local_slopes"]

_APART = 0.1  # of the range of x, between neighbours of which a slope is taken


def curvature(points: Points, line: StructuralLine) -> tuple[float, float, float]:
    """Coefficient of x² and the ends of its 95 % interval, by least squares weighted by what the line leaves.

    The weight of a point is the inverse of the variance of y about the line with the slope of `line`, errors of x
    included; the interval is Student's for residuals of unknown size, n − 3 degrees of freedom. One-sided points do not
    enter. NaN with less than five points, or three values of x.

    >>> x = np.arange(6.0)
    >>> points = Points.exact(x, 1 + x + 0.5 * x**2 + np.array([1, -1, 1, -1, 1, -1]) / 50)
    >>> [round(value, 2) for value in curvature(points, StructuralLine(1, 0, 2, 0, 0, 0, 1, 0.1, 2, 6))]
    [0.5, 0.49, 0.51]
    """
    p, seen = points, ~points.one_sided
    x, y = p.x[seen], p.y[seen]
    if x.size < 5 or np.unique(x).size < 3:
        return np.nan, np.nan, np.nan
    variance = (p.yy + line.slope**2 * p.xx - 2 * line.slope * p.xy + line.scatter**2)[seen]
    weight = 1 / np.sqrt(variance) if (variance > 0).all() else np.ones(x.size)
    dx = x - np.average(x, weights=weight**2)
    unit = float(np.abs(dx).max())
    design = np.stack([np.ones_like(dx), dx / unit, (dx / unit) ** 2], axis=1) * weight[:, None]
    coefficients, *_ = np.linalg.lstsq(design, y * weight, rcond=None)
    residual = y * weight - design @ coefficients
    covariance = residual @ residual / (x.size - 3) * np.linalg.inv(design.T @ design)
    half = special.stdtrit(x.size - 3, 0.975) * np.sqrt(covariance[2, 2])
    bend = float(coefficients[2])
    return bend / unit**2, float(bend - half) / unit**2, float(bend + half) / unit**2


def local_slopes(x: Array, y: Array) -> tuple[float, float]:
    """The smallest and the largest slope between neighbours along x that are a tenth of its range apart.

    >>> local_slopes(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 4.0]))
    (1.0, 3.0)
    """
    order = np.argsort(x)
    kept = [order[0]]
    for k in order[1:]:
        if x[k] - x[kept[-1]] >= _APART * np.ptp(x) * (1 - 1e-9):
            kept.append(k)
    slopes = np.diff(y[kept]) / np.diff(x[kept])
    return float(slopes.min()), float(slopes.max())
