"""Accuracy curves over time with what was fitted to them: the fit, its interval, its jump time, what it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from numerics import CurveFit
from report.annotations import Array
from report.figures.panels import BLACK, GREY, ORANGE, time_label

__all__ = ["DrawnCurve", "TimeAxis", "draw_curves", "draw_residuals", "time_axis"]

_MOST_POINTS = 1500  # no screen or printer resolves more; the page would only grow
_FEW_POINTS = 60  # each of which has a mark
_A_DECADE = 10.0  # between the jumps, from which on linear time would press the first one together
_JUMP = 4.0  # in units of 1/s: how much of the record follows the last jump


@dataclass(frozen=True)
class DrawnCurve:
    """A fit with its name in the legend and its color.

    >>> from numerics import fit_curve
    >>> curve = DrawnCurve(fit_curve(range(5), [0, 0.1, 0.5, 0.9, 1]), "training")
    >>> curve.time.tolist(), curve.known_time
    ([0.0, 1.0, 2.0, 3.0, 4.0], 2.0)
    """

    fit: CurveFit
    name: str = "accuracy"
    color: str = ORANGE

    @property
    def time(self) -> Array:
        """Times of the points that were fitted; none where the fit does not have them."""
        return np.empty(0) if self.fit.curve is None else self.fit.curve.time

    @property
    def accuracy(self) -> Array:
        """Accuracies of the points."""
        return np.empty(0) if self.fit.curve is None else self.fit.curve.accuracy

    @property
    def known_time(self) -> float:
        """When the jump was: t*, or the end of the interval in which it lies that is known; NaN for neither."""
        ends = (self.fit.jump_time, self.fit.not_after, self.fit.not_before)
        return next((end for end in ends if np.isfinite(end)), np.nan)

    @property
    def end(self) -> float:
        """Where the jump is over; infinite where none was fitted."""
        return self.fit.jump_time + _JUMP / abs(self.fit.sharpness) if self.fit.ok else np.inf


@dataclass(frozen=True)
class TimeAxis:
    """Which times are shown, and whether logarithmic.

    >>> TimeAxis(1.0, 1000.0, logarithmic=True).label("step")
    'time (steps, logarithmic)'
    """

    begin: float
    end: float
    logarithmic: bool

    def label(self, unit: str) -> str:
        """The label of the axis, where time is counted in `unit` (empty: unknown)."""
        if not self.logarithmic:
            return time_label(unit)
        return f"time ({unit}s, logarithmic)" if unit else "time (logarithmic)"

    def shown(self, time: Array) -> NDArray[np.intp]:
        """Indices of the points to draw, few enough that each could be seen."""
        inside = np.flatnonzero((time >= self.begin) & (time <= self.end))
        if inside.size <= _MOST_POINTS:
            return inside
        if not self.logarithmic:
            return inside[:: inside.size // _MOST_POINTS]
        near = np.searchsorted(time[inside], np.geomspace(self.begin, self.end, _MOST_POINTS))
        return inside[np.unique(np.minimum(near, inside.size - 1))]

    def apply(self, axes: Axes, unit: str) -> None:
        """Set scale, limits and label."""
        if self.logarithmic:
            axes.set_xscale("log")
        else:
            axes.ticklabel_format(axis="x", scilimits=(-2, 4), useMathText=True)
        axes.set_xlim(self.begin, self.end)
        axes.set_xlabel(self.label(unit))


def time_axis(curves: Sequence[DrawnCurve], logarithmic: bool | None = None) -> TimeAxis:
    """The times to show: what comes long after the last jump would press the jumps together.

    A curve without a fit is shown whole. Time is logarithmic where the jumps are more than a decade apart.

    >>> from numerics import fit_curve
    >>> curve = DrawnCurve(fit_curve(range(9), [0, 0.1, 0.5, 0.9, 1, 1, 1, 1, 1]))
    >>> time_axis([curve, DrawnCurve(curve.fit)]).end < 8
    True
    """
    time = np.concatenate([curve.time for curve in curves])
    if not time.size:  # fits without their points: the jumps alone
        ends = [curve.end for curve in curves if curve.fit.ok] or [1.0]
        time = np.array([0.0, *ends])
    end = min(float(time.max()), max(curve.end for curve in curves))
    if logarithmic is None:
        jumps = [curve.known_time for curve in curves]
        logarithmic = bool(min(jumps) > 0 and max(jumps) > _A_DECADE * min(jumps))
    positive = time[time > 0]
    logarithmic = logarithmic and positive.size > 0 and positive.min() < end
    begin = float(positive.min()) if logarithmic else min(0.0, float(time.min()))
    return TimeAxis(begin, end, logarithmic)


def draw_curves(axes: Axes, curves: Sequence[DrawnCurve], shown: TimeAxis) -> None:
    """The points, the asymptotes between which they were fitted, and for each fit its curve, interval and jump time."""
    fitted = [curve for curve in curves if curve.fit.ok]
    levels = {level for curve in curves for level in (curve.fit.floor, curve.fit.ceiling) if np.isfinite(level)}
    for level in sorted(levels):
        axes.axhline(level, color=GREY, lw=0.6, ls=":", zorder=0)
    for curve in curves:
        points = shown.shown(curve.time)
        axes.plot(
            curve.time[points], curve.accuracy[points], color=curve.color, lw=1.2, alpha=0.6, ms=3,
            marker="o" if points.size <= _FEW_POINTS else None, label=curve.name,
        )  # fmt: skip
    told: set[str] = set()
    for curve in fitted:
        fit, time = curve.fit, _grid(curve, shown)
        axes.fill_between(time, *fit.band(time), color=curve.color, alpha=0.25, lw=0)
        label = None if fit.shape in told else f"fitted {fit.shape.replace('_', ' ')}, 95 % band"
        axes.plot(time, fit(time), color=BLACK, lw=1, ls="--", label=label)
        told.add(fit.shape)
        # On the axis, where it hides no point: t* with its 95 % interval, as far as time is shown.
        low, high = np.clip(fit.jump_time + 1.96 * np.array([-1, 1]) * fit.jump_time_error, shown.begin, shown.end)
        reach = np.maximum([[fit.jump_time - low], [high - fit.jump_time]], 0.0)
        axes.errorbar(
            fit.jump_time, 0.0, xerr=reach, marker="^", ms=6, color=curve.color, capsize=2,
            transform=axes.get_xaxis_transform(), clip_on=False, zorder=5,
        )  # fmt: skip


def draw_residuals(axes: Axes, curves: Sequence[DrawnCurve], shown: TimeAxis) -> None:
    """What the fits leave of the points."""
    axes.axhline(0.0, color=GREY, lw=0.6)
    for curve in curves:
        if curve.fit.ok:
            points = shown.shown(curve.time)
            left = curve.accuracy[points] - curve.fit(curve.time[points])
            axes.plot(curve.time[points], left, color=curve.color, lw=0.8)
    axes.set_ylabel("residual")


def _grid(curve: DrawnCurve, shown: TimeAxis) -> Array:
    """Times at which the fit is drawn: the span of the points fitted, finer where the curve bends."""
    begin, end = max(shown.begin, curve.fit.begin), shown.end
    wide = np.geomspace(begin, end, 400) if shown.logarithmic and begin > 0 else np.linspace(begin, end, 400)
    bend = curve.fit.jump_time + np.linspace(-_JUMP, _JUMP, 200) / abs(curve.fit.sharpness)
    return np.unique(np.concatenate([wide, bend[(bend >= begin) & (bend <= end)]]))
