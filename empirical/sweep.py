"""Sweeps of the concealed-parity experiment: many runs, trained once, measured the same way as theory."""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import xarray as xr

import numerics
from empirical.configuration import ParityRun
from empirical.experiment import group_runs, train_together
from empirical.runs import find_run, read_runs, remove_orphans, write_run
from empirical.workers import Progress, train_groups

# Keywords for sweep_parity: some of the paper's runs, which show the trend in two minutes, and all of them.
PRESETS: Mapping[str, dict[str, Any]] = MappingProxyType(
    {
        "quick": {"input_sizes": (25, 30, 35, 40, 45), "seeds": (0, 1), "epochs": 3000},
        "paper": {"input_sizes": tuple(range(25, 46)), "seeds": (0, 1, 2), "epochs": 3000},
    }
)

_CURVES = {
    "protocol": ("train_accuracy", "gen_accuracy"),
    "whole": ("train_accuracy_whole", "gen_accuracy_whole"),
}


def sweep_parity(
    input_sizes: Iterable[int] = range(25, 46),
    seeds: Iterable[int] = (0, 1, 2),
    *,
    epochs: int = 3000,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    accuracy: str = "protocol",
    progress: Progress | None = None,
    **protocol: Any,
) -> numerics.SharpnessTable:
    """Train one network for each input size and seed, and measure how sharply each grokked.

    Parameters
    ----------
    input_sizes, seeds
        Every pair is one run; the defaults are the paper's 63.
    epochs, **protocol
        The other numbers of ``ParityRun``, the same for all runs.
    out
        Folder for the runs, created where it is missing. A run that is finished there is loaded, not trained;
        each new one is written when it is done. After an interruption the same call resumes.
    workers
        Number of processes, by default one a core. The result doesn't depend on it.
    accuracy
        ``"protocol"``: minibatch means as in the paper; ``"whole"``: whole-set accuracies; see
        ``training.train``.
    progress
        Called about five times a second as ``progress(epochs done, epochs in all)``, counted over the runs
        that have to be trained.

    Returns
    -------
    A table with one row a run, ordered by input size and seed: ``input_size``, ``seed`` and the columns of
    ``numerics.measure`` with floor 1/2 and ceiling 1; times in epochs. A run whose curves could not be fitted
    stays in the table with the reason in ``status``.

    Raises
    ------
    ValueError, TypeError
        With one sentence, for a protocol that can't be run.
    TrainingError
        If a training process dies.

    Notes
    -----
    Source: M, section 3.2.

    Examples
    --------
    >>> small = dict(width=100, train_samples=200, gen_samples=100, learning_rate=0.3, workers=1)
    >>> table = sweep_parity([10], [0, 1], epochs=400, **small)
    >>> [(row["input_size"], row["seed"], row["status"]) for row in table]
    [(10, 0, 'ok'), (10, 1, 'ok')]
    >>> bool((table["jump_time_gen"] > table["jump_time_train"]).all())
    True
    """
    _check_accuracy(accuracy)
    if epochs < 4:
        raise ValueError(f"epochs must be at least 4, got {epochs}; a curve with fewer points can't be fitted.")
    runs = parity_runs(input_sizes, seeds, epochs=epochs, **protocol)
    return measure_parity(train_parity(runs, out=out, workers=workers, progress=progress), accuracy=accuracy)


def parity_runs(input_sizes: Iterable[int], seeds: Iterable[int], **protocol: Any) -> list[ParityRun]:
    """The runs of a sweep, ordered by input size and seed, each once.

    >>> [(run.input_size, run.seed) for run in parity_runs([30, 25], [0, 1])]
    [(25, 0), (25, 1), (30, 0), (30, 1)]
    """
    sizes, seeds = list(input_sizes), list(seeds)
    for name, values in (("input_sizes", sizes), ("seeds", seeds)):
        if not values:
            raise ValueError(f"{name} must name at least one value, got none; the paper's preset is a start.")
    known = [field.name for field in dataclasses.fields(ParityRun) if field.name not in ("input_size", "seed")]
    for name in protocol:
        if name not in known:
            raise TypeError(f"protocol must be made of {', '.join(known)}; got {name!r}; use one of these names.")
    return sorted({ParityRun(size, seed, **protocol) for size in sizes for seed in seeds})


def train_parity(
    runs: Sequence[ParityRun],
    *,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    at_once: int = 1,
) -> list[xr.Dataset]:
    """The recorded curves of each run, in the order given: loaded from ``out`` if finished, else trained.

    ``at_once`` is how many runs that differ in their seed only share an ensemble; see ``group_runs``. Other
    parameters are those of ``sweep_parity``, the datasets those of ``train_together``.

    >>> run = ParityRun(4, seed=0, epochs=2, width=8, train_samples=40, gen_samples=20)
    >>> (dataset,) = train_parity([run], workers=1)
    >>> dataset["epoch"].values.tolist()
    [1, 2]
    """
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}; leave it out for one process a core.")
    datasets: dict[ParityRun, xr.Dataset] = {}
    folder = None if out is None else _run_folder(out)
    if folder is not None:
        remove_orphans(folder)
        for run in runs:
            if run not in datasets and (found := find_run(folder, run)) is not None:
                datasets[run] = found

    def keep(trained: list[xr.Dataset]) -> None:
        for dataset in trained:
            run = _run_of(dataset)
            datasets[run] = dataset
            if folder is not None:
                write_run(dataset, folder, run)

    missing = {run for run in runs if run not in datasets}
    train_groups(
        _train_group,
        group_runs(list(missing), at_once=at_once),
        keep,
        workers=workers,
        progress=progress,
        total=sum(run.epochs for run in missing),
    )
    return [datasets[run] for run in runs]


def load_parity(out: str | os.PathLike[str], **protocol: Any) -> list[xr.Dataset]:
    """The finished parity runs in a folder, ordered by input size and seed; nothing is trained.

    ``protocol`` keeps the runs whose configuration has these values: ``load_parity(out, epochs=3000)``.
    A file that can't be read as a run is left out with a warning.
    Raises FileNotFoundError if there is no such folder.

    >>> import tempfile
    >>> run = ParityRun(4, seed=0, epochs=2, width=8, train_samples=40, gen_samples=20)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     trained = train_parity([run], out=folder, workers=1)
    ...     [dataset.sizes["epoch"] for dataset in load_parity(folder, epochs=2)]
    [2]
    """
    datasets = {_run_of(dataset): dataset for dataset in read_runs(out, task="parity")}
    return [
        datasets[run]
        for run in sorted(datasets)
        if all(getattr(run, name) == value for name, value in protocol.items())
    ]


def measure_parity(datasets: Iterable[xr.Dataset], *, accuracy: str = "protocol") -> numerics.SharpnessTable:
    """The sharpness table of recorded runs, trained just now or loaded; one row a run, in their order.

    Columns and ``accuracy`` as in ``sweep_parity``.

    >>> runs = parity_runs([4], [0], epochs=5, width=8, train_samples=40, gen_samples=20)
    >>> measure_parity(train_parity(runs, workers=1)).columns[:3]
    ('input_size', 'seed', 'jump_time_train')
    """
    _check_accuracy(accuracy)
    name_train, name_gen = _CURVES[accuracy]
    rows = []
    for dataset in datasets:
        run = _run_of(dataset)
        sharpness = numerics.measure(
            dataset["epoch"].values,
            dataset[name_train].values,
            dataset[name_gen].values,
            floor=0.5,
            ceiling=1.0,
        )
        rows.append({"input_size": run.input_size, "seed": run.seed, **sharpness.row()})
    return numerics.tabulate(rows)


def _check_accuracy(accuracy: str) -> None:
    if accuracy not in _CURVES:
        raise ValueError(f"accuracy must be 'protocol' or 'whole', got {accuracy!r}; the paper's is 'protocol'.")


def _run_folder(out: str | os.PathLike[str]) -> Path:
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"out must be a folder, got the file {folder}; choose another path.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _run_of(dataset: xr.Dataset) -> ParityRun:
    return ParityRun.from_json(dataset.attrs["configuration"])


def _train_group(group: list[ParityRun], advance: Callable[[int], None]) -> list[xr.Dataset]:
    return train_together(group, after_epoch=functools.partial(advance, len(group)))
