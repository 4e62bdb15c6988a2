"""The trend of sharpness against the grokking gap: a power law, with what its runs tell of the exponent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.annotations import Array
from numerics.statistics.trend.bend import curvature, local_slopes
from numerics.statistics.trend.levels import Groups, means, within_line
from numerics.statistics.trend.structural_line import Points, fit_line

__all__ = ["Noise", "Trend", "fit_trend"]

Noise = Literal["none", "runs", "curves"]

_ONE_SLOPE = 0.1  # by which share of the slope local slopes may differ on a line that counts as straight


@dataclass(frozen=True)
class Trend:
    """Straight line ln S = intercept + slope·ln G with the 95 % interval of its slope.

    What cannot be had is NaN: everything with fewer than three values of the knob, an interval where the curves are
    known without noise.

    Attributes
    ----------
    slope, intercept, slope_low, slope_high
        Of the line between values of the knob: how sharpness changes with the gap as the knob is turned.
    n, groups
        Runs that entered, and at how many values of the knob; without a knob each run stands for itself.
    one_sided, censored
        Runs that entered with a gap of which only a lower bound is known, and runs with such a bound that could not
        enter, as a run that never generalized: it has no sharpness.
    scatter
        Standard deviation of ln S about the line, from value to value, beyond what the errors and the scatter of the
        runs explain.
    curvature, curvature_low, curvature_high
        Coefficient of (ln G)² if there is one more term, with its interval.
    within_slope, within_low, within_high
        Of the line through the deviations of the runs from the mean of their value of the knob.
    between_share
        Share of the variance of ln G that lies between the values of the knob.
    local_low, local_high
        Where the curves have no noise: the smallest and the largest slope between neighbouring values.
    center, center_error, quantile
        ln G about which the line turns, the standard error of the line there, and Student's quantile.

    Examples
    --------
    >>> trend = Trend(slope=-0.5, intercept=0.0, slope_low=-0.6, slope_high=-0.4, n=9)
    >>> trend(4.0), trend.falls
    (np.float64(0.5), True)
    """

    slope: float
    intercept: float
    slope_low: float
    slope_high: float
    n: int
    groups: int = 0
    one_sided: int = 0
    censored: int = 0
    scatter: float = np.nan
    curvature: float = np.nan
    curvature_low: float = np.nan
    curvature_high: float = np.nan
    within_slope: float = np.nan
    within_low: float = np.nan
    within_high: float = np.nan
    between_share: float = np.nan
    local_low: float = np.nan
    local_high: float = np.nan
    center: float = np.nan
    center_error: float = np.nan
    quantile: float = np.nan

    def __repr__(self) -> str:
        if not np.isfinite(self.slope):
            return f"Trend: no line, n = {self.n}"
        low, high = (self.slope_low, self.slope_high) if np.isnan(self.local_low) else (self.local_low, self.local_high)
        return f"Trend: S ∝ G^{self.slope:.3f} [{low:.3f}, {high:.3f}], n = {self.n}"

    def __call__(self, gap: ArrayLike) -> Array:
        """Return the sharpness that the line gives at a relative gap."""
        return np.exp(self.intercept) * np.asarray(gap, dtype=np.float64) ** self.slope

    def band(self, gap: ArrayLike) -> tuple[Array, Array]:
        """The ends of the 95 % interval of the line at a relative gap; NaN without an interval.

        The level at the center and the slope are independent, so that their deviations add like √(a² + b²).

        >>> trend = fit_trend([1, 2, 3, 4, 5], [1.0, 0.6, 0.3, 0.26, 0.2])
        >>> low, high = trend.band(2.0)
        >>> bool(low < trend(2.0) < high), low.round(3), high.round(3)
        (True, np.float64(0.428), np.float64(0.621))
        """
        place = np.log(np.asarray(gap, dtype=np.float64)) - self.center
        level = self.quantile * self.center_error
        below = np.where(place > 0, self.slope - self.slope_low, self.slope_high - self.slope)
        above = np.where(place > 0, self.slope_high - self.slope, self.slope - self.slope_low)
        line = np.log(self(gap))
        with np.errstate(invalid="ignore", over="ignore"):
            return np.exp(line - np.hypot(level, below * place)), np.exp(line + np.hypot(level, above * place))

    @property
    def falls(self) -> bool | None:
        """Whether sharpness falls with the gap: the interval of the slope, or all local slopes, below zero.

        False where they are above zero, None where both are possible.
        """
        if np.isfinite(self.local_low):
            return True if self.local_high < 0 else False if self.local_low > 0 else None
        return True if self.slope_high < 0 else False if self.slope_low > 0 else None

    @property
    def straight(self) -> bool | None:
        """Whether one line suffices: the interval of the curvature holds zero, None where there is none.

        Without noise any bend is real, and local slopes within a tenth of the slope count as one.
        """
        if np.isfinite(self.local_low):
            return self.local_high - self.local_low <= _ONE_SLOPE * abs(self.slope)
        return bool(self.curvature_low <= 0 <= self.curvature_high) if np.isfinite(self.curvature_low) else None


def fit_trend(
    gap: ArrayLike,
    sharpness: ArrayLike,
    *,
    gap_error: ArrayLike | None = None,
    sharpness_error: ArrayLike | None = None,
    correlation: ArrayLike | None = None,
    gap_bound: ArrayLike | None = None,
    knob: Sequence[Any] | Array | None = None,
    noise: Noise = "curves",
) -> Trend:
    """The line ln S = a + b ln G through runs whose gap and sharpness are positive (M, figures 4 and 6).

    The structural model: ln G_i ~ N(μ_i, σ_x²), μ_i ~ N(m, τ²), ln S_i ~ N(a + bμ_i, σ_y² + σ²), the two errors
    correlated, σ unknown; the likelihood has a closed form, and the interval of b is that of the profile likelihood
    (`numerics.statistics.trend.structural_line.fit_line`). Least squares, which it is without errors in the gap, would
    draw the slope towards zero.

    Runs at one value of a knob are not independent evidence for what happens when it is turned: the line goes through
    the means of the values, which scatter by σ on top of what their runs leave open. The scatter of runs within a
    value, and the slope there, come from their deviations.

    Parameters
    ----------
    gap, sharpness
        G and S, shape (n,); runs where one is not positive do not enter.
    gap_error, sharpness_error
        Standard errors; zero or NaN for none.
    correlation
        Of the errors of ln G and ln S.
    gap_bound
        What G is at least where `gap` is not finite: such a run enters where it has a sharpness, and is counted as
        censored where it has none.
    knob
        What was turned, one value or one row a run; equal for runs that differ in their seed only.
    noise
        `"curves"`: the errors are of noisy curves. `"runs"`: the curves have no noise, and runs scatter: errors do not
        enter. `"none"`: nor do runs scatter, and the least-squares line has local slopes in place of an interval.

    Examples
    --------
    >>> gap = np.array([0.5, 1.0, 2.0, 4.0])
    >>> trend = fit_trend(gap, 3 * gap**-0.5)
    >>> round(trend.slope, 12), round(float(np.exp(trend.intercept)), 12), trend.n
    (-0.5, 3.0, 4)
    """
    gap, sharpness = np.asarray(gap, dtype=np.float64), np.asarray(sharpness, dtype=np.float64)
    bound = _column(gap_bound, gap, np.nan)
    measured = (gap > 0) & np.isfinite(gap)
    bounded = ~np.isfinite(gap) & (bound > 0) & np.isfinite(bound)
    sharp = (sharpness > 0) & np.isfinite(sharpness)
    usable = (measured | bounded) & sharp
    one_sided = bounded[usable]
    place, height = np.where(measured, gap, bound)[usable], sharpness[usable]
    noisy = noise == "curves"
    across, up, shared = (
        np.nan_to_num(_column(given, gap, 0.0)[usable], nan=0.0, posinf=0.0) * noisy
        for given in (gap_error, sharpness_error, correlation)
    )
    across, up = np.where(one_sided, 0.0, across / place), up / height
    points = Points(np.log(place), np.log(height), across**2, up**2, shared * across * up, one_sided)
    group = _groups(knob, usable)
    nothing = Trend(
        np.nan, np.nan, np.nan, np.nan, n=int(usable.sum()), groups=int(np.unique(group).size),
        one_sided=int(one_sided.sum()), censored=int((bounded & ~sharp).sum()),
    )  # fmt: skip
    within = None if noise == "none" else within_line(points, group)
    if within is not None:
        nothing = replace(nothing, within_slope=within.slope, within_low=within.low, within_high=within.high)
    between = means(points, group, within)
    seen = np.unique(np.stack([between.x, between.y])[:, ~between.one_sided], axis=1)  # a run given twice is one
    if seen.shape[1] < 3 or np.ptp(seen[0]) == 0:
        return nothing
    line = fit_line(between)
    bend, bend_low, bend_high = curvature(between, line)
    found = replace(
        nothing, slope=line.slope, intercept=line.level - line.slope * line.center, curvature=bend, center=line.center
    )  # fmt: skip
    if noise == "none":
        low, high = local_slopes(between.x, between.y)
        return replace(found, local_low=low, local_high=high)
    if within is not None:
        found = replace(found, between_share=line.spread**2 / (line.spread**2 + within.spread**2))
    return replace(
        found, slope_low=line.low, slope_high=line.high, scatter=line.scatter, curvature_low=bend_low,
        curvature_high=bend_high, center_error=line.level_error, quantile=line.quantile,
    )  # fmt: skip


def _column(given: ArrayLike | None, like: Array, default: float) -> Array:
    return np.full(like.shape, default) if given is None else np.asarray(given, dtype=np.float64)


def _groups(knob: Sequence[Any] | Array | None, usable: NDArray[np.bool_]) -> Groups:
    """The number of the group of each usable run; without a knob each is its own."""
    if knob is None or not usable.any():
        return np.arange(int(usable.sum()))
    rows = np.asarray(knob, dtype=object)
    rows = rows.reshape(len(rows), -1)[usable]
    numbers: dict[tuple[str, ...], int] = {}
    return np.array([numbers.setdefault(tuple(map(str, row)), len(numbers)) for row in rows.tolist()], dtype=np.int64)
