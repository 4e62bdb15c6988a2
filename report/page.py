"""The report on disk: a self-contained page, its figures with their numbers, tables as Markdown, numbers as JSON."""

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from report.claim import VERDICTS
from report.comparison import Comparison
from report.disagreement import FIGURE
from report.figures.picture import Picture
from report.kept.formulas import kept_formulas
from report.kept.pictures import kept_pictures
from report.kept.plain_values import to_plain
from report.kept.value import digest_of
from report.law.captions import CAPTIONS
from report.report_text import markdown, numbers
from report.run_name import run_name
from report.run_words import run_attributes
from report.setting import Setting
from report.text_table import failure_summary, table_cells, trend_line
from report.typesetting import typeset
from report.whole_folder import whole_folder

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["write_report"]

_SHOWN_EQUATIONS = (
    ("How a jump is measured", ("M1", "M3", "M4", "M6")),
    ("The linear model", ("M8", "training-loss", "generalization-loss", "plateau", "M7")),
    ("Late times and jumps", ("M10", "late-gen", "M11", "jump-time-train", "jump-time-gen")),
)

Pictures = Mapping[str, Sequence[Picture]]


def write_report(comparison: Comparison, out: str | os.PathLike[str]) -> Path:
    """Write `index.html`, `report.md`, `report.json`, `provenance.json` and `figures/`; returns the page's path.

    Everything is written beside and moved into place at the end, the page last: it is whole at any moment. Two reports
    of the same runs have the same bytes; when, where and how long they were made is in `provenance.json` alone.

    >>> from report import compare
    >>> write_report(compare("quick"), "out/report")  # doctest: +SKIP
    PosixPath('out/report/index.html')
    """
    pictures: dict[str, Sequence[Picture]] = {}
    for name, drawn_from, figures in _drawn(comparison):
        pictures |= kept_pictures(comparison.kept if drawn_from else None, name, drawn_from, figures)
    folder = Path(out)
    with whole_folder(folder, last="index.html") as beside:
        (beside / "figures").mkdir()
        for name, panels in pictures.items():
            for k, panel in enumerate(panels, start=1):
                panel.write(beside / "figures" / f"{name}-{k}")
        (beside / "index.html").write_text(_html(comparison, pictures), encoding="utf-8")
        (beside / "report.md").write_text(markdown(comparison), encoding="utf-8")
        _write_json(beside / "report.json", numbers(comparison))
        _write_json(beside / "provenance.json", asdict(comparison.provenance))
    return folder / "index.html"


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False), encoding="utf-8")


def _html(comparison: Comparison, pictures: Pictures) -> str:
    environment = Environment(
        loader=PackageLoader("report"), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["typeset"] = typeset
    script = (files("report") / "templates" / "report.js").read_text(encoding="utf-8")
    shown = [name for name in (*CAPTIONS, FIGURE) if name in pictures]
    formulas = kept_formulas(comparison.kept, [name for _, names in _SHOWN_EQUATIONS for name in names])
    letters: dict[str, str] = {}
    return environment.get_template("report.html").render(
        comparison=comparison,
        columns=max((len(paper.judged) for paper in comparison.papers), default=0),
        images={name: Markup("").join(_panels(name, panels, letters)) for name, panels in pictures.items()},
        panels={name: len(panels) for name, panels in pictures.items()},
        equations=[(title, [formulas[name] for name in names]) for title, names in _SHOWN_EQUATIONS],
        marks=VERDICTS,
        captions=CAPTIONS,
        numbered={name: k for k, name in enumerate(shown, start=1)},
        failure_summary=failure_summary,
        trend_line=trend_line,
        table_cells=table_cells,
        run_name=run_name,
        run_attributes=run_attributes,
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii"),
    )


def _panels(name: str, panels: Sequence[Picture], letters: dict[str, str]) -> Iterator[Markup]:
    for k, panel in enumerate(panels, start=1):
        yield Markup(f'<div class="panel">{panel.inline(f"{name}-{k}", letters)}</div>')


def _drawn(comparison: Comparison) -> "Iterator[tuple[str, str, Iterable[tuple[str, Iterable[Figure]]]]]":
    """What is drawn together: a name, a digest of all that is drawn (empty: not known), and the figures by name."""
    settings, law = comparison.settings, comparison.law
    if law is not None:
        yield "law", digest_of(str(to_plain(law))), _law(comparison)
    identities = [setting.identity for setting in settings]
    yield "common", digest_of(" ".join(identities)) if all(identities) else "", _common(comparison)
    for setting in settings:
        yield setting.name, setting.identity, _setting(setting)


# Drawing is imported where there is something to draw: a page of kept pictures does not wait for matplotlib.


def _law(comparison: Comparison) -> "Iterator[tuple[str, Iterable[Figure]]]":
    from report.law.pictures import law_figures

    assert comparison.law is not None
    yield from ((name, (figure,)) for name, figure in law_figures(comparison.law))


def _common(comparison: Comparison) -> "Iterator[tuple[str, Iterable[Figure]]]":
    from report.figures.offsets import offset_figure
    from report.figures.shared_axes import common_figure

    yield "common", common_figure(comparison.settings)
    if comparison.offsets:
        styles = {setting.name: setting.style for setting in comparison.settings}
        yield FIGURE, (offset_figure(comparison.offsets, styles),)


def _setting(setting: Setting) -> "Iterator[tuple[str, Iterable[Figure]]]":
    from report.figures.fits import fits_figure
    from report.figures.trend import regression_figure, trend_figure

    yield f"{setting.name}-trend", trend_figure(setting)
    yield f"{setting.name}-fits", fits_figure(setting)
    yield f"{setting.name}-regression", regression_figure(setting)
    for section in setting.sections:
        yield f"{setting.name}-{section.name}", section.panels()
