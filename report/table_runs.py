"""Runs on tables of residues: along the share that is learned, along the weight decay, and when structure comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from empirical import run_curves, steps_of
from numerics import Lead, SharpnessTable, paired_lead
from report.annotations import Array
from report.arrivals import column
from report.delays import Delays, run_delays
from report.setting import Setting

__all__ = ["StructureTimes", "along_decay", "along_fraction", "structure_times", "tables_along_fraction"]

_FRACTION, _MODULUS, _DECAY = "train_fraction", "modulus", "weight_decay"
_HALF, _USUAL = 0.5, 1.0  # of the table, and the weight decay, where the other is turned


def along_fraction(table: SharpnessTable) -> dict[int, Delays]:
    """The runs of each modulus at a weight decay of 1, against the share of the table that they learned from.

    >>> from numerics import tabulate
    >>> run = {"steps_to_train": 90, "steps_to_gen": float("nan"), "steps": 900, "train_fraction": 0.3}
    >>> turned = {"modulus": 53, "weight_decay": 1.0}
    >>> along_fraction(tabulate([{**run, **turned}]))[53].gen.tolist()
    [inf]
    """
    modulus, decay = (column(table, name) for name in (_MODULUS, _DECAY))
    return {
        int(p): run_delays(table, _FRACTION).where((modulus == p) & (decay == _USUAL))
        for p in sorted(set(modulus.tolist()))
    }


def along_decay(table: SharpnessTable) -> Delays:
    """The runs of the smallest modulus that learned half of its table, against their weight decay, none among them.

    >>> from numerics import tabulate
    >>> run = {"steps_to_train": 90, "steps_to_gen": 800, "steps": 900, "train_fraction": 0.5, "modulus": 53}
    >>> along_decay(tabulate([{**run, "weight_decay": decay} for decay in (0.0, 1.0)])).values
    [0.0, 1.0]
    """
    modulus, fraction = (column(table, name) for name in (_MODULUS, _FRACTION))
    return run_delays(table, _DECAY).where((modulus == modulus.min()) & (fraction == _HALF))


def tables_along_fraction(settings: Mapping[str, Setting]) -> dict[str, dict[str, Delays]]:
    """The runs against the share that they learned from, by setting and in words by table; only what is there.

    >>> tables_along_fraction({})
    {}
    """
    found: dict[str, dict[str, Delays]] = {}
    if "transformer" in settings:
        along = along_fraction(settings["transformer"].table)
        found["transformer"] = {f"p = {modulus}": runs for modulus, runs in along.items()}
    if "tables" in settings:
        table = settings["tables"].table
        found["tables"] = {"quadratic": run_delays(table, _FRACTION)}
    return found


@dataclass(frozen=True)
class StructureTimes:
    """When the embeddings of runs came to few frequencies, and when the runs generalized; one value a run.

    Attributes
    ----------
    structure
        First step at which IPR had risen half the way from what it was at the start to what it was at the end.
    accuracy
        First step with a test accuracy of a half, infinite where it never came.
    length
        Of the run.
    gain
        IPR at the end over IPR at the start.
    way
        The share of its rise that IPR had made by the test accuracy of a half, NaN where that never came.

    Examples
    --------
    >>> times = StructureTimes(*np.array([[900.0], [800.0], [950.0], [1.4], [0.3]]))
    >>> times.lead.behind
    1
    """

    structure: Array
    accuracy: Array
    length: Array
    gain: Array
    way: Array

    @property
    def lead(self) -> Lead:
        """By how many steps the structure comes before the accuracy."""
        return paired_lead(self.structure, self.accuracy)


def structure_times(runs: Sequence[xr.Dataset]) -> StructureTimes:
    """The times of runs that have the record `ipr`.

    IPR rises on when a run has generalized, so that the end of a run that was stopped is too early for its half way,
    never too late.

    >>> structure_times([]).gain.size
    0
    """
    rows = []
    for run in runs:
        steps, gen, ipr = steps_of(run), run_curves(run)[2], run["ipr"].values.astype(np.float64)
        risen = (ipr - ipr[0]) / (ipr[-1] - ipr[0])
        half, accurate = (np.flatnonzero(seen)[:1] for seen in (risen >= 0.5, gen >= 0.5))
        come = (float(steps[accurate[0]]), float(risen[accurate[0]])) if accurate.size else (np.inf, np.nan)
        rows.append((float(steps[half[0]]), come[0], float(steps[-1]), ipr[-1] / ipr[0], come[1]))
    return StructureTimes(*np.array(rows, dtype=np.float64).reshape(-1, 5).T)
