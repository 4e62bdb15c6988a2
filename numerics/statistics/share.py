"""A share of runs with its interval."""

from dataclasses import dataclass

import scipy  # its submodules load when they are first used

from numerics.statistics.paired_runs import check_level

__all__ = ["Share", "estimate_share"]


@dataclass(frozen=True)
class Share:
    """`count` of `n` with the interval of the probability behind it.

    >>> str(Share(0.75, 0.3, 0.95, 3, 4))
    '0.75 [0.30, 0.95]'
    """

    share: float
    low: float
    high: float
    count: int
    n: int

    def __str__(self) -> str:
        return f"{self.share:.2f} [{self.low:.2f}, {self.high:.2f}]"


def estimate_share(count: int, n: int, *, level: float = 0.95) -> Share:
    """The share `count`/`n` with Wilson's interval, which is sensible at 0 and at `n` as well.

    Raises
    ------
    ValueError
        For a count that is not a whole number from 0 to n, no runs at all, or a level outside (0, 1).

    Examples
    --------
    >>> str(estimate_share(0, 10))
    '0.00 [0.00, 0.28]'
    """
    check_level(level)
    if not 0 <= count <= n or n == 0 or count % 1 or n % 1:
        raise ValueError(f"A share needs a whole count from 0 to n of at least one run, got {count} of {n}.")
    interval = scipy.stats.binomtest(int(count), int(n)).proportion_ci(level, method="wilson")
    return Share(count / n, float(interval.low), float(interval.high), int(count), int(n))
