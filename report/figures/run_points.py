"""Runs as points, each a link to the run's row in the table of the page."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.markers import MarkerStyle

from report.annotations import Array
from report.run_name import run_name
from report.setting import Style

__all__ = ["run_points"]


def run_points(
    axes: Axes, x: Array, y: Array, style: Style, *, table: str | None, rows: Sequence[int], label: str | None = None
) -> None:
    """Draw the runs at (x, y), the rows of these numbers in the table of this name; None for one that is on no page.

    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> run_points(axes, np.array([1.0]), np.array([0.5]), Style("black", "o"), table="parity", rows=[3])
    >>> axes.collections[0].get_urls()
    ['#parity-run-3']
    """
    has_inside = MarkerStyle(style.marker).is_filled()  # which is left empty; a cross has none
    color: dict[str, Any] = {"edgecolors": style.color, "facecolors": "none"} if has_inside else {"color": style.color}
    points = axes.scatter(x, y, s=16, marker=style.marker, linewidths=1.0, label=label, **color)
    if table is not None:
        points.set_urls([f"#{run_name(table, row)}" for row in rows])
