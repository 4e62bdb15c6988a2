"""The report on disk: a self-contained page, its figures, a Markdown copy of the tables, and the numbers as JSON."""

import io
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import matplotlib as mpl
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from matplotlib.figure import Figure

from report.claim import VERDICTS
from report.comparison import Comparison
from report.figures.fits import fits_figure
from report.figures.shared_axes import common_figure
from report.figures.trend import regression_figure, trend_figure
from report.formula import equation_mathml
from report.law.pictures import CAPTIONS, law_figures
from report.report_text import markdown, numbers
from report.text_table import failure_summary, table_cells, trend_line
from report.typesetting import typeset
from theory import equations

__all__ = ["write_report"]

_SHOWN_EQUATIONS = (
    ("How a jump is measured", ("M1", "M3", "M4", "M6")),
    ("The linear model", ("M8", "training-loss", "generalization-loss", "plateau", "M7")),
    ("Late times and jumps", ("M10", "late-gen", "M11", "jump-time-train", "jump-time-gen")),
)


def write_report(comparison: Comparison, out: str | os.PathLike[str]) -> Path:
    """Write `index.html`, `report.md`, `report.json` and `figures/` to `out`; returns the page's path.

    >>> from report import compare
    >>> write_report(compare("quick"), "out/report")  # doctest: +SKIP
    PosixPath('out/report/index.html')
    """
    folder = Path(out)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    images = {}
    with mpl.rc_context({"font.size": 10, "svg.hashsalt": "groksharp", "savefig.transparent": False}):
        for name, panels in _drawn(comparison):
            images[name] = Markup("").join(
                _save(panel, folder / "figures" / f"{name}-{k}") for k, panel in enumerate(panels, start=1)
            )
    environment = Environment(
        loader=PackageLoader("report"), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["typeset"] = typeset
    html = environment.get_template("report.html").render(
        comparison=comparison,
        columns=max((len(paper.judged) for paper in comparison.papers), default=0),
        images=images,
        equations=[
            (title, [(equations[name], Markup(equation_mathml(equations[name]))) for name in names])
            for title, names in _SHOWN_EQUATIONS
        ],
        marks=VERDICTS,
        captions=CAPTIONS,
        numbered={name: k for k, name in enumerate((name for name in CAPTIONS if name in images), start=1)},
        failure_summary=failure_summary,
        trend_line=trend_line,
        table_cells=table_cells,
    )
    page = folder / "index.html"
    page.write_text(html, encoding="utf-8")
    (folder / "report.md").write_text(markdown(comparison), encoding="utf-8")
    (folder / "report.json").write_text(
        json.dumps(numbers(comparison), indent=1, ensure_ascii=False, allow_nan=False), encoding="utf-8"
    )
    return page


def _drawn(comparison: Comparison) -> Iterator[tuple[str, Iterable[Figure]]]:
    if comparison.law is not None:
        for name, figure in law_figures(comparison.law):
            yield name, (figure,)
    yield "common", common_figure(comparison.settings)
    for setting in comparison.settings:
        yield f"{setting.name}-trend", trend_figure(setting)
        yield f"{setting.name}-fits", fits_figure(setting)
        yield f"{setting.name}-regression", regression_figure(setting)
        for section in setting.sections:
            yield f"{setting.name}-{section.name}", section.panels()


def _save(figure: Figure, path: Path) -> Markup:
    """Write the panel as PNG and SVG, and return the SVG for the page, its ids made unique."""
    figure.savefig(path.with_suffix(".png"), dpi=160)
    figure.set_layout_engine("none")  # it stays as it was laid out
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    svg = buffer.getvalue()
    path.with_suffix(".svg").write_text(svg, encoding="utf-8")
    inline = svg[svg.index("<svg") :]
    inline = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{path.name}-", inline)
    return Markup(f'<div class="panel">{inline}</div>')
