"""An accuracy curve as it comes from outside, checked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.curves.recorded_numbers import recorded_accuracy, recorded_time
from numerics.given_numbers import real_number

__all__ = ["AccuracyCurve", "checked_curve", "checked_samples"]

_LEAST, _MOST = 1e-100, 1e100
_CLOSEST = 1e-30
_MOST_SAMPLES = 2**53  # above, floats leave whole numbers out


@dataclass(frozen=True)
class AccuracyCurve:
    """Times that do not decrease and accuracies, finite, of one length; whether the times are equally spaced."""

    time: Array
    accuracy: Array
    equally_spaced: bool


def checked_curve(time: ArrayLike, accuracy: ArrayLike, floor: float | None, ceiling: float | None) -> AccuracyCurve:
    """The curve as float arrays, or a ValueError that says what is wrong with it.

    >>> checked_curve([1, 3, 2, 4], [0, 0, 1, 1], 0.0, 1.0)
    Traceback (most recent call last):
        ...
    ValueError: time must not decrease, got 2.0 after 3.0; sort the points by time.
    """
    t, y = recorded_time(time), recorded_accuracy(accuracy)
    if t.ndim != 1 or t.shape != y.shape:
        raise ValueError(
            f"time and accuracy must be one-dimensional and of equal length, got shapes {t.shape} and {y.shape}."
        )
    if t.size < 4:
        raise ValueError(f"A fit needs at least 4 points, got {t.size}.")
    with np.errstate(invalid="ignore", over="ignore"):
        steps = np.diff(t)
    # Sums and extremes carry every NaN and infinity with them, at a fraction of the cost of looking at each point.
    shortest, longest, lowest, highest = steps.min(), steps.max(), y.min(), y.max()
    for name, values, ends in (("time", t, (t[0], t[-1], shortest, longest)), ("accuracy", y, (lowest, highest))):
        if not (np.isfinite(ends).all() or np.isfinite(values).all()):  # what is too large comes below
            bad = int(np.argmin(np.isfinite(values)))
            raise ValueError(f"{name} must be finite, got {values[bad]} at index {bad}; drop such points.")
    _check_sizes("time", t[0], t[-1])
    _check_sizes("accuracy", lowest, highest, least=0.0)
    if shortest < 0:
        bad = int(np.argmax(steps < 0))
        raise ValueError(f"time must not decrease, got {t[bad + 1]} after {t[bad]}; sort the points by time.")
    if t[0] == t[-1]:
        raise ValueError(f"time must advance, got {t[0]} throughout.")
    closest = shortest if shortest > 0 else steps[steps > 0].min()
    if closest < _CLOSEST * max(abs(t[0]), abs(t[-1])):
        raise ValueError(
            f"times must be equal or differ by {_CLOSEST:g} of the last at least, got {closest:g} between "
            f"some, the last being {t[-1]:g}; leave out what is so close."
        )
    if floor is not None and ceiling is not None:
        if not floor < ceiling:
            raise ValueError(f"ceiling must be above floor, got floor {floor} and ceiling {ceiling}.")
        _check_sizes("floor and ceiling", floor, ceiling, ceiling - floor)
        height = ceiling - floor
        if highest > ceiling + height or lowest < floor - height:
            far = highest if highest > ceiling + height else lowest
            raise ValueError(
                f"accuracy {far:g} lies far outside of floor {floor:g} and ceiling {ceiling:g}; "
                "pass the asymptotes in the units of the curve (ceiling=100 for percent)."
            )
    return AccuracyCurve(t, y, bool(longest - shortest < 1e-6 * longest))


def _check_sizes(name: str, *numbers: float, least: float = _LEAST) -> None:
    """Raise ValueError where numbers, or the largest of them, are of a size whose squares floats do not hold."""
    largest = max(map(abs, numbers))
    if not (largest < _MOST and largest >= least):
        raise ValueError(f"{name} must be of a size from {_LEAST:g} to {_MOST:g}, got {largest:g}; take another unit.")


def checked_samples(samples: int | None, accuracy: Array) -> int | None:
    """The number of samples behind each accuracy, if it can be one.

    >>> checked_samples(250, np.array([0.5, 1.0]))
    250
    """
    if samples is None:
        return None
    number = real_number(samples)
    if not (1 <= number <= _MOST_SAMPLES and number == int(number)):
        raise ValueError(
            f"samples must be a whole number of at least 1, got {samples}; None weighs all points equally."
        )
    if accuracy.min() < 0 or accuracy.max() > 1:
        raise ValueError(
            f"Binomial weights need accuracies from 0 to 1, got {accuracy.min():g} to {accuracy.max():g}; "
            "divide percent by 100, or leave samples out."
        )
    return int(number)
