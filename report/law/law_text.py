"""The slopes of a law as a table of words."""

from collections.abc import Sequence

from report.law.knob_slope import KnobSlope
from report.law.law import Law

__all__ = ["slope_rows"]


def slope_rows(law: Law) -> tuple[list[str], list[list[str]]]:
    """Header and rows: one row a knob of a system, with its slopes and their intervals.

    >>> from report.law.law import judge_law
    >>> slope_rows(judge_law([]))[1]
    []
    """
    header = ["n", "censored", "S_rel against G", "S_abs against G", "S_abs against t*_gen", "system and knob"]
    by_knob: dict[tuple[str, str], list[KnobSlope]] = {}
    for one in law.slopes:
        by_knob.setdefault((one.name, one.knob), []).append(one)
    return header, [_row(*key, own) for key, own in by_knob.items()]


def _row(name: str, knob: str, slopes: Sequence[KnobSlope]) -> list[str]:
    counts = slopes[0]
    return [str(counts.n), str(counts.censored), *(_slope(one) for one in slopes), f"{name} {knob}"]


def _slope(one: KnobSlope) -> str:
    if not one.determined:
        return "G hardly moves" if one.still and one.measure != "time" else "–"
    signs = ("{{{}, {}}}" if one.deterministic else "[{}, {}]").format(f"{one.slope_low:.2f}", f"{one.slope_high:.2f}")
    return f"{one.slope:.2f} {signs}"
