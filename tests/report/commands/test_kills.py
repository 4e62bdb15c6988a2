"""A hundred kills: the command is killed at random moments, and what the next calls leave is what one call leaves."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SEED = 7
ROUNDS = 15  # kills in one folder, before a call is left in peace

TINY = """
from empirical import SYSTEMS, System, add_system

parity = SYSTEMS["parity"].experiment.replace(
    {"train_samples": 100, "gen_samples": 40, "width": 64, "epochs": 300, "learning_rate": 0.3}
)
add_system(System("tiny", parity, presets={"quick": {"input_size": (4, 5), "seed": (0, 1)}}))
"""
TRAIN = ["train", "tiny", "--load", "tiny.py", "--workers", "2", "--out", "runs"]
REPORT = ["report", "--settings", "tiny", "--load", "tiny.py", "--workers", "2", "--runs", "runs", "--out", "page"]

WHOLE = [signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def start(folder, words):
    return subprocess.Popen(
        [sys.executable, "-m", "report.program", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell's background job, and all that it starts, would ignore the interrupt.
        preexec_fn=lambda: [signal.signal(one, signal.SIG_DFL) for one in WHOLE[1:]],
    )


def fresh(folder):
    folder.mkdir()
    (folder / "tiny.py").write_text(TINY)
    return folder


def contents(folder):
    """What is to be the same, bit by bit; `provenance.json` alone says when it was made."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return found | {name: b"" for name in ["page/provenance.json"] if name in found}


def is_ready(pid):
    """Whether the program looks after its signals; before, the interpreter starts, and says what it wants to."""
    caught = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt"))
    return int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1


def group_of(pid):
    listing = subprocess.run(["ps", "-ww", "-eo", "pid=,pgid=,stat=,args="], capture_output=True, text=True, check=True)
    rows = [line.split(maxsplit=3) for line in listing.stdout.splitlines()]
    return {int(row[0]): row[3] for row in rows if int(row[1]) == pid and not row[2].startswith("Z")}


def hidden(folder):
    return {path for path in folder.rglob(".*") if path.name.endswith((".tmp", ".lock")) or ".next-" in path.name}


def kill_once(folder, words, how, wait):
    before = hidden(folder)  # of one that was killed for good
    with start(folder, words) as process:
        try:
            time.sleep(wait)
            ready = process.poll() is not None or is_ready(process.pid)
            if how == "worker":
                workers = [pid for pid, words in group_of(process.pid).items() if "--multiprocessing-fork" in words]
                for worker in workers[:1]:
                    os.kill(worker, signal.SIGKILL)
            elif process.poll() is None:
                os.killpg(process.pid, how)
            _, errors = process.communicate(timeout=600)
            ended = time.monotonic()
            if how in (signal.SIGKILL, "worker"):
                assert process.returncode in ({0} if how == "worker" else {0, -how}), (how, wait, errors)
            elif ready:
                assert process.returncode in {0, 128 + how}, (how, wait, errors)
            if ready and how != signal.SIGKILL:  # a worker may be told by a broken pipe that all others are dead
                assert "Traceback" not in errors, (how, wait, errors)
                assert "ignored in" not in errors, (how, wait, errors)
            while alive := group_of(process.pid):
                assert time.monotonic() - ended < 60, (how, wait, alive)
                time.sleep(0.05)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    if how not in (signal.SIGKILL, "worker"):
        assert hidden(folder) <= before, (how, wait)
    if (page := folder / "page" / "index.html").exists():
        assert page.read_text().rstrip().endswith("</html>"), (how, wait)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes")
@pytest.mark.parametrize(("words", "kills"), [(TRAIN, 75), (REPORT, 25)])
def test_after_kills_at_random_moments_the_same_files_are_there_bit_by_bit(tmp_path, words, kills):
    """A hundred in all, 75 of `train` and 25 of `report`: of all processes by four signals in turn, or of a worker.

    The moments are drawn from all that a call usually takes, its start included; before each a run is taken away.
    """
    undisturbed = fresh(tmp_path / "undisturbed")
    began = time.monotonic()
    with start(undisturbed, words) as process:
        _, errors = process.communicate()
    assert process.returncode == 0, errors
    usual = time.monotonic() - began
    expected = contents(undisturbed)
    assert sum(name.startswith("runs/parity-") for name in expected) == 4
    moments = random.Random(SEED)
    hows = [*WHOLE, "worker"]
    for k in range(kills):
        if k % ROUNDS == 0:
            folder = fresh(tmp_path / "killed")
        for run in sorted(folder.glob("runs/parity-*"))[:1]:
            run.unlink()
        kill_once(folder, words, hows[(k + k // ROUNDS) % len(hows)], moments.uniform(0, usual))
        assert all(run.read_bytes() == expected[f"runs/{run.name}"] for run in folder.glob("runs/parity-*"))
        if k % ROUNDS == ROUNDS - 1 or k == kills - 1:
            with start(folder, words) as process:
                _, errors = process.communicate()
            assert process.returncode == 0, errors
            assert contents(folder) == expected
            shutil.rmtree(folder)
