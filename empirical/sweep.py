"""Sweeps of any task: many runs, trained once, measured the same way as theory."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from typing import Any

import xarray as xr

import numerics
from empirical.execution.scheduler import Progress
from empirical.experiment import Run, group_runs, train_together
from empirical.store.resumption import train_missing
from empirical.store.runs import read_runs
from empirical.tasks import TASKS, run_from_json
from empirical.tasks.configuration import TrainingRun, check_choice
from empirical.training import RECORDS, check_records

__all__ = ["load_runs", "measure_runs", "sweep_task", "task_runs", "train_runs"]

_CURVES = {
    "protocol": ("train_accuracy", "gen_accuracy"),
    "whole": ("train_accuracy_whole", "gen_accuracy_whole"),
}


def sweep_task(
    task: str,
    input_sizes: Iterable[int],
    seeds: Iterable[int],
    *,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    accuracy: str = "protocol",
    records: Iterable[str] = (),
    engine: str | None = None,
    progress: Progress | None = None,
    **protocol: Any,
) -> numerics.SharpnessTable:
    """Train a model for each input size, seed and value of the protocol, and measure how sharply each grokked.

    Parameters
    ----------
    task
        A name in ``TASKS``: ``"parity"``, ``"modular_addition"`` or ``"linear_student"``.
    input_sizes, seeds
        Every pair is one run.
    **protocol
        The other numbers of the task's run (``ParityRun``, …): one value for all runs, or several, and then every
        combination is run.
    out
        Folder for the runs, created where it is missing. A run that is finished there is loaded, not trained;
        each new one is written when it is done. After an interruption the same call resumes. Processes that share a
        folder divide the runs among them.
    workers
        Number of processes, by default one a core. The result doesn't depend on it.
    executor
        Where to train instead: any executor of ``concurrent.futures``, of mpi4py, or Dask's ``client.get_executor()``.
        Runs are written here, not there; progress is counted as runs come back.
    accuracy
        ``"protocol"``: minibatch means as in the paper; ``"whole"``: whole-set accuracies; see
        ``training.train``.
    records
        Further curves to keep in ``out``, from ``RECORDS``.
    engine
        The name of one, by default the fastest that is able; see ``choose_engine``.
    progress
        Called about five times a second as ``progress(epochs done, epochs in all)``, counted over the runs
        that have to be trained.

    Returns
    -------
    A table with one row a run, ordered by input size, protocol and seed: ``input_size``, ``seed``, each number of the
    protocol that is not the same in all runs, and the columns of ``numerics.measure`` with the accuracy of guessing as
    the floor and 1 as the ceiling; times in epochs. A run whose curves could not be fitted stays in the table with the
    reason in ``status``.

    Raises
    ------
    ValueError, TypeError
        With one sentence, for a protocol that can't be run.
    TrainingError
        If training processes die again and again; all other runs are done and kept.

    Examples
    --------
    >>> descent = dict(train_samples=24, learning_rate=0.1, epsilon=0.01, epochs=1500)
    >>> table = sweep_task("linear_student", [12], [0], initial_scale=[1, 3], workers=1, **descent)
    >>> table.columns[:3], table["initial_scale"].tolist(), table["status"].tolist()
    (('input_size', 'seed', 'initial_scale'), [1.0, 3.0], ['ok', 'ok'])
    """
    _check_accuracy(accuracy)
    runs = task_runs(task, input_sizes, seeds, **protocol)
    shortest = min(run.epochs for run in runs)
    if shortest < 4:
        raise ValueError(f"epochs must be at least 4, got {shortest}; a curve with fewer points can't be fitted.")
    wanted = {*check_records(records), *(set(_CURVES[accuracy]) & set(RECORDS))}
    datasets = train_runs(
        runs, out=out, workers=workers, executor=executor, records=wanted, engine=engine, progress=progress
    )
    return measure_runs(datasets, accuracy=accuracy)


def task_runs(task: str, input_sizes: Iterable[int], seeds: Iterable[int], **protocol: Any) -> list[TrainingRun]:
    """The runs of a sweep, ordered by input size, protocol and seed, each once.

    A value of the protocol may be several, in a list, say; the runs are then all combinations.

    >>> [(run.input_size, run.weight_decay) for run in task_runs("parity", [30, 25], [0], weight_decay=[0.01, 0.1])]
    [(25, 0.01), (25, 0.1), (30, 0.01), (30, 0.1)]
    """
    check_choice("task", task, tuple(TASKS))
    run = TASKS[task]
    known = [field.name for field in dataclasses.fields(run) if field.name not in ("input_size", "seed")]
    for name in protocol:
        if name not in known:
            raise TypeError(f"protocol must be made of {', '.join(known)}; got {name!r}; use one of these names.")
    several = {"input_sizes": list(input_sizes), "seeds": list(seeds)} | {
        name: list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]
        for name, value in protocol.items()
    }
    for name, values in several.items():
        if not values:
            raise ValueError(f"{name} must name at least one value, got none; a preset is a start.")
    combinations = itertools.product(*several.values())
    return sorted({run(size, seed, **dict(zip(protocol, values, strict=True))) for size, seed, *values in combinations})


def train_runs(
    runs: Sequence[Run],
    *,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    records: Iterable[str] = (),
    engine: str | None = None,
    progress: Progress | None = None,
    at_once: int = 1,
) -> list[xr.Dataset]:
    """The recorded curves of each run, in the order given: loaded from ``out`` if finished, else trained.

    A finished run without one of the ``records`` is trained again and written with it.
    ``at_once`` is how many runs that differ in their seed only a process takes at a time; see ``group_runs``. It
    changes no bit of them. Other parameters are those of ``sweep_task``, the datasets those of ``train_together``.

    >>> from empirical import ParityRun
    >>> run = ParityRun(4, seed=0, epochs=2, width=8, train_samples=40, gen_samples=20)
    >>> (dataset,) = train_runs([run], workers=1)
    >>> dataset["epoch"].values.tolist()
    [1, 2]
    """
    wanted = set(check_records(records))
    to_record = set(wanted)

    def is_complete(dataset: xr.Dataset) -> bool:
        if wanted <= set(dataset):
            return True
        to_record.update(set(RECORDS) & set(dataset))  # what was recorded is not lost
        return False

    return train_missing(
        functools.partial(_train_group, records=to_record, engine=engine),
        runs,
        groups=functools.partial(group_runs, at_once=at_once),
        is_complete=is_complete,
        out=out,
        workers=workers,
        executor=executor,
        progress=progress,
    )


def load_runs(out: str | os.PathLike[str], task: str = "*", **protocol: Any) -> list[xr.Dataset]:
    """The finished runs in a folder, of one task or of all, ordered by input size, protocol and seed; none is trained.

    ``protocol`` keeps the runs whose configuration has these values: ``load_runs(out, epochs=3000)``.
    A file that can't be read as a run is left out with a warning.
    Raises FileNotFoundError if there is no such folder.

    >>> import tempfile
    >>> from empirical import ParityRun
    >>> run = ParityRun(4, seed=0, epochs=2, width=8, train_samples=40, gen_samples=20)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     trained = train_runs([run], out=folder, workers=1)
    ...     [dataset.sizes["epoch"] for dataset in load_runs(folder, epochs=2)]
    [2]
    """
    datasets = {_run_of(dataset): dataset for dataset in read_runs(out, task=task)}
    return [
        datasets[run]
        for run in sorted(datasets)
        if all(getattr(run, name, None) == value for name, value in protocol.items())
    ]


def measure_runs(datasets: Iterable[xr.Dataset], *, accuracy: str = "protocol") -> numerics.SharpnessTable:
    """The sharpness table of recorded runs, trained just now or loaded; one row a run, in their order.

    Columns and ``accuracy`` as in ``sweep_task``. Raises ValueError if a run was trained without these curves.

    >>> runs = task_runs("parity", [4], [0], epochs=[5, 6], width=8, train_samples=40, gen_samples=20)
    >>> measure_runs(train_runs(runs, workers=1)).columns[:4]
    ('input_size', 'seed', 'epochs', 'jump_time_train')
    """
    _check_accuracy(accuracy)
    datasets = list(datasets)
    runs = [_run_of(dataset) for dataset in datasets]
    knobs = _knobs(runs)
    rows = []
    for run, dataset in zip(runs, datasets, strict=True):
        sharpness = numerics.measure(
            dataset["epoch"].values,
            *(_curve(dataset, name) for name in _CURVES[accuracy]),
            floor=run.chance,
            ceiling=1.0,
        )
        protocol = run.protocol()
        knob_values = {name: protocol.get(name) for name in knobs}
        rows.append({"input_size": run.input_size, "seed": run.seed, **knob_values, **sharpness.row()})
    return numerics.tabulate(rows)


def _knobs(runs: Sequence[TrainingRun]) -> list[str]:
    """The names of the protocol whose values are not the same in all runs, the input size aside."""
    protocols = [run.protocol() for run in runs]
    names = dict.fromkeys(name for protocol in protocols for name in protocol if name != "input_size")
    return [name for name in names if len({protocol.get(name) for protocol in protocols}) > 1]


def _curve(dataset: xr.Dataset, name: str) -> Any:
    if name not in dataset:
        raise ValueError(
            f"accuracy needs the curve {name}, which {_run_of(dataset).file_name} has not; "
            f"train it with records=[{name!r}]."
        )
    return dataset[name].values


def _check_accuracy(accuracy: str) -> None:
    if accuracy not in _CURVES:
        raise ValueError(f"accuracy must be 'protocol' or 'whole', got {accuracy!r}; the paper's is 'protocol'.")


def _run_of(dataset: xr.Dataset) -> TrainingRun:
    return run_from_json(dataset.attrs["configuration"])


def _train_group(
    group: list[TrainingRun], advance: Callable[[int], None], *, records: Iterable[str], engine: str | None
) -> list[xr.Dataset]:
    datasets = train_together(group, records=records, engine=engine, after_epoch=advance)
    saved = sum(group[0].epochs - dataset.sizes["epoch"] for dataset in datasets)
    advance(saved)  # by a stop: counts as done
    return datasets
