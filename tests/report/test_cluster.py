"""Sweeps on a real Dask cluster: a scheduler and two workers, each a process of its own, on this machine."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from empirical import TrainingError, train_groups
from empirical.store.resumption import train_missing
from report.cluster import cluster_executor
from report.command_line import main
from tests.empirical.store.walks import Walk, one_by_one, train_walks

_ROOT = Path(__file__).resolve().parents[2]


class Cluster:
    """Processes that end with the test."""

    def __init__(self, stack, folder):
        self._stack, self._folder = stack, folder
        address_file = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", address_file
        )
        while not address_file.exists() or not address_file.read_text().endswith("}"):
            assert self.scheduler.poll() is None, (folder / "scheduler.log").read_text()
            time.sleep(0.05)
        self.address = json.loads(address_file.read_text())["address"]
        options = ("--nthreads", "1", "--no-nanny", "--local-directory", folder)
        self.workers = [self._start("worker", self.address, *options) for _ in range(2)]

    def _start(self, role, *options):
        log = self._stack.enter_context((self._folder / f"{role}.log").open("a"))
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "dask",
                role,
                "--no-dashboard",
                "--dashboard-address",
                "127.0.0.1:0",
                *map(str, options),
            ],
            stdout=log,
            stderr=log,
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return process


@pytest.fixture
def cluster(tmp_path):
    """A cluster of its own, for a test that kills a part of it."""
    pytest.importorskip("distributed")
    folder = tmp_path / "cluster"
    folder.mkdir()
    with contextlib.ExitStack() as stack:
        yield Cluster(stack, folder)


@pytest.fixture(scope="module")
def kept_cluster(tmp_path_factory):
    """One for several tests: its three processes take seconds to start."""
    pytest.importorskip("distributed")
    with contextlib.ExitStack() as stack:
        yield Cluster(stack, tmp_path_factory.mktemp("cluster"))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def wait_for_workers(executor, count):
    while len(executor._client.scheduler_info(n_workers=-1)["workers"]) < count:
        time.sleep(0.05)


def train(walks, **options):
    return train_missing(train_walks, walks, groups=one_by_one, **options)


@pytest.mark.slow
def test_when_the_scheduler_dies_the_sweep_ends_with_a_sentence_and_keeps_what_it_has(cluster, tmp_path):
    walks = [Walk(seed, pause=0.05) for seed in range(30)]

    def kill(done, total):
        if done:
            cluster.scheduler.kill()

    with (
        cluster_executor(cluster.address) as executor,
        pytest.raises(TrainingError, match=r"has its scheduler gone.*\. Runs already written are kept"),
    ):
        train(walks, out=tmp_path / "runs", executor=executor, progress=kill)
    kept = list((tmp_path / "runs").iterdir())
    assert 0 < len(kept) < 30
    assert {path.suffix for path in kept} == {".nc"}


def test_the_command_trains_there_and_an_interrupt_cancels_what_is_outstanding(
    kept_cluster, tmp_path, capsys, monkeypatch
):
    address = kept_cluster.address
    command = ["parity", "--scheduler", address, "--out", str(tmp_path / "runs"), "--input-sizes", "25"]
    assert main([*command, "--seeds", "0", "--epochs", "4", "--json"]) in (0, 1)  # so short a curve may fit or not
    output = capsys.readouterr()
    assert json.loads(output.out)["rows"][0]["input_size"] == 25
    assert f"{address} has" in output.err
    assert len(list((tmp_path / "runs").glob("*.nc"))) == 1

    def interrupt(tally, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("empirical.execution.scheduler.Tally.report", interrupt)
    assert main([*command, "--seeds", "0:20", "--epochs", "100"]) == 130
    assert "interrupted; finished runs are kept" in capsys.readouterr().err
    monkeypatch.undo()
    with cluster_executor(address) as executor:
        scheduler_tasks = executor._client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))
    assert scheduler_tasks <= 2  # what has begun


def test_workers_get_the_files_of_modules_that_only_this_process_has(kept_cluster, tmp_path, monkeypatch):
    file = tmp_path / "my_trainings.py"
    file.write_text("def double(group, advance):\n    return 2 * group\n")
    monkeypatch.syspath_prepend(tmp_path)
    import my_trainings

    results = []
    with cluster_executor(kept_cluster.address, files=[file]) as executor:
        train_groups(my_trainings.double, [1, 2], results.append, executor=executor)
    assert sorted(results) == [2, 4]


# The last of those in one cluster: one worker is left of it.
def test_a_worker_is_killed_in_the_middle_and_every_file_has_the_bytes_of_a_local_one(kept_cluster, tmp_path):
    walks = [Walk(seed, pause=0.05) for seed in range(6)]
    train(walks, out=tmp_path / "local", workers=1)
    progress = []

    def kill_one(done, total):
        progress.append((done, total))
        if done and kept_cluster.workers[0].poll() is None:
            kept_cluster.workers[0].kill()

    with cluster_executor(kept_cluster.address) as executor:
        wait_for_workers(executor, 2)
        train(walks, out=tmp_path / "cluster_runs", executor=executor, progress=kill_one)
    assert kept_cluster.workers[0].wait() == -signal.SIGKILL
    assert contents(tmp_path / "cluster_runs") == contents(tmp_path / "local")
    assert progress == sorted(progress)
    assert progress[-1] == (36, 36)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_nobody_at_the_address_is_one_sentence(capsys, tmp_path):
    pytest.importorskip("distributed")
    address = f"tcp://127.0.0.1:{free_port()}"
    assert main(["parity", "--scheduler", address, "--out", str(tmp_path)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"groksharp parity: No Dask scheduler answers at {address} (")
    assert "dask scheduler" in line


def test_something_else_at_the_address_is_the_same_sentence():
    pytest.importorskip("distributed")
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.raises(ConnectionError, match="No Dask scheduler answers"),
        cluster_executor(f"tcp://127.0.0.1:{server.getsockname()[1]}", timeout=0.5),
    ):
        pass


@pytest.mark.parametrize(
    "address", ["localhost", "localhost:8786", "tcp://localhost", "http://localhost:80", "tcp://:1"]
)
def test_what_is_no_address_is_bad_usage(address, capsys, tmp_path):
    assert main(["parity", "--scheduler", address, "--out", str(tmp_path)]) == 2
    assert f"must be an address like tcp://HOST:PORT, got '{address}'" in capsys.readouterr().err


def test_a_missing_extra_is_one_sentence(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["parity", "--scheduler", "tcp://localhost:8786", "--out", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        "groksharp parity: A scheduler needs the package distributed; install groksharp[dask].\n"
    )


def test_workers_and_scheduler_exclude_each_other(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["parity", "--scheduler", "tcp://localhost:8786", "--workers", "2"])
    assert ended.value.code == 2
    assert "not allowed with" in capsys.readouterr().err
