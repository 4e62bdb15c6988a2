import contextlib
import os
import pickle
import signal
import socket
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import Pipe, get_context

import pytest

from empirical import TrainingError, train_groups
from empirical.execution import process_pool
from empirical.execution.scheduler import Tally


def square(group, advance):
    advance(group)
    return os.getpid(), group**2, os.environ.get("OMP_NUM_THREADS")


def count_threads(group, advance):
    import torch  # not above: the workers of the other tests load this file

    return torch.get_num_threads()


def refuse(group, advance):
    raise ValueError(f"no training of {group}")


def end_worker_once(group, advance):
    """Group (folder, number): number 0 ends its process on its first attempts, as many as there are files to take."""
    folder, number = group
    advance(1)
    if number == 0:
        for mark in sorted(folder.iterdir()):
            mark.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("workers", [1, 2])
def test_processes_and_one_process_give_the_same_results_and_progress(workers, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    results, progress = [], []
    tally = Tally(6, lambda done, total: progress.append((done, total)))
    train_groups(square, [1, 2, 3], results.append, workers=workers, tally=tally, length=lambda group: group)
    assert sorted(square for _, square, _ in results) == [1, 4, 9]
    assert progress[-1] == (6, 6)
    assert progress == sorted(progress)
    assert (os.getpid() in {pid for pid, _, _ in results}) == (workers == 1)
    if workers == 2:
        assert {cap for _, _, cap in results} == {"1"}
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ


@pytest.mark.parametrize("threads", [False, True])
def test_thread_count_is_restored(threads):
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    executor = ThreadPoolExecutor(2) if threads else None
    try:
        counts = []
        train_groups(count_threads, [1, 2, 3], counts.append, executor=executor)
        assert counts == [1, 1, 1]
        assert torch.get_num_threads() == 2
        with pytest.raises(ValueError, match="no training of 1"):
            train_groups(refuse, [1], lambda result: None, executor=executor)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
        if executor is not None:
            executor.shutdown()


@pytest.mark.parametrize(
    "kind",
    # Of a trace that travels `test_workers` tells in the fast tests.
    [*(pytest.param(kind, marks=pytest.mark.slow) for kind in ("own processes", "processes")), "threads"],
)
def test_an_exception_in_a_training_is_raised_with_its_place(kind):
    processes = kind == "processes"
    executor = None
    if kind != "own processes":
        executor = ProcessPoolExecutor(1, get_context("spawn")) if processes else ThreadPoolExecutor(1)
    with pytest.raises(ValueError, match="no training of 1") as raised:
        train_groups(refuse, [1], lambda result: None, workers=2, executor=executor)
    if executor is not None:
        executor.shutdown()
    if kind != "threads":
        assert "in refuse" in raised.value.__notes__[0]


def test_results_that_are_back_are_kept_when_another_training_fails():
    """Both groups are done before either is looked at."""
    both = threading.Barrier(2)

    def train(group, advance):
        if group == "bad":
            both.wait()
            raise ValueError("no training")
        both.wait()
        return group

    class LateExecutor(ThreadPoolExecutor):
        def submit(self, *arguments):
            future = super().submit(*arguments)
            if arguments[2] == "good":
                future.result()
            return future

    kept = []
    with LateExecutor(2) as executor, pytest.raises(ValueError, match="no training"):
        train_groups(train, ["bad", "good"], kept.append, executor=executor)
    assert kept == ["good"]


class ThreadAsProcess:
    """A worker that takes no time to start, killed by the end of its pipe as a process is."""

    exitcode = -9

    def __init__(self, life, *, deadly=None, die_with=None):
        self.ours, self.theirs = Pipe()
        self.life, self.deadly, self.die_with = life, deadly, die_with
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        with self.theirs, contextlib.suppress(EOFError, OSError):
            for _ in range(self.life):
                group = pickle.loads(self.theirs.recv_bytes())[1]
                if group == self.deadly:
                    return
                self.theirs.send(1)
                self.theirs.send_bytes(pickle.dumps(process_pool._Answer(group)))
            if self.die_with is not None:
                self.die_with.wait()

    def is_alive(self):
        return self.thread.is_alive()

    def kill(self):
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(self.ours.fileno())) as pipe:
            pipe.shutdown(socket.SHUT_RDWR)

    def join(self):
        self.thread.join()


def trained_by(lives, groups, *, workers, monkeypatch, **ends):
    """The groups that are back; each worker ends after as many of them as `lives` says, the later ones never."""
    results, lives = [], iter(lives)

    def start():
        life = next(lives, 99)
        process = ThreadAsProcess(life, **(ends if life < 99 else {}))
        return process_pool._Worker(process, process.ours)

    monkeypatch.setattr(process_pool, "_start_worker", start)
    train_groups(square, groups, results.append, workers=workers)
    return sorted(results)


def test_workers_that_die_before_or_between_their_groups_are_replaced(monkeypatch):
    eight = list(range(8))
    all_at_once = threading.Barrier(4)
    assert trained_by([0] * 4, eight, workers=4, monkeypatch=monkeypatch, die_with=all_at_once) == eight
    assert trained_by([1, 1], eight, workers=3, monkeypatch=monkeypatch) == eight


def test_an_idle_worker_that_was_killed_is_passed_over(monkeypatch):
    lives = iter([0, 9])

    def start():
        process = ThreadAsProcess(next(lives))
        return process_pool._Worker(process, process.ours)

    monkeypatch.setattr(process_pool, "_start_worker", start)
    pool = process_pool.ProcessPool(1)
    pool._idle.append(start())
    pool._idle[0].process.join()
    assert pool.submit(square, 7, print).result() == 7
    pool.close()


def test_a_group_that_ends_three_workers_is_lost_and_no_other(monkeypatch):
    with pytest.raises(TrainingError, match=r"^1 of the trainings ended 3 times with their worker, the first of 5 \("):
        trained_by([9] * 9, range(8), workers=2, monkeypatch=monkeypatch, deadly=5)
    # One that ends every worker before anything is trained cannot be told from a script without a guard.
    with pytest.raises(TrainingError, match=r"end before they have trained anything.*__main__"):
        trained_by([0] * 99, range(8), workers=2, monkeypatch=monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("moments", [(0.0, 0.0, 0.0), (0.05, 0.1, 0.2)])
def test_processes_that_are_killed_while_they_start_are_replaced(monkeypatch, moments):
    """Three of three at once, before their first run."""
    start, waits, timers = process_pool._start_worker, iter(moments), []

    def start_and_kill():
        worker = start()
        if (wait := next(waits, None)) is not None:
            timers.append(threading.Timer(wait, worker.process.kill))
            timers[-1].start()
        return worker

    monkeypatch.setattr(process_pool, "_start_worker", start_and_kill)
    results = []
    train_groups(square, range(6), results.append, workers=3)
    assert sorted(value for _, value, _ in results) == [k**2 for k in range(6)]
    assert len(timers) == 3


@pytest.mark.slow  # `test_workers` kills one while it sends, which is harder on the pool than while it trains
def test_what_a_dead_worker_had_is_trained_again(tmp_path):
    (tmp_path / "0").touch()
    results, progress = [], []
    train_groups(
        end_worker_once,
        [(tmp_path, number) for number in range(4)],
        results.append,
        workers=2,
        length=lambda group: 1,
        tally=Tally(4, lambda done, total: progress.append(done)),
    )
    assert sorted(results) == [0, 1, 2, 3]
    assert list(tmp_path.iterdir()) == []
    assert progress[-1] == 4


@pytest.mark.slow
def test_a_training_that_kills_every_worker_is_reported_and_costs_nothing_else(tmp_path):
    for number in range(9):
        (tmp_path / str(number)).touch()
    results = []
    with pytest.raises(TrainingError, match=r"1 of the trainings ended 3 times with their worker.*, 0\).*terminated"):
        train_groups(
            end_worker_once, [*((tmp_path, number) for number in range(1, 4)), (tmp_path, 0)], results.append, workers=2
        )
    assert sorted(results) == [1, 2, 3]
    assert len(list(tmp_path.iterdir())) == 6


class Flaky(ThreadPoolExecutor):
    """Loses the first calls, as a cluster does whose workers leave."""

    losses = 2

    def submit(self, *arguments):
        if self.losses:
            self.losses -= 1
            future = Future()
            future.set_exception(ConnectionError("the worker has left"))
            return future
        return super().submit(*arguments)


def test_an_executor_that_loses_a_call_gets_it_again():
    with Flaky(2) as executor:
        results = []
        train_groups(square, [1, 2, 3], results.append, executor=executor)
        assert sorted(square for _, square, _ in results) == [1, 4, 9]
    with Flaky(2) as executor:
        executor.losses = 100
        with pytest.raises(TrainingError, match=r"3 of the trainings ended 3 times.*ConnectionError: the worker has"):
            train_groups(square, [1, 2, 3], results.append, executor=executor)


class Dying(ThreadPoolExecutor):
    """Trains one group and cancels all others, as a Dask client does that has lost its scheduler."""

    calls = 0

    def submit(self, *arguments):
        self.calls += 1
        if self.calls == 1:
            return super().submit(*arguments)
        future = Future()
        future.cancel()
        future.set_running_or_notify_cancel()
        return future


def test_an_executor_that_cancels_is_not_asked_again():
    results = []
    with Dying(1) as executor:
        with pytest.raises(TrainingError, match=r"has cancelled trainings.*Runs already written are kept"):
            train_groups(square, [1, 2, 3], results.append, executor=executor)
        assert executor.calls == 3


def test_an_executor_that_is_closed_is_a_clear_error():
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(TrainingError, match=r"The executor takes no more runs \(RuntimeError: cannot schedule"):
        train_groups(square, [1], print, executor=executor)


def test_an_interrupt_stops_the_threads_and_cancels_what_has_not_begun():
    begun, ended = [], []

    def train(group, advance):
        begun.append(group)
        try:
            while True:
                advance(1)
                time.sleep(0.01)
        finally:
            ended.append(group)

    def interrupt(done, total):
        if begun:
            raise KeyboardInterrupt

    with ThreadPoolExecutor(2) as executor:
        with pytest.raises(KeyboardInterrupt):
            train_groups(train, range(9), print, executor=executor, tally=Tally(9, interrupt))
        assert sorted(ended) == sorted(begun)
        assert len(begun) <= 2


def test_a_group_is_asked_for_when_there_is_room_and_asked_for_again_later():
    asked = []

    def groups():
        for group in (1, None, 2, None, 3):
            asked.append(group)
            yield group

    with ThreadPoolExecutor(2) as executor:
        for options in ({}, {"executor": executor}):
            results = []
            train_groups(square, groups(), results.append, **options)
            assert sorted(square for _, square, _ in results) == [1, 4, 9]
    trained = []
    lazy = iter(range(3))
    train_groups(lambda group, advance: trained.append((group, next(lazy, None))), lazy, print)
    assert trained == [(0, 1), (2, None)]


def test_nothing_to_train_is_nothing():
    train_groups(refuse, [], print)
    train_groups(refuse, [], print, workers=2)
