"""The figures of the answer, by name."""

import os
from collections.abc import Iterator
from pathlib import Path

from matplotlib.figure import Figure

from report.figures.law import prediction_figure, shape_figure, slope_figure, two_knobs_figure, width_figure
from report.law.captions import CAPTIONS
from report.law.law import Law

__all__ = ["law_figures", "write_pictures"]

COUNTER_EXAMPLE = "diagonal_network"


def law_figures(law: Law) -> Iterator[tuple[str, Figure]]:
    """The figures for which there is something to draw, by the names of their captions."""
    for measure in law.heterogeneity:
        if law.of(measure):
            yield f"law-{measure}", slope_figure(law.of(measure), law.heterogeneity[measure].knobs)
    if law.sweeps:
        yield "law-width", width_figure(law.sweeps)
    if several := [sweep for sweep in law.sweeps if sweep.name == COUNTER_EXAMPLE]:
        yield "law-counter-example", two_knobs_figure(several)
    if law.predictions:
        yield "law-predictors", prediction_figure(law.predictions)
    if law.misfits:
        yield "law-shape", shape_figure(law.misfits)


def write_pictures(law: Law, folder: str | os.PathLike[str]) -> list[Path]:
    """Write each figure as PNG and SVG, and `captions.md`, which says what they show; returns the paths."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    written, captions = [], []
    for name, figure in law_figures(law):
        captions.append(f"- `{name}`: {CAPTIONS[name]}")
        for suffix in (".png", ".svg"):
            written.append(out / f"{name}{suffix}")
            figure.savefig(written[-1], dpi=160)
            figure.set_layout_engine("none")  # it stays as it was laid out
    written.append(out / "captions.md")
    written[-1].write_text("\n".join(captions) + "\n", encoding="utf-8")
    return written
