"""How often a training set determines one structure, against its size, with trained runs on the same axes."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from numerics import CriticalPairs
from report.annotations import Array
from report.figures.panels import BLUE, GREY, ORANGE, legend_above, panel

__all__ = ["prediction_figure", "unique_figure"]


def unique_figure(
    found: CriticalPairs, sizes: ArrayLike | None = None, runs: Mapping[int, Sequence[float]] | None = None
) -> Figure:
    """P(unique) with its 95 % band against the number of training pairs, and the size at which it reaches its level.

    Parameters
    ----------
    found
        The sizes at which random orders of the table became unique.
    sizes
        Where the curve is drawn, shape (n,); by default where it is neither 0 nor 1, and one size beyond.
    runs
        Final accuracies of trained runs by the size of their training set, drawn as points and their means as a line.

    Examples
    --------
    >>> from numerics import critical_pairs
    >>> axes = unique_figure(critical_pairs(6, trials=100, seed=0), runs={16: [0.6, 1.0]}).axes[0]
    >>> axes.get_xlabel(), [line.get_label() for line in axes.lines if not line.get_label().startswith("_")]
    ('training pairs of 21', ['P(unique structure)', '0.5 at 13', 'trained runs'])
    """
    figure, axes = panel(f"training pairs of {found.total}", "probability" + (", accuracy" if runs else ""))
    drawn = np.asarray(np.arange(found.sizes[0] - 1, found.sizes[-1] + 2) if sizes is None else sizes)
    middle, low, high = found.p_unique(drawn).T
    axes.fill_between(drawn, low, high, color=BLUE, alpha=0.25, lw=0)
    axes.plot(drawn, middle, color=BLUE, lw=1.5, marker=".", ms=4, label="P(unique structure)")
    axes.axvspan(found.pairs_low, found.pairs_high, color=GREY, alpha=0.25, lw=0)
    axes.axvline(found.pairs, color=GREY, lw=1, ls="--", label=f"{found.level:g} at {found.pairs}")
    if runs:
        for size, values in runs.items():
            axes.plot([size] * len(values), values, ls="", marker="o", ms=3.5, mfc="none", color=ORANGE, alpha=0.7)
        trained = sorted(runs)
        axes.plot(
            trained, [np.mean(runs[size]) for size in trained], color=ORANGE, lw=1, marker="_", label="trained runs"
        )
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
