"""Steps to train and to generalize of runs by name, one line each, beside what was published."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from report.delays import Delays
from report.figures.panels import BLUE, ORANGE, legend_above, panel, time_label

__all__ = ["named_times"]

_SERIES = (("training", BLUE, "o"), ("generalization", ORANGE, "s"))


def named_times(runs: Mapping[str, Delays], unit: str, *, published: Sequence[tuple[int, int]] = ()) -> Figure:
    """Both times of every run by name, an arrow from the end of one in which they never came.

    Parameters
    ----------
    runs
        The runs by name; what was turned among those of one name is not shown.
    unit
        Of time.
    published
        Both times as they were published, one pair a name, drawn as stars; or nothing.

    Examples
    --------
    >>> one = Delays(np.ones(2), np.array([19.0, 20.0]), np.array([41.0, np.inf]), np.full(2, 90.0))
    >>> named_times({"one": one}, "step", published=[(20, 50)]).axes[0].get_xlabel()
    'time (steps)'
    """
    figure, axes = panel(time_label(unit), "")
    places = np.arange(len(runs))[::-1]
    for k, (name, color, marker) in enumerate(_SERIES):
        axes.plot([], [], ls="", marker=marker, ms=4, mfc="none", color=color, label=name)
        for place, found in zip(places, runs.values(), strict=True):
            times = (found.fit, found.gen)[k]
            spread = place + (np.linspace(-0.15, 0.15, times.size) if times.size > 1 else np.zeros(times.size))
            seen = np.isfinite(times)
            axes.plot(times[seen], spread[seen], ls="", marker=marker, ms=4, mfc="none", color=color)
            for end, height in zip(found.length[~seen], spread[~seen], strict=True):
                arrow = {"arrowstyle": "->", "color": color, "lw": 1}
                axes.annotate("", (end * 1.5, height), (end, height), arrowprops=arrow)
                axes.plot([end * 1.6], [height], alpha=0)  # the limits take no account of an arrow
        if published:
            axes.plot(
                [pair[k] for pair in published], places + 0.3, ls="", marker="*", ms=9, color=color,
                label="published" if k == 0 else None,
            )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yticks(places, list(runs))
    axes.set_ylim(-0.6, len(runs) - 0.4)
    legend_above(axes, 3, spacing=0.4)
    return figure
