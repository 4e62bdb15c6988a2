"""The figures: trend, fits and log-log regression of each setting, and all settings on common axes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter
from scipy import stats

from numerics import JumpTrust, SharpnessTable, sharpness_law
from report.comparison import Example, Setting

__all__ = ["common_figure", "fits_figure", "regression_figure", "trend_figure", "trust_figure"]

# Okabe and Ito's palette: distinct with any of the common colour deficiencies; markers differ as well.
BLUE, ORANGE, GREEN, BLACK, GREY = "#0072B2", "#D55E00", "#009E73", "#000000", "#777777"
STYLE = {"theory": (BLACK, "-", "."), "descent": (BLUE, "--", "s"), "parity": (ORANGE, "-.", "o")}
_TRAIN, _GEN = BLUE, ORANGE
_NAMES = {"relative": r"relative sharpness $S_\mathrm{rel}$", "absolute": r"absolute sharpness $S_\mathrm{abs}$"}
_GAP = r"relative grokking gap $G$"


def trend_figure(setting: Setting, published: SharpnessTable | None = None) -> tuple[Figure, ...]:
    """Each measure of sharpness against the gap on linear axes, with the published convention beside it if given.

    Like all functions here it returns one `matplotlib.figure.Figure` a panel, so that a narrow page can stack them.
    """
    panels = []
    for kind in _NAMES:
        figure, axes = _panel(_GAP, _label(kind, setting))
        color, _, marker = STYLE[setting.name]
        errors = setting.name == "parity"
        _points(axes, setting.table, kind, color, marker, "exact, λ < 1" if published else None, errors=errors)
        if published is not None:
            _points(axes, published, kind, GREEN, "+", "published, λ > 1", errors=errors)
            axes.legend(frameon=False)
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        axes.ticklabel_format(axis="y", scilimits=(-2, 3), useMathText=True)
        panels.append(figure)
    return tuple(panels)


def fits_figure(setting: Setting) -> tuple[Figure, ...]:
    """Recorded accuracies of runs from small to large gap, with the fitted curves."""
    panels = []
    for example in setting.examples:
        figure, axes = _panel(f"time ({setting.time_unit})", "accuracy")
        _fit(axes, example)
        panels.append(figure)
    return tuple(panels)


def regression_figure(setting: Setting) -> tuple[Figure, ...]:
    """Log-log regression of each measure on the gap, with the 95 % interval of the line."""
    color, _, marker = STYLE[setting.name]
    panels = []
    for kind in _NAMES:
        figure, axes = _panel(_GAP, _label(kind, setting))
        _points(axes, setting.table, kind, color, marker, None, errors=setting.name == "parity")
        _regression(axes, setting.table, kind, color)
        _logarithmic(axes)
        panels.append(figure)
    return tuple(panels)


def common_figure(settings: Sequence[Setting]) -> tuple[Figure, ...]:
    """All settings on common axes; the absolute sharpness is made dimensionless by the training jump time."""
    relative, left = _panel(_GAP, _NAMES["relative"])
    absolute, right = _panel(_GAP, r"$S_\mathrm{abs}\cdot t^*_\mathrm{train}$ (no unit)")
    for setting in settings:
        color, _, marker = STYLE[setting.name]
        fitted = setting.table.fitted
        if not len(fitted):
            continue
        gap, scaled = fitted["relative_gap"], fitted["absolute_sharpness"] * fitted["jump_time_train"]
        for axes, values in ((left, fitted["relative_sharpness"]), (right, scaled)):
            axes.plot(gap, values, ls="", marker=marker, ms=4, mfc="none", color=color, label=setting.title)
    law = sharpness_law(np.geomspace(0.5, 9, 60))
    left.plot(law.gap, law.relative_sharpness, color=GREY, lw=1, label=r"law $S(G)$")
    left.axhline(1, color=GREY, lw=0.6, ls=":")
    for axes in (left, right):
        _logarithmic(axes)
        axes.legend(
            frameon=False, loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=2,
            fontsize=8, handletextpad=0.1, columnspacing=0.9,
        )  # fmt: skip
    return relative, absolute


def trust_figure(rows: Sequence[JumpTrust]) -> tuple[Figure, ...]:
    """Generalization jump time and mean loss at finite d, relative to infinite size, against d over the size needed."""
    from_needed = r"$d\,/\,d_\mathrm{needed}(\lambda)$"
    jumps, left = _panel(from_needed, r"$t^*_\mathrm{gen}\,/\,t^*_\mathrm{gen}(\infty)$")
    losses, right = _panel(from_needed, r"mean loss$\,/\,$loss$(\infty)$ at $t^*_\mathrm{gen}(\infty)$")
    asked = sorted({row.asked_lam for row in rows})
    for k, lam in enumerate(asked):
        here = [row for row in rows if row.asked_lam == lam]
        shares = [row.d / row.size_needed for row in here]
        style: dict[str, Any] = {"ls": "", "marker": "os^Dv"[k % 5], "ms": 4, "mfc": "none", "elinewidth": 0.8}
        style |= {"color": (BLUE, ORANGE, GREEN, BLACK, GREY)[k % 5], "label": f"λ = {lam:.4g}"}
        middle = np.array([row.gen_ratio for row in here])
        below = middle - [row.gen_ratio_low for row in here]
        above = [row.gen_ratio_high for row in here] - middle
        left.errorbar(shares, middle, yerr=(below, above), **style)
        right.errorbar(shares, [row.loss_ratio for row in here], yerr=[row.loss_ratio_error for row in here], **style)
    every = [row.d / row.size_needed for row in rows]
    x = np.geomspace(min(every) / 1.5, max(every) * 1.5, 200)
    right.plot(x, 1 + rows[0].tolerance / x, color=GREY, lw=1, label="first correction")
    for axes in (left, right):
        axes.axvline(1, color=GREY, lw=0.8, ls=":")
        axes.axhline(1, color=GREY, lw=0.6)
        axes.set_xscale("log")
        axes.set_xlim(x[0], x[-1])
        axes.legend(
            frameon=False, loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=3,
            fontsize=8, handletextpad=0.4, columnspacing=0.9,
        )  # fmt: skip
    right.set_yscale("log")
    return jumps, losses


def _panel(x_label: str, y_label: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(4.6, 3.4), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    return figure, axes


def _label(kind: str, setting: Setting) -> str:
    unit = f" (1/{setting.time_unit[:-1]})" if kind == "absolute" else ""
    return _NAMES[kind] + unit


def _points(
    axes: Axes, table: SharpnessTable, kind: str, color: str, marker: str, label: str | None, *, errors: bool
) -> None:
    fitted = table.fitted
    # Curves without noise have errors, too, but these say how far the curve is from an erf, and would bury the markers.
    xerr, yerr = (fitted[f"{name}_error"] if errors else None for name in ("relative_gap", f"{kind}_sharpness"))
    axes.errorbar(
        fitted["relative_gap"], fitted[f"{kind}_sharpness"], xerr=xerr, yerr=yerr,
        ls="", marker=marker, ms=4, mfc="none", color=color, elinewidth=0.8, label=label,
    )  # fmt: skip


def _regression(axes: Axes, table: SharpnessTable, kind: str, color: str) -> None:
    trend = table.trends[kind]
    if trend.n < 3:
        axes.text(0.5, 0.5, f"{trend.n} fitted runs: no line", transform=axes.transAxes, ha="center")
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
    axes.fill_between(np.exp(grid), np.exp(line - half), np.exp(line + half), color=color, alpha=0.2, lw=0)
    axes.plot(np.exp(grid), np.exp(line), color=color, lw=1.5)
    slope, low, high = (f"{value:.2f}".replace("-", "−") for value in (trend.slope, trend.slope_low, trend.slope_high))
    axes.set_title(f"slope {slope} [{low}, {high}], n = {trend.n}", fontsize=10)


def _logarithmic(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        if limits[0] > 1e-2 and limits[1] < 1e3 and limits[1] / limits[0] < 200:
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axis.set_major_formatter(ScalarFormatter())
            axis.set_minor_formatter(NullFormatter())


def _fit(axes: Axes, example: Example) -> None:
    result = example.result
    ends = [fit.jump_time + 4 / fit.sharpness for fit in (result.train, result.gen) if fit.ok]
    end = min(float(example.time[-1]), max(ends, default=np.inf))
    # No screen or printer resolves more points than this; the page would only grow.
    shown = np.flatnonzero(example.time <= end)
    shown = shown[:: max(1, shown.size // 1500)]
    for name, curve, fit, color in (
        ("training", example.train, result.train, _TRAIN),
        ("generalization", example.gen, result.gen, _GEN),
    ):
        axes.plot(example.time[shown], curve[shown], color=color, lw=3, alpha=0.4, label=name)
        if fit.ok:
            axes.plot(example.time[shown], fit(example.time[shown]), color=BLACK, lw=1, ls="--")
    axes.lines[-1].set_label("fitted erf")
    axes.legend(frameon=False, loc="lower right", fontsize=9)
    axes.set_xlim(0, end)
    axes.ticklabel_format(axis="x", scilimits=(-2, 4), useMathText=True)
    measures = (
        f"$G$ = {result.relative_gap:.2f}, $S_\\mathrm{{rel}}$ = {result.relative_sharpness:.2f}" if result.ok else ""
    )
    axes.set_title(f"{example.label}\n{measures}", fontsize=10)
