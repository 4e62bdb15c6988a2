"""The figures of the answer, by name."""

import os
from collections.abc import Iterator
from pathlib import Path

from matplotlib.figure import Figure

from report.figures.law import prediction_figure, shape_figure, slope_figure, two_knobs_figure, width_figure
from report.law.law import Law

__all__ = ["CAPTIONS", "law_figures", "write_pictures"]

CAPTIONS = {
    "law-relative": "Slope of relative sharpness against the gap on log-log axes, one row a knob of a system, "
    "with the number of runs (and of censored ones). Circles with 95 % intervals: random runs. "
    "Diamonds: exact curves, which have no sampling error; the dotted line is the range of their "
    "local slopes. Orange: the range over other ways to measure the same runs, by another shape, with a "
    "fitted ceiling, or between first looks at the level that counts as learned. Green: the mean "
    "over knobs, and the band in which 95 % of further knobs are expected.",
    "law-absolute": "The same for absolute sharpness, which is a rate: a knob that stretches time changes it, and may "
    "leave the gap as it is.",
    "law-time": "Slope of absolute sharpness against the time of the generalization jump: −1 is a jump that "
    "takes a fixed share of its own time (dashed), 0 one whose time moves alone.",
    "law-ratio": "Slope of relative sharpness against t*_gen/t*_train = 1 + G: −1 (dashed) where both jumps take fixed "
    "shares of their own times.",
    "law-width": "Sharpness of the generalization jump in units of its own time, as a knob moves that time, both "
    "relative to the median; a line is a knob, its points the medians at its values, the knobs that the text names in "
    "colour. A level line is a jump that takes a fixed share of its own time.",
    "law-counter-example": "The diagonal network, whose curves are exact: absolute sharpness against the gap along its "
    "two knobs. No one function of the gap passes through both. The figures above have the slopes of all pairs.",
    "law-predictors": "Skill of predictors of the delay out of sample: circles, each value of the knob predicted "
    "from the others; squares, the knob predicted from the system's other knobs. Green: better "
    "than the null beyond chance; orange: worse; grey: not decided. What is below −1 is drawn at −1.",
    "law-shape": "Largest systematic deviation of each generalization curve from the erf fitted to it, as a share of "
    "its height, a point a run. Beyond the dotted line the curve has plainly another shape.",
}
"""What each figure shows."""

COUNTER_EXAMPLE = "diagonal_network"


def law_figures(law: Law) -> Iterator[tuple[str, Figure]]:
    """The figures for which there is something to draw, by the names of `CAPTIONS`."""
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
    written.append(out / "captions.md")
    written[-1].write_text("\n".join(captions) + "\n", encoding="utf-8")
    return written
