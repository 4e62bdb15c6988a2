"""Two pages of the same runs are the same bytes, and a page is whole whatever happens to its writer."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from report.page import write_report

KILLS = 12

BUILD = """
import sys
from report.comparison import compare
from report.page import write_report
runs, out = sys.argv[1:]
settings = ["threshold_learner", "separability_edge"]
write_report(compare("quick", settings=settings, runs=runs, command="same"), out)
"""

# Writes the page of two settings in turn, without end.
WRITE = """
import sys
from dataclasses import replace
from pathlib import Path
from report.comparison import compare
from report.page import write_report
runs, out = sys.argv[1:]
names = ("threshold_learner", "diagonal_network")
both = [compare("quick", settings=[name], runs=runs, command=name) for name in names]
while True:
    for one in both:
        write_report(one, out)
        print("written", flush=True)
"""


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_page_of_kept_pictures_has_the_bytes_of_the_first_and_nothing_stale(tiny_comparison, tmp_path):
    comparison = replace(tiny_comparison[0], settings=tiny_comparison[0].settings[:1], claims=())
    write_report(tiny_comparison[0], tmp_path)
    assert len(list((tmp_path / "figures").glob("parity*"))) > 0
    write_report(comparison, tmp_path)
    first = contents(tmp_path)
    assert not any("parity" in name for name in first)
    later = replace(comparison, provenance=replace(comparison.provenance, written="later", seconds=99.0))
    write_report(later, tmp_path)
    second = contents(tmp_path)
    assert {name for name in first if first[name] != second.get(name)} == {"provenance.json"}
    assert set(first) == set(second)
    assert json.loads(second["provenance.json"])["written"] == "later"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.slow
def test_two_processes_make_the_same_bytes_the_first_time_and_from_what_is_kept(tmp_path):
    made = []
    for runs, out, seed in (("a", "1", "1"), ("b", "2", "2"), ("b", "3", "3")):
        command = [sys.executable, "-c", BUILD, str(tmp_path / runs), str(tmp_path / out)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        made.append(contents(tmp_path / out))
        del made[-1]["provenance.json"]
    assert made[0] == made[1] == made[2]
    assert {name.rpartition(".")[2] for name in made[0]} == {"html", "md", "json", "svg", "csv"}


@pytest.mark.slow
def test_killed_at_any_moment_it_leaves_a_whole_page(tmp_path):
    """Twelve kills, at moments spread over the time that one page takes and most of the next."""
    out, seen = tmp_path / "out", set()
    for kill in range(KILLS):
        command = [sys.executable, "-c", WRITE, str(tmp_path / "runs"), str(out)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            started = time.monotonic()
            writer.stdout.readline()
            time.sleep((time.monotonic() - started) * 1.6 * kill / KILLS)  # into the page after the next
            writer.send_signal(signal.SIGKILL)
        html = (out / "index.html").read_text(encoding="utf-8")
        assert html.rstrip().endswith("</html>")
        name = re.search('<figure id="(.*)-trend">', html)[1]
        seen.add(name)
        for path in (out / "figures").glob("*.svg"):
            assert path.read_text(encoding="utf-8").rstrip().endswith("</svg>")
        json.loads((out / "report.json").read_text(encoding="utf-8"))
        for link in re.findall('href="(figures/[^"]*)"', html):
            assert (out / link).exists(), link
    assert seen == {"threshold_learner", "diagonal_network"}
