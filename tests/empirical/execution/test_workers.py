import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from empirical import core_count, train_groups
from empirical.execution.process_pool import ProcessPool
from empirical.execution.scheduler import Tally
from empirical.execution.workers import SharedPool

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def pool():
    """For the tests that leave it as it was and the one after them that closes it: a start takes seconds."""
    pool = ProcessPool(1)
    yield pool
    pool.close()


class StubbornError(Exception):
    """Cannot be unpickled."""

    def __init__(self, size, place):
        super().__init__(f"{size} at {place}")


def fail_stubbornly(group, advance):
    raise StubbornError(3, "home")


def return_what_cannot_travel(group, advance):
    return lambda: group


def test_what_cannot_travel_is_a_clear_error(pool):
    failed, returned = [pool.submit(train, 1, print).result() for train in (fail_stubbornly, return_what_cannot_travel)]
    with pytest.raises(RuntimeError, match="StubbornError: 3 at home") as raised:
        failed.raise_here()
    assert "in fail_stubbornly" in raised.value.__notes__[0]
    with pytest.raises((AttributeError, pickle.PicklingError), match="pickle"):
        returned.raise_here()
    with pytest.raises((AttributeError, pickle.PicklingError), match="pickle"):
        train_groups(lambda group, advance: 1, [1], print, workers=2)


def train_for_ever(group, advance):
    while True:
        advance(1)
        time.sleep(0.01)


def test_the_number_of_cores_is_what_this_process_may_use():
    assert 1 <= core_count() <= os.cpu_count()


def test_units_are_seen_while_a_group_trains_and_closing_ends_it(pool):
    units = []
    try:
        future = pool.submit(train_for_ever, None, units.append)
        while sum(units) < 3:
            assert not future.done()
            time.sleep(0.01)
    finally:
        pool.close()
    with pytest.raises(ChildProcessError, match="terminated"):
        future.result()


def send_half_a_result_once(group, advance):
    """Number 0 is killed in the middle of sending its first result; the others note in the folder that they began."""
    folder, number = group
    (folder / f"{number} in {os.getpid()} at {time.monotonic()}").touch()
    if number == 0 and len(list(folder.glob("0 in *"))) == 1:

        def send_half(self, buffer, write=None):
            os.write(self.fileno(), bytes(buffer[: len(buffer) // 2]))
            os.kill(os.getpid(), signal.SIGKILL)

        Connection._send = send_half
    else:
        time.sleep(0.5)
    return number, b"x" * 10**6


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills")
def test_a_worker_that_is_killed_while_it_sends_costs_its_own_group_only(tmp_path):
    began, results = time.monotonic(), []

    def give_up(done, total):
        assert time.monotonic() - began < 300, "it hangs"

    train_groups(
        send_half_a_result_once,
        [(tmp_path, number) for number in range(4)],
        results.append,
        workers=2,
        tally=Tally(1, give_up),
    )
    assert sorted(number for number, _ in results) == [0, 1, 2, 3]
    assert sorted(path.name[0] for path in tmp_path.iterdir()) == ["0", "0", "1", "2", "3"]


def test_workers_find_what_this_process_has_put_on_its_path(tmp_path, monkeypatch):
    (tmp_path / "my_trainings.py").write_text("def double(group, advance):\n    return 2 * group\n")
    monkeypatch.syspath_prepend(tmp_path)
    import my_trainings

    results = []
    train_groups(my_trainings.double, [1], results.append, workers=2)
    assert results == [2]


UNGUARDED = """
import os
from empirical import train_groups
train_groups(len, ["a", "b"], print, workers=2)
"""


@pytest.mark.slow
def test_a_script_that_starts_itself_again_in_its_workers_is_told_so(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text(UNGUARDED)
    done = subprocess.run(
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "TrainingError: Training processes end before they have trained anything" in done.stderr.splitlines()[-1]


SWEEP = """
import sys, time
from empirical import train_groups
from empirical.execution.scheduler import Tally

def train(group, advance):
    advance(1)
    time.sleep(10**6)  # a unit may take long

if __name__ == "__main__":
    tally = Tally(10**6, lambda done, total: print(done, flush=True))
    train_groups(train, range(int(sys.argv[1])), print, workers=2, length=lambda group: 10**6, tally=tally)
"""


def workers_of(pid):
    listing = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True, check=True
    )
    return [int(line.split()[0]) for line in listing.stdout.splitlines() if "--multiprocessing-fork" in line]


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes with ps")
@pytest.mark.parametrize(
    ("kill", "groups"),
    [(signal.SIGINT, 1), (signal.SIGKILL, 1), pytest.param(signal.SIGINT, 3, marks=pytest.mark.slow)],
)
def test_interrupted_or_killed_the_workers_end_promptly(tmp_path, kill, groups):
    count = min(groups, 2)
    script = tmp_path / "sweep.py"
    script.write_text(SWEEP)
    with subprocess.Popen(
        [sys.executable, str(script), str(groups)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
        # A shell's background job, and all that it starts, would ignore the interrupt.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            while int(process.stdout.readline()) < count:
                pass
            workers = workers_of(process.pid)
            assert len(workers) == count
            started = time.monotonic()
            if kill == signal.SIGINT:
                os.killpg(process.pid, kill)  # as a terminal does: to the workers as well
            else:
                process.kill()
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == -kill
    if kill == signal.SIGINT:
        assert errors.count("Traceback") == 1  # the parent's own; the workers are silent
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() - started < 60
        time.sleep(0.05)


class Here(Executor):
    def submit(self, function, *arguments):
        future = Future()
        future.set_result(function(*arguments))
        return future


def test_an_executor_s_worker_trains_on_one_thread_and_has_its_own_number_afterwards():
    import torch  # not above: the workers of the other tests load this file

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        future = SharedPool(Here()).submit(lambda group, advance: torch.get_num_threads(), None, print)
        assert future.result() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
