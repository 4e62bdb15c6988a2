"""Collect the trained runs of `ten_seeds` from a folder into the file of the package: `make recorded` does both."""

import argparse
from pathlib import Path

from empirical.recorded.parity_curves import write_recorded
from empirical.sweep import load_runs
from empirical.systems.known import SYSTEMS

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m empirical.recorded", description=__doc__)
    parser.add_argument("runs", metavar="RUNS", help="folder of `groksharp parity --preset ten_seeds --out RUNS`")
    parser.add_argument("--out", default=Path(__file__).with_name("parity.npz"), help="default: the package's own")
    options = parser.parse_args()
    wanted = {experiment.to_json() for experiment in SYSTEMS["parity"].experiments("ten_seeds")}
    datasets = [dataset for dataset in load_runs(options.runs, "parity") if dataset.attrs["configuration"] in wanted]
    if len(datasets) != len(wanted):
        parser.error(f"{options.runs} must hold all {len(wanted)} runs, has {len(datasets)}; train the others first.")
    write_recorded(datasets, options.out)
    print(f"{len(datasets)} runs, {Path(options.out).stat().st_size} bytes in {options.out}.")
