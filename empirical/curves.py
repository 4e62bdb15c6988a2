"""Recorded runs: their experiment, their curves, and when they were looked at."""

import functools

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from empirical.experiment.experiment import Experiment
from empirical.randomness import draw_streams
from empirical.records.record import RECORDS
from empirical.tasks.task import Task

__all__ = ["accuracy_names", "curve_records", "experiment_of", "recorded_curve", "run_curves", "steps_of"]

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
    train, gen = (
        np.asarray(recorded_curve(dataset, name, wanted_by="accuracy"), dtype=np.float64)
        for name in accuracy_names(accuracy)
    )
    return np.asarray(dataset[_unit(dataset)].values, dtype=np.float64), train, gen


def recorded_curve(dataset: xr.Dataset, name: str, *, wanted_by: str) -> NDArray[np.number]:
    """One curve of a recorded run as the file has it; ValueError with a sentence if it was not recorded.

    >>> from empirical import recorded_runs
    >>> recorded_curve(recorded_runs("quick")[0], "gen_accuracy", wanted_by="an outcome").shape
    (3000,)
    """
    if name not in dataset:
        raise ValueError(
            f"{wanted_by} needs the curve {name}, which {experiment_of(dataset).file_name} has not; "
            f"train it with records=[{name!r}]."
        )
    values: NDArray[np.number] = dataset[name].values
    return values


def steps_of(dataset: xr.Dataset) -> NDArray[np.int64]:
    """When a recorded run was looked at, in steps of the optimizer; an epoch has as many as it has batches.

    >>> from empirical import recorded_runs
    >>> steps_of(recorded_runs("quick")[0])[:3].tolist()  # 750 samples in batches of 32
    [24, 48, 72]
    """
    experiment = experiment_of(dataset)
    schedule = experiment.schedule
    samples = 0
    if schedule.unit != "step" and schedule.batch_size is not None:
        samples = _train_samples(experiment.task, experiment.seed)
    return np.asarray(dataset[_unit(dataset)].values, dtype=np.int64) * schedule.steps_a_unit(samples)


def accuracy_names(accuracy: str) -> tuple[str, str]:
    """The names of the two curves of this accuracy; ValueError unless it is `"protocol"` or `"whole"`.

    >>> accuracy_names("protocol")
    ('train_accuracy', 'gen_accuracy')
    """
    if accuracy not in _CURVES:
        raise ValueError(f"accuracy must be 'protocol' or 'whole', got {accuracy!r}; the paper's is 'protocol'.")
    return _CURVES[accuracy]


def curve_records(accuracy: str) -> set[str]:
    """The records that have to be asked for where this accuracy is to be measured.

    >>> curve_records("whole")
    {'train_accuracy_whole'}
    """
    return set(accuracy_names(accuracy)) & set(RECORDS)


def _unit(dataset: xr.Dataset) -> str:
    (unit,) = dataset["train_accuracy"].dims
    return str(unit)


@functools.lru_cache(maxsize=1024)
def _train_samples(task: Task, seed: int) -> int:
    """The size of the training set, which only a draw of the task can tell."""
    train, _ = task.draw(draw_streams(seed, *task.entropy))
    return len(train)
