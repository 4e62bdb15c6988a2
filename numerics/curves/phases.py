"""Where a curve rises for good: its lasting phases below and above the middle, and the start values of a fit."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array

__all__ = [
    "Course",
    "Jump",
    "clipped_rate",
    "enough",
    "find_jump",
    "find_jump_in_long",
    "lasting",
    "start_rate",
]

_LASTING = 0.02  # share of the points that makes a phase more than a spike
_FEWEST = 4
_ENOUGH = 2048  # points that show the course of a curve


class Course(Enum):
    """What a curve does, seen from the middle between floor and ceiling."""

    RISES = 1
    FALLS = -1
    STAYS_LOW = 2
    STAYS_HIGH = 3
    FALLS_BACK = 4


@dataclass(frozen=True)
class Jump:
    """The course of a curve, the index of the first point after its jump, and of the first point to be fitted.

    `begin` is 0 unless the curve was above the middle before: then only its last rise is a jump.
    """

    course: Course
    split: int = 0
    begin: int = 0


def find_jump(y_unit: Array) -> Jump:
    """The last lasting rise of a curve in units of floor 0 and ceiling 1, or its only fall, or what it does instead.

    With the sum C of 2y − 1, a step from 0 to 1 at index k has the squared error C_k + const: a phase below the middle
    is where C falls, one above is where it rises. A phase counts when C changes by more than 2 % of the points, at
    least 4; shorter excursions are spikes, except that the jump itself may be near an end of the record.

    >>> find_jump(np.array([0, 0, 0.1, 0.8, 1, 1])).split
    3
    >>> find_jump(np.repeat([0.7, 0.1, 1.0], 100))  # a dip, then the jump; what came before the dip is left out
    Jump(course=<Course.RISES: 1>, split=200, begin=150)
    >>> find_jump(np.repeat([0.1, 0.9, 0.1], 100)).course.name
    'FALLS_BACK'
    """
    n = y_unit.size
    total = np.zeros(n + 1)
    np.cumsum(2 * y_unit - 1, out=total[1:])
    turns = _turns(total, lasting(n))
    # At the ends of the record a few points may be a phase, but not one that a stray point could make.
    stray = min(1.0, 6 * float(np.abs(np.diff(y_unit)).mean()))
    if not turns:
        return _single_step(total)
    first, low = turns[0]
    if not low and total[first] <= stray:
        turns[0] = 0, False
    # A turn at which C stops falling begins a phase above the middle; the last turn may be a rise that has just begun.
    last, low = turns[-1]
    if not low:
        trailing = last + int(np.argmin(total[last:]))
        if total[n] - total[trailing] > stray:
            turns.append((trailing, True))
    rises = [k for k, low in turns if low]
    if not rises:
        if turns[0][0] == 0:
            return Jump(Course.STAYS_LOW)
        return Jump(Course.FALLS, split=turns[0][0])
    if not turns[-1][1]:
        return Jump(Course.FALLS_BACK) if rises[-1] > 0 else Jump(Course.FALLS, split=last)
    split = rises[-1]
    if split == turns[0][0] and -total[split] <= stray:
        return Jump(Course.STAYS_HIGH)
    previous = [0, *(k for k, _ in turns)][-2]
    return Jump(Course.RISES, split, _bottom(total, previous, split) if previous else 0)


def find_jump_in_long(y: Array, floor: float, ceiling: float) -> Jump:
    """`find_jump` of a curve in its own units, from every k-th point of a long one; the split to the point.

    >>> find_jump_in_long(np.repeat([0.0, 100.0], [12_345, 40_000]), 0.0, 100.0).split
    12345
    """
    stride = enough(y.size)
    jump = find_jump((y[::stride] - floor) / (ceiling - floor))
    if stride == 1 or jump.split == 0:
        return jump
    low, high = (jump.split - 1) * stride, (jump.split + 1) * stride
    # The last point cannot come before the jump.
    rest = jump.course.value * np.cumsum(y[:-1][low:high] - (floor + ceiling) / 2)
    return Jump(jump.course, low + 1 + int(np.argmin(rest)), jump.begin * stride)


def _turns(total: Array, least: float) -> list[tuple[int, bool]]:
    """Extremes of C between which it moves by more than `least`: (index, whether it is a minimum), in order."""
    turns: list[tuple[int, bool]] = []
    begin = 0
    while True:
        rest = total[begin:]
        rose = rest - np.minimum.accumulate(rest) > least
        fell = np.maximum.accumulate(rest) - rest > least
        # The extremes alternate: after a minimum only a lasting fall is news.
        ends = [
            (int(np.argmax(moved)), low)
            for moved, low in ((rose, True), (fell, False))
            if moved.any() and (not turns or turns[-1][1] is not low)
        ]
        if not ends:
            return turns
        end, low = min(ends)
        begin += int(np.argmin(rest[:end]) if low else np.argmax(rest[:end]))
        turns.append((begin, low))


def _single_step(total: Array) -> Jump:
    """The step 0|1 or 1|0 closest to a curve without lasting phases."""
    n = total.size - 1
    rise, fall = int(np.argmin(total)), int(np.argmax(total))
    # Cost of the fall, measured from the same zero (everything on the ceiling), is total − cost. A fall at either end
    # fits no better than the rise at the other.
    if total[-1] - total[fall] < total[rise]:
        return Jump(Course.FALLS, fall)
    return Jump(Course.RISES, rise) if 0 < rise < n else Jump(Course.STAYS_LOW if rise == n else Course.STAYS_HIGH)


def _bottom(total: Array, begin: int, end: int) -> int:
    """Middle of the tenth of a low phase in which the curve is lowest."""
    length = max(1, (end - begin) // 10)
    sums = total[begin + length : end + 1] - total[begin : end + 1 - length]
    lowest = np.flatnonzero(np.isclose(sums, sums.min(), rtol=0, atol=1e-9))
    return begin + int(lowest[lowest.size // 2]) + length // 2


def start_rate(tau: Array, y: Array, split: int, left: float, right: float) -> float:
    """Sharpness from the area between a curve and its step from `left` to `right`: 1/(s√π) for an erf of height 1.

    >>> from scipy.special import ndtr
    >>> tau = np.linspace(-0.5, 0.5, 101)
    >>> round(start_rate(tau, 50 + 50 * ndtr(np.sqrt(2) * 20 * tau), 50, 50, 100))
    20
    """
    stride = enough(y.size)
    area = _area(tau[::stride], y[::stride], -(-split // stride), left, right)
    if area < 20 * stride / y.size * (tau[-1] - tau[0]):  # every k-th point is not enough after all
        area = _area(tau, y, split, left, right)
    steps = np.diff(tau[max(0, split - 2) : split + 2])
    return float(clipped_rate(area, steps[steps > 0].min(initial=1.0)))


def clipped_rate(area: ArrayLike, shortest: float) -> Array:
    """The sharpness of an erf with this area, neither below that of the whole record nor far above that of one step.

    >>> clipped_rate([0.0, 0.1, 3.0], 0.01).round(2).tolist()
    [188.06, 5.64, 1.13]
    """
    return 1 / np.sqrt(np.pi) / np.clip(area, 0.3 * shortest, 0.5)


def enough(points: int) -> int:
    """k, where every k-th of so many points shows the course of a curve.

    >>> enough(100), enough(50_000)
    (1, 24)
    """
    return max(1, points // _ENOUGH)


def lasting(points: int) -> float:
    """By how much C of `find_jump` changes in a phase of a curve of so many points.

    >>> lasting(100), lasting(1000)
    (4, 20.0)
    """
    return max(_FEWEST, _LASTING * points)


def _area(tau: Array, y: Array, split: int, left: float, right: float) -> float:
    """Area between curve and step in units of the step's height, by the trapezoidal rule."""
    gap = np.concatenate([y[:split] - left, right - y[split:]])
    return float(abs(np.einsum("i,i->", gap[1:] + gap[:-1], np.diff(tau))) / 2 / abs(right - left))
