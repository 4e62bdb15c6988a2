"""Pictures of what was measured: one curve, one run, the runs of a table, and a page of runs."""

import math
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numerics import CurveFit, Sharpness, SharpnessTable, tabulate
from report.figures.curves import DrawnCurve, draw_curves, draw_residuals, time_axis
from report.figures.panels import BLUE, GAP, ORANGE, SHARPNESS, literal, plain_axes, sharpness_label
from report.figures.trend import draw_trend

__all__ = ["measured_figure", "plot_fit", "plot_sharpness", "plot_table"]

_ACCURACY = "accuracy"
_SIZE = (5.2, 3.6)  # inches
_RESIDUALS = 1.3  # inches more
_COLUMNS, _MOST_RUNS = 3, 10  # of a page; with both trends twelve panels
_LETTERS, _LABEL = 58, 38  # across a panel in small print, and of what is above it
_LINES = 6  # of small print


def plot_fit(fit: CurveFit, ax: Axes | None = None, *, residuals: bool | None = None, unit: str = "") -> Axes:
    """Draw one curve with its fit; see `numerics.CurveFit.plot`.

    >>> from numerics import fit_curve
    >>> axes = plot_fit(fit_curve(range(9), [0, 0, 0, 0.1, 0.5, 0.9, 1, 1, 1]), unit="step")
    >>> [one.get_ylabel() for one in axes.figure.axes]
    ['accuracy', 'residual']
    """
    title = f"$t^*$ = {_known(fit.jump_time, fit.jump_time_error)}, $s$ = {_known(fit.sharpness, fit.sharpness_error)}"
    said = [*([] if fit.ok else [fit.reason]), *([fit.complaint] if fit.complaint else [])]
    return _Picture([DrawnCurve(fit)], unit, [title] * fit.ok, said).plot(ax, residuals)


def plot_sharpness(
    result: Sharpness, ax: Axes | None = None, *, residuals: bool | None = None, unit: str = "", label: str = ""
) -> Axes:
    """Draw both curves of a run with their fits; see `numerics.Sharpness.plot`.

    >>> from numerics import measure
    >>> t = range(41)
    >>> result = measure(t, [min(k / 10, 1) for k in t], [min(max(k / 10 - 2, 0), 1) for k in t])
    >>> plot_sharpness(result, label="two ramps").get_title().splitlines()[:2]
    ['two ramps', '$G$ = 4.0 ± 0.1, $S_\\\\mathrm{rel}$ = 1.0 ± 0.1']
    """
    return _of_run(result, label, unit).plot(ax, residuals)


def plot_table(table: SharpnessTable, ax: Axes | None = None, *, kind: str = "relative", unit: str = "") -> Axes:
    """Draw sharpness against the gap with its trend; see `numerics.SharpnessTable.plot`.

    >>> from numerics import sweep_linear
    >>> axes = plot_table(sweep_linear([0.8, 0.9, 0.95], convention="exact", points=2000), unit="step")
    >>> axes.get_title(), axes.get_xscale()
    ('slope −0.07 (local −0.08 to −0.05)\\n3 fitted of 3 run', 'log')
    """
    if kind not in SHARPNESS:
        raise ValueError(f"kind must be one of {', '.join(SHARPNESS)}, got {kind!r}.")
    axes = _new_figure(_SIZE).subplots() if ax is None else ax
    plain_axes(axes, GAP, sharpness_label(kind, unit))
    draw_trend(axes, table, kind)
    return axes


def measured_figure(
    runs: Sequence[tuple[str, Sharpness]],
    unit: str = "",
    *,
    table: SharpnessTable | None = None,
    residuals: bool = True,
) -> Figure:
    """The picture of measured runs, each with its label: one with its residuals, several as small panels and trends.

    A page has at most ten runs, spread evenly from the smallest gap to the largest and to those without one, and says
    of how many. The trends are those of `table`, which has all runs, unless given.

    >>> from numerics import measure
    >>> t = np.arange(60.0)
    >>> ramps = [(f"ramp {k}", measure(t, *np.clip([t / 10 - 1, t / 10 - k], 0, 1))) for k in (2, 3, 4)]
    >>> [len(measured_figure(ramps[:n], "step").axes) for n in (1, 3)]
    [2, 5]
    """
    if len(runs) == 1:
        [(label, result)] = runs
        picture = _of_run(result, label, unit)
        below = residuals and picture.fitted
        figure = Figure(figsize=picture.size(below), layout="constrained")
        picture.fill(figure, below)
        return figure
    chosen = _spread(runs)
    panels = len(chosen) + len(SHARPNESS)
    rows = -(-panels // _COLUMNS)
    figure = Figure(figsize=(3.7 * _COLUMNS, 3.0 * rows), layout="constrained")
    grid = figure.subplots(rows, _COLUMNS, squeeze=False).ravel().tolist()
    for axes in grid[panels:]:
        axes.remove()
    legend: dict[str, Any] = {}
    for axes, (label, result) in zip(grid, chosen, strict=False):
        _of_run(result, label, unit).draw(axes)
        legend |= dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    figure.legend(legend.values(), legend.keys(), frameon=False, loc="outside lower center", ncols=len(legend))
    table = tabulate([result.row() for _, result in runs]) if table is None else table
    for axes, kind in zip(grid[len(chosen) :], SHARPNESS, strict=False):
        plot_table(table, axes, kind=kind, unit=unit)
    if len(chosen) < len(runs):
        figure.suptitle(f"{len(chosen)} of {len(runs)} runs, from the smallest gap to the largest", fontsize=11)
    return figure


@dataclass(frozen=True)
class _Picture:
    """Curves with what stands above them: titles, and remarks in small print."""

    curves: Sequence[DrawnCurve]
    unit: str
    titles: Sequence[str]
    remarks: Sequence[str]

    @property
    def fitted(self) -> bool:
        """Whether any of the curves has a fit, and so residuals."""
        return any(curve.fit.ok for curve in self.curves)

    def plot(self, ax: Axes | None, residuals: bool | None) -> Axes:
        """Into the axes given, or into a new figure, with residuals unless they are not wanted."""
        if ax is None:
            below = residuals is not False and self.fitted
            return self.fill(_new_figure(self.size(below)), below)
        if residuals:
            raise ValueError("Residuals are drawn below the curve in a new figure, got both ax and residuals=True.")
        self.draw(ax)
        ax.legend(frameon=False, loc="best", fontsize=8)
        return ax

    def size(self, residuals: bool) -> tuple[float, float]:
        """Of a figure, in inches."""
        return _SIZE[0], _SIZE[1] + _RESIDUALS * residuals

    def fill(self, figure: Figure, residuals: bool) -> Axes:
        """The curves, below them what the fits leave."""
        if not residuals:
            return self.plot(figure.subplots(), False)
        axes, below = figure.subplots(2, sharex=True, height_ratios=(_SIZE[1], _RESIDUALS))
        plain_axes(below, "", "")
        draw_residuals(below, self.curves, time_axis(self.curves))
        self.plot(axes, False)
        below.set_xlabel(axes.get_xlabel())
        axes.set_xlabel("")
        return axes

    def draw(self, axes: Axes) -> None:
        """The curves alone, without a legend."""
        shown = time_axis(self.curves)
        plain_axes(axes, "", _ACCURACY)
        draw_curves(axes, self.curves, shown)
        shown.apply(axes, self.unit)
        small = [line for remark in self.remarks for line in textwrap.wrap(literal(remark), _LETTERS)]
        if len(small) > _LINES:
            small = [*small[: _LINES - 1], "…"]
        axes.set_title("\n".join([*self.titles, *small]), fontsize=8 if small else 10)


def _new_figure(size: tuple[float, float]) -> Figure:
    """An empty figure that is shown where the reader works, and is nowhere else.

    With pyplot loaded it is one of pyplot's, so that `pyplot.show()` shows it; in an IPython session, where a notebook
    shows pyplot's figures below the cell, pyplot is loaded for it. Elsewhere no state is left behind.
    """
    if "matplotlib.pyplot" in sys.modules or _in_a_session():
        figure: Figure = import_module("matplotlib.pyplot").figure(figsize=size, layout="constrained")
        return figure
    return Figure(figsize=size, layout="constrained")


def _in_a_session() -> bool:
    """Whether someone types in IPython or a notebook."""
    shell = sys.modules.get("IPython")
    return shell is not None and shell.get_ipython() is not None


def _of_run(result: Sharpness, label: str, unit: str) -> _Picture:
    both = [DrawnCurve(result.train, "training", BLUE), DrawnCurve(result.gen, "generalization", ORANGE)]
    titles = [literal(_shortened(label))] * bool(label)
    if result.ok:
        titles.append(
            f"$G$ = {_known(result.relative_gap, result.relative_gap_error)}, "
            f"$S_\\mathrm{{rel}}$ = {_known(result.relative_sharpness, result.relative_sharpness_error)}"
        )
    return _Picture(both, unit, titles, _remarks(result))


def _shortened(label: str) -> str:
    """The label in one line; of a long one both ends, as names of files differ at either."""
    if len(label) <= _LABEL:
        return label
    return f"{label[: _LABEL // 2]}…{label[-_LABEL // 2 + 1 :]}"


def _remarks(result: Sharpness) -> list[str]:
    """Why there is no gap, and what is to be known of the curves."""
    told = [] if result.ok else result.status.split("; ")
    return [*told, *(result.complaint.split("; ") if result.complaint else [])]


def _known(value: float, error: float) -> str:
    """The number to the place of its error's first digit."""
    if not error > 1e-9 * abs(value):
        return f"{value:.4g}"
    place = -math.floor(math.log10(float(f"{error:.1g}"))) if error < math.inf else 7
    if not (value == 0 or 1e-4 <= abs(value) < 1e6) or place > 6:
        return f"{value:.4g} ± {error:.1g}"
    return f"{round(value, place):.{max(place, 0)}f} ± {round(error, place):.{max(place, 0)}f}"


def _spread(runs: Sequence[tuple[str, Sharpness]]) -> list[tuple[str, Sharpness]]:
    """Some of the runs, in their order where all have room, else from the smallest gap to the largest."""
    if len(runs) <= _MOST_RUNS:
        return list(runs)

    def place(result: Sharpness) -> float:
        known = [value for value in (result.relative_gap, result.relative_gap_bound) if np.isfinite(value)]
        return known[0] if known else np.inf

    order = sorted(runs, key=lambda run: (not run[1].ok, place(run[1])))
    return [order[k] for k in np.linspace(0, len(order) - 1, _MOST_RUNS).round().astype(int).tolist()]
