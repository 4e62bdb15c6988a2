"""Sharpness tables as text: aligned for the terminal, pipes for Markdown."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from numerics import SharpnessTable, Trend

__all__ = [
    "aligned",
    "complaint_summary",
    "failure_summary",
    "markdown_rows",
    "table_cells",
    "text_table",
    "told_slope",
    "trend_line",
]

_KNOBS = {"lam": "λ"}
_MOST_REASONS = 20
_MEASURES = {
    "jump_time_train": ("t*_train", ".5g"),
    "jump_time_gen": ("t*_gen", ".5g"),
    "sharpness_train": ("s_train", ".3e"),
    "sharpness_gen": ("s_gen", ".3e"),
    "relative_gap": ("G", ".4g"),
    "relative_sharpness": ("S_rel", ".4g"),
    "absolute_sharpness": ("S_abs", ".3e"),
}


def text_table(table: SharpnessTable) -> str:
    """Rows in aligned columns, then the trends and how many runs were fitted.

    >>> from numerics import sweep_linear
    >>> print(text_table(sweep_linear([1.05, 1.08, 1.1], points=2000)).splitlines()[0].split())
    ['λ', 't*_train', 't*_gen', 's_train', 's_gen', 'G', 'S_rel', 'S_abs', 'status']
    """
    lines = aligned(*table_cells(table))
    trends = [trend_line(kind, trend) for kind, trend in table.trends.items()]
    return "\n".join([*lines, "", table.count, *complaint_summary(table), *trends])


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Cells as lines whose columns are aligned at their right; the last column is left as it is.

    >>> aligned(["a", "b"], [["10", "x"]])
    [' a  b', '10  x']
    """
    widths = [max(len(row[k]) for row in [header, *rows]) for k in range(len(header) - 1)]
    return [
        "  ".join([*(cell.rjust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        for row in [header, *rows]
    ]


def table_cells(table: SharpnessTable) -> tuple[list[str], list[list[str]]]:
    """The header and the rows as words: what tells the runs apart, the measures, and the status.

    >>> from numerics import tabulate
    >>> table_cells(tabulate([{"model.width": 50, "relative_gap": 0.5, "status": "ok"}]))
    (['width', 'G', 'status'], [['50', '0.5', 'ok']])

    A gap of which only a lower bound is known stands as such:

    >>> table_cells(tabulate([{"relative_gap": np.nan, "relative_gap_bound": 9.0, "status": "…"}]))[1]
    [['≥ 9', '…']]
    """
    # What varies from run to run stands before the measures, whatever it is.
    measures = [k for k, name in enumerate(table.columns) if name in _MEASURES]
    varied = table.columns[: min(measures, default=0)]
    shown = [*varied, *(name for name in table.columns if name in _MEASURES)]
    header = [_heading(name, varied) for name in shown] + ["status"]
    forms = {name: _MEASURES[name][1] if name in _MEASURES else ".6g" for name in shown}
    return header, [[*(_measure(row, name, form) for name, form in forms.items()), str(row["status"])] for row in table]


def markdown_rows(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Cells as a Markdown table; a bar within a cell is escaped.

    >>> print(markdown_rows(["a"], [["|x|"]]))
    | a |
    | --- |
    | \\|x\\| |
    """
    lines = [[cell.replace("|", r"\|").replace("\n", " ") for cell in row] for row in [header, *rows]]
    lines.insert(1, ["---"] * len(header))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def trend_line(kind: str, trend: Trend) -> str:
    """One trend as a sentence.

    >>> trend_line("relative", Trend(-0.5, 0.0, -0.6, -0.4, n=9, groups=3, censored=2))
    'relative sharpness ∝ G^-0.500, 95 % interval -0.600 to -0.400, 9 runs at 3 values, and 2 censored'
    >>> trend_line("relative", Trend(-0.5, 0.0, -np.inf, np.inf, n=9))
    'relative sharpness: no trend, the gaps of 9 fitted runs differ too little to show one'
    """
    runs = f"{trend.n} fitted run{'s' * (trend.n != 1)}"
    if not np.isfinite(trend.slope):
        return f"{kind} sharpness: no trend from {runs}" + f" at {_values(trend.groups)}" * (trend.groups < trend.n)
    if np.isinf(trend.slope_low) and np.isinf(trend.slope_high):
        return f"{kind} sharpness: no trend, the gaps of {runs} differ too little to show one"
    if np.isfinite(trend.local_low):
        spread = f"from {trend.local_low:.3f} to {trend.local_high:.3f} between neighbours, without noise"
    else:
        spread = f"95 % interval {trend.slope_low:.3f} to {trend.slope_high:.3f}"
    at = f" at {_values(trend.groups)}" if 0 < trend.groups < trend.n else ""
    never = f", and {trend.censored} censored" if trend.censored else ""
    return f"{kind} sharpness ∝ G^{trend.slope:.3f}, {spread}, {trend.n} runs{at}{never}"


def told_slope(trend: Trend) -> str:
    """The slope with its interval, or, without noise, with the range of the local ones.

    >>> told_slope(Trend(-0.5, 0.0, -0.6, -0.4, n=9))
    '-0.50 [-0.60, -0.40]'
    >>> told_slope(Trend(-1.0, 0.0, np.nan, np.nan, n=9, local_low=-2.0, local_high=-0.5))
    '-1.00 (local -2.00 to -0.50)'
    """
    if np.isfinite(trend.local_low):
        return f"{trend.slope:.2f} (local {trend.local_low:.2f} to {trend.local_high:.2f})"
    return f"{trend.slope:.2f} [{trend.slope_low:.2f}, {trend.slope_high:.2f}]"


def _values(number: int) -> str:
    return f"{number} value{'s' * (number != 1)}"


def failure_summary(table: SharpnessTable) -> str:
    """How many runs failed and why, each reason once with its first wording; empty if none did."""
    failed = [row["status"] for row in table if row["status"] != "ok"]
    if not failed:
        return ""
    kinds = Counter(map(_reason, failed))
    first = {_reason(status): status for status in reversed(failed)}
    lines = [f"{len(failed)} of {len(table)} run{'s' * (len(table) != 1)} could not be measured:"]
    lines += [f"  {count} × {first[kind]}" for kind, count in kinds.most_common(_MOST_REASONS)]
    if len(kinds) > _MOST_REASONS:
        lines.append(f"  … and {len(kinds) - _MOST_REASONS:,} more reasons")
    return "\n".join(lines)


def complaint_summary(table: SharpnessTable) -> list[str]:
    """How many fitted runs have a complaint, and each once with its first wording, the numbers of curves aside.

    >>> from numerics import sweep_linear
    >>> complaint_summary(sweep_linear([0.9, 0.95], convention="exact", points=2000))[0]
    '2 with a complaint:'
    """
    told = [row["complaint"] for row in table if row["status"] == "ok" and row.get("complaint")]
    if not told:
        return []
    parts = [part for complaint in told for part in complaint.split("; ")]
    kinds = Counter(map(_reason, parts))
    first = {_reason(part): part for part in reversed(parts)}
    return [f"{len(told)} with a complaint:", *(f"  {count} × {first[kind]}" for kind, count in kinds.most_common())]


def _reason(status: str) -> str:
    """The status without its numbers: sentences that differ only in these are one reason."""
    return re.sub(r"\d[\d.e+-]*", "", status)


def _heading(name: str, varied: Sequence[str]) -> str:
    """What a column is called: a knob by its last word where no other of the table has the same one."""
    if name in _MEASURES or name in _KNOBS:
        return _MEASURES[name][0] if name in _MEASURES else _KNOBS[name]
    word = name.rpartition(".")[2]
    same = [other for other in varied if other.rpartition(".")[2] == word]
    return (word if len(same) == 1 else name.replace(".", " ")).replace("_", " ")


def _measure(row: Mapping[str, Any], name: str, form: str) -> str:
    bound = _cell(row.get("relative_gap_bound"), form)
    return f"≥ {bound}" if name == "relative_gap" and bound != "–" else _cell(row[name], form)


def _cell(value: Any, form: str) -> str:
    if value is None or value != value:
        return "–"
    # A knob may be anything: a whole number, a word, several numbers.
    return format(value, form) if isinstance(value, float | np.floating) else str(value)
