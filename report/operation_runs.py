"""Recorded transformers over operations, and under interventions in place of the weight decay: parts of a setting."""

from collections.abc import Mapping

import numpy as np

from empirical import experiment_of, measure_runs, recorded_runs
from numerics import SharpnessTable
from report.arrivals import column
from report.delays import Delays, run_delays
from report.figures.named_times import named_times
from report.setting import Section

__all__ = ["BESIDE_DECAY", "INTERVENTIONS", "OPERATIONS", "interventions_section", "operations_section"]

INTERVENTIONS = {
    "weight decay 1": ("weight_decay", {"optimizer.weight_decay": 1.0}),
    "none": ("extreme_decay", {"optimizer.weight_decay": 0.0, "seed": 0}),
    "dropout 0.1": ("dropout", {}),
    "full batch": ("full_batch", {}),
    "learning rate × 0.3": ("learning_rate", {"optimizer.learning_rate": 3e-4, "optimizer.weight_decay": 0.0}),
    "learning rate × 3": ("learning_rate", {"optimizer.learning_rate": 3e-3, "optimizer.weight_decay": 0.0}),
    "gradient filter": ("gradient_filter", {"optimizer.weight_decay": 0.0}),
    "decay and filter": ("gradient_filter", {"optimizer.weight_decay": 1.0}),
    "decay and rate × 0.3": ("learning_rate", {"optimizer.learning_rate": 3e-4, "optimizer.weight_decay": 1.0}),
    "decay and rate × 3": ("learning_rate", {"optimizer.learning_rate": 3e-3, "optimizer.weight_decay": 1.0}),
}
"""What is done, by name: the recorded preset, and what is chosen of it."""

OPERATIONS = ("operations", "permutations")
"""Presets of what is learned."""

BESIDE_DECAY = ("decay and filter", "decay and rate × 0.3", "decay and rate × 3")
"""Those that are done beside a weight decay of 1, not in its place."""


_TIMES = ("steps_to_train", "steps_to_gen", "steps")
_FILLED = 0.99


def operations_section() -> Section:
    """What is learned of the table of each operation, and after how many steps."""
    runs = [run for preset in OPERATIONS for run in recorded_runs(preset, "transformer")]
    by_name = {str(experiment_of(run).knobs()["task.operation"]): measure_runs([run]) for run in runs}
    accuracy = {name: float(column(table, "final_gen_accuracy")[0]) for name, table in by_name.items()}
    left = [name for name, value in accuracy.items() if value < _FILLED]
    fraction = experiment_of(runs[0]).knobs()["task.train_fraction"]
    return Section(
        name="operations",
        title="Operations",
        panels=lambda: (named_times(_delays(by_name), "step"),),
        caption=f"Steps to an accuracy of 0.99 on {fraction:.0%} of the table, which are learned, and on the rest, by "
        "operation; arrows are runs that had not come there by their end. Residues are modulo "
        f"{experiment_of(runs[0]).knobs()['task.modulus']}; s5 are products of permutations of five things.",
        text=f"{len(by_name) - len(left)} of {len(by_name)} tables are filled to {_FILLED:g}; test accuracy at the end "
        f"of the others: {', '.join(f'{name} {accuracy[name]:.2f}' for name in left) or 'there are none'}.",
        rows=tuple(
            {"operation": name, "gen_accuracy": accuracy[name], **row}
            for name, table in by_name.items()
            for row in _rows(table)
        ),
    )


def interventions_section() -> Section:
    """How many steps it takes to generalize where one thing is done in place of the weight decay."""
    by_name = {
        name: measure_runs(recorded_runs(preset, "transformer", **knobs))
        for name, (preset, knobs) in INTERVENTIONS.items()
    }
    return Section(
        name="interventions",
        title="Interventions",
        panels=lambda: (named_times(_delays(by_name), "step"),),
        caption="Steps to an accuracy of 0.99 on half of the table of addition modulo 53 and on the rest, where one "
        "thing is done and no weight decays, or all do; arrows are runs that had not come there by their end. The "
        "gradient filter adds to the gradient twice its running mean over 50 steps (F).",
        text=f"Steps to generalize, in the median: {_medians(by_name)}.",
        rows=tuple({"intervention": name, **row} for name, table in by_name.items() for row in _rows(table)),
    )


def _rows(table: SharpnessTable) -> list[dict[str, float]]:
    columns = {name: column(table, name).tolist() for name in (*_TIMES, "seed")}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _medians(by_name: Mapping[str, SharpnessTable]) -> str:
    """From the fastest on, what never came last."""
    found = _delays(by_name)
    times = {name: float(np.median(one.gen)) for name, one in found.items()}
    return ", ".join(
        f"{name} {times[name]:.0f}" if np.isfinite(times[name]) else f"{name} not within {found[name].length.min():.0f}"
        for name in sorted(times, key=lambda name: times[name])
    )


def _delays(by_name: Mapping[str, SharpnessTable]) -> dict[str, Delays]:
    return {name: run_delays(table, "seed") for name, table in by_name.items()}
