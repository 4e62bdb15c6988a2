"""Training in parallel: one process a core, one thread each, stopped promptly and without leftovers."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

import torch

Group = TypeVar("Group")
Result = TypeVar("Result")

# A progress callback: progress(epochs done, epochs in all), counted over all runs.
Progress = Callable[[int, int], None]
# What trains a group; it calls its second argument with the number of epochs just done.
Train = Callable[[Group, Callable[[int], None]], Result]

_SECONDS_BETWEEN_REPORTS = 0.2


class TrainingError(RuntimeError):
    """A training process ended before its time."""


def train_groups(
    train: Train[Group, Result],
    groups: Sequence[Group],
    finished: Callable[[Result], None],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    total: int,
) -> None:
    """Train every group and hand each result to ``finished`` as soon as it is there, in this process.

    Parameters
    ----------
    train
        A function at the top level of a module, called as ``train(group, advance)``.
    workers
        Number of processes, by default the number of cores this process may use. With one worker or one group
        everything runs in this process. Either way a training uses one thread, so that its bits are the same.
    progress
        Called in this process about five times a second with the epochs done and ``total``.

    Notes
    -----
    An exception in a training or in ``finished``, or Ctrl-C, stops all workers within an epoch and is raised.
    Raises ``TrainingError`` if a worker dies.

    Examples
    --------
    >>> results = []
    >>> train_groups(lambda group, advance: sum(group), [[1, 2], [3]], results.append, workers=1, total=0)
    >>> results
    [3, 3]
    """
    workers = min(core_count() if workers is None else workers, len(groups))
    if not groups:
        return
    if progress is None:
        progress = _no_progress
    if workers <= 1:
        _train_here(train, groups, finished, progress, total)
    else:
        _train_in_processes(train, groups, finished, workers, progress, total)


def core_count() -> int:
    """The number of cores that this process may use.

    >>> core_count() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _no_progress(done: int, total: int) -> None:
    pass


def _train_here(
    train: Train[Group, Result],
    groups: Sequence[Group],
    finished: Callable[[Result], None],
    progress: Progress,
    total: int,
) -> None:
    done, last_report = 0, -float("inf")

    def advance(epochs: int) -> None:
        nonlocal done, last_report
        done += epochs
        if time.monotonic() - last_report >= _SECONDS_BETWEEN_REPORTS:
            last_report = time.monotonic()
            progress(done, total)

    with _one_thread():
        for group in groups:
            finished(train(group, advance))
    progress(total, total)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _train_in_processes(
    train: Train[Group, Result],
    groups: Sequence[Group],
    finished: Callable[[Result], None],
    workers: int,
    progress: Progress,
    total: int,
) -> None:
    # A forked child would inherit torch's and BLAS's locks and threads in an unknown state.
    context = multiprocessing.get_context("spawn")
    counter, stopping = context.Value("q", 0), context.Event()
    executor = ProcessPoolExecutor(workers, context, _start_worker, (counter, stopping))
    # Only the submissions start workers. What comes before starts Python's resource tracker, which lets go of Ctrl-C.
    with _interrupts_held():
        futures = {executor.submit(_train_in_worker, train, group) for group in groups}
    try:
        while futures:
            done, futures = wait(futures, timeout=_SECONDS_BETWEEN_REPORTS, return_when=FIRST_COMPLETED)
            for future in done:
                finished(future.result())
            progress(min(counter.value, total), total)
    except BrokenProcessPool as reason:
        raise TrainingError(
            "A training process ended unexpectedly; see its message above (was memory short?). In a script, "
            'call this under `if __name__ == "__main__":`. Runs already written are kept.'
        ) from reason
    finally:
        stopping.set()
        executor.shutdown(cancel_futures=True)
    progress(total, total)


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while processes start: they inherit that, so that only the parent has to handle it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _StoppedError(Exception):
    """Raised in a worker whose parent has asked it to stop."""


# The worker's ends of the parent's counter and stop signal; set once in each worker process.
_shared: dict[str, Any] = {}


def _start_worker(counter: Any, stopping: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
    _shared.update(counter=counter, stopping=stopping)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose parent was killed must not train on, unseen, for hours."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _train_in_worker(train: Train[Group, Result], group: Group) -> Result:
    def advance(epochs: int) -> None:
        if _shared["stopping"].is_set():
            raise _StoppedError
        with _shared["counter"].get_lock():
            _shared["counter"].value += epochs

    return train(group, advance)
