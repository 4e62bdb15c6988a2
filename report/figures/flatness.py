"""Flatness of the minimum over time, against generalization and against the sharpness of the jump."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from report.annotations import Array
from report.figures.panels import BLACK, BLUE, GREEN, GREY, ORANGE, legend_above, logarithmic, panel

__all__ = ["around_figure", "states_figure"]

_COLORS = (BLUE, ORANGE, GREEN, BLACK)
_GRID = np.geomspace(0.05, 20, 61)  # of the time of the jump


def around_figure(runs: Sequence[Mapping[str, Array]], words: Mapping[str, str]) -> Figure:
    """Each measure about the jump: medians over runs of its ratio to the value at the jump, with the middle half.

    Parameters
    ----------
    runs
        Curves by name, `flatness_curves`; those that have no jump are left out. Time is counted in times of the jump,
        the first look with a generalization accuracy of one half.
    words
        The curves to draw, by name, and how they are called.

    Examples
    --------
    >>> step = np.arange(1.0, 30.0)
    >>> run = {"step": step, "gen_accuracy": step / 30, "curvature": step}
    >>> around_figure([run], {"curvature": "largest curvature"}).axes[0].get_xlabel()
    'time / time of the jump'
    """
    figure, axes = panel("time / time of the jump", "measure / its value at the jump")
    jumped = [run for run in runs if (run["gen_accuracy"] >= 0.5).any()]
    for color, (name, called) in zip(_COLORS, words.items(), strict=False):
        ratios = np.array([_about(run, name) for run in jumped]).reshape(-1, _GRID.size)
        enough = np.isfinite(ratios).sum(axis=0) > len(jumped) / 2
        if not enough.any():
            continue
        low, middle, high = np.nanquantile(ratios[:, enough], (0.25, 0.5, 0.75), axis=0)
        axes.plot(_GRID[enough], middle, color=color, lw=1.5, label=called)
        axes.fill_between(_GRID[enough], low, high, color=color, alpha=0.15, lw=0)
    axes.axvline(1, color=GREY, lw=0.8, ls=":")
    logarithmic(axes)
    if axes.lines[:-1]:
        legend_above(axes, 2, spacing=0.4)
    return figure


def _about(run: Mapping[str, Array], name: str) -> Array:
    """A curve at the grid's times, in units of its value at the jump; NaN outside of the run."""
    late = run["step"] > 0
    time, values = np.log(run["step"][late]), np.log(np.maximum(run[name][late], np.finfo(float).tiny))
    jump = int((run["gen_accuracy"][late] >= 0.5).argmax())
    ratio: Array = np.exp(np.interp(np.log(_GRID), time - time[jump], values - values[jump], left=np.nan, right=np.nan))
    return ratio


def states_figure(
    flatness: Array, values: Array, fraction: Array, labels: tuple[str, str], *, logarithmic: bool
) -> Figure:
    """What a run came to against a measure of flatness, a run a point, the colour its share of the table.

    Parameters
    ----------
    flatness, values, fraction
        One value a run, shape (n,).
    labels
        Of the two axes.
    logarithmic
        Whether the values are.

    Examples
    --------
    >>> points = np.array([0.1, 0.2])
    >>> states_figure(points, points, points, ("curvature", "accuracy"), logarithmic=False).axes[0].get_xlabel()
    'curvature'
    """
    figure, axes = panel(*labels)
    drawn = axes.scatter(flatness, values, c=fraction, s=18, cmap="viridis")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter("{x:g}")  # a factor at the end of the axis would lie on its label
    if logarithmic:
        axes.set_yscale("log")
    figure.colorbar(drawn, ax=axes, label="training fraction", pad=0.02)
    return figure
