"""Whether a curve rises in two jumps with a rest between them."""

from collections.abc import Callable

import numpy as np
import scipy  # its submodules load when they are first used
from scipy import special

from numerics.annotations import Array

__all__ = ["rests_between_two_jumps"]

_MOST_POINTS = 300  # enough to see a rest
_FEWEST_POINTS = 6  # the five numbers of two jumps fit any five points
_SMOOTHED = 40  # points from which a running median does not touch the jumps themselves
_LEVELS = (0.15, 0.85)  # of a rest; outside of these one jump is all but everything
_LASTING = 5  # points that show a rest
_RESTING = 0.25  # slope of a rest in units of the flatter jump's largest
_BETTER = 0.5  # share of the squared deviations that two jumps may leave


def rests_between_two_jumps(tau: Array, y_unit: Array) -> bool:
    """Whether the sum of two erf curves leaves at most half of the squared deviations of one, and rests between them.

    Erfs whatever shape was fitted: the rest is one of the curve, and the verdict the same for every shape.
    Resting means that the slope falls between the jumps to a quarter of the flatter one's largest, at a level from 0.15
    to 0.85. Of fewer than six points nothing is said.

    >>> from scipy.special import ndtr
    >>> tau = np.linspace(0, 1, 1000)
    >>> rests_between_two_jumps(tau, 0.5 * ndtr(60 * (tau - 0.3)) + 0.5 * ndtr(60 * (tau - 0.7)))
    True
    >>> rests_between_two_jumps(tau, 1 - np.exp(-5 * tau))
    False
    """
    if y_unit.size >= _SMOOTHED:
        y_unit = scipy.ndimage.median_filter(y_unit, 5, mode="nearest")  # a spike of two points is no rest
    if tau.size < _FEWEST_POINTS:
        return False
    pieces = min(_MOST_POINTS, tau.size)
    t, y = (np.array([piece.mean() for piece in np.array_split(values, pieces)]) for values in (tau, y_unit))
    one = _fit(t, y, [_step(t, y, 0.5), 20 / np.ptp(t)], _one_jump)
    fits = []
    for level in (0.3, 0.5, 0.7):
        start = [_step(t, y, level / 2), _step(t, y, (1 + level) / 2), 20 / np.ptp(t), 20 / np.ptp(t), level]
        fits.append(_fit(t, y, start, _two_jumps))
    best = min(fits, key=lambda fit: float(fit.cost))
    if best.cost > _BETTER * one.cost:
        return False
    first, second, rate_first, rate_second, level = best.x
    if rate_first <= 0 or rate_second <= 0 or not _LEVELS[0] < level < _LEVELS[1] or max(first, second) > t[-1]:
        return False
    between = np.linspace(min(first, second), max(first, second), 200)
    slopes = [
        part * rate * np.exp(-np.minimum((rate * (between - at)) ** 2, 700.0))
        for at, rate, part in ((first, rate_first, level), (second, rate_second, 1 - level))
    ]
    (begin, rate_begin), (end, rate_end) = sorted([(first, rate_first), (second, rate_second)])
    seen = np.count_nonzero((tau > begin + 1 / rate_begin) & (tau < end - 1 / rate_end))
    rests = (slopes[0] + slopes[1]).min() < _RESTING * min(level * rate_first, (1 - level) * rate_second)
    return bool(rests and seen >= _LASTING)


def _one_jump(t: Array, p: Array) -> tuple[Array, Array]:
    """An erf at p[0] with the rate p[1], and its derivatives."""
    offset = t - p[0]
    slope = np.exp(-np.minimum((p[1] * offset) ** 2, 700.0)) / np.sqrt(np.pi)
    return special.ndtr(np.sqrt(2) * p[1] * offset), np.stack([-p[1] * slope, offset * slope], axis=1)


def _two_jumps(t: Array, p: Array) -> tuple[Array, Array]:
    """Erfs at p[0] and p[1] with the rates p[2] and p[3] and the shares p[4] and 1 − p[4], and the derivatives."""
    level = p[4]
    (first, by_first), (second, by_second) = _one_jump(t, p[[0, 2]]), _one_jump(t, p[[1, 3]])
    by_both = np.stack([level * by_first, (1 - level) * by_second], axis=2).reshape(t.size, 4)
    return level * first + (1 - level) * second, np.column_stack([by_both, first - second])


def _step(t: Array, y: Array, level: float) -> float:
    """Time at which the best step function passes this level."""
    split = int(np.argmin(np.concatenate([[0.0], np.cumsum(y - level)])))
    return float(t[min(split, t.size - 1)])


def _fit(
    t: Array, y: Array, start: list[float], curve: Callable[[Array, Array], tuple[Array, Array]]
) -> "scipy.optimize.OptimizeResult":
    return scipy.optimize.least_squares(
        lambda p: curve(t, p)[0] - y, start, jac=lambda p: curve(t, p)[1], method="lm",
        x_scale=np.maximum(np.abs(start), 1e-3), max_nfev=200,
    )  # fmt: skip
