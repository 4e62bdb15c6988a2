"""Between which values a quantile lies, whatever the law of the values."""

import numpy as np
import scipy  # its submodules load when they are first used
from numpy.typing import ArrayLike

from numerics.statistics.paired_runs import check_level

__all__ = ["quantile_interval"]


def quantile_interval(values: ArrayLike, quantile: float = 0.5, *, level: float = 0.95) -> tuple[float, float]:
    """Order statistics that hold a quantile, the median unless told otherwise, with a probability of `level` or more.

    The number of values below the quantile is binomial, whatever their law. A side is infinite where there are too few
    values to bound it: a median needs six for a level of 0.95. A value that never came is infinite, and enters by its
    rank.

    Parameters
    ----------
    values
        Independent values in any order, shape (n,).
    quantile
        Between 0 and 1; 0.5 is the median.
    level
        Of the interval.

    Raises
    ------
    ValueError
        For a value that is not a number, or a quantile or level outside (0, 1).

    Examples
    --------
    >>> quantile_interval(range(100))
    (39.0, 60.0)
    >>> quantile_interval([3, 1, 2, 6, float("inf"), 5])
    (1.0, inf)
    >>> quantile_interval([3, 1, 2, 4])
    (-inf, inf)
    """
    check_level(level)
    if not 0 < quantile < 1:
        raise ValueError(f"A quantile lies between 0 and 1, got {quantile}; 0.5 is the median.")
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    if np.isnan(ordered).any():
        raise ValueError(
            f"Each value has a rank, got {np.isnan(ordered).sum()} NaN; give infinity for what never came."
        )
    n = len(ordered)
    if not n:
        return -np.inf, np.inf
    below = int(scipy.stats.binom.ppf((1 - level) / 2, n, quantile)) - 1
    above = int(scipy.stats.binom.ppf((1 + level) / 2, n, quantile))
    low = float(ordered[below]) if below >= 0 else -np.inf
    return low, float(ordered[above]) if above < n else np.inf
