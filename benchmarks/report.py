"""What a report costs the first time and again: seconds of processor, and their ratio.

    python benchmarks/report.py [--rounds 3] [--recorded quick] [--out FOLDER]

The whole default report over recorded networks, each time by a process of its own, as the command line has it. First
in an empty folder; then again from what is kept there (the least of some rounds); then where one setting has to be
measured and drawn anew, since its kept values are gone. The last line is the size of the page.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def seconds(runs: Path, out: Path, recorded: str) -> tuple[float, float]:
    """Of processor and of the clock, of one report."""
    command = [sys.executable, "-m", "report.command_line", "report", "--recorded", recorded]
    before, started = os.times(), time.perf_counter()
    subprocess.run([*command, "--runs", str(runs), "--out", str(out)], check=True, capture_output=True)
    after = os.times()
    spent = (after.children_user + after.children_system) - (before.children_user + before.children_system)
    return spent, time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--recorded", default="quick")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        runs, out = Path(name) / "runs", arguments.out or Path(name) / "page"
        first = seconds(runs, out, arguments.recorded)
        again = min(seconds(runs, out, arguments.recorded) for _ in range(arguments.rounds))
        for path in (runs / "kept").glob("*parity-*"):
            path.unlink()
        one = seconds(runs, out, arguments.recorded)
        for title, (spent, passed) in {"first build": first, "rebuilt": again, "one setting anew": one}.items():
            ratio = spent / first[0]
            print(f"{title:18s}{spent:8.1f} s of processor {passed:8.1f} s passed {ratio:8.3f} of the first build")
        print(f"{'page':18s}{(out / 'index.html').stat().st_size / 1e6:8.1f} MB")


if __name__ == "__main__":
    main()
