"""Empty panels, their axes and their labels."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter

__all__ = [
    "BLACK",
    "BLUE",
    "GAP",
    "GREEN",
    "GREY",
    "ORANGE",
    "SHARPNESS",
    "legend_above",
    "literal",
    "logarithmic",
    "panel",
    "plain_axes",
    "row",
    "sharpness_label",
    "time_label",
]

# Okabe and Ito's palette: distinct with any of the common colour deficiencies; markers differ as well.
BLUE, ORANGE, GREEN, BLACK, GREY = "#0072B2", "#D55E00", "#009E73", "#000000", "#777777"

GAP = r"relative grokking gap $G$"
SHARPNESS = {"relative": r"relative sharpness $S_\mathrm{rel}$", "absolute": r"absolute sharpness $S_\mathrm{abs}$"}

_WIDTH, _HEIGHT = 4.6, 3.4
_LEVEL = 1.01


def panel(x_label: str, y_label: str) -> tuple[Figure, Axes]:
    """A figure with one pair of axes.

    >>> figure, axes = panel("x", "y")
    >>> axes.get_xlabel()
    'x'
    """
    figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
    axes = figure.subplots()
    plain_axes(axes, x_label, y_label)
    return figure, axes


def row(labels: Sequence[tuple[str, str]]) -> tuple[Figure, list[Axes]]:
    """A figure with axes side by side, for a file of its own; `labels` are those of x and y.

    >>> len(row([("x", "y"), ("x", "z")])[1])
    2
    """
    figure = Figure(figsize=(_WIDTH * len(labels), _HEIGHT), layout="constrained")
    several = list(figure.subplots(1, len(labels), squeeze=False)[0])
    for axes, (x_label, y_label) in zip(several, labels, strict=True):
        plain_axes(axes, x_label, y_label)
    return figure, several


def sharpness_label(kind: str, unit: str) -> str:
    """The label of `"relative"` or `"absolute"` sharpness, where time is counted in `unit` (empty: unknown).

    >>> sharpness_label("absolute", "epoch")[-9:]
    '(1/epoch)'
    """
    return SHARPNESS[kind] + (f" (1/{unit or 'time'})" if kind == "absolute" else "")


def time_label(unit: str) -> str:
    """The label of an axis of time.

    >>> time_label("step"), time_label("")
    ('time (steps)', 'time')
    """
    return f"time ({unit}s)" if unit else "time"


def literal(text: str) -> str:
    """The text as it stands, also where a dollar sign would begin a formula.

    >>> print(literal("2 $"))
    2 \\$
    """
    return text.replace("$", r"\$")


def logarithmic(axes: Axes) -> None:
    """Logarithmic axes, with plain numbers where few decades are shown; empty axes are left as they are."""
    if not np.isfinite(axes.dataLim.minpos).all():
        return
    axes.set_xscale("log")
    axes.set_yscale("log")
    if axes.dataLim.y1 < _LEVEL * axes.dataLim.y0:  # a level line: digits beyond any reading would fill the axis
        axes.set_ylim(axes.dataLim.y0 / 2, axes.dataLim.y1 * 2)
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        if limits[0] > 1e-2 and limits[1] < 2e4 and limits[1] / limits[0] < 200:
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axis.set_major_formatter(ScalarFormatter())
            axis.set_minor_formatter(NullFormatter())


def legend_above(axes: Axes, columns: int, *, spacing: float = 0.1, title: str = "") -> None:
    """The legend above the panel, where it hides no point."""
    axes.legend(
        frameon=False, loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=columns,
        fontsize=8, handletextpad=spacing, columnspacing=0.9, title=title or None, title_fontsize=9,
    )  # fmt: skip


def plain_axes(axes: Axes, x_label: str, y_label: str) -> None:
    """Label the axes, with no frame above and on the right."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
