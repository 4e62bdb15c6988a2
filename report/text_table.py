"""Sharpness tables as text: aligned for the terminal, pipes for Markdown."""

from collections import Counter
from typing import Any

from numerics import SharpnessTable, Trend

__all__ = ["failure_summary", "markdown_table", "text_table", "trend_line"]

_SHOWN = {
    "lam": ("λ", ".6g"),
    "d": ("d", "d"),
    "replica": ("replica", "d"),
    "input_size": ("input size", "d"),
    "seed": ("seed", "d"),
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
    header, rows = _cells(table)
    widths = [max(len(row[k]) for row in [header, *rows]) for k in range(len(header) - 1)]
    lines = [
        "  ".join([*(cell.rjust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        for row in [header, *rows]
    ]
    trends = [trend_line(kind, trend) for kind, trend in table.trends.items()]
    return "\n".join([*lines, "", f"{len(table.fitted)} fitted of {len(table)} run", *trends])


def markdown_table(table: SharpnessTable) -> str:
    """The same rows as a Markdown table."""
    header, rows = _cells(table)
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, ["---"] * len(header), *rows])


def trend_line(kind: str, trend: Trend) -> str:
    """One trend as a sentence."""
    if trend.n < 3:
        return f"{kind} sharpness: no trend from {trend.n} fitted runs"
    return (
        f"{kind} sharpness ∝ G^{trend.slope:.3f}, "
        f"95 % interval {trend.slope_low:.3f} to {trend.slope_high:.3f}, {trend.n} runs"
    )


def failure_summary(table: SharpnessTable) -> str:
    """How many runs failed and why, each reason once with its first wording; empty if none did."""
    failed = [row["status"] for row in table if row["status"] != "ok"]
    if not failed:
        return ""
    # Sentences that differ only in their numbers are one reason.
    kinds = Counter(status.split(":")[0] for status in failed)
    lines = [f"{len(failed)} of {len(table)} runs could not be measured:"]
    for kind, count in kinds.most_common():
        first = next(status for status in failed if status.split(":")[0] == kind)
        lines.append(f"  {count} × {first}")
    return "\n".join(lines)


def _cells(table: SharpnessTable) -> tuple[list[str], list[list[str]]]:
    # What varies from run to run stands before the measures, whatever it is.
    varied = table.columns.index("jump_time_train") if "jump_time_train" in table.columns else 0
    shown = [name for k, name in enumerate(table.columns) if name in _SHOWN or k < varied]
    header = [_SHOWN.get(name, (name.replace("_", " "),))[0] for name in shown] + ["status"]
    rows = [[*(_cell(row[name], _SHOWN.get(name, ("", ""))[1]) for name in shown), str(row["status"])] for row in table]
    return header, rows


def _cell(value: Any, form: str) -> str:
    if value is None:
        return "–"
    return "–" if value != value else format(value, form)
