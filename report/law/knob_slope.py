"""The slope of sharpness along one knob of one system, with what is known of its error."""

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from numerics import FitStatus, SharpnessTable, Trend, fit_trend
from report.annotations import Array
from report.knob_sweep import KnobSweep

__all__ = ["MEASURES", "KnobSlope", "Measure", "knob_slopes"]

Measure = Literal["relative", "absolute", "time", "ratio"]
_STILL = 0.1  # of a logarithm
_WIDE = 6.0  # an interval of a slope that says nothing
_LEVEL = 0.1  # slopes nearer to zero than this are told as none
_CENSORED = (
    *(f"generalization: {reason}" for reason in (FitStatus.NO_JUMP, FitStatus.FALLS_BACK)),
    *(f"training: {reason}" for reason in (FitStatus.ALREADY_JUMPED, FitStatus.UNRESOLVED)),
)
MEASURES: tuple[Measure, ...] = ("relative", "absolute", "time", "ratio")


@dataclass(frozen=True, kw_only=True)
class KnobSlope:
    """Slope of ln sharpness along a knob.

    Attributes
    ----------
    name, knob
        Of the system, and what was turned.
    measure
        `"relative"` and `"absolute"`: d ln S_rel/d ln G and d ln S_abs/d ln G. `"time"`: d ln S_abs/d ln t*_gen, which
        is −1 where the jump takes a fixed share of its own time, and 0 where only its delay moves. `"ratio"`:
        d ln S_rel/d ln(t*_gen/t*_train), which is −1 where both jumps take fixed shares of their own times; against the
        gap the slope would then be −G/(1 + G), another one at each G.
    slope, slope_low, slope_high
        With its 95 % interval; of deterministic curves, which have no sampling error, the range of the local slopes
        between neighbouring values of the knob. All are NaN where there is no interval on either side.
    deterministic
        Whether the curves are without randomness.
    systematic_low, systematic_high
        Range of the slope over other ways to measure the same runs: another shape, fitted asymptotes, the gap between
        the first looks at the level that counts as learned; NaN where there are none.
    n, censored, failed
        Runs that enter; runs that do not because generalization never came or the training jump came too early to be
        seen; runs that do not for another reason, such as two jumps in one curve.
    lowest, highest
        The smallest and the largest median of G, t*_gen, or t*_gen/t*_train at the values of the knob.
    span
        The logarithm of their ratio. Where it is less than a tenth there is no slope: the knob turns something else.
    freedom
        Degrees of freedom of the interval: values of the knob without two.

    Examples
    --------
    >>> from numerics import sweep_linear
    >>> sweep = KnobSweep("linear_student", "lam", sweep_linear([0.9, 0.95, 0.97], convention="exact", points=2000))
    >>> [(one.measure, round(one.slope, 1), one.deterministic) for one in knob_slopes([sweep])]
    [('relative', -0.1, True), ('absolute', -3.3, True), ('time', -1.0, True), ('ratio', -0.2, True)]
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
    failed: int
    lowest: float
    highest: float
    span: float
    freedom: int
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
    def systematic_shift(self) -> float:
        """How far another way to measure moves the slope at most."""
        return float(max(self.slope - self.systematic_low, self.systematic_high - self.slope))

    @property
    def level(self) -> bool:
        """Whether the whole interval is so near to zero that sharpness hardly moves with the gap."""
        return self.slope_low >= -_LEVEL and self.slope_high <= _LEVEL

    @property
    def error(self) -> float:
        """Standard error of the slope, by the width of its interval as if that of many points; 0 of exact curves.

        With few values of the knob it is larger than the estimate, as the quantile of Student's law is.
        """
        return 0.0 if self.deterministic else (self.slope_high - self.slope_low) / (2 * 1.96)

    @property
    def falls(self) -> bool | None:
        """Whether sharpness falls along the whole interval; None where that is open, or the trend is level."""
        if self.level:
            return None
        return True if self.slope_high < 0 else False if self.slope_low > 0 else None


def knob_slopes(sweeps: Iterable[KnobSweep]) -> tuple[KnobSlope, ...]:
    """Every sweep's slopes, one for each of `MEASURES`."""
    found: list[KnobSlope] = []
    for sweep in sweeps:
        alternatives = functools.cache(sweep.alternatives)  # measured once, and only where there is a slope
        found += [_slope(sweep, measure, alternatives) for measure in MEASURES]
    return tuple(found)


def _slope(sweep: KnobSweep, measure: Measure, alternatives: Callable[[], Mapping[str, SharpnessTable]]) -> KnobSlope:
    lowest, highest = _range(sweep, measure)
    span = float(np.log(highest / lowest))
    trend = _trend(sweep, sweep.table, measure)
    censored = sum(_is_censored(row, measure) for row in sweep.table)
    exact = sweep.table.noise == "none"
    if span < _STILL or not (exact or np.isfinite([trend.slope_low, trend.slope_high]).all()):
        trend = Trend(np.nan, np.nan, np.nan, np.nan, trend.n, trend.groups)
    found = KnobSlope(
        name=sweep.name,
        knob=sweep.knob,
        measure=measure,
        slope=trend.slope,
        slope_low=min(trend.local_low, trend.slope) if exact else trend.slope_low,
        slope_high=max(trend.local_high, trend.slope) if exact else trend.slope_high,
        deterministic=exact,
        n=trend.n,
        censored=censored,
        failed=len(sweep.table) - trend.n - censored,
        lowest=lowest,
        highest=highest,
        span=span,
        freedom=max(trend.groups - 2, 0),
    )
    if measure in ("time", "ratio") or not found.determined:
        return found
    others = [_trend(sweep, table, measure) for table in alternatives().values()]
    if "first_gap" in sweep.table.columns:
        others.append(replace(sweep.table, knobs=(sweep.column,)).trend(measure, "first_gap"))
    known = [
        one.slope for one in others if one.slope_high - one.slope_low < _WIDE or (exact and np.isfinite(one.slope))
    ]
    if not known:
        return found
    return replace(found, systematic_low=min(found.slope, *known), systematic_high=max(found.slope, *known))


def _is_censored(row: Mapping[str, Any], measure: Measure) -> bool:
    """Whether a run does not enter because generalization never came, or training was over when it was first seen."""
    known = (row.get(name, np.nan) for name in ("relative_gap_bound", f"{measure}_sharpness"))
    if np.isfinite(list(known)).all():  # enters with a bound of the gap
        return False
    return row.get("jump_time_train", np.nan) <= 0 or any(reason in row["status"] for reason in _CENSORED)


def _along(sweep: KnobSweep, measure: Measure) -> Array:
    """What sharpness is held against, of the fitted runs."""
    fitted = sweep.table.fitted
    if measure == "time":
        return np.asarray(fitted["jump_time_gen"], dtype=np.float64)
    gap = np.asarray(fitted["relative_gap"], dtype=np.float64)
    return 1 + gap if measure == "ratio" else gap


def _range(sweep: KnobSweep, measure: Measure) -> tuple[float, float]:
    """From the smallest to the largest median at a value of the knob."""
    values, turned = _along(sweep, measure), sweep.table.fitted[sweep.column]
    positive = [values[(turned == value) & (values > 0)] for value in dict.fromkeys(turned.tolist())]
    medians = [float(np.exp(np.median(np.log(some)))) for some in positive if some.size]
    return (min(medians), max(medians)) if medians else (np.nan, np.nan)


def _trend(sweep: KnobSweep, table: SharpnessTable, measure: Measure) -> Trend:
    """The trend between the values of the knob."""
    if measure in ("relative", "absolute"):
        return replace(table, knobs=(sweep.column,)).trend(measure)
    fitted = table.fitted
    kind, error = ("absolute", "jump_time_gen_error") if measure == "time" else ("relative", "relative_gap_error")
    return fit_trend(
        _along(sweep, measure), fitted[f"{kind}_sharpness"],
        gap_error=fitted[error], sharpness_error=fitted[f"{kind}_sharpness_error"],
        knob=fitted[sweep.column], noise=table.noise,
    )  # fmt: skip
