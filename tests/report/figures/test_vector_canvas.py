import io

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.textpath import text_to_path

from report.figures.panels import GAP, legend_above, logarithmic, panel
from report.figures.picture import own_look
from report.figures.vector_canvas import svg_text


def figure():
    made, axes = panel(GAP, "time (steps)")
    axes.plot([1, 1e4], [3, 1e5], "o-", label=r"law $S(G)$")
    logarithmic(axes)
    legend_above(axes, 1)
    return made


def test_one_renderer_draws_what_two_draw_and_reads_formulas_where_all_figures_do(monkeypatch):
    read, parse = [], text_to_path.mathtext_parser.parse
    monkeypatch.setattr(text_to_path.mathtext_parser, "parse", lambda s, *more: read.append(s) or parse(s, *more))
    text = io.StringIO()
    with own_look():
        drawn = svg_text(figure())
        assert {GAP, r"law $S(G)$", r"$\mathdefault{10^{4}}$"} <= set(read)
        FigureCanvasSVG(figure()).print_svg(text, metadata={"Date": None})
    assert drawn == text.getvalue()
