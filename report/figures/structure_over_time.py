"""Structure and accuracy over time, and which comes first over the seeds."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from report.annotations import Array
from report.figures.panels import BLUE, GREEN, GREY, ORANGE, legend_above, logarithmic, panel, time_label

__all__ = ["lead_figure", "structure_figure"]


def structure_figure(time: Array, train: Array, gen: Array, quality: Array, unit: str, *, label: str = "RQI") -> Figure:
    """Both accuracies and a measure of the representation, named `label`, of one run on a log axis of time.

    >>> t = np.array([0.0, 1.0, 10.0])
    >>> structure_figure(t, t / 10, t / 20, t / 10, "step").axes[0].get_xlabel()
    'time (steps)'
    """
    figure, axes = panel(time_label(unit), f"accuracy, {label}")
    for values, color, style, words in (
        (train, BLUE, "-", "training"), (gen, ORANGE, "-", "generalization"), (quality, GREEN, "--", label),
    ):  # fmt: skip
        axes.plot(time, values, color=color, ls=style, lw=1.5, label=words)
    axes.set_xscale("symlog", linthresh=10)
    axes.set_xlim(0, float(time[-1]))
    axes.set_ylim(-0.03, 1.03)
    legend_above(axes, 3, spacing=0.4)
    return figure


def lead_figure(
    first: Array, second: Array, length: Array, unit: str, labels: tuple[str, str], published: Sequence[float] = ()
) -> Figure:
    """When two events came in each run, those that never did at the edge; above the diagonal the first came before.

    Parameters
    ----------
    first, second, length
        Times and the length of each run, shape (n,), infinite for what never came.
    labels
        What the events are.
    published
        The two times of a run that was published, or nothing.

    Examples
    --------
    >>> first, second = np.array([5.0, 7.0]), np.array([9.0, np.inf])
    >>> lead_figure(first, second, np.full(2, 20.0), "step", ("a", "b")).axes[0].get_xlabel()
    'a, time (steps)'
    """
    figure, axes = panel(f"{labels[0]}, {time_label(unit)}", f"{labels[1]}, {time_label(unit)}")
    edge = 1.5 * float(length.max())
    x, y = (np.where(np.isfinite(times), times, edge) for times in (first, second))
    never = (x == edge) | (y == edge)
    axes.plot(x[~never], y[~never], ls="", marker="o", ms=4, mfc="none", color=BLUE)
    axes.plot(x[never], y[never], ls="", marker="^", ms=5, mfc="none", color=ORANGE, label="never seen, at the edge")
    low = 0.7 * float(min(x.min(), y.min()))
    axes.plot([low, edge], [low, edge], color=GREY, lw=1, ls="--", label="at the same time")
    if len(published):
        axes.plot(*published, ls="", marker="*", ms=11, color=GREEN, label="as published")
    logarithmic(axes)
    legend_above(axes, 3, spacing=0.4)
    return figure
