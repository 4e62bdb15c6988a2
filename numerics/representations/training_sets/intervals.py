"""95 % intervals of a probability and of a quantile from independent trials, without a law behind them."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from numerics.annotations import Array

__all__ = ["probability_interval", "quantile_interval"]


def probability_interval(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a probability.

    >>> low, high = probability_interval(0, 100)
    >>> low, round(high, 4)
    (0.0, 0.037)
    """
    interval = stats.binomtest(int(successes), int(trials)).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def quantile_interval(ordered: Array | NDArray[np.int64], level: float) -> tuple[float, float]:
    """Order statistics between which a quantile lies, with 95 % probability or more, whatever the law of the values.

    The number of values below the quantile is binomial. A side is infinite where there are too few values to bound it.

    >>> quantile_interval(np.arange(100), 0.5)
    (39.0, 60.0)
    >>> quantile_interval(np.arange(4), 0.5)
    (-inf, inf)
    """
    n = len(ordered)
    below = int(stats.binom.ppf(0.025, n, level)) - 1
    above = int(stats.binom.ppf(0.975, n, level))
    low = float(ordered[below]) if below >= 0 else -np.inf
    return low, float(ordered[above]) if above < n else np.inf
