"""The slope of sharpness along one knob of one system, with what is known of its error."""

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from numerics import SharpnessTable, Trend, fit_trend
from report.knob_sweep import KnobSweep

__all__ = ["MEASURES", "KnobSlope", "Measure", "knob_slopes"]

Measure = Literal["relative", "absolute", "time"]
_STILL = 0.1  # of a logarithm
_WIDE = 6.0  # an interval of a slope that says nothing
MEASURES: tuple[Measure, ...] = ("relative", "absolute", "time")


@dataclass(frozen=True, kw_only=True)
class KnobSlope:
    """Slope of ln sharpness along a knob.

    Attributes
    ----------
    name, knob
        Of the system, and what was turned.
    measure
        `"relative"` and `"absolute"`: d ln S_rel/d ln G and d ln S_abs/d ln G. `"time"`: d ln S_abs/d ln t*_gen, which
        is −1 where the jump takes a fixed share of its own time, and 0 where only its delay moves.
    slope, slope_low, slope_high
        With its 95 % interval; of deterministic curves, which have no sampling error, the range of the local slopes
        between neighbouring values of the knob.
    deterministic
        Whether the curves are without randomness.
    systematic_low, systematic_high
        Range of the slope over other ways to measure the same runs, another shape, fitted asymptotes; NaN where there
        are none.
    n, censored
        Runs that enter with all of their numbers; runs that do not, because generalization never came or the training
        jump came too early to be seen.
    span
        How far ln G, or ln t*_gen, moves along the knob, between the medians at its values. Where that is less than a
        tenth there is no slope: the knob turns something else.

    Examples
    --------
    >>> from numerics import sweep_linear
    >>> sweep = KnobSweep("linear_student", "lam", sweep_linear([0.9, 0.95, 0.97], convention="exact", points=2000))
    >>> [(one.measure, round(one.slope, 1), one.deterministic) for one in knob_slopes([sweep])]
    [('relative', -0.1, True), ('absolute', -3.3, True), ('time', -1.0, True)]
    """

    name: str
    knob: str
    measure: Measure
    slope: float
    slope_low: float
    slope_high: float
    deterministic: bool
    n: int
    censored: int
    span: float
    systematic_low: float = np.nan
    systematic_high: float = np.nan

    @property
    def determined(self) -> bool:
        """Whether there is a slope, and its interval says anything."""
        return bool(np.isfinite(self.slope)) and self.slope_high - self.slope_low < _WIDE

    @property
    def still(self) -> bool:
        """Whether it was measured that the knob hardly moves the gap, or the time."""
        return self.span < _STILL

    @property
    def error(self) -> float:
        """Standard error of the slope, by the width of its interval; 0 of a deterministic one."""
        return 0.0 if self.deterministic else (self.slope_high - self.slope_low) / (2 * 1.96)

    @property
    def falls(self) -> bool | None:
        """Whether sharpness falls along the whole interval; None where that is open."""
        return True if self.slope_high < 0 else False if self.slope_low > 0 else None


def knob_slopes(sweeps: Iterable[KnobSweep]) -> tuple[KnobSlope, ...]:
    """Every sweep's slopes of relative and absolute sharpness against the gap, and of the absolute against the time."""
    found: list[KnobSlope] = []
    for sweep in sweeps:
        alternatives = functools.cache(sweep.alternatives)  # measured once, and only where there is a slope
        found += [_slope(sweep, measure, alternatives) for measure in MEASURES]
    return tuple(found)


def _slope(sweep: KnobSweep, measure: Measure, alternatives: Callable[[], Mapping[str, SharpnessTable]]) -> KnobSlope:
    span = _span(sweep, "jump_time_gen" if measure == "time" else "relative_gap")
    trend = _trend(sweep, sweep.table, measure)
    if span < _STILL:
        trend = Trend(np.nan, np.nan, np.nan, np.nan, trend.n)
    exact = sweep.table.noise == "none"
    found = KnobSlope(
        name=sweep.name,
        knob=sweep.knob,
        measure=measure,
        slope=trend.slope,
        slope_low=min(trend.local_low, trend.slope) if exact else trend.slope_low,
        slope_high=max(trend.local_high, trend.slope) if exact else trend.slope_high,
        deterministic=exact,
        n=trend.n,
        censored=len(sweep.table) - trend.n,
        span=span,
    )
    if measure == "time" or not found.determined:
        return found
    others = [_trend(sweep, table, measure).slope for table in alternatives().values()]
    known = [slope for slope in others if np.isfinite(slope)]
    if not known:
        return found
    return replace(found, systematic_low=min(found.slope, *known), systematic_high=max(found.slope, *known))


def _span(sweep: KnobSweep, column: str) -> float:
    """How far the logarithm of a column moves, from the smallest to the largest median of a value of the knob."""
    fitted = sweep.table.fitted
    values, turned = fitted[column], fitted[sweep.column]
    positive = [values[(turned == value) & (values > 0)] for value in dict.fromkeys(turned.tolist())]
    medians = [float(np.median(np.log(some))) for some in positive if some.size]
    return float(np.ptp(medians)) if medians else np.nan


def _trend(sweep: KnobSweep, table: SharpnessTable, measure: Measure) -> Trend:
    """The trend between the values of the knob."""
    if measure != "time":
        return replace(table, knobs=(sweep.column,)).trend(measure)
    fitted = table.fitted
    return fit_trend(
        fitted["jump_time_gen"], fitted["absolute_sharpness"],
        gap_error=fitted["jump_time_gen_error"], sharpness_error=fitted["absolute_sharpness_error"],
        knob=fitted[sweep.column], noise=table.noise,
    )  # fmt: skip
