"""The slopes of a law as a table of words."""

from collections.abc import Sequence

from report.law.knob_slope import KnobSlope, Measure
from report.law.law import Law

__all__ = ["slope_rows"]

_HEADINGS: dict[Measure, str] = {
    "relative": "S_rel against G", "absolute": "S_abs against G", "time": "S_abs against t*_gen",
}  # fmt: skip
"""What the table shows; the slope against the ratio of the times, another view of the first, is in the JSON."""


def slope_rows(law: Law) -> tuple[list[str], list[list[str]]]:
    """Header and rows: one row a knob of a system, with its slopes and their intervals.

    >>> from report.law.law import judge_law
    >>> slope_rows(judge_law([]))[1]
    []
    """
    header = ["n", "censored", "failed", *_HEADINGS.values(), "system and knob"]
    by_knob: dict[tuple[str, str], list[KnobSlope]] = {}
    for one in law.slopes:
        by_knob.setdefault((one.name, one.knob), []).append(one)
    return header, [_row(*key, own) for key, own in by_knob.items()]


def _row(name: str, knob: str, slopes: Sequence[KnobSlope]) -> list[str]:
    counts = slopes[0]
    shown = [_slope(one) for one in slopes if one.measure in _HEADINGS]
    return [str(counts.n), str(counts.censored), str(counts.failed), *shown, f"{name} {knob}"]


def _slope(one: KnobSlope) -> str:
    if not one.determined:
        return "G hardly moves" if one.still and one.measure != "time" else "–"
    slope, low, high = (f"{value:z.2f}" for value in (one.slope, one.slope_low, one.slope_high))
    return f"{slope} {{{low}, {high}}}" if one.deterministic else f"{slope} [{low}, {high}]"
