"""What less data costs: how many more steps, and from which share of the data on half of the runs arrive at all."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy  # its submodules load when they are first used
from numpy.typing import ArrayLike, NDArray
from scipy import special

from numerics.annotations import Array
from numerics.statistics.censored_regression import CensoredRegression, fit_censored_times
from numerics.statistics.paired_runs import check_level

__all__ = ["DataEfficiency", "data_efficiency"]


@dataclass(frozen=True)
class DataEfficiency:
    """The trade of data for steps.

    Attributes
    ----------
    line
        ln T = intercept + slope·fraction, with the runs that never arrived as censored times.
    percent, percent_low, percent_high
        How many per cent more steps one hundredth of all data less costs, with its interval.
    half, half_low, half_high
        The fraction at which half of the runs arrive while they are watched, with its interval; a side without a bound
        is infinite. The fraction itself is NaN where all runs arrived, or none, or more data did not help.

    Examples
    --------
    >>> line = CensoredRegression(-35.0, -40.0, -30.0, 18.0, 0.3, -9.0, "normal", 20, 2)
    >>> DataEfficiency(line, 41.9, 35.0, 49.2, 0.23, 0.21, 0.25).line.censored
    2
    """

    line: CensoredRegression
    percent: float
    percent_low: float
    percent_high: float
    half: float
    half_low: float
    half_high: float


def data_efficiency(
    fraction: ArrayLike, times: ArrayLike, length: ArrayLike, *, noise: str = "normal", level: float = 0.95
) -> DataEfficiency:
    """Fit ln T = a − b·fraction to the steps of runs that learn from a share of the data, those that never arrive too.

    One hundredth of the data less multiplies the median number of steps by exp(b/100): P says of fractions from 0.25 to
    0.3 that it costs 40 to 50 per cent more. A straight line is a local description; steps grow
    faster than it towards the smallest fraction, so give it the runs of a narrow range.

    Whether a run arrives at all is described beside it, by P(arrives) = 1/(1 + exp(−k(fraction − half))) with k ≥ 0, by
    maximum likelihood. It asks nothing of the times, and concerns the lengths that were watched: longer runs may have a
    smaller fraction. The interval is that of the profile likelihood. Where all fractions with arrivals are above all
    without, every value between the two is equally likely, and `half` is their middle.

    Parameters
    ----------
    fraction
        The share of all examples that each run learned from, shape (n,).
    times
        When each run arrived; infinity or NaN for one that did not, shape (n,).
    length
        For how long each was watched, shape (n,) or one number.
    noise, level
        As for `fit_censored_times`.

    Returns
    -------
    The two fits; the line is NaN with its counts where too few runs arrived, or all at one fraction.

    Raises
    ------
    ValueError
        As `fit_censored_times`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> fraction = np.repeat([0.25, 0.26, 0.27, 0.28, 0.29, 0.3], 10)
    >>> times = np.exp(18 - 37 * fraction + 0.3 * rng.normal(size=60))
    >>> found = data_efficiency(fraction, np.where(times < 5000, times, np.inf), 5000.0)
    >>> bool(found.percent_low < 100 * (np.exp(0.37) - 1) < found.percent_high)
    True
    >>> bool(found.half_low < (18 - np.log(5000)) / 37 < found.half_high)
    True
    """
    check_level(level)
    line = fit_censored_times(fraction, times, length, noise=noise, level=level)
    percent, low, high = (100 * np.expm1(-slope / 100) for slope in (line.slope, line.slope_high, line.slope_low))
    share = np.asarray(fraction, dtype=np.float64)
    known = np.isfinite(share)
    half = _half(share[known], np.isfinite(np.asarray(times, dtype=np.float64))[known], level)
    return DataEfficiency(line, float(percent), float(low), float(high), *half)


def _half(fraction: Array, arrived: NDArray[np.bool_], level: float) -> tuple[float, float, float]:
    """Where half of the runs arrive, and its interval."""
    n, share = arrived.size, float(np.mean(arrived)) if arrived.size else np.nan
    side = np.where(arrived, 1.0, -1.0)
    width = float(np.ptp(fraction)) if n else 0.0
    if width == 0:
        return np.nan, -np.inf, np.inf

    def likelihood(half: float) -> float:
        return _profile(side * (fraction - half))

    # Far outside only the share of all runs counts on the one side, and a slope of 0 is the best on the other.
    same = float(special.xlogy(n * share, share) + special.xlogy(n * (1 - share), 1 - share))
    limits = {way: same if way * (share - 0.5) < 0 else -n * np.log(2) for way in (-1, 1)}
    inside = np.unique(fraction)
    between = np.concatenate([(inside[1:] + inside[:-1]) / 2, inside - 1e-6 * width, inside + 1e-6 * width])
    grid = np.concatenate([between, np.linspace(inside[0] - width, inside[-1] + width, 31)])
    values = np.array([likelihood(half) for half in grid])
    best, half = float(values.max()), float(grid[values.argmax()])
    one_sided = share in (0.0, 1.0)
    if best < 0 and not one_sided:
        refined = scipy.optimize.minimize_scalar(
            lambda at: -likelihood(at), bounds=(half - width / 10, half + width / 10), method="bounded",
            options={"xatol": 1e-6 * width},
        )  # fmt: skip
        if -refined.fun > best:
            best, half = float(-refined.fun), float(refined.x)
    drop = float(scipy.stats.chi2.ppf(level, 1)) / 2
    low, high = (_end(likelihood, half, way * width, best - drop, limits[way]) for way in (-1, 1))
    told = best > max(limits.values()) + 1e-9 and not one_sided
    return half if told else np.nan, low, high


def _profile(ahead: Array) -> float:
    """The largest log-likelihood of any slope k ≥ 0: Σ −ln(1 + exp(−k·ahead)), concave in k.

    `ahead` is how far each run is on the side of `half` where what it did is the likelier.
    """
    if ahead.min() >= 0:
        return float(np.count_nonzero(ahead == 0) * -np.log(2))
    if ahead.sum() <= 0:
        return float(ahead.size * -np.log(2))

    def rise(slope: float) -> float:
        return float(ahead @ special.expit(-slope * ahead))

    steep = 1 / float(np.abs(ahead).max())
    while rise(steep) > 0:
        steep *= 2
    slope = scipy.optimize.brentq(rise, 0.0, steep, rtol=1e-9)
    return float(special.log_expit(slope * ahead).sum())


def _end(likelihood: Callable[[float], float], half: float, step: float, least: float, limit: float) -> float:
    """Where the likelihood has dropped to the least that counts, in the direction of the step; infinite if nowhere."""
    if limit >= least:
        return float(np.copysign(np.inf, step))
    inner, reach = half, step / 64
    while likelihood(half + reach) > least:
        inner, reach = half + reach, 1.5 * reach
    return float(scipy.optimize.brentq(lambda at: likelihood(at) - least, inner, half + reach, xtol=1e-6 * abs(step)))
