"""Sharpness against the gap: the trend of a setting, and its log-log regression."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from numerics import SharpnessTable
from report.figures.panels import BLUE, GAP, SHARPNESS, logarithmic, panel, row, sharpness_label
from report.setting import Setting, Style

__all__ = ["regression_figure", "table_figure", "trend_figure"]


def trend_figure(setting: Setting) -> tuple[Figure, ...]:
    """Each measure of sharpness against the gap on linear axes, with the setting's companions beside it.

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
        _points(axes, setting.table, kind, setting.style, setting.label if beside else None, errors=setting.noisy)
        for one in beside:
            _points(axes, one.table, kind, one.style or setting.style, one.label, errors=setting.noisy)
        if beside:
            axes.legend(frameon=False)
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        axes.ticklabel_format(axis="y", scilimits=(-2, 3), useMathText=True)
        panels.append(figure)
    return tuple(panels)


def regression_figure(setting: Setting) -> tuple[Figure, ...]:
    """Log-log regression of each measure on the gap, with the 95 % interval of the line."""
    panels = []
    for kind in SHARPNESS:
        figure, axes = panel(GAP, sharpness_label(kind, setting.time_unit))
        _regressed(axes, setting.table, kind, setting.style, errors=setting.noisy)
        panels.append(figure)
    return tuple(panels)


def table_figure(table: SharpnessTable, unit: str, *, noisy: bool) -> Figure:
    """The paper's figure of any table: relative and absolute sharpness against the gap with their log-log regressions.

    Parameters
    ----------
    unit
        Of time in the table, in the singular.
    noisy
        Whether to draw the standard errors of the fits.

    Examples
    --------
    >>> from numerics import sweep_linear
    >>> figure = table_figure(sweep_linear([1.02, 1.05, 1.1], points=2000), "step", noisy=False)
    >>> [axes.get_title()[:10] for axes in figure.axes]
    ['slope −0.1', 'slope −3.2']
    """
    figure, several = row([(GAP, sharpness_label(kind, unit)) for kind in SHARPNESS])
    for axes, kind in zip(several, SHARPNESS, strict=True):
        _regressed(axes, table, kind, Style(BLUE, "o"), errors=noisy)
    return figure


def _regressed(axes: Axes, table: SharpnessTable, kind: str, style: Style, *, errors: bool) -> None:
    _points(axes, table, kind, style, None, errors=errors)
    _regression(axes, table, kind, style)
    logarithmic(axes)


def _points(axes: Axes, table: SharpnessTable, kind: str, style: Style, label: str | None, *, errors: bool) -> None:
    fitted = table.fitted
    # Curves without noise have errors, too, but these say how far the curve is from an erf, and would bury the markers.
    xerr, yerr = (fitted[f"{name}_error"] if errors else None for name in ("relative_gap", f"{kind}_sharpness"))
    axes.errorbar(
        fitted["relative_gap"], fitted[f"{kind}_sharpness"], xerr=xerr, yerr=yerr,
        ls="", marker=style.marker, ms=4, mfc="none", color=style.color, elinewidth=0.8, label=label,
    )  # fmt: skip


def _regression(axes: Axes, table: SharpnessTable, kind: str, style: Style) -> None:
    trend = table.trends[kind]
    if not np.isfinite(trend.slope):
        axes.set_title(f"{trend.n} fitted run{'s' * (trend.n != 1)}: no line", fontsize=10)
        return
    fitted = table.fitted
    usable = (fitted["relative_gap"] > 0) & (fitted[f"{kind}_sharpness"] > 0)
    x, y = np.log(fitted["relative_gap"][usable]), np.log(fitted[f"{kind}_sharpness"][usable])
    grid = np.linspace(x.min(), x.max(), 100)
    residual = y - np.log(trend(np.exp(x)))
    spread = np.sqrt(residual @ residual / (x.size - 2))
    half = (
        stats.t.ppf(0.975, x.size - 2)
        * spread
        * np.sqrt(1 / x.size + (grid - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum())
    )
    line = np.log(trend(np.exp(grid)))
    axes.fill_between(np.exp(grid), np.exp(line - half), np.exp(line + half), color=style.color, alpha=0.2, lw=0)
    axes.plot(np.exp(grid), np.exp(line), color=style.color, lw=1.5, ls=style.line)
    slope, low, high = (f"{value:.2f}".replace("-", "−") for value in (trend.slope, trend.slope_low, trend.slope_high))
    axes.set_title(f"slope {slope} [{low}, {high}], n = {trend.n}", fontsize=10)
