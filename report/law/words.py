"""Numbers and slopes of the law in words."""

from collections.abc import Iterable

import numpy as np

from report.knob_sweep import knob_words
from report.law.knob_slope import KnobSlope

__all__ = ["interval", "knobs", "number", "slopes_by_knob", "times"]


def number(value: float) -> str:
    """Two digits after the point.

    >>> number(-0.254), number(-1e-9)
    ('−0.25', '0.00')
    """
    return f"{value:.2f}".replace("-", "−").replace("−0.00", "0.00")


def interval(value: float, low: float, high: float) -> str:
    """A number with its interval, where there is one.

    >>> interval(-0.5, -0.6, -0.4)
    '−0.50 [−0.60, −0.40]'
    """
    return number(value) if not np.isfinite(low) else f"{number(value)} [{number(low)}, {number(high)}]"


def times(count: int, word: str) -> str:
    """A count of things.

    >>> times(1, "knob"), times(3, "knob")
    ('1 knob', '3 knobs')
    """
    return f"{count} {word}{'s' * (count != 1)}"


def knobs(slopes: Iterable[KnobSlope]) -> str:
    """Systems and knobs, without their slopes."""
    return ", ".join(f"{one.name} {knob_words(one.knob)}" for one in slopes)


def slopes_by_knob(slopes: Iterable[KnobSlope]) -> str:
    """Systems and knobs with their slopes."""
    return ", ".join(
        f"{one.name} {knob_words(one.knob)} {interval(one.slope, one.slope_low, one.slope_high)}" for one in slopes
    )
