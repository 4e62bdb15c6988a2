"""The probability of a unique structure against the size of the training set."""

import numpy as np
from matplotlib.figure import Figure

from numerics import CriticalPairs
from report.figures.panels import BLUE, GREY, panel

__all__ = ["unique_figure"]


def unique_figure(found: CriticalPairs) -> Figure:
    """P(unique) against the number of training pairs with its 95 % band, and where it crosses its level.

    >>> from numerics import critical_pairs
    >>> unique_figure(critical_pairs(6, trials=100, seed=0)).axes[0].get_title()
    '$p = 6$: 13 of 21 pairs'
    """
    figure, axes = panel("training pairs", "P(unique structure)")
    sizes = np.arange(found.sizes[0] - 1, found.sizes[-1] + 2)
    middle, low, high = found.p_unique(sizes).T
    axes.fill_between(sizes, low, high, color=BLUE, alpha=0.25, lw=0)
    axes.plot(sizes, middle, "o", color=BLUE, ms=2.5)
    axes.axhline(found.level, color=GREY, lw=0.6)
    axes.axvspan(found.pairs_low, found.pairs_high, color=GREY, alpha=0.25, lw=0)
    axes.axvline(found.pairs, color=GREY, lw=0.8, ls=":")
    axes.set_ylim(-0.02, 1.02)
    axes.set_title(f"$p = {found.symbols}$: {found.pairs} of {found.total} pairs", fontsize=10)
    return figure
