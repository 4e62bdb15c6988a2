"""The report on disk: a self-contained page, its figures, a Markdown copy of the tables, and the numbers as JSON."""

import io
import json
import os
import re
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import matplotlib as mpl
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from report import figures
from report.comparison import Comparison
from report.formula import equation_mathml
from report.jump_trust import trust_sentence
from report.text_table import failure_summary, markdown_table, trend_line
from theory import equations

__all__ = ["write_report"]

_SHOWN_EQUATIONS = (
    ("How a jump is measured", ("M1", "M3", "M4", "M6")),
    ("The linear model", ("M8", "training-loss", "generalization-loss", "plateau", "M7")),
    ("Late times and jumps", ("M10", "late-gen", "M11", "jump-time-train", "jump-time-gen")),
)
_MARKS = {"confirmed": "✓", "contradicted": "✗", "in part": "◐", "not decided": "?"}


def write_report(comparison: Comparison, out: str | os.PathLike[str]) -> Path:
    """Write ``index.html``, ``report.md``, ``report.json`` and ``figures/`` to ``out``; returns the page's path.

    >>> from report import compare
    >>> write_report(compare("quick"), "out/report")  # doctest: +SKIP
    PosixPath('out/report/index.html')
    """
    folder = Path(out)
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    drawn = _draw(comparison)
    images = {}
    with mpl.rc_context({"font.size": 10, "svg.hashsalt": "groksharp", "savefig.transparent": False}):
        for name, panels in drawn.items():
            images[name] = Markup("").join(
                _save(panel, folder / "figures" / f"{name}-{k}") for k, panel in enumerate(panels, start=1)
            )
    environment = Environment(
        loader=PackageLoader("report"), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["typeset"] = _typeset
    html = environment.get_template("report.html").render(
        comparison=comparison,
        images=images,
        equations=[
            (title, [(equations[name], Markup(equation_mathml(equations[name]))) for name in names])
            for title, names in _SHOWN_EQUATIONS
        ],
        marks=_MARKS,
        failure_summary=failure_summary,
        trend_line=trend_line,
        columns=_columns,
        trust_sentence=trust_sentence(comparison.trust),
    )
    page = folder / "index.html"
    page.write_text(html, encoding="utf-8")
    (folder / "report.md").write_text(_markdown(comparison), encoding="utf-8")
    (folder / "report.json").write_text(
        json.dumps(_numbers(comparison), indent=1, ensure_ascii=False), encoding="utf-8"
    )
    return page


def _draw(comparison: Comparison) -> dict[str, Iterable[Figure]]:
    drawn: dict[str, Iterable[Figure]] = {"common": figures.common_figure(comparison.settings)}
    for setting in comparison.settings:
        published = comparison.published if setting.name == "theory" else None
        drawn[f"{setting.name}-trend"] = figures.trend_figure(setting, published)
        drawn[f"{setting.name}-fits"] = figures.fits_figure(setting)
        drawn[f"{setting.name}-regression"] = figures.regression_figure(setting)
    drawn["descent-trust"] = figures.trust_figure(comparison.trust)
    return drawn


def _save(figure: Figure, path: Path) -> Markup:
    """Write the panel as PNG and SVG, and return the SVG for the page, its ids made unique."""
    figure.savefig(path.with_suffix(".png"), dpi=160)
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    svg = buffer.getvalue()
    path.with_suffix(".svg").write_text(svg, encoding="utf-8")
    inline = svg[svg.index("<svg") :]
    inline = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{path.name}-", inline)
    return Markup(f'<div class="panel">{inline}</div>')


def _typeset(text: str) -> Markup:
    """Plain words of the comparison with their indices, powers and commands set as such."""
    marked = re.sub(r"\b(S|L|t\*|s)_(rel|abs|train|gen)\b", r"\1<sub>\2</sub>", str(escape(text)))
    marked = re.sub(r"\^(-?[\d.]*\d)", lambda power: f"<sup>{power[1]}</sup>", marked)
    marked = re.sub(r"(?<![\w.])-(?=\d)", "−", marked)
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", marked))


def _columns(table: object) -> tuple[list[str], list[list[str]]]:
    lines = markdown_table(table).splitlines()  # type: ignore[arg-type]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return cells[0], cells[2:]


def _markdown(comparison: Comparison) -> str:
    parts = [
        "# How sharp is grokking?\n",
        comparison.finding + "\n",
        "## Claims\n",
        "| claim | theory | finite d | parity | verdict |\n| --- | --- | --- | --- | --- |",
    ]
    parts[-1] += "".join(
        f"\n| {c.sentence} ({c.source}) | {c.theory} | {c.descent} | {c.parity} | **{c.verdict}**: {c.reason} |"
        for c in comparison.claims
    )
    for setting in comparison.settings:
        table = setting.table
        trends = "\n".join(f"- {trend_line(kind, trend)}" for kind, trend in table.trends.items())
        parts.append(
            f"\n## {setting.title}\n\n{setting.about} {len(table.fitted)} fitted of {len(table)} run.\n\n{trends}\n\n"
            f"{failure_summary(table)}\n\n{markdown_table(table)}"
        )
    parts.append(f"\n## Where infinite size may be trusted\n\n{trust_sentence(comparison.trust)}")
    parts.append("\n## Provenance\n\n" + "\n".join(f"- {k}: {v}" for k, v in asdict(comparison.provenance).items()))
    return "\n".join(parts) + "\n"


def _numbers(comparison: Comparison) -> dict[str, object]:
    return {
        "finding": comparison.finding,
        "claims": [asdict(claim) for claim in comparison.claims],
        "settings": {s.name: {"title": s.title, "about": s.about, **s.table.to_dict()} for s in comparison.settings},
        "published": comparison.published.to_dict(),
        "trust": [asdict(row) for row in comparison.trust],
        "provenance": asdict(comparison.provenance),
    }
