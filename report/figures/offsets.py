"""How far every run is from the law of the linear model."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter

from report.disagreement import Offset
from report.figures.panels import BLACK, GREY, literal
from report.figures.run_points import run_points
from report.setting import Style

__all__ = ["offset_figure"]

_LINE = 0.34  # inches a row


def offset_figure(found: Sequence[Offset], styles: Mapping[str, Style]) -> Figure:
    """One row a setting: each run's sharpness over that of the law at its gap, and their mean with its interval.

    >>> one = Offset(
    ...     name="mine", title="Mine", rows=(0, 1), factors=(0.5, 0.8), factor=0.63, low=np.nan, high=np.nan,
    ...     errors=np.nan, far=None, groups=2, exact=False,
    ... )
    >>> [text.get_text() for text in offset_figure([one], {"mine": Style("black", "o")}).axes[0].get_yticklabels()]
    ['Mine (2)']
    """
    figure = Figure(figsize=(6.2, 1.1 + _LINE * len(found)), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xscale("log")
    rising = list(reversed(found))
    for height, one in enumerate(rising):
        at = np.full(len(one.factors), float(height))
        run_points(axes, np.array(one.factors), at, styles[one.name], table=one.name, rows=one.rows)
        if np.isfinite(one.low):
            axes.plot([one.low, one.high], [height - 0.25] * 2, color=BLACK, lw=2, ls=":" if one.exact else "-")
        axes.plot(one.factor, height - 0.25, "D", color=BLACK, ms=4)
    labels = [literal(f"{one.title} ({len(one.rows)})") for one in rising]
    axes.set_yticks(range(len(rising)), labels, fontsize=8)
    axes.set_ylim(-0.7, len(rising) - 0.4)
    axes.axvline(1, color=GREY, lw=0.8, ls="--")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(r"$S_\mathrm{rel}$ over that of the law $S(G)$ at the same gap")
    return figure
