import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
import torch

from empirical import core_count
from empirical.execution.workers import Failure, ProcessPool, SharedPool


def wait_for_ever(group, advance):
    while True:
        advance(1)
        time.sleep(0.01)


def test_the_number_of_cores_is_what_this_process_may_use():
    assert 1 <= core_count() <= os.cpu_count()


def test_epochs_of_a_seat_are_seen_while_it_trains_and_closing_ends_it():
    pool = ProcessPool(2)
    try:
        future = pool.submit(wait_for_ever, None, 1)
        while pool.epochs_done(1) < 3:
            assert not future.done()
            time.sleep(0.01)
        assert pool.epochs_done(0) == 0
    finally:
        pool.close()
    assert isinstance(future.result(), Failure)


SWEEP = """
from empirical import sweep_parity

if __name__ == "__main__":
    sweep_parity([5, 6], [0, 1], epochs=10**6, width=8, train_samples=40, gen_samples=20, workers=2,
                 progress=lambda done, total: print(done, flush=True))
"""


def workers_of(pid):
    listing = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True, check=True
    )
    return [int(line.split()[0]) for line in listing.stdout.splitlines() if "--multiprocessing-fork" in line]


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes with ps")
@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_or_killed_the_workers_end_promptly(tmp_path, kill):
    script = tmp_path / "sweep.py"
    script.write_text(SWEEP)
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            while int(process.stdout.readline()) == 0:
                pass
            workers = workers_of(process.pid)
            assert len(workers) == 2
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
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        future = SharedPool(Here()).submit(lambda group, advance: torch.get_num_threads(), None, 0)
        assert future.result() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
