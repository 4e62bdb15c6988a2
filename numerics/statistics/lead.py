"""Which of two events comes first in the same runs, and by how much."""

from dataclasses import dataclass

import numpy as np
import scipy  # its submodules load when they are first used
from numpy.typing import ArrayLike

from numerics.statistics.paired_runs import check_level, paired_values
from numerics.statistics.quantile import quantile_interval

__all__ = ["Lead", "paired_lead"]


@dataclass(frozen=True)
class Lead:
    """By how much the first event leads the second, run by run.

    Attributes
    ----------
    median, low, high
        Of second − first, with the interval by order statistics; positive where the first leads, infinite where only
        the one that leads was seen.
    ahead, behind, tied
        In how many runs the first came before, after and with the second.
    neither
        Runs in which no event was seen; they do not enter.
    p_value
        Of the sign test: both orders are as likely.

    Examples
    --------
    >>> Lead(300.0, 250.0, 400.0, 9, 1, 0, 0, 0.02).ahead
    9
    """

    median: float
    low: float
    high: float
    ahead: int
    behind: int
    tied: int
    neither: int
    p_value: float


def paired_lead(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> Lead:
    """Compare the times of two events over runs; a time that never came is infinite or NaN.

    The interval of the median is that of `quantile_interval`: order statistics of the differences, whatever their law,
    so that a run in which one event never came enters with an infinite difference and moves neither by more than its
    rank. Where the runs are too few for the level (five for 0.95), an end is infinite.

    Raises
    ------
    ValueError
        For times of unequal lengths, a time of −∞, or a level outside (0, 1).

    Examples
    --------
    >>> lead = paired_lead([800, 790, 850, 700, 900, 810], [1530, 1500, np.inf, 1490, 1400, 800])
    >>> lead.median, lead.ahead, lead.behind
    (720.0, 5, 1)
    """
    early, late = paired_values(first, second)
    check_level(level)
    if np.isneginf(early).any() or np.isneginf(late).any():
        raise ValueError("No event is at −∞; give infinity or NaN for one that never came.")
    early, late = (np.where(np.isnan(times), np.inf, times) for times in (early, late))
    some = np.isfinite(early) | np.isfinite(late)
    difference = np.sort(late[some] - early[some])
    n = difference.size
    ahead, behind = int((difference > 0).sum()), int((difference < 0).sum())
    neither = int(some.size - n)
    if not n:
        return Lead(np.nan, -np.inf, np.inf, 0, 0, 0, neither, np.nan)
    # The mean of the two in the middle is not a number where one event alone was seen in each half of the runs.
    median = (float(difference[(n - 1) // 2]) + float(difference[n // 2])) / 2
    low, high = quantile_interval(difference, level=level)
    p_value = float(scipy.stats.binomtest(ahead, ahead + behind).pvalue) if ahead + behind else 1.0
    return Lead(median, low, high, ahead, behind, n - ahead - behind, neither, p_value)
