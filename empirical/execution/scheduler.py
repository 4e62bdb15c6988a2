"""The scheduler: groups of runs go to workers, results come back one by one, and what a dead worker had is repeated."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from dataclasses import dataclass
from typing import Generic

from empirical.annotations import Group, Progress, Result, Train
from empirical.execution.process_pool import ProcessPool
from empirical.execution.workers import Failure, SharedPool, TrainingError, one_thread
from numerics.interruption import asked_to_end, unfinished

__all__ = ["Tally", "train_groups"]

_SECONDS_BETWEEN_REPORTS = 0.2
_ATTEMPTS = 3
_MOST_PROCESSES = 200  # each costs four of the files that this process may open, of which there may be 1024


class Tally:
    """Units (epochs or steps) done of all that have to be done, reported about five times a second.

    >>> tally = Tally(10, lambda done, total: print(done, "of", total))
    >>> tally.add(4)
    >>> tally.report(in_progress=2)
    6 of 10
    """

    def __init__(self, total: int = 0, progress: Progress | None = None) -> None:
        self._done, self._total, self._progress = 0, total, progress
        self._last_report = -float("inf")

    def add(self, units: int) -> None:
        """Count units that are done for good."""
        self._done += units

    def report(self, *, in_progress: int = 0, now: bool = False) -> None:
        """Report what is done, with what is done of the runs in progress, unless that was just reported.

        Raises KeyboardInterrupt once more where one was lost on its way, as it is in the middle of an import.
        """
        if asked_to_end():
            raise KeyboardInterrupt
        if self._progress is not None and (now or time.monotonic() - self._last_report >= _SECONDS_BETWEEN_REPORTS):
            self._last_report = time.monotonic()
            self._progress(min(self._done + in_progress, self._total), self._total)


def train_groups(
    train: Train[Group, Result],
    groups: Iterable[Group | None],
    finished: Callable[[Result], None],
    *,
    workers: int = 1,
    executor: Executor | None = None,
    length: Callable[[Group], int] = lambda group: 0,
    tally: Tally | None = None,
) -> None:
    """Train every group and hand each result to `finished` as soon as it is there, in this process.

    Parameters
    ----------
    train
        A function at the top level of a module, called as `train(group, advance)`; it calls `advance` with
        the units (epochs or steps) just done.
    groups
        Asked for the next group when there is room for one. None stands for "nothing at the moment".
    workers
        Number of processes, at most 200; with one, everything runs in this process. A training always uses one thread,
        so that its bits are the same.
    executor
        Where to train instead; see `SharedPool`.
    length
        The units of a group, all its runs together.
    tally
        Counts and reports them.

    Notes
    -----
    An exception in a training or in `finished`, or Ctrl-C, ends all and is raised; results that are already back are
    handed over first. A group whose worker dies, before it has begun or later, is trained again, at most three times in
    all; when everything else is done, TrainingError says which were lost. It is raised at once if the executor ends, or
    if a group is lost while no process has trained anything yet.

    Examples
    --------
    >>> results = []
    >>> train_groups(lambda group, advance: sum(group), [[1, 2], [3]], results.append)
    >>> results
    [3, 3]
    """
    tally = Tally() if tally is None else tally
    with unfinished():
        if executor is None and workers > 1:
            _train_in(ProcessPool(min(workers, _MOST_PROCESSES)), train, groups, finished, length=length, tally=tally)
        else:
            with one_thread():
                if executor is None:
                    _train_here(train, groups, finished, length=length, tally=tally)
                else:
                    _train_in(SharedPool(executor), train, groups, finished, length=length, tally=tally)
    tally.report(now=True)


def _train_here(
    train: Train[Group, Result],
    groups: Iterable[Group | None],
    finished: Callable[[Result], None],
    *,
    length: Callable[[Group], int],
    tally: Tally,
) -> None:
    for group in groups:
        tally.report()
        if group is None:
            time.sleep(_SECONDS_BETWEEN_REPORTS)
            continue
        done = 0

        def advance(units: int) -> None:
            nonlocal done
            done += units
            tally.report(in_progress=done)

        finished(train(group, advance))
        tally.add(length(group))


@dataclass
class _Attempt(Generic[Group]):
    group: Group
    number: int
    units: int = 0

    def advance(self, units: int) -> None:
        self.units += units


def _train_in(
    pool: ProcessPool | SharedPool,
    train: Train[Group, Result],
    groups: Iterable[Group | None],
    finished: Callable[[Result], None],
    *,
    length: Callable[[Group], int],
    tally: Tally,
) -> None:
    upcoming = _Upcoming(groups)
    running: dict[Future[Result | Failure], _Attempt[Group]] = {}
    lost: list[tuple[Group, BaseException]] = []
    try:
        while upcoming or running:
            while len(running) < pool.room and (attempt := upcoming.next()) is not None:
                running[pool.submit(train, attempt.group, attempt.advance)] = attempt
            if upcoming and not running:  # others train what is left
                time.sleep(_SECONDS_BETWEEN_REPORTS)
            done, _ = wait(running, timeout=_SECONDS_BETWEEN_REPORTS, return_when=FIRST_COMPLETED)
            failures, cancelled = [], None
            for future in done:
                attempt = running.pop(future)
                try:
                    result = future.result()
                except CancelledError as reason:  # not by us: trained again it would only wait for ever
                    cancelled = reason
                    continue
                # A training's own exception comes back as a Failure, so this one is the worker's end.
                except Exception as reason:
                    if attempt.number < _ATTEMPTS:
                        upcoming.again(attempt)
                    elif pool.has_trained:
                        lost.append((attempt.group, reason))
                    else:
                        raise TrainingError(
                            "Training processes end before they have trained anything; see their messages above (is "
                            'memory short?). In a script, call this under `if __name__ == "__main__":`. Runs already '
                            "written are kept."
                        ) from reason
                    continue
                if isinstance(result, Failure):
                    failures.append(result)
                else:
                    finished(result)
                    tally.add(length(attempt.group))
            for failure in failures:
                failure.raise_here()
            if cancelled is not None:
                raise TrainingError(
                    "The executor has cancelled trainings (has its scheduler gone?). Runs already written are kept; "
                    "the same call again trains the rest."
                ) from cancelled
            tally.report(in_progress=sum(attempt.units for attempt in running.values()))
    finally:
        pool.close()
    if lost:
        group, last = lost[0]
        raise TrainingError(
            f"{len(lost)} of the trainings ended {_ATTEMPTS} times with their worker, the first of {group!r} "
            f"({type(last).__name__}: {last}). All other runs are done; the same call again repeats what is missing."
        ) from last


class _Upcoming(Generic[Group]):
    """Attempts that have to be made; those at groups lost with a worker come first."""

    def __init__(self, groups: Iterable[Group | None]) -> None:
        self._groups: Iterator[Group | None] = iter(groups)
        self._lost: list[_Attempt[Group]] = []
        self._more = True

    def __bool__(self) -> bool:
        return self._more or bool(self._lost)

    def again(self, attempt: _Attempt[Group]) -> None:
        self._lost.append(_Attempt(attempt.group, attempt.number + 1))

    def next(self) -> _Attempt[Group] | None:
        """The next one, or None if there is none at the moment."""
        if self._lost:
            return self._lost.pop()
        try:
            group = next(self._groups)
        except StopIteration:
            self._more = False
            return None
        return None if group is None else _Attempt(group, 1)
