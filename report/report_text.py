"""The comparison as Markdown and as plain numbers."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from report.annotations import Row
from report.comparison import Comparison
from report.law.answer import Sentence
from report.law.law_text import slope_rows
from report.setting import Setting
from report.text_table import failure_summary, markdown_rows, table_cells, trend_line

__all__ = ["markdown", "numbers"]


def markdown(comparison: Comparison) -> str:
    """The finding, claims, tables and provenance."""
    parts = ["# How sharp is grokking?", comparison.finding]
    if comparison.law is not None:
        parts += ["## Is there one law?", *(sentence.text for sentence in comparison.law.answer)]
        parts += [markdown_rows(*slope_rows(comparison.law))]
    if comparison.disagreement:
        parts += ["## Where theory and networks disagree"]
        parts += [_with_details(sentence) for sentence in comparison.disagreement]
    parts += ["## Claims"] if comparison.claims else []
    for paper in comparison.papers:
        header = ["claim", *(setting.title for setting in paper.judged), "verdict"]
        rows = [
            [
                f"{claim.sentence} ({claim.source})",
                *(claim.findings.get(setting.name, "–") for setting in paper.judged),
                f"**{claim.verdict}**: {claim.reason}",
            ]
            for claim in paper.claims
        ]
        parts += [f"{paper.letter} is {paper.source}.", markdown_rows(header, rows)]
    for setting in comparison.settings:
        parts += _setting(setting)
    made = comparison.provenance.lasting | {setting.title: setting.origin for setting in comparison.settings}
    parts += ["## Provenance", "\n".join(f"- {name}: {value}" for name, value in made.items())]
    return "\n\n".join(part for part in parts if part) + "\n"


def numbers(comparison: Comparison) -> dict[str, Any]:
    """Everything in plain types for JSON, the settings by name."""
    return {
        "finding": comparison.finding,
        "offsets": [_plain(asdict(one)) for one in comparison.offsets],
        "disagreement": " ".join(sentence.text for sentence in comparison.disagreement),
        "law": None if comparison.law is None else comparison.law.to_dict(),
        "claims": [asdict(claim) for claim in comparison.claims],
        "settings": {
            setting.name: {
                "title": setting.title,
                "about": setting.about,
                "origin": setting.origin,
                "time_unit": setting.time_unit,
                **setting.table.to_dict(),
                "companions": {one.name: one.table.to_dict() for one in setting.companions},
                "sections": {section.name: [_plain(row) for row in section.rows] for section in setting.sections},
            }
            for setting in comparison.settings
        },
        "provenance": comparison.provenance.lasting,
    }


def _with_details(sentence: Sentence) -> str:
    return f"{sentence.text}\n\n{sentence.details}." if sentence.details else sentence.text


def _plain(row: Mapping[str, Any]) -> Row:
    """Numbers that JSON has: none that is infinite or not a number."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()
    }


def _setting(setting: Setting) -> list[str]:
    table = setting.table
    trends = "\n".join(f"- {trend_line(kind, trend)}" for kind, trend in table.trends.items())
    about = f"{setting.about} {table.count}."
    parts = [f"## {setting.title}", about, trends, failure_summary(table), markdown_rows(*table_cells(table))]
    for section in setting.sections:
        parts += [f"### {section.title}", section.text]
    return parts
