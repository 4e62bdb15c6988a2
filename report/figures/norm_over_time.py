"""The accuracies of a run and the norm of its weights over time."""

from matplotlib.figure import Figure

from report.annotations import Array
from report.figures.panels import BLACK, BLUE, ORANGE, legend_above, panel, time_label

__all__ = ["norm_figure"]


def norm_figure(time: Array, train: Array, gen: Array, norm: Array, unit: str) -> Figure:
    """Both accuracies of a run and the norm of its weights, in units of that at the start.

    >>> import numpy as np
    >>> t = np.array([0.0, 1.0, 10.0])
    >>> len(norm_figure(t, t / 10, t / 20, 3 + t, "step").axes)
    2
    """
    figure, axes = panel(time_label(unit), "accuracy")
    for name, color, curve in (("training", BLUE, train), ("generalization", ORANGE, gen)):
        axes.plot(time, curve, color=color, lw=1.5, label=name)
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlim(0, float(time[-1]))
    beside = axes.twinx()
    beside.plot(time, norm / norm[0], color=BLACK, lw=1.2, ls="--")
    beside.set_ylabel("norm of the weights / that at the start")
    axes.plot([], [], color=BLACK, lw=1.2, ls="--", label="norm")
    legend_above(axes, 3, spacing=0.4)
    return figure
