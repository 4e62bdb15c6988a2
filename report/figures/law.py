"""The slopes of all systems and knobs side by side, and what makes them differ."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numerics import RandomEffects
from report.figures.panels import BLACK, BLUE, GREEN, GREY, ORANGE, legend_above, literal, logarithmic, panel
from report.knob_sweep import KnobSweep, knob_words
from report.law.knob_slope import KnobSlope
from report.law.prediction import Prediction
from report.law.shape_misfit import ShapeMisfit

__all__ = ["prediction_figure", "shape_figure", "slope_figure", "two_knobs_figure", "width_figure"]

_LABELS = {
    "relative": r"slope of $\ln S_\mathrm{rel}$ against $\ln G$",
    "absolute": r"slope of $\ln S_\mathrm{abs}$ against $\ln G$",
    "time": r"slope of $\ln S_\mathrm{abs}$ against $\ln t^*_\mathrm{gen}$",
    "ratio": r"slope of $\ln S_\mathrm{rel}$ against $\ln(1 + G)$",
}
_LINE = 0.26  # inches a row
_NAMED = {
    ("linear_student", "lam"): (BLACK, "s"), ("parity", "task.input_size"): (BLUE, "o"),
    ("diagonal_network", "weight_decay"): (GREEN, "^"), ("diagonal_network", "initial_scale"): (ORANGE, "D"),
}  # fmt: skip
"""What is drawn in colour where there is a line for each knob."""


def slope_figure(slopes: Sequence[KnobSlope], pooled: RandomEffects | None) -> Figure:
    """One row a knob: its slope with its interval, systematic range and, below, what all have in common.

    >>> one = KnobSlope(
    ...     name="mine", knob="lam", measure="relative", slope=-0.4, slope_low=-0.5, slope_high=-0.3,
    ...     deterministic=False, n=9, censored=1, failed=0, lowest=1.0, highest=2.7, span=1.0, freedom=1,
    ... )
    >>> [text.get_text() for text in slope_figure([one], None).axes[0].get_yticklabels()]
    ['mine lam (9 + 1)']
    """
    known = [one for one in slopes if one.determined]
    rows = len(known) + (pooled is not None)
    figure = Figure(figsize=(5.6, 1.1 + _LINE * rows), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    labels = []
    for height, one in enumerate(reversed(known), start=int(pooled is not None)):
        _row(axes, height, one)
        labels.append((height, f"{one.name} {knob_words(one.knob)} ({_counts(one)})"))
    if pooled is not None:
        axes.barh(
            0, pooled.prediction_high - pooled.prediction_low, left=pooled.prediction_low, height=0.5,
            color=GREEN, alpha=0.25, lw=0, label="a further knob",
        )  # fmt: skip
        axes.plot([pooled.mean_low, pooled.mean_high], [0, 0], color=GREEN, lw=3, solid_capstyle="butt", label="mean")
        axes.plot(pooled.mean, 0, "D", color=GREEN, ms=5)
        labels.insert(0, (0, f"all ({pooled.n} knobs)"))
    axes.set_yticks([height for height, _ in labels], [literal(label) for _, label in labels], fontsize=8)
    axes.set_ylim(-0.7, rows - 0.3)
    axes.axvline(0, color=GREY, lw=0.8, ls=":")
    if known and known[0].measure in ("time", "ratio"):
        axes.axvline(-1, color=GREY, lw=0.8, ls="--")
    axes.set_xlabel(_LABELS[known[0].measure] if known else "slope")
    return figure


def _row(axes: Axes, height: int, one: KnobSlope) -> None:
    color = BLACK if one.deterministic else BLUE
    if np.isfinite(one.systematic_low):
        axes.plot([one.systematic_low, one.systematic_high], [height] * 2, color=ORANGE, lw=5, alpha=0.35, zorder=1)
    axes.plot([one.slope_low, one.slope_high], [height] * 2, color=color, lw=1, ls=":" if one.deterministic else "-")
    axes.plot(one.slope, height, "D" if one.deterministic else "o", color=color, ms=4, mfc="none")


def _counts(one: KnobSlope) -> str:
    return f"{one.n} + {one.censored}" if one.censored else str(one.n)


def width_figure(sweeps: Sequence[KnobSweep]) -> Figure:
    """Sharpness of the generalization jump in units of its own time, s_gen·t*_gen, as a knob moves that time.

    Each line is a knob of a system, through the medians at its values, each as a share of the middle one; a level line
    is a jump that takes a fixed share of its own time. The knobs that the answer names are drawn in colour.
    """
    figure, axes = panel(
        r"$t^*_\mathrm{gen}$, relative to its median", r"$s_\mathrm{gen}\,t^*_\mathrm{gen}$, relative to its median"
    )
    for sweep in sorted(sweeps, key=lambda one: (one.name, one.knob) in _NAMED):
        fitted = sweep.table.fitted
        if not len(fitted):
            continue
        turned = fitted[sweep.column]
        values = sorted(set(turned.tolist()))
        time, sharpness = (
            np.array([np.median(fitted[column][turned == value]) for value in values])
            for column in ("jump_time_gen", "sharpness_gen")
        )
        width = sharpness * time
        color, mark = _NAMED.get((sweep.name, sweep.knob), (GREY, ""))
        axes.plot(
            time / np.median(time), width / np.median(width), marker=mark or None, ms=4, mfc="none", color=color,
            lw=1.5 if mark else 0.6, alpha=1.0 if mark else 0.6,
            label=literal(f"{sweep.name} {knob_words(sweep.knob)}") if mark else None,
        )  # fmt: skip
    logarithmic(axes)
    if axes.get_legend_handles_labels()[0]:
        legend_above(axes, 2)
    return figure


def two_knobs_figure(sweeps: Sequence[KnobSweep]) -> Figure:
    """Absolute sharpness against the gap along different knobs of one system."""
    figure, axes = panel(r"relative grokking gap $G$", r"absolute sharpness $S_\mathrm{abs}$")
    for sweep, color, mark in zip(sweeps, (BLUE, ORANGE, GREEN, BLACK), "osD^", strict=False):
        fitted = sweep.table.fitted
        order = np.argsort(fitted["relative_gap"])
        axes.plot(
            fitted["relative_gap"][order], fitted["absolute_sharpness"][order],
            marker=mark, ms=4, mfc="none", lw=1, color=color, label=f"along {literal(knob_words(sweep.knob))}",
        )  # fmt: skip
    logarithmic(axes)
    if sweeps:
        legend_above(axes, 2)
    return figure


def prediction_figure(found: Sequence[Prediction]) -> Figure:
    """Skill of each predictor of the delay out of sample, a row a knob; what is below −1 is drawn at −1."""
    rows: dict[str, list[Prediction]] = {}
    for one in reversed(found):
        if np.isfinite(one.skill):
            rows.setdefault(f"{one.name} {knob_words(one.knob)}: {one.predictor}", []).append(one)
    figure = Figure(figsize=(5.6, 1.1 + 0.8 * _LINE * len(rows)), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    colors = {True: GREEN, False: ORANGE, None: GREY}
    for height, own in enumerate(rows.values()):
        for one in own:
            where = height + (0.17 if one.held_out == "value" else -0.17)
            skill, color = max(one.skill, -1.0), colors[one.better]
            axes.plot([0, skill], [where] * 2, color=color, lw=1)
            axes.plot(skill, where, "o" if one.held_out == "value" else "s", color=color, ms=3.5, mfc="none")
    axes.set_yticks(range(len(rows)), [literal(label) for label in rows], fontsize=8)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_xlim(-1.1, 1.05)
    axes.axvline(0, color=GREY, lw=0.8, ls=":")
    axes.set_xlabel("skill (1 perfect, 0 the null)")
    return figure


def shape_figure(misfits: Sequence[ShapeMisfit]) -> Figure:
    """The deviation of every run from its erf, a row a system."""
    figure = Figure(figsize=(5.6, 1.1 + _LINE * len(misfits)), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    for height, one in enumerate(reversed(misfits)):
        axes.plot(one.values, np.full(one.runs, height), "o", color=BLUE, ms=3, mfc="none", mew=0.6)
        axes.plot(one.median, height, "|", color=BLACK, ms=12)
    axes.set_yticks(range(len(misfits)), [literal(f"{one.name} ({one.runs})") for one in reversed(misfits)], fontsize=8)
    axes.set_xscale("log")
    axes.axvline(ShapeMisfit.BOUND, color=GREY, lw=0.8, ls=":")
    axes.set_xlabel("deviation from the fitted erf, share of the height")
    return figure
