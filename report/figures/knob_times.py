"""Steps to fit and to generalize against a knob, on logarithmic axes."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from numerics import CensoredRegression
from report.annotations import Array
from report.delays import Delays
from report.figures.panels import BLUE, GREY, ORANGE, legend_above, logarithmic, panel, time_label

__all__ = ["knob_times"]


def knob_times(
    found: Delays, label: str, unit: str, *, title: str = "", power: float | None = None, along: Delays | None = None
) -> Figure:
    """Both times of every run, an arrow for one that never came, and a line: of medians, or of a power of the knob.

    Parameters
    ----------
    found
        The runs; those without the knob, 0, stand at the left edge.
    label, unit, title
        Of the knob, of time, and what was learned.
    power
        A power of the knob to be drawn through the steps to generalize; then the lines are those fitted, with their
        slopes.
    along
        The runs to which the lines are fitted and along which they are drawn; by default all that have the knob.

    Examples
    --------
    >>> gamma = np.array([0.1, 0.2, 0.4, 0.8])
    >>> found = Delays(gamma, np.array([90.0, 100, 110, 100]), 300 / gamma, np.full(4, 5000.0))
    >>> knob_times(found, "weight decay", "step", power=-1).axes[0].get_xlabel()
    'weight decay'
    """
    figure, axes = panel(label, time_label(unit))
    turned = found.where(found.knob > 0)
    along = turned if along is None else along
    edge = turned.knob.min() / 3
    grid = np.geomspace(along.knob.min(), along.knob.max(), 50) if along.knob.size else np.empty(0)
    for words, name, color, marker in (("fit", "fit", BLUE, "o"), ("generalize", "gen", ORANGE, "s")):
        _runs(axes, np.where(found.knob > 0, found.knob, edge), getattr(found, name), found.length, color, marker)
        line = getattr(along, f"{name}_line")
        if power is None:
            medians = [np.median(getattr(turned.at(value), name)) for value in turned.values]
            axes.plot(turned.values, medians, color=color, lw=1.2, label=words)
        elif np.isfinite(line.slope):
            axes.plot(grid, line(np.log(grid)), color=color, lw=1.2, label=f"{words}: slope {_signed(line)}")
        else:
            axes.plot([], [], color=color, marker=marker, mfc="none", ls="", label=words)
    seen = np.isfinite(along.gen)
    if power is not None and seen.any():
        through = np.exp(np.log(along.gen[seen] / along.knob[seen] ** power).mean())
        axes.plot(grid, through * grid**power, color=GREY, lw=1, ls="--", label=f"slope {power:g}".replace("-", "−"))
    logarithmic(axes)
    legend_above(axes, 1 if power is not None else 2, spacing=0.4, title=title)
    none = [edge] if turned.knob.size < found.knob.size else []
    axes.set_xticks([*none, *turned.values], [*("none" for _ in none), *(f"{value:g}" for value in turned.values)])
    axes.xaxis.set_minor_formatter(NullFormatter())
    return figure


def _runs(axes: Axes, place: Array, times: Array, length: Array, color: str, marker: str) -> None:
    seen = np.isfinite(times)
    axes.plot(place[seen], times[seen], ls="", marker=marker, ms=4.5, mfc="none", color=color)
    for x, end in sorted({(float(a), float(b)) for a, b in zip(place[~seen], length[~seen], strict=True)}):
        axes.annotate("", (x, end * 1.35), (x, end), arrowprops={"arrowstyle": "->", "color": color, "lw": 0.9})
        axes.plot([x], [end * 1.35], alpha=0)  # the limits take no account of an arrow


def _signed(line: CensoredRegression) -> str:
    return f"{line.slope:.2f} [{line.slope_low:.2f}, {line.slope_high:.2f}]".replace("-", "−")
