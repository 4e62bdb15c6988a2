"""What comes with the package: which runs, what is recorded in each, and what of it is kept."""

import os
from collections.abc import Mapping
from pathlib import Path

import xarray as xr

from empirical.experiment.experiment import Experiment, sort_key
from empirical.recorded.archive import write_recorded
from empirical.recorded.runs import RECORDED, recorded_experiments
from empirical.records.record import RECORDS
from empirical.run_sweep import train_experiments
from empirical.systems.known import SYSTEMS

__all__ = ["collect_runs", "wanted_runs"]

_NORM = ("weight_norm",)
_KEPT: Mapping[str, tuple[str, ...]] = {
    "transformer": ("train_loss", "gen_loss", *_NORM, "ipr"),
    "quadratic_mlp": ("gen_loss", *_NORM),
    "embedding_mlp": ("gen_loss", *_NORM),
    "representation": ("gen_accuracy_whole", *_NORM, "rqi"),
}
"""Curves that are kept beside the accuracies: what the outcomes of a system need, and the norm of the weights."""

_OF_FREQUENCIES = ("train_fraction", "train_fraction_97", "weight_decay", "few_rows", "extreme_decay", "nanda")


def wanted_runs(system: str) -> dict[Experiment, frozenset[str]]:
    """The runs of a system that come with the package, in the order of their knobs, and what is recorded in each.

    Of parity that is nothing where the number of inputs is turned, and the norm of the weights along other knobs.

    >>> records = wanted_runs("parity")
    >>> len(records), sorted({len(own) for own in records.values()})
    (267, [0, 1])
    """
    found: dict[Experiment, frozenset[str]] = {}
    for preset in RECORDED[system]:
        for experiment in recorded_experiments(system, preset):
            found[experiment] = found.get(experiment, frozenset()) | _records(system, preset, experiment.seed)
    first = tuple(SYSTEMS[system].columns.values())
    return {one: found[one] for one in sorted(found, key=lambda one: (one.task.name, *sort_key(one, first)))}


def _records(system: str, preset: str, seed: int) -> frozenset[str]:
    if system == "parity" and preset in ("quick", "paper", "ten_seeds"):
        return frozenset()
    own = {*_NORM, *SYSTEMS[system].records}
    if system == "transformer" and preset in _OF_FREQUENCIES:
        own |= {"ipr"} if seed else {"ipr", "embedding"}
    return frozenset(own)


def collect_runs(
    system: str, folder: str | os.PathLike[str], file: str | os.PathLike[str], *, workers: int | None = None
) -> int:
    """Write the runs of a system to one file, loaded from a folder where they are finished, else trained; their number.

    Each has what is wanted of it and no more, whatever else is in the folder. `workers` as in `train_experiments`.
    """
    wanted = wanted_runs(system)
    found: dict[Experiment, xr.Dataset] = {}
    for records in sorted(set(wanted.values()), key=sorted):
        alike = [experiment for experiment, own in wanted.items() if own == records]
        runs = train_experiments(alike, out=folder, records=records, workers=workers)
        for experiment, run in zip(alike, runs, strict=True):
            found[experiment] = run.drop_vars((set(RECORDS) - records) & set(run))
    with Path(file).open("wb") as stream:
        write_recorded([found[one] for one in wanted], stream, records=_KEPT.get(system, _NORM))
    return len(found)
