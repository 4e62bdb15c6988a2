"""Where trainings run: processes of this machine, or any executor; one thread each, so that their bits are the same."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import torch

__all__ = ["Failure", "Pool", "ProcessPool", "SharedPool", "TrainingError", "core_count", "one_thread"]

Group = TypeVar("Group")
Result = TypeVar("Result")

# What trains a group; it calls its second argument with the number of epochs just done, which may raise to end it.
Train = Callable[[Group, Callable[[int], None]], Result]

# More than most clusters have cores, fewer than the files that a process may open: each run in progress holds a lock.
_MOST_AT_ONCE = 400
_THREAD_COUNTS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


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


class Pool(Protocol):
    """Where groups are trained. A seat is a number from 0 on, below ``seats``, that one group at a time takes."""

    seats: int

    def submit(self, train: Train[Group, Result], group: Group, seat: int) -> Future[Result | Failure]:
        """Begin to train a group; TrainingError if nothing can be begun here any more."""
        ...

    def epochs_done(self, seat: int) -> int:
        """Epochs done by the group on this seat, as far as it can be known while it runs."""
        ...

    def close(self) -> None:
        """End what is in progress as soon as possible."""
        ...


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

    >>> with one_thread():
    ...     torch.get_num_threads()
    1
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


class _StoppedError(Exception):
    """Raised in a training whose sweep has ended."""


def _attempt(train: Train[Group, Result], group: Group, advance: Callable[[int], None]) -> Result | Failure:
    try:
        return train(group, advance)
    except Exception as reason:
        return Failure(reason, traceback.format_exc())


class ProcessPool:
    """Processes of this machine, started when needed and replaced when one dies.

    Stopped within an epoch by ``close``, or by the end of this process, however it ends. Nothing that is shared has
    a lock: a worker that is killed while it holds one would stop all others, and this process, for ever.

    >>> pool = ProcessPool(2)
    >>> pool.seats, pool.epochs_done(1)
    (2, 0)
    >>> pool.close()
    """

    def __init__(self, workers: int) -> None:
        self.seats = workers
        # A forked child would inherit torch's and BLAS's locks and threads in an unknown state.
        self._context = multiprocessing.get_context("spawn")
        # Each number has one writer: [stop, whether anything was trained, epochs done on seat 0, on seat 1, …]
        self._shared = self._context.RawArray("q", 2 + workers)
        self._executor = self._start()

    def submit(self, train: Train[Group, Result], group: Group, seat: int) -> Future[Result | Failure]:
        """Begin to train a group; TrainingError if workers die before they have trained anything."""
        self._shared[2 + seat] = 0
        # Only submissions start workers. What comes before starts Python's resource tracker, which lets go of Ctrl-C.
        with _interrupts_held(), _one_thread_for_children():
            try:
                return self._executor.submit(_train_on_seat, train, group, seat)
            except BrokenProcessPool as reason:
                self._executor.shutdown()  # waits until the other workers have ended, too
                if not self._shared[1]:
                    raise TrainingError(
                        "Training processes end before they have trained anything; see their messages above (is memory "
                        'short?). In a script, call this under `if __name__ == "__main__":`. Runs already written are '
                        "kept."
                    ) from reason
        self._shared[1] = 0
        self._executor = self._start()
        return self.submit(train, group, seat)

    def epochs_done(self, seat: int) -> int:
        """Epochs done by the group on this seat."""
        return int(self._shared[2 + seat])

    def close(self) -> None:
        """End all trainings within an epoch, and all processes."""
        self._shared[0] = 1
        self._executor.shutdown(cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.seats, self._context, _start_worker, (self._shared,))


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


@contextlib.contextmanager
def _one_thread_for_children() -> Iterator[None]:
    """BLAS and OpenMP read the number of their threads from the environment, once, when they are loaded."""
    before = {name: os.environ.get(name) for name in _THREAD_COUNTS}
    os.environ.update(dict.fromkeys(_THREAD_COUNTS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


# A worker's view of its pool's numbers; set once in each worker process.
_worker: dict[str, Any] = {}


def _start_worker(shared: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
    _worker["shared"] = shared
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose parent was killed must not train on, unseen, for hours."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _train_on_seat(train: Train[Group, Result], group: Group, seat: int) -> Result | Failure:
    shared = _worker["shared"]

    def advance(epochs: int) -> None:
        if shared[0]:
            raise _StoppedError
        shared[1] = 1
        shared[2 + seat] += epochs

    return _attempt(train, group, advance)


class SharedPool:
    """Any ``concurrent.futures`` executor, which its owner closes: threads, processes, MPI ranks, a Dask cluster.

    Only its ``submit`` is used, and nothing is shared with the workers: progress is what has come back.
    ``close`` cancels what has not begun; in threads of this process it stops the rest within an epoch, elsewhere
    the trainings in progress end by themselves, unheard.

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(1) as executor:
    ...     SharedPool(executor).submit(lambda group, advance: sum(group), [1, 2], seat=0).result()
    3
    """

    seats = _MOST_AT_ONCE

    def __init__(self, executor: Executor) -> None:
        self._executor, self._stop = executor, _Stop()
        self._submitted: set[Future[Any]] = set()
        self._count = 0

    def submit(self, train: Train[Group, Result], group: Group, seat: int) -> Future[Result | Failure]:
        """Hand a group to the executor; TrainingError if it takes no more."""
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

    def epochs_done(self, seat: int) -> int:
        """Always 0: nothing is known of a group before it is done."""
        return 0

    def close(self) -> None:
        """Cancel what has not begun."""
        self._stop.set()
        for future in list(self._submitted):
            future.cancel()
        if self._stop.heard:  # by threads of this process: nothing of the sweep is left when it has ended
            wait(self._submitted)


class _Stop:
    """A signal to threads of this process; a copy in another process never hears it."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.heard = False

    def set(self) -> None:
        self._event.set()

    def is_set(self) -> bool:
        self.heard = True
        return self._event.is_set()

    def __reduce__(self) -> tuple[type[_Stop], tuple[()]]:
        return _Stop, ()


def _train_elsewhere(train: Train[Group, Result], group: Group, stop: _Stop, count: int) -> Result | Failure:
    def advance(epochs: int) -> None:
        if stop.is_set():
            raise _StoppedError

    advance(0)
    with one_thread():
        return _attempt(train, group, advance)
