"""The grokking rate of random training sets against their size."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from numerics import UniqueStructure
from report.figures.panels import BLUE, GREY, legend_above, panel

__all__ = ["rate_figure"]


def rate_figure(sizes: Sequence[UniqueStructure], full: float, total: int) -> Figure:
    """Median and quartiles of λ₃ over random training sets, with the rate of the full table.

    >>> from numerics import unique_structure
    >>> sizes = [unique_structure(10, pairs, trials=50, seed=0) for pairs in (30, 45)]
    >>> rate_figure(sizes, 6 / 70, 55).axes[0].get_ylabel()[:13]
    'grokking rate'
    """
    figure, axes = panel(f"training pairs of {total}", r"grokking rate $\lambda_3$")
    pairs = np.array([one.pairs for one in sizes])
    axes.fill_between(
        pairs, [one.grokking_rate_lower_quartile for one in sizes], [one.grokking_rate_upper_quartile for one in sizes],
        color=BLUE, alpha=0.25, lw=0, label="quartiles",
    )  # fmt: skip
    axes.plot(pairs, [one.grokking_rate_median for one in sizes], color=BLUE, lw=1.5, label="median")
    axes.axhline(full, color=GREY, lw=1, ls="--", label="full table")
    axes.set_ylim(bottom=0)
    legend_above(axes, 3, spacing=0.4)
    return figure
