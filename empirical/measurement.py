"""Recorded runs, measured: their curves, their sharpness, and the table of many."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

import numerics
from empirical.annotations import Knob
from empirical.experiment.experiment import Experiment
from empirical.records.record import RECORDS
from empirical.systems.known import system_of
from empirical.systems.system import System

__all__ = ["check_accuracy", "curve_records", "experiment_of", "measure_run", "measure_runs", "run_curves"]

_CURVES = {
    "protocol": ("train_accuracy", "gen_accuracy"),
    "whole": ("train_accuracy_whole", "gen_accuracy_whole"),
}


def experiment_of(dataset: xr.Dataset) -> Experiment:
    """The experiment of a recorded run; ValueError with a sentence if the dataset is none.

    >>> from empirical import recorded_runs
    >>> experiment_of(recorded_runs("quick")[0]).task.input_size
    25
    """
    return Experiment.from_json(str(dataset.attrs.get("configuration", "")))


def run_curves(
    dataset: xr.Dataset, *, accuracy: str = "protocol"
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Times, training accuracy and generalization accuracy of a recorded run, in the unit of its schedule.

    `accuracy` is `"protocol"`, as the schedule has it, minibatch means in the paper's; or `"whole"`, of the whole sets.
    Raises ValueError if the run was trained without these curves.

    >>> from empirical import recorded_runs
    >>> time, train, gen = run_curves(recorded_runs("quick")[0])
    >>> time[-1], train[-1]
    (np.float64(3000.0), np.float64(1.0))
    """
    check_accuracy(accuracy)
    for name in _CURVES[accuracy]:
        if name not in dataset:
            raise ValueError(
                f"accuracy needs the curve {name}, which {experiment_of(dataset).file_name} has not; "
                f"train it with records=[{name!r}]."
            )
    train, gen = (np.asarray(dataset[name].values, dtype=np.float64) for name in _CURVES[accuracy])
    (unit,) = dataset["train_accuracy"].dims
    return np.asarray(dataset[unit].values, dtype=np.float64), train, gen


def measure_run(
    dataset: xr.Dataset,
    *,
    accuracy: str = "protocol",
    ceiling: float | None = 1.0,
    shape: str = "erf",
) -> numerics.Sharpness:
    """The sharpness of one recorded run; the floor of its curves is the accuracy of guessing.

    `accuracy` as in `run_curves`, `ceiling` and `shape` as in `numerics.measure`.

    >>> from empirical import recorded_runs
    >>> measure_run(recorded_runs("quick")[0]).status
    'ok'
    """
    curves = run_curves(dataset, accuracy=accuracy)
    return numerics.measure(*curves, floor=experiment_of(dataset).chance, ceiling=ceiling, shape=shape)


def measure_runs(
    datasets: Iterable[xr.Dataset],
    *,
    system: System | None = None,
    accuracy: str = "protocol",
    ceiling: float | None = 1.0,
    shape: str = "erf",
) -> numerics.SharpnessTable:
    """The sharpness table of recorded runs, trained just now or loaded; one row a run, in their order.

    `system` is the one whose columns the table has, by default each run's own, the first with its task, model and loss;
    other parameters, raises: as in `measure_run`.

    Returns
    -------
    The columns of the system (`input_size`), `seed`, each other knob that is not the same in all runs under its dotted
    name, and the columns of `numerics.measure`. A run whose curves could not be fitted stays in the table with the
    reason in `status`.

    >>> from empirical import SYSTEMS, train_experiments
    >>> tiny = {"width": 8, "train_samples": 40, "gen_samples": 20}
    >>> runs = SYSTEMS["parity"].experiments(input_size=4, epochs=[5, 6], **tiny)
    >>> measure_runs(train_experiments(runs, workers=1)).columns[:4]
    ('input_size', 'seed', 'schedule.epochs', 'jump_time_train')
    """
    datasets = list(datasets)
    experiments = [experiment_of(dataset) for dataset in datasets]
    knobs = [experiment.knobs() for experiment in experiments]
    columns = _columns([system] if system else list(map(system_of, experiments)), knobs)
    rows: list[dict[str, Any]] = []
    for dataset, turned in zip(datasets, knobs, strict=True):
        sharpness = measure_run(dataset, accuracy=accuracy, ceiling=ceiling, shape=shape)
        rows.append({name: turned.get(knob) for name, knob in columns.items()} | sharpness.row())
    return numerics.tabulate(rows)


def curve_records(accuracy: str) -> set[str]:
    """The records that have to be asked for where this accuracy is to be measured.

    >>> curve_records("whole")
    {'train_accuracy_whole'}
    """
    check_accuracy(accuracy)
    return set(_CURVES[accuracy]) & set(RECORDS)


def check_accuracy(accuracy: str) -> None:
    """Raise ValueError with a sentence unless this is `"protocol"` or `"whole"`."""
    if accuracy not in _CURVES:
        raise ValueError(f"accuracy must be 'protocol' or 'whole', got {accuracy!r}; the paper's is 'protocol'.")


def _columns(systems: Sequence[System | None], knobs: Sequence[dict[str, Knob]]) -> dict[str, str]:
    """Knobs by the names of their columns: the system's own, the seed, and what is not the same in all runs."""
    columns: dict[str, str] = {}
    for system in systems:
        columns |= dict(system.columns) if system else {}
    columns["seed"] = "seed"
    shown = set(columns.values())
    names = dict.fromkeys(name for turned in knobs for name in turned if name not in shown)
    columns |= {name: name for name in names if len({turned.get(name) for turned in knobs}) > 1}
    return columns
