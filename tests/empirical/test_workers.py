import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from empirical import TrainingError, core_count, train_groups


def square(group, advance):
    advance(group)
    return os.getpid(), group**2, torch.get_num_threads()


def end_abruptly(group, advance):
    os._exit(3)


def refuse(group, advance):
    raise ValueError(f"no training of {group}")


@pytest.mark.parametrize("workers", [1, 2])
def test_processes_and_one_process_give_the_same_results_and_progress(workers):
    results, progress = [], []

    def report(done, total):
        progress.append((done, total))

    train_groups(square, [1, 2, 3], results.append, workers=workers, total=6, progress=report)
    assert sorted(result for _, result, _ in results) == [1, 4, 9]
    assert {threads for _, _, threads in results} == {1}
    assert progress[-1] == (6, 6)
    assert progress == sorted(progress)
    assert (os.getpid() in {pid for pid, _, _ in results}) == (workers == 1)


def test_thread_count_is_restored():
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        train_groups(square, [1], lambda result: None, workers=1, total=1)
        assert torch.get_num_threads() == 2
        with pytest.raises(ValueError, match="no training of 1"):
            train_groups(refuse, [1], lambda result: None, workers=1, total=1)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)


def test_an_exception_in_a_worker_is_raised():
    with pytest.raises(ValueError, match="no training of 1"):
        train_groups(refuse, [1, 1], lambda result: None, workers=2, total=2)


def test_a_worker_that_dies_is_a_clear_error():
    with pytest.raises(TrainingError, match=r"A training process ended unexpectedly.*__main__"):
        train_groups(end_abruptly, [1, 2], lambda result: None, workers=2, total=3)


def test_nothing_to_train_is_nothing():
    train_groups(refuse, [], print, total=0)
    assert core_count() >= 1


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
            _, errors = process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == -kill
    if kill == signal.SIGINT:
        assert errors.count("Traceback") == 1  # the parent's own; the workers are silent
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() - started < 10
        time.sleep(0.05)
