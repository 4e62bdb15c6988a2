"""Recorded runs, measured: their sharpness, when they have learned, and the table of many."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xarray as xr

import numerics
from empirical.annotations import Ceiling, Knob, Outcome
from empirical.curves import accuracy_names, experiment_of, recorded_curve, run_curves, steps_of
from empirical.experiment.experiment import Experiment
from empirical.outcomes.outcome import check_level, steps_to
from empirical.systems.known import system_of
from empirical.systems.system import System

__all__ = ["measure_run", "measure_runs"]


def measure_run(
    dataset: xr.Dataset,
    *,
    accuracy: str = "protocol",
    ceiling: Ceiling = "system",
    shape: str = "erf",
    systematic: bool = False,
) -> numerics.Sharpness:
    """The sharpness of one recorded run; the floor of its curves is the accuracy of guessing.

    `accuracy` as in `run_curves`; `shape` and `systematic` as in `numerics.measure`, and so is `ceiling`, by default
    that of the run's system.

    >>> from empirical import recorded_runs
    >>> measure_run(recorded_runs("quick")[0]).status
    'ok'
    """
    curves, experiment = run_curves(dataset, accuracy=accuracy), experiment_of(dataset)
    if ceiling == "system":
        ceiling = (system_of(experiment) or System).ceiling
    return numerics.measure(*curves, floor=experiment.chance, ceiling=ceiling, shape=shape, systematic=systematic)


def measure_runs(
    datasets: Iterable[xr.Dataset],
    *,
    system: System | None = None,
    accuracy: str = "protocol",
    level: float | None = None,
    ceiling: Ceiling = "system",
    shape: str = "erf",
    systematic: bool = False,
) -> numerics.SharpnessTable:
    """The table of recorded runs, trained just now or loaded; one row a run, in their order.

    Parameters
    ----------
    datasets
        The runs.
    system
        Whose columns and outcomes the table has; by default each run's own, the first with its task, model and loss.
    level
        The accuracy that counts as learned; by default the system's.
    accuracy, ceiling, shape, systematic
        As in `measure_run`.

    Returns
    -------
    The columns of the system (`input_size`), `seed`, and each other knob that is not the same in all runs under its
    dotted name; `steps_to_train` and `steps_to_gen`, the first looks with accuracies of at least `level`, and `steps`,
    the length of the run, all three in steps of the optimizer, also where the schedule counts epochs; the system's
    outcomes; the columns of `numerics.measure`; and the gap with other names of the two times, for
    `SharpnessTable.trend`: `first_gap` and `lasting_gap`, between the first looks at `level` and between those from
    which on it is kept, each with its `…_bound` where generalization never came. What never came is NaN: a time that is
    censored at `steps`. A run whose curves could not be fitted stays in the table with the reason in `status`.

    Raises
    ------
    ValueError
        As in `measure_run`; for a level that is no accuracy; and where a run lacks the record of an outcome.

    Examples
    --------
    >>> from empirical import SYSTEMS, train_experiments
    >>> tiny = {"width": 8, "train_samples": 40, "gen_samples": 20}
    >>> runs = SYSTEMS["parity"].experiments(input_size=4, epochs=[5, 6], **tiny)
    >>> table = measure_runs(train_experiments(runs, workers=1), level=0.3)
    >>> table.columns[:7]
    ('input_size', 'seed', 'schedule.epochs', 'steps_to_train', 'steps_to_gen', 'steps', 'jump_time_train')
    >>> table["steps_to_train"].tolist(), table["steps"].tolist()  # an epoch is two steps: 40 samples, 32 a batch
    ([2, 2], [10, 12])
    """
    if level is not None:
        check_level(level)
    names = accuracy_names(accuracy)
    datasets = list(datasets)
    experiments = [experiment_of(dataset) for dataset in datasets]
    knobs = [experiment.knobs() for experiment in experiments]
    systems = [system or system_of(experiment) for experiment in experiments]
    columns = _columns(systems, knobs)
    outcomes = [
        _outcomes(one, experiment, given=system is not None)
        for one, experiment in zip(systems, experiments, strict=True)
    ]
    found = dict.fromkeys(name for own in outcomes for name in own)
    rows: list[dict[str, Any]] = []
    for dataset, turned, one, own in zip(datasets, knobs, systems, outcomes, strict=True):
        end = (one or System).ceiling if ceiling == "system" else ceiling
        sharpness = measure_run(dataset, accuracy=accuracy, ceiling=end, shape=shape, systematic=systematic)
        learned = (one or System).level if level is None else level
        read = {
            "steps_to_train": steps_to(names[0], learned)(dataset),
            "steps_to_gen": steps_to(names[1], learned)(dataset),
            "steps": int(steps_of(dataset)[-1]),
            **{name: own[name](dataset) if name in own else None for name in found},
        }
        numbers = {name: math.nan if value is None else value for name, value in read.items()}
        rows.append(
            {name: turned.get(knob) for name, knob in columns.items()}
            | numbers
            | sharpness.row()
            | _named_gaps(dataset, names, learned)
        )
    return numerics.tabulate(rows, knobs=[name for name in columns if name != "seed"])


def _named_gaps(dataset: xr.Dataset, names: tuple[str, str], level: float) -> dict[str, float]:
    """The gap between the two times at which the level is first seen, and from which on it is seen, with its bound."""
    steps, gaps = steps_of(dataset), {}
    curves = [recorded_curve(dataset, name, wanted_by="measure_runs") for name in names]
    for name, sustained in (("first_gap", False), ("lasting_gap", True)):
        train, gen = (numerics.crossing_time(steps, values, level, sustained) for values in curves)
        gaps[name], gaps[f"{name}_bound"] = gen.gap_after(train), gen.gap_bound_after(train)
    return gaps


def _outcomes(system: System | None, experiment: Experiment, *, given: bool) -> Mapping[str, Outcome]:
    """What is read off this run; a system that was found by the task alone may ask for what the run has not."""
    return system.outcomes if system and (given or system.includes(experiment)) else {}


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
