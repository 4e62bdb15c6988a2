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
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import empirical.store.resumption
from empirical import TrainingError
from empirical.store.reservations import reserve
from empirical.store.resumption import train_missing
from tests.empirical.store.walks import Walk, in_pairs, one_by_one, train_walks

ROOT = Path(__file__).parents[3]

# Trains the walks of SEEDS in FOLDER, starts when told to, and prints the name of each walk that it trains.
SWEEP = """
import sys
from empirical.store.resumption import train_missing
from tests.empirical.store.walks import Walk, announce_walks, one_by_one

if __name__ == "__main__":
    folder, seeds, workers = sys.argv[1], *map(int, sys.argv[2:])
    print("ready", flush=True)
    sys.stdin.readline()
    walks = [Walk(seed, pause=0.001) for seed in range(seeds)]
    print("done", len(train_missing(announce_walks, walks, groups=one_by_one, out=folder, workers=workers)))
"""


def train(walks, **options):
    return train_missing(train_walks, walks, groups=in_pairs, **options)


@contextlib.contextmanager
def sweep_process(folder, *, seeds, workers=1):
    with subprocess.Popen(
        [sys.executable, "-c", SWEEP, *map(str, (folder, seeds, workers))],
        cwd=ROOT,
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


def kill_and_resume(tmp_path, *, kills, seeds, workers, moments):
    folder = tmp_path / "killed"
    walks = [Walk(seed, pause=0.001) for seed in range(seeds)]
    train(walks, out=tmp_path / "undisturbed", workers=1)
    before = {}
    for _ in range(kills):
        with sweep_process(folder, seeds=seeds, workers=workers) as process:
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
    assert kills <= len(before) < len(walks)
    train(walks, out=folder, workers=1)
    after = finished(folder)
    assert {path: after[path] for path in before} == before
    assert contents(folder) == contents(tmp_path / "undisturbed")


def test_killed_at_a_random_moment_a_sweep_resumes_to_the_same_bytes(tmp_path):
    kill_and_resume(tmp_path, kills=1, seeds=100, workers=1, moments=random.Random(0))


@pytest.mark.slow
def test_killed_again_and_again_with_workers_a_sweep_resumes_to_the_same_bytes(tmp_path):
    kill_and_resume(tmp_path, kills=5, seeds=1000, workers=2, moments=random.Random(1))


@pytest.mark.slow
def test_two_sweeps_in_one_folder_divide_the_runs_and_one_that_dies_leaves_its_own_to_the_other(tmp_path):
    """Three sweeps begin together; one is killed once it has trained something."""
    walks = [Walk(seed, pause=0.001) for seed in range(100)]
    train(walks, out=tmp_path / "alone", workers=1)
    folder = tmp_path / "shared"
    with contextlib.ExitStack() as stack:
        sweeps = [stack.enter_context(sweep_process(folder, seeds=100)) for _ in range(3)]
        for process in sweeps:
            start(process)
        first = sweeps[0].stdout.readline()
        assert first.startswith("walk-"), first
        time.sleep(0.05)
        sweeps[0].kill()
        killed, _ = sweeps[0].communicate()
        outputs = [process.communicate(timeout=100)[0].splitlines() for process in sweeps[1:]]
    for output in outputs:
        assert output.pop() == "done 100"
    trained = [*first.split(), *killed.split(), *(name for output in outputs for name in output)]
    assert set(trained) == {walk.file_name for walk in walks}
    assert len(trained) <= len(walks) + 1  # only what the killed one had in progress is trained twice
    assert contents(folder) == contents(tmp_path / "alone")


def test_a_run_that_another_process_trains_is_waited_for_and_taken_over_when_that_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(empirical.store.resumption, "_SECONDS_BETWEEN_LOOKS", 0.05)
    walks = [Walk(0), Walk(1)]
    elsewhere = reserve(tmp_path / walks[1].file_name)
    release = threading.Timer(0.5, elsewhere.release)
    progress = []

    def report(done, total):
        progress.append((done, total))
        if progress.count((6, 12)) == 2:  # the first run is done, and nothing has happened since
            release.start()

    with pytest.warns(UserWarning, match=r"Another process trains 1 of these runs in .*walk-1-.*; waiting for it"):
        train(walks, out=tmp_path, workers=1, progress=report)
    release.join()
    assert progress[-1] == (12, 12)
    assert {path.name for path in tmp_path.iterdir()} == {walk.file_name for walk in walks}


def test_a_run_that_another_process_finishes_is_loaded(tmp_path, monkeypatch):
    monkeypatch.setattr(empirical.store.resumption, "_SECONDS_BETWEEN_LOOKS", 0.05)
    walk = Walk(0)
    train([walk], out=tmp_path / "theirs", workers=1)
    folder = tmp_path / "ours"
    folder.mkdir()
    elsewhere = reserve(folder / walk.file_name)

    def finish():
        (tmp_path / "theirs" / walk.file_name).rename(folder / walk.file_name)
        elsewhere.release()

    threading.Timer(0.5, finish).start()
    with pytest.warns(UserWarning, match="waiting for it"):
        (dataset,) = train_missing(None, [walk], groups=in_pairs, out=folder, workers=1)
    assert dataset.attrs["configuration"] == walk.to_json()
    assert [path.name for path in folder.iterdir()] == [walk.file_name]


def test_a_full_disk_stops_the_sweep_keeps_what_is_written_and_leaves_nothing_else(tmp_path, monkeypatch):
    walks = [Walk(seed) for seed in range(3)]
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
            train(walks, out=tmp_path, workers=1)
    assert [path.name for path in tmp_path.iterdir()] == [walks[0].file_name]
    totals = set()
    train(walks, out=tmp_path, workers=1, progress=lambda done, total: totals.add(total))
    assert totals == {12}


# The bits of two workers are also those of `tests/empirical/test_run_sweep.py`.
@pytest.mark.parametrize("kind", ["threads", "processes", pytest.param("two workers", marks=pytest.mark.slow)])
def test_files_are_the_same_bytes_wherever_they_are_trained(tmp_path, kind):
    walks = [Walk(seed) for seed in range(4)]
    train(walks, out=tmp_path / "here", workers=1)
    progress = []
    with contextlib.ExitStack() as stack:
        options = {"workers": 2}
        if kind == "threads":
            options = {"executor": stack.enter_context(ThreadPoolExecutor(3))}
        if kind == "processes":
            options = {"executor": stack.enter_context(ProcessPoolExecutor(1, get_context("spawn")))}
        there = tmp_path / "there"
        train(walks[::-1], out=there, progress=lambda done, total: progress.append((done, total)), **options)
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
    walks = [Walk(seed) for seed in range(3)]
    with pytest.raises(TrainingError, match=r"1 of the trainings .*seed=1.*ConnectionError: the worker has left"):
        train_missing(train_walks, walks, groups=one_by_one, out=tmp_path, executor=Losing())
    assert {path.name for path in tmp_path.iterdir()} == {walks[0].file_name, walks[2].file_name}


def test_workers_and_executor_exclude_each_other():
    with pytest.raises(ValueError, match=r"Give workers or executor, got workers=2 and .*; leave one of them out"):
        train([], workers=2, executor=Losing())
    with pytest.raises(ValueError, match=r"workers must be at least 1, got 0; leave it out for one process a core"):
        train([], workers=0)


def test_files_of_another_format_version_are_set_aside_and_trained_again(tmp_path, monkeypatch):
    walk = Walk(0)
    with monkeypatch.context() as patch:
        patch.setattr("empirical.store.runs.FORMAT_VERSION", 1)
        train([walk], out=tmp_path, workers=1)
    with pytest.warns(UserWarning, match=r"set aside as .*, because its format version is 1, not 3\."):
        train([walk], out=tmp_path, workers=1)
    assert {path.name for path in tmp_path.iterdir()} == {walk.file_name, f"{walk.file_name}.damaged"}
    assert len(train([walk], out=tmp_path, workers=1)) == 1


def test_what_is_trained_and_what_is_loaded_are_equal(tmp_path):
    (trained,) = train([Walk(0)], out=tmp_path, workers=1)
    (loaded,) = train_missing(None, [Walk(0)], groups=in_pairs, out=tmp_path)
    xr.testing.assert_identical(trained, loaded)


def test_an_incomplete_run_is_trained_again_and_replaced(tmp_path):
    value = 1.0

    def give(group, advance):
        return [xr.Dataset({"x": ("t", np.array([value]))}, attrs={"configuration": run.to_json()}) for run in group]

    def x_of(**options):
        (dataset,) = train_missing(give, [Walk(0)], groups=lambda runs: [runs], out=tmp_path, **options)
        return dataset["x"].item()

    assert x_of() == 1
    value = 2.0
    assert x_of() == 1
    assert x_of(is_complete=lambda dataset: dataset["x"].item() > 1) == 2
    assert x_of() == 2
