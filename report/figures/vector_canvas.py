"""A figure as SVG, laid out and drawn by one renderer, which reads each formula once."""

import io

from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure
from matplotlib.textpath import text_to_path

__all__ = ["svg_text"]

_POINTS = 72  # an inch


class _Canvas(FigureCanvasSVG):
    """A canvas that lays out with the renderer that draws; by itself it makes one for each, which know no formula."""

    def __init__(self, figure: Figure) -> None:
        super().__init__(figure)
        figure.set_dpi(_POINTS)
        self.text = io.StringIO()
        width, height = figure.get_size_inches() * _POINTS
        self.renderer = RendererSVG(width, height, self.text, image_dpi=2 * _POINTS, metadata={"Date": None})
        self.renderer._text2path = text_to_path  # the formulas of all figures, such as the powers of ten at axes

    def get_renderer(self) -> RendererSVG:
        """What a figure asks for when it is laid out."""
        return self.renderer


def svg_text(figure: Figure) -> str:
    """The text of the SVG; the same figure makes the same text.

    >>> svg_text(Figure(figsize=(1, 1))).count("<svg")
    1
    """
    canvas = _Canvas(figure)
    figure.draw(canvas.renderer)
    canvas.renderer.finalize()
    return canvas.text.getvalue()
