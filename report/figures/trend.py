"""Sharpness against the gap: the trend of a setting, and its log-log regression."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numerics import SharpnessTable
from report.figures.panels import (
    BLACK,
    BLUE,
    GAP,
    GREEN,
    GREY,
    ORANGE,
    SHARPNESS,
    literal,
    logarithmic,
    panel,
    row,
    sharpness_label,
)
from report.figures.run_points import run_points
from report.setting import Setting, Style
from report.text_table import told_slope

__all__ = ["draw_trend", "regression_figure", "table_figure", "trend_figure"]

_LINEAR = 3.0  # decades that linear axes can show
_ARROW = 0.3  # of a lower bound: how long its arrow is
_STYLES = tuple(map(Style, (BLUE, ORANGE, GREEN, BLACK, GREY), "os^Dv"))
_STYLE = _STYLES[0]


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
        draw_trend(axes, setting.table, kind, setting.style, setting.name)
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
        draw_trend(axes, table, kind)
    return figure


def draw_trend(
    axes: Axes, table: SharpnessTable, kind: str, style: Style | None = None, name: str | None = None
) -> None:
    """The runs of a table with their errors and lower bounds of the gap, their line and its interval.

    With a style all runs are drawn alike, as those of the table that is called `name` on the page; without one they are
    told apart by the knob where it has few values. The title says the slope and how many
    runs were fitted; a run without a sharpness is counted there and nowhere drawn.
    """
    if style is not None:
        _points(axes, table, kind, style, name)
    else:
        for part, one, label in _groups(table):
            _points(axes, part, kind, one, None, label)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(frameon=False, fontsize=8)
    _regression(axes, table, kind, style or _STYLE)
    logarithmic(axes)


def _groups(table: SharpnessTable) -> list[tuple[SharpnessTable, Style, str | None]]:
    """The runs at each value of what was turned, if it has no more values than there are marks."""
    knobs = [tuple(row[name] for name in table.knobs) for row in table]
    turned = list(dict.fromkeys(knobs))
    if not 1 < len(turned) <= len(_STYLES):
        return [(table, _STYLE, None)]
    return [
        (
            table.where(one == values for one in knobs),
            style,
            ", ".join(f"{literal(name)} = {_short(value)}" for name, value in zip(table.knobs, values, strict=True)),
        )
        for values, style in zip(turned, _STYLES, strict=False)
    ]


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else literal(str(value))


def _points(
    axes: Axes, table: SharpnessTable, kind: str, style: Style, name: str | None, label: str | None = None
) -> None:
    """The runs of the table that is called so on the page, if it is on one."""
    fitted, noisy = table.fitted, table.noise == "curves"
    if len(fitted):
        # Curves without noise have errors, too, which say how far the curve is from an erf, and would bury the markers.
        xerr, yerr = (fitted[f"{name}_error"] if noisy else None for name in ("relative_gap", f"{kind}_sharpness"))
        axes.errorbar(
            fitted["relative_gap"], fitted[f"{kind}_sharpness"], xerr=xerr, yerr=yerr,
            fmt="none", ecolor=style.color, elinewidth=0.8,
        )  # fmt: skip
        rows = [k for k, row in enumerate(table) if row["status"] == "ok"]
        run_points(axes, fitted["relative_gap"], fitted[f"{kind}_sharpness"], style, table=name, rows=rows, label=label)
    bounded = [row for row in table.bounded if np.isfinite(row[f"{kind}_sharpness"])]
    if bounded:
        bounds = np.array([row["relative_gap_bound"] for row in bounded])
        axes.errorbar(
            bounds, [row[f"{kind}_sharpness"] for row in bounded], xerr=_ARROW * bounds, xlolims=True, ls="",
            marker=style.marker, ms=4, color=style.color, elinewidth=0.8, label=None if len(fitted) else label,
        )  # fmt: skip


def _regression(axes: Axes, table: SharpnessTable, kind: str, style: Style) -> None:
    trend, counted = table.trends[kind], table.count.replace(", ", "\n")
    if not np.isfinite(trend.slope):
        axes.set_title(f"no line\n{counted}", fontsize=9)
        return
    fitted = table.fitted
    gaps = fitted["relative_gap"][(fitted["relative_gap"] > 0) & (fitted[f"{kind}_sharpness"] > 0)]
    grid = np.geomspace(gaps.min(), gaps.max(), 100)
    if np.isfinite([trend.slope_low, trend.slope_high]).all():
        axes.fill_between(grid, *trend.band(grid), color=style.color, alpha=0.2, lw=0)
    axes.plot(grid, trend(grid), color=style.color, lw=1.5, ls=style.line)
    axes.set_title(f"slope {told_slope(trend)}\n{counted}".replace("-", "−"), fontsize=9)
