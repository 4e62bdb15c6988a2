"""Sharpness against the gap: the trend of a setting, and its log-log regression."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numerics import SharpnessTable
from report.figures.panels import BLUE, GAP, SHARPNESS, logarithmic, panel, row, sharpness_label
from report.figures.run_points import run_points
from report.setting import Setting, Style
from report.text_table import told_slope

__all__ = ["regression_figure", "table_figure", "trend_figure"]

_LINEAR = 3.0  # decades that linear axes can show


def trend_figure(setting: Setting) -> tuple[Figure, ...]:
    """Each measure of sharpness against the gap, with the setting's companions beside it.

    The axes are linear, or logarithmic where gaps differ by more than three decades.

    >>> from numerics import sweep_linear
    >>> table = sweep_linear([0.9, 0.95], convention="exact", points=2000)
    >>> setting = Setting(
    ...     name="mine", title="Mine", phrase="my model", time_unit="step", about="Two runs.", table=table,
    ...     style=Style("black", "o"),
    ... )
    >>> [figure.axes[0].get_ylabel()[:18] for figure in trend_figure(setting)]
    ['relative sharpness', 'absolute sharpness']
    """
    beside = [one for one in setting.companions if one.style is not None]
    panels = []
    for kind in SHARPNESS:
        figure, axes = panel(GAP, sharpness_label(kind, setting.time_unit))
        _points(axes, setting.table, kind, setting.style, setting.name, setting.label if beside else None)
        for one in beside:
            _points(axes, one.table, kind, one.style or setting.style, f"{setting.name}-{one.name}", one.label)
        if beside:
            axes.legend(frameon=False)
        if _decades(axes) > _LINEAR:
            logarithmic(axes)
        else:
            axes.set_xlim(left=0)
            axes.set_ylim(bottom=0)
            axes.ticklabel_format(axis="y", scilimits=(-2, 3), useMathText=True)
        panels.append(figure)
    return tuple(panels)


def _decades(axes: Axes) -> float:
    """How many decades the points span along x."""
    limits = axes.dataLim
    return float(np.log10(limits.x1 / limits.minposx)) if limits.minposx < limits.x1 < np.inf else 0.0


def regression_figure(setting: Setting) -> tuple[Figure, ...]:
    """Log-log regression of each measure on the gap, with the 95 % interval of the line."""
    panels = []
    for kind in SHARPNESS:
        figure, axes = panel(GAP, sharpness_label(kind, setting.time_unit))
        _regressed(axes, setting.table, kind, setting.style, setting.name)
        panels.append(figure)
    return tuple(panels)


def table_figure(table: SharpnessTable, unit: str) -> Figure:
    """The paper's figure of any table: relative and absolute sharpness against the gap with their log-log regressions.

    `unit` is that of time in the table, in the singular.

    >>> from numerics import sweep_linear
    >>> figure = table_figure(sweep_linear([1.02, 1.05, 1.1], points=2000), "step")
    >>> [axes.get_title()[:10] for axes in figure.axes]
    ['slope −0.1', 'slope −3.2']
    """
    figure, several = row([(GAP, sharpness_label(kind, unit)) for kind in SHARPNESS])
    for axes, kind in zip(several, SHARPNESS, strict=True):
        _regressed(axes, table, kind, Style(BLUE, "o"), "table")
    return figure


def _regressed(axes: Axes, table: SharpnessTable, kind: str, style: Style, name: str) -> None:
    _points(axes, table, kind, style, name)
    _regression(axes, table, kind, style)
    logarithmic(axes)


def _points(axes: Axes, table: SharpnessTable, kind: str, style: Style, name: str, label: str | None = None) -> None:
    """The fitted runs of the table that is called so on the page."""
    fitted, noisy = table.fitted, table.noise == "curves"
    if not len(fitted):
        return
    # Curves without noise have errors, too, but these say how far the curve is from an erf, and would bury the markers.
    xerr, yerr = (fitted[f"{name}_error"] if noisy else None for name in ("relative_gap", f"{kind}_sharpness"))
    axes.errorbar(
        fitted["relative_gap"], fitted[f"{kind}_sharpness"], xerr=xerr, yerr=yerr,
        fmt="none", ecolor=style.color, elinewidth=0.8,
    )  # fmt: skip
    rows = [k for k, row in enumerate(table) if row["status"] == "ok"]
    run_points(axes, fitted["relative_gap"], fitted[f"{kind}_sharpness"], style, table=name, rows=rows, label=label)


def _regression(axes: Axes, table: SharpnessTable, kind: str, style: Style) -> None:
    trend = table.trends[kind]
    if not np.isfinite(trend.slope):
        axes.set_title(f"{trend.n} fitted run{'s' * (trend.n != 1)}: no line", fontsize=10)
        return
    fitted = table.fitted
    gaps = fitted["relative_gap"][(fitted["relative_gap"] > 0) & (fitted[f"{kind}_sharpness"] > 0)]
    grid = np.geomspace(gaps.min(), gaps.max(), 100)
    if np.isfinite([trend.slope_low, trend.slope_high]).all():
        axes.fill_between(grid, *trend.band(grid), color=style.color, alpha=0.2, lw=0)
    axes.plot(grid, trend(grid), color=style.color, lw=1.5, ls=style.line)
    axes.set_title(f"slope {told_slope(trend)}, n = {trend.n}".replace("-", "−"), fontsize=10)
