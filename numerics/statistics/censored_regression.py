"""A straight line for the logarithm of times of which some are only known to be longer than a run."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy  # its submodules load when they are first used
from numpy.typing import ArrayLike
from scipy import special

from numerics.annotations import Array
from numerics.statistics.paired_runs import check_level, paired_values
from numerics.statistics.survival import check_arrivals, lengths

__all__ = ["CensoredRegression", "fit_censored_times"]


@dataclass(frozen=True)
class CensoredRegression:
    """ln T = intercept + slope·x (+ a slope of each column of `given`) + scale·noise, by maximum likelihood.

    Attributes
    ----------
    slope, slope_low, slope_high
        With the interval by the profile likelihood.
    intercept, scale, log_likelihood
        Of the fit.
    noise
        `"normal"` or `"weibull"`.
    n, censored
        How many runs entered, and how many of them never arrived.

    Examples
    --------
    >>> line = CensoredRegression(1.0, 0.9, 1.1, 2.0, 0.1, -3.0, "normal", 20, 2)
    >>> float(line(np.array([0.0, 1.0]))[0].round(3))
    7.389
    """

    slope: float
    slope_low: float
    slope_high: float
    intercept: float
    scale: float
    log_likelihood: float
    noise: str
    n: int
    censored: int

    def __call__(self, x: ArrayLike) -> Array:
        """The time exp(intercept + slope·x), which with normal noise is the median."""
        return np.exp(self.intercept + self.slope * np.asarray(x, dtype=np.float64))


def _normal_survival(z: Array) -> tuple[Array, Array, Array]:
    log_survival = special.log_ndtr(-z)
    hazard = np.exp(-(z**2) / 2 - log_survival) / np.sqrt(2 * np.pi)
    return log_survival, -hazard, -hazard * (hazard - z)


def _weibull_survival(z: Array) -> tuple[Array, Array, Array]:
    rise = -np.exp(np.minimum(z, 700))
    return rise, rise, rise


# Logarithms of the density and of the survival of the noise, each with its first two derivatives.
_NOISES: dict[str, tuple[Callable[[Array], tuple[Array, Array, Array]], ...]] = {
    "normal": (lambda z: (-(z**2) / 2 - np.log(2 * np.pi) / 2, -z, -np.ones_like(z)), _normal_survival),
    # The logarithm of a Weibull time is a smallest extreme value: ln f = z − eᶻ, ln S = −eᶻ.
    "weibull": (
        lambda z: (z + _weibull_survival(z)[0], 1 + _weibull_survival(z)[0], _weibull_survival(z)[0]),
        _weibull_survival,
    ),
}


def fit_censored_times(
    x: ArrayLike,
    times: ArrayLike,
    length: ArrayLike,
    *,
    given: ArrayLike | None = None,
    noise: str = "normal",
    level: float = 0.95,
) -> CensoredRegression:
    """Fit ln T = a + b·x + σ·noise, where a run that never arrived only says that T is longer than the run.

    Least squares of the runs that arrived would leave out the slowest, and draw every slope towards zero. The interval
    of b is that of the profile likelihood: all b whose logarithmic likelihood, with the rest fitted anew, is at most
    (m/2) ln(1 + t²/(m − k)) below the largest, for m runs that arrived, k coefficients and t the quantile of Student's
    law with m − k degrees of freedom. That is Student's interval where all runs arrived and the noise is normal, and
    half the quantile of χ² for many runs, which alone covers 0.90 instead of 0.95 for ten.

    Parameters
    ----------
    x
        As it enters: the logarithm of a rate for a power law, shape (n,).
    times
        When each run arrived; infinity or NaN for one that did not, shape (n,).
    length
        For how long each was watched, shape (n,) or one number.
    given
        Further columns that enter with slopes of their own, shape (n, m): what b is to be held against.
    noise
        `"normal"` or `"weibull"`, the distribution of ln T about its line.
    level
        Of the interval.

    Returns
    -------
    The fit; NaN with its counts where the runs that arrived are too few, or all at one x.

    Raises
    ------
    ValueError
        For unequal lengths, times that are not positive or after the end of their run, another noise or level.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.uniform(-2, 0, 300)
    >>> times = np.exp(5 - x + 0.3 * rng.normal(size=300))
    >>> line = fit_censored_times(x, np.where(times < 500, times, np.inf), 500.0)
    >>> round(line.slope, 1), bool(line.slope_low < -1 < line.slope_high), line.censored > 80
    (-1.0, True, True)
    """
    covariate, arrival = paired_values(x, times)
    watched = lengths(length, arrival)
    check_level(level)
    check_arrivals(arrival, watched)
    if noise not in _NOISES:
        raise ValueError(f"noise must be one of {', '.join(_NOISES)}, got {noise!r}; 'normal' is the usual one.")
    beside = np.empty((arrival.size, 0)) if given is None else np.asarray(given, dtype=np.float64)
    if beside.shape[:1] != arrival.shape or beside.ndim != 2:
        raise ValueError(f"given has a row a run, shape ({arrival.size}, m), got the shape {beside.shape}.")
    usable = np.isfinite(covariate) & np.isfinite(beside).all(axis=1)
    seen = np.isfinite(arrival)[usable]
    known = np.where(np.isfinite(arrival), arrival, watched)[usable]
    if not (known > 0).all():
        raise ValueError(f"Times must be positive, got {known[~(known > 0)][0]}; leave out runs that began arrived.")
    log_time = np.log(known)
    design = np.column_stack([np.ones(seen.size), beside[usable], covariate[usable]])
    n, censored = int(usable.sum()), int(np.count_nonzero(~seen))
    columns = design.shape[1]
    if seen.sum() < columns + 1 or np.linalg.matrix_rank(design[seen]) < columns:
        return CensoredRegression(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, noise, n, censored)

    best, found = _maximise(design, log_time, seen, noise)
    slope = float(found[-2])
    arrived = int(seen.sum())
    freedom = arrived - columns
    drop = arrived * np.log1p(scipy.stats.t.ppf((1 + level) / 2, freedom) ** 2 / freedom) / 2

    def missing(b: float) -> float:
        return best - drop - _maximise(design[:, :-1], log_time - b * design[:, -1], seen, noise)[0]

    unit = float(found[-1] / (np.std(design[seen, -1]) * np.sqrt(seen.sum())))
    ends = [_edge(missing, slope, way * unit) for way in (-1, 1)]
    return CensoredRegression(
        slope, ends[0], ends[1], float(found[0]), float(found[-1]), best, noise, n, censored
    )  # fmt: skip


def _maximise(design: Array, log_time: Array, seen: Array, noise: str) -> tuple[float, Array]:
    """The largest log-likelihood of ln T, and where: the coefficients and σ.

    In γ = coefficients/σ and θ = 1/σ the log-likelihood is concave (Olsen 1978), so that Newton's method finds it.
    """
    density, survival_of = _NOISES[noise]
    turned = np.column_stack([-design, log_time])  # the noise is this times (γ, θ)

    def likelihood(where: Array) -> tuple[float, Array, Array]:
        z = turned @ where
        ln_f, ln_s = density(z), survival_of(z)
        value, first, second = (np.where(seen, a, b) for a, b in zip(ln_f, ln_s, strict=True))
        gradient, bend = turned.T @ first, (turned.T * second) @ turned
        gradient[-1] += seen.sum() / where[-1]
        bend[-1, -1] -= seen.sum() / where[-1] ** 2
        return float(value.sum() + seen.sum() * np.log(where[-1])), gradient, bend

    start, *_ = np.linalg.lstsq(design, log_time, rcond=None)
    spread = float(np.std(log_time - design @ start))
    where = np.append(start, 1.0) / max(spread, 1e-9 * (1 + float(np.ptp(log_time))))
    value, gradient, bend = likelihood(where)
    for _ in range(100):
        step, *_ = np.linalg.lstsq(bend, -gradient, rcond=None)
        length = 1.0
        while length > 1e-9:
            there = where + length * step
            if there[-1] > 0 and (next_value := likelihood(there)[0]) >= value:
                break
            length /= 2
        else:
            break
        gain, where = next_value - value, there
        value, gradient, bend = likelihood(where)
        if gain < 1e-10 and gradient @ step < 1e-10:
            break
    return value, np.append(where[:-1], 1.0) / where[-1]


def _edge(missing: Callable[[float], float], slope: float, step: float) -> float:
    """Where the likelihood has dropped: the first sign change away from the best slope, infinite if there is none."""
    inner = slope
    if missing(inner) >= 0:  # on a line without scatter nothing but the line itself is likely
        return inner
    for k in range(60):
        outer = slope + step * 1.5**k
        if missing(outer) > 0:
            return float(scipy.optimize.brentq(missing, inner, outer, xtol=1e-9, rtol=1e-7))
        inner = outer
    return float(np.sign(step) * np.inf)
