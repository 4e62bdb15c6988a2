"""A run in words and in a few numbers, for whoever points at it on the page."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from numerics import SharpnessTable
from report.annotations import Array

__all__ = ["run_attributes"]

_NUMBERS = (
    ("G", "relative_gap", ""), ("S_rel", "relative_sharpness", ""), ("S_abs", "absolute_sharpness", "rate"),
)  # fmt: skip
_FITS = ("jump_time_train", "sharpness_train", "jump_time_gen", "sharpness_gen")


def run_attributes(table: SharpnessTable, row: int, unit: str, curves: "Array | None" = None) -> dict[str, str]:
    """What the page keeps with a run, by the names of HTML attributes.

    `data-told`, measures with their errors, the status and the complaint; `data-fit`, jump time and sharpness of both
    fits, from which their curves can be drawn; `data-curves`, recorded times and accuracies in per cent, where they are
    at hand.

    >>> from numerics import tabulate
    >>> table = tabulate([{"relative_gap": 2.0, "relative_gap_error": 0.25, "status": "ok"}])
    >>> run_attributes(table, 0, "step")
    {'data-told': 'G = 2 ± 0.25; ok'}
    >>> run_attributes(tabulate([{"relative_gap": 2.0, "complaint": "mind it", "status": "ok"}]), 0, "step")
    {'data-told': 'G = 2; ok; mind it'}
    """
    found: Mapping[str, Any] = table.rows[row]
    told = [_measure(found, *one, unit) for one in _NUMBERS if _finite(found.get(one[1]))]
    if not told and _finite(found.get("relative_gap_bound")):
        told = [f"G ≥ {found['relative_gap_bound']:.4g}"]
    attributes = {"data-told": "; ".join(filter(None, [", ".join(told), str(found["status"]), found.get("complaint")]))}
    if all(_finite(found.get(name)) for name in _FITS):
        attributes["data-fit"] = " ".join(f"{found[name]:.4g}" for name in _FITS)
    if curves is not None and curves.size:
        time, *accuracies = curves
        parts = [(f"{value:.4g}" for value in time), *((f"{100 * value:.0f}" for value in one) for one in accuracies)]
        attributes["data-curves"] = ";".join(map(_spaced, parts))
    return attributes


def _measure(row: Mapping[str, Any], symbol: str, name: str, rate: str, unit: str) -> str:
    error = row.get(f"{name}_error")
    more = f" ± {error:.2g}" if _finite(error) else ""
    return f"{symbol} = {row[name]:.4g}{more}{f' per {unit}' if rate and unit else ''}"


def _finite(value: Any) -> bool:
    return value is not None and bool(np.isfinite(value))


def _spaced(words: Iterable[str]) -> str:
    return " ".join(words)
