"""A phase diagram as a picture: each cell divided among the phases by their probabilities."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from empirical import PHASES, PhaseAxis, PhaseTable
from report.annotations import Array
from report.figures.panels import literal, panel

__all__ = ["PHASE_COLORS", "phase_map"]

# Of Okabe and Ito's palette, and of different lightness, so that they are distinct in grey as well.
PHASE_COLORS = dict(zip(PHASES, ("#56B4E9", "#F0E442", "#D55E00", "#3A3A3A"), strict=True))

_MEANINGS = {
    "comprehension": "generalizes without delay",
    "grokking": "generalizes after a delay",
    "memorisation": "fits, does not generalize",
    "confusion": "does neither",
}
_LETTERS_UP_TO = 12  # cells a side; beyond it there is no room for letters


def phase_map(table: PhaseTable) -> Figure:
    """The map of a phase diagram with two axes.

    Each cell is a column of colours whose heights are the probabilities of the phases, so that a mixture is never taken
    for another phase; the letter is that of the most frequent one, where there is one.

    Raises
    ------
    ValueError
        For a table of a path, which has one axis, or for one without rows.

    Examples
    --------
    >>> from empirical import map_phases
    >>> table = map_phases("rates", decoder_rate=[1e-4, 1e-2], representation_rate=1e-3, seed=0, steps=50, workers=1)
    >>> axes = phase_map(table).axes[0]
    >>> axes.get_xscale(), [text.get_text() for text in axes.texts]
    ('log', ['?', '?'])
    """
    if table.diagram.is_path or not table.rows:
        raise ValueError(f"A map needs two axes and at least one cell, got {len(table.diagram.axes)} and {len(table)}.")
    across, up = table.diagram.axes
    figure, axes = panel(literal(across.label), literal(up.label))
    figure.set_size_inches(6.4, 4.4)
    edges = [_edges(axis, table) for axis in (across, up)]
    lettered = max(len(one) for one in edges) <= _LETTERS_UP_TO
    for row in table:
        left, right = edges[0][row[across.name]]
        bottom, top = edges[1][row[up.name]]
        heights = np.cumsum([0.0, *(row[phase] for phase in PHASES)])
        levels = [_between(up, bottom, top, height) for height in heights]
        for phase, low, high in zip(PHASES, levels[:-1], levels[1:], strict=True):
            if row[phase]:
                axes.add_patch(Rectangle((left, low), right - left, high - low, fc=PHASE_COLORS[phase], lw=0))
        axes.add_patch(Rectangle((left, bottom), right - left, top - bottom, fc="none", ec="white", lw=1))
        several = sum(row[phase] == row[row["phase"]] for phase in PHASES) > 1
        if lettered and not several:
            _letter(axes, row["phase"], (_between(across, left, right, 0.5), _between(up, bottom, top, 0.5)))
    for set_scale, set_limits, set_ticks, axis, found in (
        (axes.set_xscale, axes.set_xlim, axes.set_xticks, across, edges[0]),
        (axes.set_yscale, axes.set_ylim, axes.set_yticks, up, edges[1]),
    ):
        set_scale("log" if axis.logarithmic else "linear")
        set_limits(min(low for low, _ in found.values()), max(high for _, high in found.values()))
        if not axis.logarithmic:  # at the values that were run: a cell reaches beyond its own, below 0 as well
            set_ticks(list(found), [f"{value:g}" for value in found])
    axes.spines[["top", "right"]].set_visible(True)
    _legend(figure, table)
    return figure


def _edges(axis: PhaseAxis, table: PhaseTable) -> dict[float, tuple[float, float]]:
    """Where the cell of each value begins and ends: half way to its neighbours, on the scale of the axis."""
    values = sorted(set(table[axis.name]))
    if not all(isinstance(value, int | float) for value in values) or (axis.logarithmic and values[0] <= 0):
        raise ValueError(f"A map needs {'positive ' * axis.logarithmic}numbers along {axis.name}, got {values}.")
    at: Array = np.log(values) if axis.logarithmic else np.array(values, dtype=np.float64)
    middles = (at[1:] + at[:-1]) / 2
    if not middles.size:
        middles, ends = at[:0], (at[0] - 0.5, at[0] + 0.5)
    else:
        ends = (2 * at[0] - middles[0], 2 * at[-1] - middles[-1])
    borders = np.array([ends[0], *middles, ends[1]])
    borders = np.exp(borders) if axis.logarithmic else borders
    return {value: (float(borders[k]), float(borders[k + 1])) for k, value in enumerate(values)}


def _between(axis: PhaseAxis, low: float, high: float, share: float) -> float:
    """The point at this share of the way, on the scale of the axis."""
    return float(low * (high / low) ** share if axis.logarithmic else low + (high - low) * share)


def _letter(axes: Axes, phase: str, place: tuple[float, float]) -> None:
    axes.text(
        *place, phase[0].upper() if phase != "confusion" else "?", ha="center", va="center", fontsize=9,
        bbox={"boxstyle": "circle,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.75},
    )  # fmt: skip


def _legend(figure: Figure, table: PhaseTable) -> None:
    handles = [Patch(fc=color, label=_name(phase)) for phase, color in PHASE_COLORS.items()]
    figure.legend(handles=handles, loc="outside right center", frameon=False, fontsize=8, labelspacing=1.2)
    rule, runs = table.rule, sorted({min(table["runs"]), max(table["runs"])})
    limit = "" if rule.limit is None else f", limit {rule.limit:g}"
    seen = f"accuracy {rule.level:g}, delay {rule.delay:g} steps{limit}, {' to '.join(map(str, runs))} runs a cell"
    title = f"{table.diagram.title}\n{seen}" if table.diagram.title else seen
    figure.axes[0].set_title(literal(title), fontsize=8, loc="left")


def _name(phase: str) -> str:
    letter = "?" if phase == "confusion" else phase[0].upper()
    return f"{letter}  {phase}\n{_MEANINGS[phase]}"
