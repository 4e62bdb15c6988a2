"""The numbers of a figure as CSV, read from what is drawn, so that they are the same."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation
from matplotlib.ticker import FixedLocator, ScalarFormatter

__all__ = ["COLUMNS", "drawn_data"]

COLUMNS = ("axes", "series", "kind", "run", "x", "y", "x_to", "y_to", "value")
"""A point, or one of a line, is at (x, y); a bar, an arrow and a rectangle reach from there to (x_to, y_to). `run` is
the run's row in the page, `value` what a colour means."""


@dataclass(frozen=True)
class _Marks:
    """What one artist draws: the columns of its points, bars, …, of equal lengths."""

    series: str
    kind: str
    columns: Mapping[str, Sequence[Any]]

    def rows(self, axes: int) -> Iterator[tuple[Any, ...]]:
        """Cells in the order of `COLUMNS`."""
        told = [self.columns.get(name, repeat("")) for name in COLUMNS[3:]]
        return zip(repeat(axes), repeat(self.series), repeat(self.kind), *told, strict=False)


def drawn_data(figure: Figure) -> str:
    """Everything drawn in data coordinates as one table, after comments that say what the axes are, with units.

    Guides that have no data, such as a line across the whole axes, are left out.

    >>> from report.figures.panels import panel
    >>> figure, axes = panel(r"gap $G$", r"time (steps)")
    >>> line = axes.plot([1.0, 2.0], [0.5, 0.25], label="law")
    >>> print(drawn_data(figure).replace("\\r", ""), end="")
    # axes 1: x is gap G, y is time (steps)
    axes,series,kind,run,x,y,x_to,y_to,value
    1,law,line,,1.0,0.5,,,
    1,law,line,,2.0,0.25,,,
    """
    text = io.StringIO()
    several = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    for number, axes in enumerate(several, start=1):
        for line in _meaning(axes):
            text.write(f"# axes {number}: {line}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, axes in enumerate(several, start=1):
        for marks in _drawn(axes):
            writer.writerows(marks.rows(number))
    return text.getvalue()


def _meaning(axes: Axes) -> Iterator[str]:
    yield f"x is {_words(axes.get_xlabel()) or 'not named'}, y is {_words(axes.get_ylabel()) or 'not named'}"
    if axes.get_title():
        yield _words(axes.get_title().replace("\n", "; "))
    yield from _ticks("x", axes.xaxis)
    yield from _ticks("y", axes.yaxis)
    for artist in axes.collections:
        if artist.colorbar is not None:
            bar = artist.colorbar.ax
            yield f"value is {_words(bar.get_ylabel() or bar.get_xlabel())}"


def _ticks(name: str, axis: Axis) -> Iterator[str]:
    """What stands at each tick, where that is words."""
    if isinstance(axis.get_major_locator(), FixedLocator) and not isinstance(
        axis.get_major_formatter(), ScalarFormatter
    ):
        for tick, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False):
            yield f"{name} = {tick:g} is {_words(label.get_text())}"


def _words(label: str) -> str:
    """A label without its formatting."""
    plain = label.replace(r"\$", "$\0") if "$" not in label.replace(r"\$", "") else label.replace("$", "")
    plain = re.sub(r"\\(mathrm|text)\b|[{}]", "", plain.replace("$\0", "$"))
    return re.sub(r"\\([a-zA-Z]+)", r"\1", plain).replace(r"\,", " ").strip()


def _drawn(axes: Axes) -> Iterator[_Marks]:
    for line in axes.lines:
        if line.get_transform() != axes.transData or line.get_alpha() == 0:
            continue
        kind = "line" if line.get_linestyle() not in ("None", "none", "", " ") else "point"
        yield _marks(_series(line), kind, line.get_xydata())
    for drawn in axes.collections:
        yield from _collected(drawn, axes)
    for patch in axes.patches:
        if isinstance(patch, Rectangle):
            x, y = patch.get_xy()
            yield _marks(_series(patch), "rectangle", [x, y], [x + patch.get_width(), y + patch.get_height()])
    for text in axes.texts:
        if isinstance(text, Annotation) and text.arrow_patch is not None and text.xycoords == "data":
            yield _marks("arrow", "arrow", text.xyann, text.xy)


def _collected(drawn: Any, axes: Axes) -> Iterator[_Marks]:
    """The points, bars or bands of a collection."""
    series = _series(drawn)
    if isinstance(drawn, PathCollection):
        points = np.ma.filled(drawn.get_offsets(), np.nan)
        shades = drawn.get_array()
        urls: Any = drawn.get_urls()
        more: dict[str, Sequence[Any]] = {}
        if len(urls) > 1 or urls[0] is not None:
            more["run"] = [urls[k % len(urls)].removeprefix("#") for k in range(len(points))]
        if shades is not None:
            more["value"] = np.ma.filled(np.ma.asarray(shades, dtype=np.float64), np.nan).tolist()
        yield _marks(series, "point", points, **more)
    elif isinstance(drawn, LineCollection) and drawn.get_transform() == axes.transData:
        segments = drawn.get_segments()
        yield _marks(series or "bar", "bar", [one[0] for one in segments], [one[-1] for one in segments])
    elif isinstance(drawn, PolyCollection):
        for path in drawn.get_paths():
            yield _marks(series or "band", "outline", path.vertices)


def _marks(series: str, kind: str, points: Any, ends: Any = None, **more: Sequence[Any]) -> _Marks:
    x, y = _across_and_up(points)
    columns = {"x": x, "y": y, **more}
    if ends is not None:
        columns["x_to"], columns["y_to"] = _across_and_up(ends)
    return _Marks(series, kind, columns)


def _across_and_up(points: Any) -> list[list[float]]:
    across_and_up: list[list[float]] = np.asarray(points, dtype=np.float64).reshape(-1, 2).T.tolist()
    return across_and_up


def _series(artist: Any) -> str:
    label = str(artist.get_label())
    return "" if label.startswith("_") else _words(label)
