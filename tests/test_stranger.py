"""A stranger's script, outside the package: swept, stored, killed, resumed, measured and shown in the report.

The script is the one of `docs/extending.md`, in a fresh folder and fresh processes.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import xarray as xr

_PAGE = Path(__file__).resolve().parents[1] / "docs" / "extending.md"
_COMMAND = [sys.executable, "-m", "report.program"]
_TRAIN = [*_COMMAND, "train", "my_system", "--load", "my_system.py"]
_LIMIT = 180.0  # seconds; so long only where the machine is busy


@pytest.fixture(scope="module")
def script():
    found = re.search(r"^:caption: my_system\.py\n\n(.*?)^```", _PAGE.read_text(encoding="utf-8"), re.M | re.S)
    return found[1]


@pytest.fixture
def folder(script, tmp_path):
    (tmp_path / "my_system.py").write_text(script, encoding="utf-8")
    return tmp_path


def _done(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_LIMIT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def _written(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.nc")}


def _wait_for(condition):
    end = time.monotonic() + _LIMIT
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.01)


def test_the_script_has_forty_lines_and_two_groups_and_names_no_private_part(script):
    lines = [line for line in script.splitlines() if line.strip()]
    assert len(lines) <= 40
    assert "torch.nn.Module" in script
    assert script.count("Group(") == 2
    assert re.findall(r"^(?:import|from) (\S+)", script, re.M) == ["numpy", "torch", "empirical"]
    assert not re.search(r"\bem\._|\bem\.\w+\.", script)


@pytest.mark.slow  # `tests/empirical/store` kills a sweep and resumes it; the page loads what a command has trained
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
def test_killed_in_the_middle_it_is_resumed_by_the_script(folder):
    """A command is killed, and the script trains the rest and no more."""
    running = subprocess.Popen(
        [*_TRAIN, "--workers", "1", "--json"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        _wait_for(lambda: _written(folder / "out" / "my_system"))
        os.killpg(running.pid, signal.SIGKILL)
    finally:
        running.kill()
        running.wait()
    before = _written(folder / "out" / "my_system")
    assert 1 <= len(before) < 5

    printed = _done([sys.executable, "my_system.py"], folder).stdout
    after = _written(folder / "out" / "my_system")
    assert len(after) == 5
    assert {name: after[name] for name in before} == before
    gaps = [float(word) for word in printed.strip(" []\n").split()]
    assert len(gaps) == 5
    assert gaps == sorted(gaps, reverse=True)


@pytest.mark.slow  # the page itself runs this report in the fast tests
def test_the_report_finds_what_the_script_has_trained(folder):
    printed = _done([sys.executable, "my_system.py"], folder).stdout
    after = _written(folder / "out" / "my_system")
    _done([*_COMMAND, "report", "--settings", "my_system", "--load", "my_system.py", "--out", "page"], folder)
    assert _written(folder / "out" / "my_system") == after
    shown = json.loads((folder / "page" / "report.json").read_text(encoding="utf-8"))
    rows = shown["settings"]["my_system"]["rows"]
    assert [row["status"] for row in rows] == ["ok"] * 5
    decays = [row["optimizer.groups.embedding.weight_decay"] for row in rows]
    gaps = [row["relative_gap"] for row in rows]
    assert decays == sorted(decays)
    assert gaps == sorted(gaps, reverse=True)
    assert all(row["jump_time_gen"] > 3 * row["jump_time_train"] for row in rows)
    assert [float(word) for word in printed.strip(" []\n").split()] == pytest.approx(gaps, rel=1e-6)
    assert "My system" in (folder / "page" / "index.html").read_text(encoding="utf-8")
    assert (folder / "page" / "figures" / "my_system-trend-1.svg").stat().st_size > 0


def test_a_record_of_a_file_of_its_own_reaches_the_worker_processes(folder):
    (folder / "my_records.py").write_text(
        "import empirical as em\n\n\n"
        'def hours(run):\n    return run.parameters["embedding.weight"]\n\n\n'
        'em.add_record(em.Record("hours", hours, "embedding", ("hour", "axis")))\n'
    )
    small = ["--set", "steps=20", "width=5", "embedding.weight_decay=1"]
    command = [*_TRAIN, "--load", "my_records.py", "--records", "hours", "--workers", "2", *small]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_LIMIT)
    assert done.returncode in (0, 1), done.stderr  # so short a run has no jump
    assert len(_written(folder / "out" / "my_system")) == 1
    for path in (folder / "out" / "my_system").glob("*.nc"):
        with xr.open_dataset(path) as kept:
            assert dict(kept["hours"].sizes) == {"step": 21, "hour": 23, "axis": 5}
