"""An increasing curve through noisy points, and its convolution with a Gaussian of a width that suits the noise."""

import numpy as np
import scipy  # its submodules load when they are first used
from scipy import ndimage, special

from numerics.annotations import Array

__all__ = ["crossing", "increasing_curve", "neighbour_correlation", "smoothed", "suitable_bandwidth"]


def increasing_curve(rising: Array) -> Array:
    """Isotonic regression of the running median over at most 21 points, and at most 2 % of them.

    >>> increasing_curve(np.array([0.0, 0.2, 0.1, 1.0]))
    array([0.  , 0.15, 0.15, 1.  ])
    """
    reach = int(min(10, rising.size // 100))
    return scipy.optimize.isotonic_regression(ndimage.median_filter(rising, 2 * reach + 1, mode="nearest")).x


def crossing(t: Array, increasing: Array, level: float) -> float:
    """Time at which straight lines between the points reach `level`; the middle of a stretch that stays on it.

    >>> crossing(np.arange(4.0), np.array([0.0, 0.5, 0.5, 1.0]), 0.5)
    1.5
    """
    first, last = np.searchsorted(increasing, level, "left"), np.searchsorted(increasing, level, "right")
    if first == increasing.size or last == 0:
        return np.nan
    ends = []
    for i in (first, last):
        j = int(np.clip(i, 1, increasing.size - 1))
        step = increasing[j] - increasing[j - 1]
        ends.append(t[j - 1] + (t[j] - t[j - 1]) * (level - increasing[j - 1]) / step if step > 0 else t[j])
    return float(np.mean(ends))


def smoothed(t: Array, increasing: Array, bandwidth: float) -> tuple[Array, Array]:
    """The curve convolved with a Gaussian, on a fine grid over the transition."""
    ends = np.searchsorted(increasing, [0.02, 0.98])
    begin, end = t[max(ends[0] - 1, 0)] - 8 * bandwidth, t[min(ends[1], t.size - 1)] + 8 * bandwidth
    if bandwidth * 10_000 < end - begin:
        return t, increasing
    x, step = np.linspace(begin, end, int(8 * (end - begin) / bandwidth) + 2, retstep=True)
    return x, ndimage.gaussian_filter1d(np.interp(x, t, increasing), bandwidth / step, mode="nearest", truncate=6)


def suitable_bandwidth(t: Array, rising: Array, increasing: Array) -> float:
    """h = 1.2·(σ²δs)^(1/7)/s from the noise, the spacing and the slope around the steepest third of the way."""
    bottoms = np.linspace(0.05, 0.95 - 1 / 3, 13)
    begins, ends = (np.array([crossing(t, increasing, level) for level in bottoms + up]) for up in (0.0, 1 / 3))
    steepest = int(np.nanargmin(ends - begins))
    begin, end = begins[steepest], ends[steepest]
    # An erf needs 2·erfinv(1/3)/s = 0.609/s for its steepest third.
    rate = 2 * special.erfinv(1 / 3) / (end - begin)
    inside = slice(
        max(0, np.searchsorted(t, begin - 1 / rate) - 2), min(t.size, np.searchsorted(t, end + 1 / rate) + 2)
    )
    x, y, residual = t[inside], rising[inside], (rising - increasing)[inside]
    if x.size < 4:
        return 0.0
    # Distance of each point from the straight line between its neighbours, in units of its standard deviation.
    left = (x[2:] - x[1:-1]) / (x[2:] - x[:-2])
    second = (left * y[:-2] + (1 - left) * y[2:] - y[1:-1]) / np.sqrt(left**2 + (1 - left) ** 2 + 1)
    long_run = np.mean(residual**2)
    if long_run > 0:
        correlation = neighbour_correlation(residual)
        long_run *= (1 + correlation) / (1 - correlation)
    variance = max(float(np.mean(second**2)), float(long_run))
    spacing = (x[-1] - x[0]) / (x.size - 1)
    return float(min(0.4, 1.2 * (variance * spacing * rate) ** (1 / 7)) / rate)


def neighbour_correlation(residual: Array) -> float:
    """Correlation of successive residuals, between 0 and 0.95.

    >>> neighbour_correlation(np.array([1.0, -1.0, 1.0, -1.0]))
    0.0
    """
    return float(np.clip(np.sum(residual[1:] * residual[:-1]) / np.sum(residual**2), 0, 0.95))
