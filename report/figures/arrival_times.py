"""When runs arrive: against a rate and against the size of the training set, those that never do as arrows."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from numerics import CensoredRegression, Share
from report.annotations import Array
from report.figures.panels import BLACK, BLUE, GREEN, GREY, ORANGE, legend_above, logarithmic, panel, time_label

__all__ = ["arrival_figure", "never_figure"]

_COLORS = "viridis"


def arrival_figure(
    rate: Array, pairs: Array, times: Array, length: Array, line: CensoredRegression, unit: str, label: str
) -> Figure:
    """Times against 1/rate on log axes, the colour the size of the training set, an arrow for a run that never arrived.

    Parameters
    ----------
    rate, pairs, times, length
        One value a run, shape (n,); a rate of zero has no place on a log axis, and such runs stand at its right edge.
    line
        ln T against ln(1/rate), drawn with its slope in the legend, and beside it a line of slope one.
    unit, label
        Of time, and what arrives.

    Examples
    --------
    >>> from numerics import fit_censored_times
    >>> rate, times = np.array([0.1, 0.05, 0.02, 0.01]), np.array([10.0, 25.0, 40.0, np.inf])
    >>> line = fit_censored_times(-np.log(rate), times, 90.0)
    >>> figure = arrival_figure(rate, np.array([45, 40, 35, 30]), times, np.full(4, 90.0), line, "step", "test 0.9")
    >>> figure.axes[0].get_ylabel()
    'test 0.9, time (steps)'
    """
    figure, axes = panel(r"$1/\lambda_3$", f"{label}, {time_label(unit)}")
    if not pairs.size:
        axes.set_title("no run", fontsize=10)
        return figure
    positive = rate > 0
    slowest = 1 / rate[positive].min() if positive.any() else 1.0
    x = np.where(positive, 1 / np.where(positive, rate, 1.0), 2 * slowest)
    drawn = _dots(axes, x, times, length, pairs)
    logarithmic(axes)
    if (~positive).any():
        axes.axvline(1.5 * slowest, color=GREY, lw=0.8, ls=":")
        axes.text(2 * slowest, 0.02, r"$\lambda_3 = 0$", transform=axes.get_xaxis_transform(), ha="center", fontsize=8)
    if np.isfinite(line.slope):
        grid = np.geomspace(x[positive].min(), slowest, 50)
        median = line(np.log(grid))
        axes.plot(grid, median, color=BLACK, lw=1.2, label=f"slope {_signed(line)}")
        seen = np.isfinite(times) & positive
        middle = np.exp(np.log(times[seen] / x[seen]).mean())
        axes.plot(grid, middle * grid, color=GREY, lw=1, ls="--", label="slope 1 through the dots")
        axes.set_ylim(0.7 * times[seen].min(), 1.6 * float(length.max()))
        legend_above(axes, 2, spacing=0.4)
    figure.colorbar(drawn, ax=axes, label="training pairs", pad=0.02)
    return figure


def never_figure(shares: Mapping[str, Mapping[int, Share]], critical: float | None, total: int) -> Figure:
    """The shares of runs that never arrive against the size of their training set, with their intervals.

    Parameters
    ----------
    shares
        For each event, in words, the share at each size.
    critical, total
        The size where the theory has half of all structures unique, and that of the whole table.

    Examples
    --------
    >>> from numerics import estimate_share
    >>> figure = never_figure({"test 0.9": {20: estimate_share(5, 5), 40: estimate_share(0, 5)}}, 23.0, 55)
    >>> figure.axes[0].get_xlabel()
    'training pairs of 55'
    """
    figure, axes = panel(f"training pairs of {total}", "share that never arrives")
    for k, (words, by_size) in enumerate(shares.items()):
        middle = np.array([one.share for one in by_size.values()])
        below = middle - [one.low for one in by_size.values()]
        above = np.array([one.high for one in by_size.values()]) - middle
        place = np.array(list(by_size)) + 0.6 * (k - (len(shares) - 1) / 2)
        axes.errorbar(
            place, middle, yerr=(below, above), ls="", marker="os^D"[k % 4], ms=5, elinewidth=1, label=words,
            color=(GREEN, ORANGE, BLUE, BLACK)[k % 4],
        )  # fmt: skip
    axes.set_ylim(-0.03, 1.03)
    if critical is not None:
        axes.axvline(critical, color=GREY, lw=1, ls="--", label="P(unique) = 1/2")
    legend_above(axes, 3, spacing=0.4)
    return figure


def _dots(axes: Axes, x: Array, times: Array, length: Array, pairs: Array) -> PathCollection:
    """The runs that arrived as dots, the others as arrows from the end of their run."""
    seen = np.isfinite(times)
    limits = {"vmin": pairs.min(), "vmax": max(pairs.max(), pairs.min() + 1), "cmap": _COLORS}
    drawn = axes.scatter(x[seen], times[seen], c=pairs[seen], s=18, **limits)
    if (~seen).any():
        axes.scatter(x[~seen], length[~seen], c=pairs[~seen], s=18, marker="_", **limits)
        for place, end in {(float(a), float(b)) for a, b in zip(x[~seen], length[~seen], strict=True)}:
            axes.annotate(
                "", (place, end * 1.35), (place, end), arrowprops={"arrowstyle": "->", "color": GREY, "lw": 0.9}
            )
    return drawn


def _signed(line: CensoredRegression) -> str:
    return f"{line.slope:.2f} [{line.slope_low:.2f}, {line.slope_high:.2f}]".replace("-", "−")
