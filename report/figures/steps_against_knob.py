"""Steps to train and to generalize against a knob, and the same for recipes beside what was published."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numerics import CensoredRegression
from report.annotations import Array
from report.figures.panels import BLACK, BLUE, GREY, ORANGE, legend_above, panel, time_label

__all__ = ["norm_figure", "recipes_figure", "steps_figure"]

_SERIES = (("training", BLUE, "o"), ("generalization", ORANGE, "s"))


def steps_figure(
    knob: Array,
    train: Array,
    gen: Array,
    length: Array,
    label: str,
    unit: str,
    line: CensoredRegression | None = None,
    until: float = np.inf,
) -> Figure:
    """Both times of each run against a knob; a run that had not come there by its end is an arrow from it.

    Parameters
    ----------
    knob, train, gen, length
        One value a run, shape (n,); NaN for a time that never came, the length of its run beside it. With a line the
        axis of the knob is logarithmic, and a knob of zero stands at its left edge.
    label, unit
        Of the knob and of time.
    line
        ln T of the generalization against the knob's logarithm, to be drawn with its slope.
    until
        The largest knob that the line is drawn for.

    Examples
    --------
    >>> times = np.array([5.0, 6.0]), np.array([90.0, np.nan])
    >>> figure = steps_figure(np.array([0.5, 0.3]), *times, np.full(2, 100.0), "training fraction", "step")
    >>> figure.axes[0].get_xlabel(), figure.axes[0].get_yscale()
    ('training fraction', 'log')
    """
    figure, axes = panel(label, time_label(unit))
    x = np.asarray(knob, dtype=np.float64)
    if line is not None:
        least = x[x > 0].min()
        if (x == 0).any():
            axes.axvline(least / 1.8, color=GREY, lw=0.8, ls=":")
            axes.text(least / 3, 0.5, "none", transform=axes.get_xaxis_transform(), ha="center", fontsize=8)
        x = np.where(x > 0, x, least / 3)
        axes.set_xscale("log")
    axes.set_yscale("log")
    for (name, color, marker), times in zip(_SERIES, (train, gen), strict=True):
        _times(axes, x, times, length, name, color, marker)
    if line is not None and np.isfinite(line.slope):
        grid = np.geomspace(knob[knob > 0].min(), min(until, knob.max()), 50)
        slope = f"{line.slope:.2f} [{line.slope_low:.2f}, {line.slope_high:.2f}]".replace("-", "−")
        axes.plot(grid, line(np.log(grid)), color=BLACK, lw=1, ls="--", label=f"slope {slope}")
    legend_above(axes, 3, spacing=0.4)
    return figure


def recipes_figure(times: Mapping[str, tuple[Array, Array]], published: Sequence[tuple[int, int]], unit: str) -> Figure:
    """Both times of every run of each recipe, a line of points a recipe, with stars where they were published.

    >>> recipes_figure({"one": (np.array([19.0]), np.array([41.0]))}, [(20, 50)], "step").axes[0].get_xlabel()
    'time (steps)'
    """
    figure, axes = panel(time_label(unit), "")
    places = np.arange(len(times))[::-1]
    for k, (name, color, marker) in enumerate(_SERIES):
        for place, pair in zip(places, times.values(), strict=True):
            here = pair[k][np.isfinite(pair[k])]
            spread = place + np.linspace(-0.15, 0.15, here.size) if here.size > 1 else np.full(here.size, place)
            axes.plot(
                here, spread, ls="", marker=marker, ms=4, mfc="none", color=color,
                label=name if place == places[0] else None,
            )  # fmt: skip
        axes.plot(
            [pair[k] for pair in published], places + 0.3, ls="", marker="*", ms=9, color=color,
            label="published" if k == 0 else None,
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yticks(places, list(times))
    axes.set_ylim(-0.6, len(times) - 0.4)
    legend_above(axes, 3, spacing=0.4)
    return figure


def norm_figure(time: Array, train: Array, gen: Array, norm: Array, unit: str) -> Figure:
    """Both accuracies of a run and the norm of its weights, in units of that at the start.

    >>> t = np.array([0.0, 1.0, 10.0])
    >>> len(norm_figure(t, t / 10, t / 20, 3 + t, "step").axes)
    2
    """
    figure, axes = panel(time_label(unit), "accuracy")
    for (name, color, _), curve in zip(_SERIES, (train, gen), strict=True):
        axes.plot(time, curve, color=color, lw=1.5, label=name)
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlim(0, float(time[-1]))
    beside = axes.twinx()
    beside.plot(time, norm / norm[0], color=BLACK, lw=1.2, ls="--")
    beside.set_ylabel("norm of the weights / that at the start")
    axes.plot([], [], color=BLACK, lw=1.2, ls="--", label="norm")
    legend_above(axes, 3, spacing=0.4)
    return figure


def _times(axes: Axes, x: Array, times: Array, length: Array, name: str, color: str, marker: str) -> None:
    seen = np.isfinite(times)
    axes.plot(x[seen], times[seen], ls="", marker=marker, ms=4, mfc="none", color=color, label=name)
    for place, end in sorted({(float(a), float(b)) for a, b in zip(x[~seen], length[~seen], strict=True)}):
        axes.annotate("", (place, end * 1.5), (place, end), arrowprops={"arrowstyle": "->", "color": color, "lw": 1})
    if (~seen).any():
        axes.plot(x[~seen], length[~seen], ls="", marker="_", ms=5, color=color)
        axes.set_ylim(top=2 * float(length.max()))
