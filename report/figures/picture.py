"""A figure drawn once: as SVG, as PNG, and its numbers as CSV."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Picture", "drawn"]

_DOTS = 160
_LOOK = {"font.size": 10, "svg.hashsalt": "groksharp", "savefig.transparent": False}


@dataclass(frozen=True)
class Picture:
    """One panel: the text of its SVG, the bytes of its PNG, and the numbers that are drawn in it.

    >>> Picture('<?xml?><svg id="a"/>', b"", "x").inline("trend-1")
    '<svg role="img" aria-label="trend 1" id="trend-1-a"/>'
    """

    svg: str
    png: bytes
    csv: str

    def inline(self, name: str) -> str:
        """The SVG for a page, its ids made unique by this name, which a reader of the screen is told."""
        role = "group" if "<a " in self.svg else "img"  # an image hides the links in it
        label = name.replace("-", " ").replace("_", " ")
        text = f'<svg role="{role}" aria-label="{label}"{self.svg[self.svg.index("<svg") + 4 :]}'
        return re.sub(r'\b(id="|href="#(?!\S*-run-\d)|url\(#)', rf"\g<1>{name}-", text)

    def write(self, path: Path) -> None:
        """Write it with the suffixes `.svg`, `.png` and `.csv`."""
        path.with_suffix(".svg").write_text(self.svg, encoding="utf-8")
        path.with_suffix(".png").write_bytes(self.png)
        path.with_suffix(".csv").write_text(self.csv, encoding="utf-8")


def drawn(make: "Iterable[Figure]") -> tuple[Picture, ...]:
    """The figures as pictures; the same figures make the same bytes.

    >>> from matplotlib.figure import Figure
    >>> [picture.png[1:4] for picture in drawn([Figure(figsize=(1, 1))])]
    [b'PNG']
    """
    import matplotlib as mpl

    with mpl.rc_context(_LOOK):
        return tuple(_picture(figure) for figure in make)


def _picture(figure: "Figure") -> Picture:
    # The canvases are asked, not `savefig`, which draws everything once more before it begins.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    from report.figures.drawn_data import drawn_data

    png, svg = io.BytesIO(), io.StringIO()
    figure.set_dpi(_DOTS)
    FigureCanvasAgg(figure).print_png(png)
    figure.set_layout_engine("none")  # it stays as it was laid out
    FigureCanvasSVG(figure).print_svg(svg, metadata={"Date": None})
    text = svg.getvalue().replace(' target="_blank"', "")  # a link to a run stays on the page
    return Picture(text, png.getvalue(), drawn_data(figure))
