"""Sweeps in processes of their own that are killed, run out of disk, or meet in one folder."""

import contextlib
import errno
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
import xarray as xr

import empirical.store.resumption
from empirical import ParityRun, TrainingError, parity_runs, train_parity
from empirical.store.reservations import reserve
from empirical.store.resumption import train_missing

TINY = {"epochs": 6, "train_samples": 40, "gen_samples": 20, "width": 8, "learning_rate": 0.1}

# Trains the runs of SIZES and SEEDS in FOLDER, starts when told to, and prints the name of each run that it trains.
SWEEP = """
import sys
import empirical.sweep
from empirical import parity_runs, train_parity

folder, sizes, seeds, workers, epochs = sys.argv[1], *map(int, sys.argv[2:])
train_together = empirical.sweep.train_together

def announce(runs, **options):
    print(*(run.file_name for run in runs), flush=True)
    return train_together(runs, **options)

if __name__ == "__main__":
    empirical.sweep.train_together = announce
    runs = parity_runs(range(4, 4 + sizes), range(seeds), epochs=epochs, train_samples=40, gen_samples=20, width=8,
                       learning_rate=0.1)
    print("ready", flush=True)
    sys.stdin.readline()
    print("done", len(train_parity(runs, out=folder, workers=workers)))
"""


@contextlib.contextmanager
def sweep_process(folder, *, sizes, seeds, workers=1, epochs=6):
    with subprocess.Popen(
        [sys.executable, "-c", SWEEP, *map(str, (folder, sizes, seeds, workers, epochs))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout.readline() == "ready\n", process.stderr.read()
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def start(process):
    process.stdin.write("go\n")
    process.stdin.flush()


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def finished(folder):
    return {path: path.stat().st_mtime_ns for path in folder.glob("*.nc")}


def kill_and_resume(tmp_path, *, kills, sizes, seeds, workers, moments):
    folder = tmp_path / "killed"
    runs = parity_runs(range(4, 4 + sizes), range(seeds), **TINY)
    train_parity(runs, out=tmp_path / "undisturbed", workers=1)
    before = {}
    for _ in range(kills):
        with sweep_process(folder, sizes=sizes, seeds=seeds, workers=workers) as process:
            start(process)
            count = len(before)
            while process.poll() is None and len(finished(folder)) == count:
                time.sleep(0.001)
            time.sleep(moments.uniform(0, 0.1))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        now = finished(folder)
        assert {path: now[path] for path in before} == before  # what was finished is neither lost nor repeated
        before = now
    assert kills <= len(before) < len(runs)
    train_parity(runs, out=folder, workers=1)
    after = finished(folder)
    assert {path: after[path] for path in before} == before
    assert contents(folder) == contents(tmp_path / "undisturbed")


def test_killed_at_random_moments_a_sweep_resumes_to_the_same_bytes(tmp_path):
    kill_and_resume(tmp_path, kills=2, sizes=4, seeds=25, workers=1, moments=random.Random(0))


@pytest.mark.slow
def test_killed_again_and_again_with_workers_a_sweep_resumes_to_the_same_bytes(tmp_path):
    kill_and_resume(tmp_path, kills=5, sizes=10, seeds=100, workers=2, moments=random.Random(1))


def test_two_sweeps_in_one_folder_divide_the_runs_and_one_that_dies_leaves_its_own_to_the_other(tmp_path):
    """Three sweeps begin together; one is killed once it has trained something."""
    shape = {"sizes": 4, "seeds": 25}
    runs = parity_runs(range(4, 8), range(25), **TINY)
    train_parity(runs, out=tmp_path / "alone", workers=1)
    folder = tmp_path / "shared"
    with contextlib.ExitStack() as stack:
        sweeps = [stack.enter_context(sweep_process(folder, **shape)) for _ in range(3)]
        for process in sweeps:
            start(process)
        first = sweeps[0].stdout.readline()
        assert first.startswith("parity-"), first
        time.sleep(0.05)
        sweeps[0].kill()
        killed, _ = sweeps[0].communicate()
        outputs = [process.communicate(timeout=100)[0].splitlines() for process in sweeps[1:]]
    for output in outputs:
        assert output.pop() == "done 100"
    trained = [*first.split(), *killed.split(), *(name for output in outputs for name in output)]
    assert set(trained) == {run.file_name for run in runs}
    assert len(trained) <= len(runs) + 1  # only what the killed one had in progress is trained twice
    assert contents(folder) == contents(tmp_path / "alone")


def test_a_run_that_another_process_trains_is_waited_for_and_taken_over_when_that_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(empirical.store.resumption, "_SECONDS_BETWEEN_LOOKS", 0.05)
    runs = parity_runs([5], [0, 1], **TINY)
    elsewhere = reserve(tmp_path / runs[1].file_name)
    release = threading.Timer(0.5, elsewhere.release)
    progress = []

    def report(done, total):
        progress.append((done, total))
        if progress.count((6, 12)) == 2:  # the first run is done, and nothing has happened since
            release.start()

    with pytest.warns(UserWarning, match=r"Another process trains 1 of these runs in .*seed0001.*; waiting for it"):
        train_parity(runs, out=tmp_path, workers=1, progress=report)
    release.join()
    assert progress[-1] == (12, 12)
    assert {path.name for path in tmp_path.iterdir()} == {run.file_name for run in runs}


def test_a_run_that_another_process_finishes_is_loaded(tmp_path, monkeypatch):
    monkeypatch.setattr(empirical.store.resumption, "_SECONDS_BETWEEN_LOOKS", 0.05)
    (run,) = parity_runs([5], [0], **TINY)
    train_parity([run], out=tmp_path / "theirs", workers=1)
    folder = tmp_path / "ours"
    folder.mkdir()
    elsewhere = reserve(folder / run.file_name)

    def finish():
        (tmp_path / "theirs" / run.file_name).rename(folder / run.file_name)
        elsewhere.release()

    threading.Timer(0.5, finish).start()
    monkeypatch.setattr("empirical.sweep.train_together", None)
    with pytest.warns(UserWarning, match="waiting for it"):
        (dataset,) = train_parity([run], out=folder, workers=1)
    assert ParityRun.from_json(dataset.attrs["configuration"]) == run
    assert [path.name for path in folder.iterdir()] == [run.file_name]


def test_a_full_disk_stops_the_sweep_keeps_what_is_written_and_leaves_nothing_else(tmp_path, monkeypatch):
    runs = parity_runs([5], [0, 1, 2], **TINY)
    fsync = os.fsync
    files = []

    def full_at_the_second(descriptor):
        if os.path.isfile(f"/proc/self/fd/{descriptor}"):  # noqa: PTH113  not the folder
            files.append(descriptor)
        if len(files) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_at_the_second)
        with pytest.raises(OSError, match="No space left"):
            train_parity(runs, out=tmp_path, workers=1)
    assert [path.name for path in tmp_path.iterdir()] == [runs[0].file_name]
    totals = set()
    train_parity(runs, out=tmp_path, workers=1, progress=lambda done, total: totals.add(total))
    assert totals == {12}


@pytest.mark.parametrize("kind", ["threads", "processes", "two workers"])
def test_files_are_the_same_bytes_wherever_they_are_trained(tmp_path, kind):
    runs = parity_runs([6, 5], [1, 0], **TINY)
    train_parity(runs, out=tmp_path / "here", workers=1)
    progress = []
    with contextlib.ExitStack() as stack:
        options = {"workers": 2}
        if kind == "threads":
            options = {"executor": stack.enter_context(ThreadPoolExecutor(3))}
        if kind == "processes":
            options = {"executor": stack.enter_context(ProcessPoolExecutor(2, get_context("spawn")))}
        there = tmp_path / "there"
        train_parity(runs[::-1], out=there, progress=lambda done, total: progress.append((done, total)), **options)
    assert contents(there) == contents(tmp_path / "here")
    assert progress[-1] == (24, 24)
    assert progress == sorted(progress)


class Losing(Executor):
    """Trains here, and loses every call for one seed."""

    def submit(self, function, *arguments):
        future = Future()
        if arguments[1][0].seed == 1:
            future.set_exception(ConnectionError("the worker has left"))
        else:
            future.set_result(function(*arguments))
        return future


def test_a_run_lost_with_its_workers_is_named_and_all_others_are_on_disk(tmp_path):
    runs = parity_runs([5], [0, 1, 2], **TINY)
    with pytest.raises(TrainingError, match=r"1 of the trainings .*seed=1.*ConnectionError: the worker has left"):
        train_parity(runs, out=tmp_path, executor=Losing())
    assert {path.name for path in tmp_path.iterdir()} == {runs[0].file_name, runs[2].file_name}


def test_workers_and_executor_exclude_each_other():
    with pytest.raises(ValueError, match=r"Give workers or executor, got workers=2 and .*; leave one of them out"):
        train_parity([], workers=2, executor=Losing())


def test_an_incomplete_run_is_trained_again_and_replaced(tmp_path):
    run = ParityRun(3, 0, epochs=1)
    value = 1.0

    def train(group, advance):
        return [xr.Dataset({"x": ("t", np.array([value]))}, attrs={"configuration": run.to_json()}) for run in group]

    def x_of(**options):
        (dataset,) = train_missing(train, [run, run][:1], groups=lambda runs: [runs], out=tmp_path, **options)
        return dataset["x"].item()

    assert x_of() == 1
    value = 2.0
    assert x_of() == 1
    assert x_of(is_complete=lambda dataset: dataset["x"].item() > 1) == 2
    assert x_of() == 2
