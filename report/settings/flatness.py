"""Whether flat minima generalize, and whether flatness has to do with how sharp the jump is."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from empirical import (
    FLATNESS_MEASURES,
    FLATNESS_OUTCOMES,
    FLATNESS_RECORDS,
    System,
    find_system,
    flatness_curves,
)
from numerics import RankCorrelation, SharpnessTable, StratifiedCorrelation
from report.arrivals import column
from report.figures.flatness import around_figure, states_figure
from report.figures.panels import sharpness_label
from report.flatness_relations import TARGETS, Relation, relations
from report.setting import Request, Section, Setting, Style
from report.trained_setting import trained_setting

__all__ = ["PRESETS", "build"]

PRESETS: dict[str, dict[str, Any]] = {
    "quick": {"train_fraction": (0.4, 0.5, 0.6), "weight_decay": (0.5, 1.0, 3.0), "seed": (0, 1)},
    "paper": {
        "train_fraction": (0.35, 0.45, 0.55, 0.65, 0.75), "weight_decay": (0.25, 0.5, 1.0, 2.0, 4.0),
        "seed": range(5), "schedule.steps": 3000,
    },
}  # fmt: skip
"""The runs: shares of the table, weight decays and seeds."""

# A small table and a small network; all runs are of one length, or the last look would not be comparable.
_KNOBS: dict[str, Any] = {
    "task.modulus": 23, "model.width": 100, "model.initialization": "standard",
    "schedule.steps": 1000, "schedule.dense": 100, "schedule.growth": 1.02, "schedule.stop_after": 0,
}  # fmt: skip
_STYLE = Style("#117733", "X", ":")
_SHOWN = ("random_steps", "curvature")  # in words and pictures; all four are in the rows


def build(request: Request) -> Setting:
    """Train the networks of the preset, or load those that are finished, and measure how flat they are."""
    system = System(
        "flatness",
        find_system("quadratic_mlp").experiment.replace(_KNOBS),
        title="Flatness of minima",
        about="Quadratic networks that learn addition modulo 23; flatness is that of the minimum of the training loss, "
        "sharpness that of the jump in accuracy.",
        presets=PRESETS,
        columns={"train_fraction": "task.train_fraction", "weight_decay": "optimizer.weight_decay"},
        records=FLATNESS_RECORDS,
        outcomes=FLATNESS_OUTCOMES,
    )
    setting = trained_setting(system, request, style=_STYLE, sections=_sections)
    return dataclasses.replace(setting, phrase="quadratic networks whose flatness is measured")


def _sections(datasets: Sequence[xr.Dataset], table: SharpnessTable) -> tuple[Section, ...]:
    return _around(datasets), _generalization(table), _jump(table)


def _around(datasets: Sequence[xr.Dataset]) -> Section:
    """Over time, counted in times of the jump."""
    runs = [flatness_curves(dataset) for dataset in datasets]
    state = {"train_loss": "training loss", "weight_norm": "weight norm", "train_accuracy": "training accuracy"}
    ratios = {name: _across(runs, name) for name in FLATNESS_MEASURES}
    return Section(
        name="over-time",
        title="Flatness over time around the jump",
        panels=lambda: (around_figure(runs, FLATNESS_MEASURES), around_figure(runs, state)),
        caption="Measures of flatness, all small where the minimum is flat, and on the right what has to be held "
        "against them: each in units of its value at the jump, the first look with a generalization accuracy of one "
        "half; medians over the runs that jump, with the middle half of them.",
        text="From the jump to the end of the run the "
        + "; the ".join(f"{FLATNESS_MEASURES[name]} changes by a factor of {ratio}" for name, ratio in ratios.items())
        + " (medians, with the middle half).",
    )


def _across(runs: Sequence[Any], name: str) -> str:
    """From the jump to the end: median and middle half of the ratio."""
    jumps = [(run, int((run["gen_accuracy"] >= 0.5).argmax())) for run in runs if (run["gen_accuracy"] >= 0.5).any()]
    if not jumps:
        return "– (no run jumps)"
    low, middle, high = np.quantile([run[name][-1] / run[name][look] for run, look in jumps], (0.25, 0.5, 0.75))
    return f"{middle:.2f} [{low:.2f}, {high:.2f}]"


def _generalization(table: SharpnessTable) -> Section:
    drawn = [(name, "end", "gen_accuracy_end", TARGETS["gen_accuracy_end"][1]) for name in _SHOWN]
    return _related(
        table, ("gen_accuracy_end", "steps_to_gen"), drawn, logarithmic=False,
        name="generalization", title="Flatness and generalization",
        caption="Final generalization accuracy against two measures of flatness at the end of the run.",
    )  # fmt: skip


def _jump(table: SharpnessTable) -> Section:
    kinds = ("relative", "absolute")
    drawn = [("curvature", "jump", f"{kind}_sharpness", sharpness_label(kind, "step")) for kind in kinds]
    return _related(
        table, ("relative_sharpness", "absolute_sharpness"), drawn, logarithmic=True,
        name="jump", title="Flatness and the sharpness of the jump",
        caption="Sharpness of the jump against the largest curvature of the minimum at the jump.",
    )  # fmt: skip


def _related(
    table: SharpnessTable,
    targets: Sequence[str],
    drawn: Sequence[tuple[str, str, str, str]],
    *,
    logarithmic: bool,
    **words: str,
) -> Section:
    """What the correlations say, and pictures of some: measure, moment, column and label of each."""
    found = [relation for target in targets for relation in relations(table, target)]

    def panels() -> tuple[Figure, ...]:
        return tuple(
            states_figure(
                column(table, f"{measure}_{moment}"), column(table, target), column(table, "train_fraction"),
                (f"{FLATNESS_MEASURES[measure]} {_MOMENTS[moment]}", label), logarithmic=logarithmic,
            )
            for measure, moment, target, label in drawn
        )  # fmt: skip

    told = "; ".join(
        f"{TARGETS[target][1]} and flatness {_MOMENTS[TARGETS[target][0]]}: "
        + ", ".join(
            _sentence(relation) for relation in found if relation.target == target and relation.measure in _SHOWN
        )
        for target in targets
    )
    return Section(
        panels=panels,
        text="Rank correlations among all runs / among runs of equal training fraction / among those, given "
        f"{_given(targets)}. {told[:1].upper()}{told[1:]}.",
        rows=tuple(_row(relation) for relation in found),
        **words,
    )


_MOMENTS = {"before": "before the jump", "jump": "at the jump", "end": "at the end"}


def _given(targets: Sequence[str]) -> str:
    besides = any(TARGETS[target][2] for target in targets)
    return "training loss, weight norm and time of the jump" if besides else "training loss and weight norm"


def _sentence(relation: Relation) -> str:
    three = (relation.plain, relation.same_data, relation.same_state)
    return f"{FLATNESS_MEASURES[relation.measure]} {' / '.join([_told(found) for found in three])}"


def _told(found: RankCorrelation | StratifiedCorrelation) -> str:
    if np.isnan(found.correlation):
        return "–"
    return f"{found.correlation:.2f} [{found.low:.2f}, {found.high:.2f}]"


def _row(relation: Relation) -> dict[str, Any]:
    kinds = ("plain", "same_data", "same_knobs", "same_state")
    numbers = {
        f"{kind}{end}": getattr(getattr(relation, kind), name)
        for kind in kinds
        for end, name in (("", "correlation"), ("_low", "low"), ("_high", "high"), ("_n", "n"))
    }
    return {"measure": relation.measure, "target": relation.target, **numbers}
