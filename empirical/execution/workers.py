"""Where trainings run: any executor, one thread for each training, and failures that come back as values."""

import contextlib
import os
import pickle
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from typing import Any

from empirical.annotations import Group, Result, Train

__all__ = ["Failure", "SharedPool", "TrainingError", "attempt", "core_count", "one_thread"]

# More than most clusters have cores, fewer than the files that a process may open: each run in progress holds a lock.
_MOST_AT_ONCE = 400


class TrainingError(RuntimeError):
    """A training process ended before its time; runs already written are kept."""


@dataclass(frozen=True)
class Failure:
    """A training's own exception, come back as a value: any other exception of a future means a lost worker."""

    reason: Exception
    trace: str

    def raise_here(self) -> None:
        """Raise it, with the trace of the process where it happened.

        >>> Failure(ValueError("too steep"), "").raise_here()
        Traceback (most recent call last):
            ...
        ValueError: too steep
        """
        if self.reason.__traceback__ is None and self.trace:
            self.reason.add_note(self.trace)
        raise self.reason

    def __reduce__(self) -> tuple[Any, ...]:
        try:
            pickle.loads(pickle.dumps(self.reason))
        except Exception:  # an exception of somebody else's making may refuse to travel in any way
            return Failure, (RuntimeError(f"{type(self.reason).__name__}: {self.reason}"), self.trace)
        return Failure, (self.reason, self.trace)


def attempt(function: Callable[..., Result], *arguments: Any) -> Result | Failure:
    """What the function returns, or its exception as a value.

    >>> attempt(int, "7"), attempt(int, "x").reason
    (7, ValueError("invalid literal for int() with base 10: 'x'"))
    """
    try:
        return function(*arguments)
    except Exception as reason:
        return Failure(reason, traceback.format_exc())


def core_count() -> int:
    """The number of cores that this process may use.

    >>> core_count() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Within it torch computes on one thread; after it, on as many as before.

    >>> import torch
    >>> with one_thread():
    ...     torch.get_num_threads()
    1
    """
    import torch  # not with this file, which each worker loads

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


class SharedPool:
    """Any `concurrent.futures` executor, which its owner closes: threads, processes, MPI ranks, a Dask cluster.

    Only its `submit` is used, and nothing is shared with the workers: progress is what has come back.
    `close` cancels what has not begun; in threads of this process it stops the rest within a unit, elsewhere
    the trainings in progress end by themselves, unheard.

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(1) as executor:
    ...     SharedPool(executor).submit(lambda group, advance: sum(group), [1, 2], print).result()
    3
    """

    room = _MOST_AT_ONCE
    has_trained = True  # as far as is known

    def __init__(self, executor: Executor) -> None:
        self._executor, self._stop = executor, _Stop()
        self._submitted: set[Future[Any]] = set()
        self._count = 0

    def submit(
        self, train: Train[Group, Result], group: Group, advance: Callable[[int], None]
    ) -> Future[Result | Failure]:
        """Hand a group to the executor; TrainingError if it takes no more. Nothing is known of it before it is done."""
        self._count += 1
        try:
            # The count makes each call another one: an executor may take equal calls for one and the same.
            future = self._executor.submit(_train_elsewhere, train, group, self._stop, self._count)
        except (BrokenExecutor, RuntimeError, OSError) as reason:
            raise TrainingError(
                f"The executor takes no more runs ({type(reason).__name__}: {reason}). Runs already written are kept."
            ) from reason
        self._submitted.add(future)
        future.add_done_callback(self._submitted.discard)
        return future

    def close(self) -> None:
        """Cancel what has not begun."""
        self._stop.set()
        for future in list(self._submitted):
            future.cancel()
        if self._stop.heard:  # by threads of this process: nothing of the sweep is left when it has ended
            wait(self._submitted)


class _StoppedError(Exception):
    """Raised in a training whose sweep has ended."""


class _Stop(threading.Event):
    """A signal to threads of this process; a copy in another process never hears it."""

    heard = False

    def is_set(self) -> bool:
        self.heard = True
        return super().is_set()

    def __reduce__(self) -> tuple[type["_Stop"], tuple[()]]:
        return _Stop, ()


def _train_elsewhere(train: Train[Group, Result], group: Group, stop: _Stop, count: int) -> Result | Failure:
    def advance(units: int) -> None:
        if stop.is_set():
            raise _StoppedError

    advance(0)
    with one_thread():
        return attempt(train, group, advance)
