"""The numbers of a figure as CSV, read from what is drawn, so that they are the same."""

import csv
import io
import re
from collections.abc import Iterator
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

Row = dict[str, Any]


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
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for number, axes in enumerate(several, start=1):
        for row in _drawn(axes):
            writer.writerow({"axes": number} | row)
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


def _drawn(axes: Axes) -> Iterator[Row]:
    for line in axes.lines:
        if line.get_transform() != axes.transData or line.get_alpha() == 0:
            continue
        kind = "line" if line.get_linestyle() not in ("None", "none", "", " ") else "point"
        for x, y in np.asarray(line.get_xydata()).tolist():
            yield {"series": _series(line), "kind": kind, "x": float(x), "y": float(y)}
    for drawn in axes.collections:
        yield from _collected(drawn, axes)
    for patch in axes.patches:
        if isinstance(patch, Rectangle):
            x, y = patch.get_xy()
            ends = {"x_to": float(x + patch.get_width()), "y_to": float(y + patch.get_height())}
            yield {"series": _series(patch), "kind": "rectangle", "x": float(x), "y": float(y)} | ends
    for text in axes.texts:
        if isinstance(text, Annotation) and text.arrow_patch is not None and text.xycoords == "data":
            (x_to, y_to), (x, y) = text.xy, text.xyann
            ends = {"x_to": float(x_to), "y_to": float(y_to)}
            yield {"series": "arrow", "kind": "arrow", "x": float(x), "y": float(y)} | ends


def _collected(drawn: Any, axes: Axes) -> Iterator[Row]:
    """The points, bars or bands of a collection."""
    series = _series(drawn)
    if isinstance(drawn, PathCollection):
        shades = drawn.get_array()
        values = None if shades is None else np.ma.filled(np.ma.asarray(shades, dtype=np.float64), np.nan)
        urls: Any = drawn.get_urls()
        for k, (x, y) in enumerate(np.ma.filled(drawn.get_offsets(), np.nan)):
            row: Row = {"series": series, "kind": "point", "x": float(x), "y": float(y)}
            if len(urls) > 1 or urls[0] is not None:
                row["run"] = urls[k % len(urls)].removeprefix("#")
            yield row | ({} if values is None else {"value": float(values[k])})
    elif isinstance(drawn, LineCollection) and drawn.get_transform() == axes.transData:
        for segment in drawn.get_segments():
            (x, y), *_, (x_to, y_to) = np.asarray(segment).tolist()
            ends = {"x_to": float(x_to), "y_to": float(y_to)}
            yield {"series": series or "bar", "kind": "bar", "x": float(x), "y": float(y)} | ends
    elif isinstance(drawn, PolyCollection):
        for path in drawn.get_paths():
            for x, y in np.asarray(path.vertices).tolist():
                yield {"series": series or "band", "kind": "outline", "x": float(x), "y": float(y)}


def _series(artist: Any) -> str:
    label = str(artist.get_label())
    return "" if label.startswith("_") else _words(label)
