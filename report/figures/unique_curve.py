"""How often a training set determines one structure, against its size, with trained runs on the same axes."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from report.annotations import Array
from report.figures.panels import BLUE, GREY, ORANGE, legend_above, panel

__all__ = ["prediction_figure", "unique_figure"]


def unique_figure(
    pairs: Array,
    unique: Array,
    critical: float,
    total: int,
    runs: Mapping[int, Sequence[float]] | None = None,
) -> Figure:
    """P(unique) with its interval against the number of training pairs.

    Parameters
    ----------
    pairs, unique
        Sizes, shape (n,), and (probability, low, high) at each, shape (n, 3).
    critical, total
        The size where the probability is one half, and the size of the whole table.
    runs
        Final accuracies of trained runs by the size of their training set, drawn as points and their means as a line.

    Examples
    --------
    >>> sizes = np.array([20, 23, 30])
    >>> curve = np.array([[0.2, 0.1, 0.3], [0.5, 0.4, 0.6], [1.0, 0.9, 1.0]])
    >>> unique_figure(sizes, curve, 23, 55, {30: [0.6, 1.0]}).axes[0].get_xlabel()
    'training pairs of 55'
    """
    figure, axes = panel(f"training pairs of {total}", "probability" + (", accuracy" if runs else ""))
    axes.fill_between(pairs, unique[:, 1], unique[:, 2], color=BLUE, alpha=0.25, lw=0)
    axes.plot(pairs, unique[:, 0], color=BLUE, lw=1.5, label="P(unique structure)")
    axes.axvline(critical, color=GREY, lw=1, ls="--", label=f"one half at {critical:g}")
    if runs:
        for size, values in runs.items():
            axes.plot([size] * len(values), values, ls="", marker="o", ms=3.5, mfc="none", color=ORANGE, alpha=0.7)
        sizes = sorted(runs)
        axes.plot(sizes, [np.mean(runs[size]) for size in sizes], color=ORANGE, lw=1, marker="_", label="trained runs")
    axes.set_ylim(-0.03, 1.03)
    legend_above(axes, 3, spacing=0.4)
    return figure


def prediction_figure(predicted: Array, found: Array, pairs: Array) -> Figure:
    """Found against predicted accuracy on the held-out pairs, a run a point, the colour the size of its training set.

    >>> prediction_figure(np.array([0.5, 1.0]), np.array([0.4, 0.9]), np.array([30, 45])).axes[0].get_xlabel()
    'predicted accuracy on held-out pairs'
    """
    figure, axes = panel("predicted accuracy on held-out pairs", "found accuracy on held-out pairs")
    axes.plot([0, 1], [0, 1], color=GREY, lw=1, ls="--")
    drawn = axes.scatter(
        predicted, found, c=pairs, s=18, cmap="viridis", vmin=pairs.min(), vmax=max(pairs.max(), pairs.min() + 1)
    )
    figure.colorbar(drawn, ax=axes, label="training pairs", pad=0.02)
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.03, 1.03)
    return figure
