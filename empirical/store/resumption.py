"""Resumption: runs that are finished in a folder are loaded, the rest is trained and written there one by one."""

import os
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, TypeVar

import xarray as xr

from empirical.annotations import Progress, Train
from empirical.execution.scheduler import Tally, train_groups
from empirical.execution.workers import core_count
from empirical.store.configuration import Configuration
from empirical.store.notice import RunsWarning
from empirical.store.reservations import Reservation, reserve
from empirical.store.runs import DamagedRunError, find_run, read_run, remove_orphans, write_run
from numerics.interruption import unfinished, uninterrupted
from numerics.whole_file import make_folder

__all__ = ["train_missing"]

_SECONDS_BETWEEN_LOOKS = 1.0


Run = TypeVar("Run", bound=Configuration)


def train_missing(
    train: Train[list[Run], list[Any]],
    runs: Sequence[Run],
    *,
    groups: Callable[[list[Run]], Iterable[list[Run]]],
    as_dataset: Callable[[Any], xr.Dataset] = lambda trained: trained,
    is_complete: Callable[[xr.Dataset], bool] = lambda dataset: True,
    out: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[xr.Dataset]:
    """The dataset of each run, in the order given: loaded from `out` if it is finished there, else trained.

    Parameters
    ----------
    train
        A function at the top level of a module: `train(group, advance)` returns one dataset for each run of a
        group, in that order; see `train_groups`.
    runs
        Frozen, hashable values, each a `Configuration`.
    groups
        Splits a list of runs into the groups that are trained together.
    as_dataset
        Makes a dataset, here, of what `train` returns for a run: a worker that sends plain values loads no xarray.
    is_complete
        Whether a run that was found on disk is enough; one that is not is trained again and replaced.
    out
        Folder of the runs, created where it is missing. Each run is written there, by this process, as soon as it is
        trained. Processes that share a folder divide the runs among them: none trains what another one is training,
        and each returns all.
    workers, executor, progress
        Number of processes, by default one a core; or where to train instead: any `concurrent.futures` executor,
        mpi4py's, or Dask's; and what is called with units done and units in all. See `train_groups`. There are never
        more processes than groups, and a single group is trained in this process.

    Raises
    ------
    ValueError
        For fewer than one worker, or both `workers` and `executor`.
    NotADirectoryError, OSError
        If `out` is a file, or cannot be written.
    TrainingError
        If runs were lost with their workers; see `train_groups`.

    Examples
    --------
    >>> from typing import NamedTuple
    >>> class Walk(NamedTuple):
    ...     seed: int
    ...     length: int = 1
    ...     def to_json(self):
    ...         return f'{{"seed": {self.seed}}}'
    >>> def train(group, advance):
    ...     return [xr.Dataset(attrs={"configuration": run.to_json()}) for run in group]
    >>> datasets = train_missing(train, [Walk(0), Walk(1)], groups=lambda runs: [runs], workers=1)
    >>> [dataset.attrs["configuration"] for dataset in datasets]
    ['{"seed": 0}', '{"seed": 1}']
    """
    if workers is not None and executor is not None:
        raise ValueError(f"Give workers or executor, got workers={workers} and {executor!r}; leave one of them out.")
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}; leave it out for one process a core.")
    datasets: dict[Run, xr.Dataset] = {}
    folder = None if out is None else _run_folder(out)
    if folder is not None:
        remove_orphans(folder)
        for run in dict.fromkeys(runs):
            dataset = _finished_run(folder, run)
            if dataset is not None and is_complete(dataset):
                datasets[run] = dataset
    missing = list(dict.fromkeys(run for run in runs if run not in datasets))
    names = {run.to_json(): run for run in missing}
    tally = Tally(sum(run.length for run in missing), progress)
    reservations: dict[Run, Reservation] = {}

    def found(run: Run) -> bool:
        dataset = None if folder is None else find_run(folder, run)
        if dataset is None or not is_complete(dataset):
            return False
        datasets[run] = dataset
        tally.add(run.length)
        return True

    def keep(trained: list[Any]) -> None:
        for dataset in map(as_dataset, trained):
            run = names[dataset.attrs["configuration"]]
            datasets[run] = dataset
            if folder is not None:
                with uninterrupted():
                    write_run(dataset, folder, run)
                    reservations.pop(run).release()

    to_train = [list(group) for group in groups(missing)]
    with unfinished():
        try:
            if missing:
                train_groups(
                    train,
                    to_train if folder is None else _reserved(to_train, folder, reservations, found),
                    keep,
                    workers=min(core_count() if workers is None else workers, len(to_train)),
                    executor=executor,
                    length=lambda group: sum(run.length for run in group),
                    tally=tally,
                )
        finally:
            with uninterrupted():
                for reservation in reservations.values():
                    reservation.release()
    return [datasets[run] for run in runs]


def _run_folder(out: str | os.PathLike[str]) -> Path:
    folder = Path(out)
    make_folder(folder)
    return folder


def _finished_run(folder: Path, run: Run) -> xr.Dataset | None:
    try:
        return read_run(folder / run.file_name, run)
    except (FileNotFoundError, DamagedRunError):  # the damaged one is set aside once the run is reserved
        return None


def _reserved(
    groups: list[list[Run]],
    folder: Path,
    reservations: dict[Run, Reservation],
    found: Callable[[Run], bool],
) -> Iterator[list[Run] | None]:
    """The groups, each reserved just before it is handed out, and None while others train all that is left.

    A run that somebody has finished in the meantime is `found`; one whose owner died is handed out.
    """
    waited = False
    while groups:
        elsewhere = []
        for group in groups:
            mine, others = [], []
            for run in group:
                with uninterrupted():
                    reservation = reserve(folder / run.file_name)
                    if reservation is not None:
                        reservations[run] = reservation
                if reservation is None:
                    others.append(run)
                elif found(run):
                    with uninterrupted():
                        reservations.pop(run).release()
                else:
                    mine.append(run)
            if mine:
                yield mine
            if others:
                elsewhere.append(others)
        groups = elsewhere
        if groups and not waited:
            waited = True
            warnings.warn(
                f"Another process trains {sum(map(len, groups))} of these runs in {folder}, {groups[0][0].file_name} "
                "among them; waiting for it.",
                RunsWarning,
                stacklevel=2,
            )
        look_again = time.monotonic() + _SECONDS_BETWEEN_LOOKS
        while groups and time.monotonic() < look_again:
            yield None
