"""Train what is missing of the runs that come with the package, and write each system's file: `make recorded`."""

import argparse
from pathlib import Path

from empirical.recorded.collection import collect_runs
from empirical.recorded.runs import RECORDED

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m empirical.recorded", description=__doc__)
    parser.add_argument("systems", nargs="*", default=list(RECORDED), metavar="SYSTEM", help="default: all")
    parser.add_argument("--runs", default="out", type=Path, help="folder of the trained runs, a folder a system in it")
    parser.add_argument("--out", default=Path(__file__).parent, type=Path, help="default: the package's own folder")
    parser.add_argument("--workers", type=int, help="processes (default: one a core)")
    options = parser.parse_args()
    for system in options.systems:
        file = options.out / f"{system}.npz"
        runs = collect_runs(system, options.runs / system, file, workers=options.workers)
        print(f"{runs} runs, {file.stat().st_size} bytes in {file}.", flush=True)
