"""Training processes of this machine: each has a pipe of its own, so that one that dies costs only what it had."""

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

from empirical.annotations import Group, Result, Train
from empirical.execution.workers import Failure, attempt
from numerics.interruption import uninterrupted

__all__ = ["ProcessPool"]

_SECONDS_BETWEEN_MESSAGES = 0.1
_THREAD_COUNTS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class _Worker(NamedTuple):
    process: BaseProcess
    pipe: Connection


class _Answer(NamedTuple):
    """A worker's last message about a group; those before it are units done."""

    value: Any


class ProcessPool:
    """Processes of this machine, started when needed and replaced when one dies.

    Each has a pipe that nobody else writes to, and a thread here that listens to it. Whatever ends a process, at
    whatever moment, ends its pipe, too: its group's future raises ChildProcessError, and all others train on. (With a
    queue for all, as `concurrent.futures`, loky and pebble have, one that is killed while it sends a result stops all
    for ever.) All are killed by `close`, and end by themselves when this process ends, however it does. They import
    what this process can import, from its `sys.path`.

    >>> pool = ProcessPool(2)
    >>> pool.room
    2
    >>> pool.close()
    """

    def __init__(self, workers: int) -> None:
        self.room = workers
        self._listeners = ThreadPoolExecutor(workers, initializer=_hold_interrupts)
        self._lock = threading.Lock()
        self._workers: list[_Worker] = []
        self._idle: list[_Worker] = []
        self._closed = False
        self.has_trained = False
        """Whether a process of it has ever trained anything."""

    def submit(
        self, train: Train[Group, Result], group: Group, advance: Callable[[int], None]
    ) -> Future[Result | Failure]:
        """Begin to train a group."""
        return self._listeners.submit(self._listen, pickle.dumps((train, group)), advance)

    def _listen(self, call: bytes, advance: Callable[[int], None]) -> Any:
        with self._lock:
            if self._closed:
                raise CancelledError
            self._idle = [worker for worker in self._idle if worker.process.is_alive()]
            if not self._idle:
                self._workers.append(_start_worker())
                self._idle.append(self._workers[-1])
            worker = self._idle.pop()
        try:
            worker.pipe.send_bytes(call)
            while not isinstance(message := worker.pipe.recv(), _Answer):
                self.has_trained = True
                advance(message)
        except (EOFError, OSError):
            raise ChildProcessError(f"terminated with exit code {_end(worker)}") from None
        self.has_trained = True
        with self._lock:
            self._idle.append(worker)
        return message.value

    def close(self) -> None:
        """Kill all workers; Ctrl-C waits for it."""
        with uninterrupted():
            with self._lock:
                self._closed = True
                for worker in self._workers:
                    worker.process.kill()
            self._listeners.shutdown()
            for worker in self._workers:
                _end(worker)


def _hold_interrupts() -> None:
    """Hold Ctrl-C back from this thread and all processes that it starts: only the main thread has to handle it."""
    if hasattr(signal, "pthread_sigmask"):
        resource_tracker.ensure_running()  # the first process would start it, and that lets go of Ctrl-C
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _start_worker() -> _Worker:
    # A forked child would inherit torch's and BLAS's locks and threads in an unknown state, and all other pipes.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,))
    with _one_thread_for_children(), theirs:
        process.start()
    return _Worker(process, ours)


def _end(worker: _Worker) -> int | None:
    worker.process.kill()
    worker.process.join()
    worker.pipe.close()
    return worker.process.exitcode


@contextlib.contextmanager
def _one_thread_for_children() -> Iterator[None]:
    """BLAS, OpenMP and torch read the number of their threads from the environment, once, when they are loaded."""
    before = {name: os.environ[name] for name in _THREAD_COUNTS if name in os.environ}
    os.environ.update(dict.fromkeys(_THREAD_COUNTS, "1"))
    try:
        yield
    finally:
        for name in _THREAD_COUNTS:
            del os.environ[name]
        os.environ.update(before)


def _work(pipe: Connection) -> None:
    """A worker's life: train what comes through the pipe until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, ConnectionError):  # the parent's end, which it has told already
        while True:
            answer = attempt(_train, pipe.recv_bytes(), pipe)
            packed = attempt(pickle.dumps, _Answer(answer))
            pipe.send_bytes(pickle.dumps(_Answer(packed)) if isinstance(packed, Failure) else packed)


def _train(call: bytes, pipe: Connection) -> Any:
    units, sent = 0, -float("inf")

    def advance(done: int) -> None:
        nonlocal units, sent
        units += done
        if time.monotonic() - sent >= _SECONDS_BETWEEN_MESSAGES:
            pipe.send(units)
            units, sent = 0, time.monotonic()

    train, group = pickle.loads(call)
    return train(group, advance)


def _end_with_parent() -> None:
    """A worker whose parent was killed must not train on, unseen, for hours."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
