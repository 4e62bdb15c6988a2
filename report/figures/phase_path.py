"""A path through a phase diagram as a picture: the phases along one knob, and the gap and the sharpness with them."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from empirical import PHASES, PhaseTable
from report.figures.panels import BLACK, GAP, GREY, SHARPNESS, legend_above, literal, row
from report.figures.phase_map import PHASE_COLORS

__all__ = ["phase_path"]

_MARKERS = dict(zip(PHASES, "osD^", strict=True))


def phase_path(table: PhaseTable) -> Figure:
    """Probabilities of the phases with their 95 % intervals, G and S_rel with those of their medians, along one knob.

    A median gap that is not to be had, because most runs never generalize, is an arrow at the top. A panel without any
    median says so.

    Raises
    ------
    ValueError
        For a table with two axes, or one without rows.

    Examples
    --------
    >>> from empirical import find_path, map_phases
    >>> table = map_phases(find_path("decay"), decoder_decay=[0, 1], seed=0, steps=50, workers=1)
    >>> [axes.get_ylabel()[:11] for axes in phase_path(table).axes]
    ['probability', 'relative gr', 'relative sh']
    """
    if not table.diagram.is_path or not table.rows:
        raise ValueError(f"A path needs one axis and at least one point, got {len(table.diagram.axes)}, {len(table)}.")
    (axis,) = table.diagram.axes
    label = literal(axis.label)
    figure, panels = row([(label, "probability"), (label, GAP), (label, SHARPNESS["relative"])])
    x = np.arange(len(table)) if not axis.logarithmic else np.array(table[axis.name], dtype=np.float64)
    for phase in PHASES:
        _with_interval(panels[0], x, table, phase, PHASE_COLORS[phase], _MARKERS[phase])
    panels[0].set_ylim(-0.05, 1.05)
    legend_above(panels[0], len(PHASES))
    for axes, name in zip(panels[1:], ("relative_gap", "relative_sharpness"), strict=True):
        _with_interval(axes, x, table, name, BLACK, "o")
        if all(value is None for value in table[name]):
            axes.set_yticks([])
            axes.text(0.5, 0.5, "no median to be had", ha="center", color=GREY, transform=axes.transAxes)
    missing = np.array([value is None for value in table["relative_gap"]])
    censored = missing & np.array([phase == "memorisation" for phase in table["phase"]])
    panels[1].plot(
        x[censored], np.full(censored.sum(), 0.97), "^", color=BLACK, transform=panels[1].get_xaxis_transform()
    )
    for axes in panels:
        if axis.logarithmic:
            axes.set_xscale("log")
        else:
            axes.set_xticks(x, [f"{value:g}" for value in table[axis.name]])
    return figure


def _with_interval(axes: Axes, x: np.ndarray, table: PhaseTable, name: str, color: str, marker: str) -> None:
    """Points, where there are any, with bars from `_low` to `_high`, where these are."""
    value, low, high = (np.array(table[f"{name}{end}"], dtype=np.float64) for end in ("", "_low", "_high"))
    bars = np.nan_to_num(np.abs(np.array([value - low, high - value])))
    axes.errorbar(
        x, value, yerr=bars, color=color, marker=marker, mec=BLACK, mew=0.4, ms=5, lw=1.2, elinewidth=0.8,
        label=name.replace("_", " "),
    )  # fmt: skip
