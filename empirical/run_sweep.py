"""Sweeps of any system: many runs, trained once, measured the same way as theory."""

import functools
import os
import warnings
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import torch
import xarray as xr

import numerics
from empirical.annotations import Ceiling, Knob
from empirical.curves import curve_records, experiment_of
from empirical.engines.choice import choose_engine
from empirical.engines.engine import Job, check_device
from empirical.experiment.experiment import Experiment, sort_key
from empirical.experiment.knobs import find_knob
from empirical.measurement import measure_runs
from empirical.outcomes.outcome import check_level
from empirical.records.record import CURVES, RECORDS, find_records
from empirical.store.notice import RunsWarning
from empirical.store.resumption import train_missing
from empirical.store.runs import read_runs
from empirical.systems.known import find_system, system_of
from empirical.systems.system import System, several
from empirical.training.group import train_group
from empirical.training.together import PlainRun, group_experiments
from numerics.annotations import ProgressOption
from numerics.progress import shown

__all__ = ["load_runs", "sweep", "train_experiments"]

_AT_ONCE_ON_ACCELERATORS = 64


def sweep(
    system: System | str,
    preset: str | None = None,
    *,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    accuracy: str = "protocol",
    level: float | None = None,
    ceiling: Ceiling = "system",
    shape: str = "erf",
    records: Iterable[str] = (),
    engine: str | None = None,
    device: str = "cpu",
    at_once: int | None = None,
    progress: ProgressOption = None,
    **knobs: Any,
) -> numerics.SharpnessTable:
    """Train a system for every combination of the values of its knobs, and measure how sharply each run grokked.

    Parameters
    ----------
    system
        A name in `SYSTEMS`, or a system of your own.
    preset
        The values to begin with; None is the system's experiment as it is.
    **knobs
        One value or several each: dotted names (`**{"optimizer.weight_decay": [0.01, 0.1]}`), or the last word where
        only one number has it (`weight_decay=[0.01, 0.1]`, `seed=range(3)`).
    out
        Folder for the runs, created where it is missing. A run that is finished there is loaded, not trained;
        each new one is written when it is done. After an interruption the same call resumes. Processes that share a
        folder divide the runs among them.
    workers
        Number of processes, by default one a core. The result does not depend on it.
    executor
        Where to train instead: any executor of `concurrent.futures`, of mpi4py, or Dask's `client.get_executor()`.
        Runs are written here, not there; progress is counted as runs come back.
    accuracy
        `"protocol"`: as the schedule has it, minibatch means in the paper's; `"whole"`: of the whole sets.
    level
        The accuracy that counts as learned, in `steps_to_train` and `steps_to_gen`; by default the system's.
    ceiling, shape
        As in `numerics.measure`; the ceiling is by default the system's.
    records
        Further records to keep in `out`, from `RECORDS`, beside the system's own.
    engine, device
        The name of an engine, by default the fastest that is able; `"cpu"`, `"cuda"`, …
    at_once
        How many runs that differ in their seed only are stacked; by default 1 on a processor, where each run has the
        same bits whatever it is trained with, and 64 on an accelerator.
    progress
        True for a bar on standard error, or a function that is called about five times a second as
        `progress(done, total)`, in epochs or steps of the runs that have to be trained.

    Returns
    -------
    A table with one row a run, in order of the knobs and last of the seed; see `measure_runs`. Times are in epochs or
    steps.

    Raises
    ------
    ValueError, TypeError
        With one sentence, for an experiment that cannot be run.
    TrainingError
        If training processes die again and again; all other runs are done and kept.

    Examples
    --------
    >>> descent = dict(train_samples=24, learning_rate=0.1, epsilon=0.01, epochs=1500)
    >>> table = sweep("linear_student", input_size=12, initial_scale=[1, 3], workers=1, **descent)
    >>> table.columns[:3], table["model.initial_scale"].tolist(), table["status"].tolist()
    (('input_size', 'seed', 'model.initial_scale'), [1.0, 3.0], ['ok', 'ok'])
    """
    needed = curve_records(accuracy)
    if level is not None:
        check_level(level)
    system = find_system(system)
    ceiling = system.ceiling if ceiling == "system" else ceiling
    numerics.measure(range(4), [0] * 4, [0] * 4, ceiling=ceiling, shape=shape)  # refuses what cannot be, before hours
    experiments = system.experiments(preset, **knobs)
    fewest = min(experiments, key=lambda one: one.schedule.looks).schedule
    if fewest.looks < 4:
        raise ValueError(
            f"{fewest.unit}s must be at least 4, got {fewest.length}; a curve with fewer points cannot be fitted."
        )
    datasets = train_experiments(
        experiments,
        out=out,
        workers=workers,
        executor=executor,
        records=[*system.records, *(record.name for record in find_records(records)), *needed],
        engine=engine,
        device=device,
        at_once=at_once,
        progress=progress,
    )
    return measure_runs(datasets, system=system, accuracy=accuracy, level=level, ceiling=ceiling, shape=shape)


def train_experiments(
    experiments: Sequence[Experiment],
    *,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    records: Iterable[str] = (),
    engine: str | None = None,
    device: str = "cpu",
    at_once: int | None = None,
    progress: ProgressOption = None,
) -> list[xr.Dataset]:
    """The recorded run of each experiment, in the order given: loaded from `out` if finished, else trained.

    A finished run without one of the `records` is trained again and written with it. Parameters, raises: as in `sweep`;
    the datasets are those of `train_together`.

    >>> from empirical import SYSTEMS
    >>> tiny = {"input_size": 4, "epochs": 2, "width": 8, "train_samples": 40, "gen_samples": 20}
    >>> (dataset,) = train_experiments(SYSTEMS["parity"].experiments(**tiny), workers=1)
    >>> dataset["epoch"].values.tolist()
    [1, 2]
    """
    check_device(device)
    for one in {experiment.protocol(): experiment for experiment in experiments}.values():
        choose_engine(Job(one.model, one.loss, one.optimizer, one.task.signature, device), engine)
    wanted = {record.name for record in find_records(records)}
    to_record = set(wanted)
    homes = {name: getattr(record.measure, "__module__", "__main__") for name, record in RECORDS.items()}

    def is_complete(dataset: xr.Dataset) -> bool:
        if wanted <= set(dataset) and _has_curves(dataset):
            return True
        to_record.update(set(RECORDS) & set(dataset))  # what was recorded is not lost
        return False

    if at_once is None:
        at_once = 1 if torch.device(device).type == "cpu" else _AT_ONCE_ON_ACCELERATORS
    unit = experiments[0].schedule.unit if experiments else "run"
    with shown(progress, "training", unit) as show:
        return train_missing(
            functools.partial(train_group, records=to_record, homes=homes, engine=engine, device=device),
            experiments,
            groups=functools.partial(group_experiments, at_once=at_once),
            as_dataset=PlainRun.dataset,
            is_complete=is_complete,
            out=out,
            workers=workers,
            executor=executor,
            progress=show,
        )


def load_runs(out: str | os.PathLike[str], system: System | str | None = None, **knobs: Any) -> list[xr.Dataset]:
    """The finished runs in a folder, of one system or of all, in order of their knobs; none is trained.

    `knobs` keeps the runs that have these values, one or several each: `load_runs(out, "parity", seed=[0, 1])`.
    A file that cannot be read as a run, is one of parts that are not known, or has not the name of the experiment that
    it holds, is left out with a warning.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        For an unknown system, or a knob that no run has.

    Examples
    --------
    >>> import tempfile
    >>> from empirical import SYSTEMS
    >>> tiny = {"input_size": 4, "epochs": 2, "width": 8, "train_samples": 40, "gen_samples": 20}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     trained = train_experiments(SYSTEMS["parity"].experiments(**tiny), out=folder, workers=1)
    ...     [dataset.sizes["epoch"] for dataset in load_runs(folder, "parity", epochs=2)]
    [2]
    """
    chosen = None if system is None else find_system(system)
    found: dict[Experiment, xr.Dataset] = {}
    for dataset in read_runs(out):
        path = Path(dataset.encoding["source"])
        try:
            experiment = experiment_of(dataset)
        except ValueError as reason:
            warnings.warn(f"{path} was left out: {reason}", RunsWarning, stacklevel=2)
            continue
        if experiment.file_name == path.name and _has_curves(dataset):
            found[experiment] = dataset
        else:
            warnings.warn(f"{path} was left out: it is not the run that has this name.", RunsWarning, stacklevel=2)
    kept = [one for one in found if chosen is None or chosen.includes(one) or system_of(one) is chosen]
    known = list(dict.fromkeys(name for one in kept for name in one.knobs())) or (chosen.knobs if chosen else ())
    if known:
        wanted = {find_knob(name, known): several(name, values) for name, values in knobs.items()}
        kept = [one for one in kept if all(_has(one.knobs(), *item) for item in wanted.items())]
    first = () if chosen is None else tuple(chosen.columns.values())
    return [found[one] for one in sorted(kept, key=lambda one: (one.task.name, *sort_key(one, first)))]


def _has_curves(dataset: xr.Dataset) -> bool:
    """Whether the curves that each run has are there, over one time."""
    dims = {dataset[record.name].dims if record.name in dataset else () for record in CURVES}
    return len(dims) == 1 and len(time := dims.pop()) == 1 and time[0] in dataset.coords


def _has(knobs: dict[str, Knob], name: str, values: list[Knob]) -> bool:
    return name in knobs and knobs[name] in values
