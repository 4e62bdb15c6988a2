"""Collect the trained runs of a system from a folder into its file of the package: `make recorded` does both."""

import argparse
from pathlib import Path

from empirical.recorded.archive import write_recorded
from empirical.recorded.runs import RECORDED
from empirical.sweep import load_runs
from empirical.systems.known import SYSTEMS

_RECORDS = {"parity": (), "transformer": ("train_loss", "gen_loss", "weight_norm", "ipr")}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m empirical.recorded", description=__doc__)
    parser.add_argument("system", choices=RECORDED)
    parser.add_argument("runs", metavar="RUNS", help="folder of `groksharp train SYSTEM --preset PRESET --out RUNS`")
    parser.add_argument("--out", help="default: the package's own file")
    options = parser.parse_args()
    out = Path(options.out or Path(__file__).with_name(f"{options.system}.npz"))
    system = SYSTEMS[options.system]
    presets = RECORDED[system.name].items()
    wanted = {one.to_json() for preset, knobs in presets for one in system.experiments(preset, **knobs)}
    datasets = [one for one in load_runs(options.runs, system) if one.attrs["configuration"] in wanted]
    if len(datasets) != len(wanted):
        parser.error(f"{options.runs} must hold all {len(wanted)} runs, has {len(datasets)}; train the others first.")
    write_recorded(datasets, out, records=_RECORDS[system.name])
    print(f"{len(datasets)} runs, {out.stat().st_size} bytes in {out}.")
