"""Jumps without a gap: slope against time along several knobs, and accuracy against the width of a network."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from report.annotations import Array
from report.figures.panels import BLUE, GREEN, ORANGE, legend_above, logarithmic, panel, sharpness_label, time_label

__all__ = ["slope_figure", "width_figure"]

_COLORS, _MARKERS = (BLUE, ORANGE, GREEN), "os^"


def slope_figure(knobs: Mapping[str, tuple[Array, Array]], unit: str) -> Figure:
    """Absolute sharpness against the jump time, both logarithmic, one line a knob.

    Parameters
    ----------
    knobs
        By name, the jump times and the sharpness along it.
    unit
        Of time; empty where it has none.

    Examples
    --------
    >>> import numpy as np
    >>> slope_figure({"rate": (np.array([1.0, 2.0]), np.array([2.0, 1.0]))}, "step").axes[0].get_ylabel()
    'absolute sharpness $S_\\\\mathrm{abs}$ (1/step)'
    """
    figure, axes = panel(time_label(unit), sharpness_label("absolute", unit))
    for (name, (time, slope)), color, marker in zip(knobs.items(), _COLORS, _MARKERS, strict=False):
        axes.plot(time, slope, color=color, marker=marker, ms=4, mfc="none", lw=1, label=name)
    logarithmic(axes)
    legend_above(axes, len(knobs), spacing=0.4)
    return figure


def width_figure(width: Array, found: Mapping[int, Array], expected: Mapping[int, tuple[Array, Array]]) -> Figure:
    """Accuracy against the number of units, by modulus: drawn weights as points, both orders of theory as lines.

    >>> import numpy as np
    >>> half = np.array([0.2, 0.8])
    >>> axes = width_figure(np.array([10.0, 40.0]), {97: half}, {97: (half, half)}).axes[0]
    >>> axes.get_xlabel()
    'number of units'
    """
    figure, axes = panel("number of units", "accuracy")
    for (modulus, accuracy), color, marker in zip(found.items(), _COLORS, _MARKERS, strict=False):
        first, second = expected[modulus]
        axes.plot(width, accuracy, ls="", marker=marker, ms=4, mfc="none", color=color, label=f"p = {modulus}")
        axes.plot(width, first, color=color, lw=1, ls=":")
        axes.plot(width, second, color=color, lw=1)
    axes.set_ylim(-0.03, 1.03)
    legend_above(axes, len(found), spacing=0.4)
    return figure
