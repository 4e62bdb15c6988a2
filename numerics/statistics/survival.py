"""What share of runs has not yet arrived, over time, where some never do while they are watched."""

import warnings
from dataclasses import dataclass

import numpy as np
import scipy  # its submodules load when they are first used
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.statistics.paired_runs import check_level

__all__ = ["Survival", "survival"]


@dataclass(frozen=True)
class Survival:
    """The Kaplan–Meier estimate: after `time[k]` the share `share[k]` has not arrived; shapes (k,).

    Attributes
    ----------
    time, share, low, high
        Times at which a run arrived, the share that is left, and its interval.
    median, median_low, median_high
        When half of the runs have arrived, with its interval; infinite where they have not while they were watched.
    n, arrived
        How many runs there are, and how many of them arrived.

    Examples
    --------
    >>> Survival(np.array([3.0]), np.array([0.5]), np.array([0.1]), np.array([0.9]), 3.0, 3.0, np.inf, 2, 1).arrived
    1
    """

    time: Array
    share: Array
    low: Array
    high: Array
    median: float
    median_low: float
    median_high: float
    n: int
    arrived: int

    def __repr__(self) -> str:
        return (
            f"Survival: {self.arrived} arrived of {self.n}, "
            f"median {self.median:.5g} [{self.median_low:.5g}, {self.median_high:.5g}]"
        )


def survival(times: ArrayLike, length: ArrayLike, *, level: float = 0.95) -> Survival:
    """The Kaplan–Meier estimate of the share that has not arrived, with an interval at each time.

    The interval is Greenwood's on the scale of ln(−ln share), which stays between 0 and 1 (`scipy.stats.ecdf`); where
    it has no finite value, as before the last arrival of all, it is the whole range. That of the median is where this
    interval holds one half (Brookmeyer and Crowley).

    Parameters
    ----------
    times
        When each run arrived; infinity or NaN for one that did not, shape (n,).
    length
        For how long each was watched, shape (n,) or one number.
    level
        Of the intervals.

    Raises
    ------
    ValueError
        For no run, an arrival before 0 or after the end of its run, a length that is not finite, or a level outside
        (0, 1).

    Examples
    --------
    >>> found = survival([10.0, 20.0, 30.0, np.inf], 100.0)
    >>> found.time.tolist(), found.share.tolist(), found.median, found.median_high
    ([10.0, 20.0, 30.0], [0.75, 0.5, 0.25], 20.0, inf)
    """
    arrival = np.atleast_1d(np.asarray(times, dtype=np.float64))
    watched = lengths(length, arrival)
    check_level(level)
    seen = np.isfinite(arrival)
    check_arrivals(arrival, watched)
    if not arrival.size:
        raise ValueError("Times of at least one run are needed, got none; give infinity for a run that never arrived.")
    if not seen.any():
        nothing = np.empty(0)
        return Survival(nothing, nothing, nothing, nothing, np.inf, float(watched.max()), np.inf, arrival.size, 0)
    sample = scipy.stats.CensoredData.right_censored(np.where(seen, arrival, watched), ~seen)
    curve = scipy.stats.ecdf(sample).sf
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # where the interval is undefined: the whole range is taken
        band = curve.confidence_interval(level, method="log-log")
    at = np.isin(curve.quantiles, arrival[seen])
    time, share = curve.quantiles[at], curve.probabilities[at]
    low = np.where(np.isnan(band.low.probabilities), 0.0, band.low.probabilities)[at]
    high = np.where(np.isnan(band.high.probabilities), 1.0, band.high.probabilities)[at]
    return Survival(
        time, share, low, high, _first_below(time, share), _first_below(time, low), _first_below(time, high),
        arrival.size, int(seen.sum()),
    )  # fmt: skip


def lengths(length: ArrayLike, arrival: Array) -> Array:
    """The length of each run, from one for all or one for each.

    >>> lengths(5, np.array([1.0, 2.0])).tolist()
    [5.0, 5.0]
    """
    given = np.asarray(length, dtype=np.float64)
    if arrival.ndim != 1 or given.shape not in ((), arrival.shape):
        raise ValueError(
            f"Times are one sequence, with one length or one for each, got shapes {arrival.shape} and {given.shape}."
        )
    return np.broadcast_to(given, arrival.shape)


def check_arrivals(arrival: Array, watched: Array) -> None:
    """Raise ValueError where a run arrived after its end or before its beginning, or its length is none.

    >>> check_arrivals(np.array([7.0]), np.array([5.0]))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: A run arrives before its end, got an arrival at 7.0 in a run of length 5.0; ...
    """
    if not (np.isfinite(watched) & (watched >= 0)).all():
        wrong = watched[~(np.isfinite(watched) & (watched >= 0))][0]
        raise ValueError(
            f"The length of a run is finite and not negative, got {wrong}; give the last time it was seen."
        )
    if (arrival < 0).any():
        raise ValueError(
            f"A run arrives at 0 or later, got {arrival[arrival < 0][0]}; give infinity for a run that never arrived."
        )
    late = np.flatnonzero(np.isfinite(arrival) & (arrival > watched))
    if late.size:
        raise ValueError(
            f"A run arrives before its end, got an arrival at {arrival[late[0]]} in a run of length "
            f"{watched[late[0]]}; give infinity for a run that never arrived."
        )


def _first_below(time: Array, share: Array) -> float:
    below = np.flatnonzero(share <= 0.5 + 1e-12)
    return float(time[below[0]]) if below.size else np.inf
