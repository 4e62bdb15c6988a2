"""The recorded parity runs: 25 to 45 inputs, ten seeds each, in one file that comes with the package.

The file is numpy's `.npz`: `train_accuracy` and `gen_accuracy` hold whole numbers, one row a run and one column
an epoch, to be divided by `train_denominator` and `gen_denominator`; `configuration` has each row's run, and
`attributes` what trained them, as JSON.
"""

import functools
import importlib.resources
import json
import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import Any, BinaryIO

import numpy as np
import torch
import xarray as xr

from empirical.curves import experiment_of
from empirical.experiment.experiment import Experiment
from empirical.recorded.accuracy_lattice import accuracy_denominator, from_lattice, to_lattice
from empirical.records.record import CURVES
from empirical.systems.known import SYSTEMS

__all__ = ["recorded_runs", "write_recorded"]

_FILE = importlib.resources.files("empirical.recorded") / "parity.npz"
_COMMAND = "make recorded"
_PRESETS = ("quick", "paper", "ten_seeds")  # the presets of parity whose every run is recorded
_CURVES = {"train_accuracy": "train", "gen_accuracy": "gen"}


def recorded_runs(preset: str = "paper", **knobs: Any) -> list[xr.Dataset]:
    """Parity runs of the paper's protocol that come with the package, as `load_runs` gives them; none is trained.

    Parameters
    ----------
    preset
        `"paper"`, the 63 runs of the paper, input sizes 25 to 45 with three seeds; `"ten_seeds"`, the same with
        ten; `"quick"`, ten runs.
    **knobs
        `input_size`, `seed`, … in place of the preset's.

    Returns
    -------
    One dataset a run, ordered by input size and seed: `train_accuracy` and `gen_accuracy` (the protocol's) over
    the epochs, float32, equal bit for bit to what was trained. The attributes hold the configuration, the versions,
    the machine, and the command that made them.

    Raises
    ------
    ValueError
        For a run that was not recorded.

    Examples
    --------
    >>> from empirical import measure_runs
    >>> datasets = recorded_runs("paper", seed=0)
    >>> len(datasets), dict(datasets[0].sizes)
    (21, {'epoch': 3000})
    >>> measure_runs(datasets).trends["relative"].slope_high < 0
    True
    """
    if preset not in _PRESETS:
        raise ValueError(f"preset must be one of {', '.join(_PRESETS)}; got {preset!r}; use one of these names.")
    rows = _rows()
    wanted = SYSTEMS["parity"].experiments(preset, **knobs)
    for experiment in wanted:
        if experiment not in rows:
            raise ValueError(
                f"the recorded runs are {_extent(rows)} in the paper's protocol, got {_asked(experiment)}; "
                "train it with sweep_parity."
            )
    return [_dataset(experiment, rows[experiment]) for experiment in wanted]


def _extent(rows: Iterable[Experiment]) -> str:
    sizes, seeds = zip(*((one.knobs()["task.input_size"], one.seed) for one in rows), strict=True)
    return f"input sizes {min(sizes)} to {max(sizes)} with seeds {min(seeds)} to {max(seeds)}"


def _asked(experiment: Experiment) -> str:
    """The size, the seed, and whatever is not the paper's."""
    published = SYSTEMS["parity"].experiment.knobs()
    always = ("task.input_size", "seed")
    asked = {k: v for k, v in experiment.knobs().items() if k in always or v != published.get(k)}
    return ", ".join(f"{name} = {value}" for name, value in asked.items())


def write_recorded(datasets: Sequence[xr.Dataset], file: str | os.PathLike[str] | BinaryIO) -> None:
    """Write the accuracies of parity runs to one small file; equal datasets on one machine make equal bytes.

    Raises ValueError unless all runs have one protocol and were trained by one engine under the same versions, or if
    an accuracy would not come back bit for bit.

    >>> import io
    >>> file = io.BytesIO()
    >>> write_recorded(recorded_runs("paper", input_size=25), file)
    >>> _ = file.seek(0)
    >>> with np.load(file) as arrays:
    ...     arrays["gen_accuracy"].shape, arrays["gen_accuracy"].dtype, int(arrays["gen_denominator"])
    ((3, 3000), dtype('uint16'), 3328)
    """
    runs = [experiment_of(dataset) for dataset in datasets]
    made_by = {json.dumps({k: v for k, v in one.attrs.items() if k != "configuration"}) for one in datasets}
    protocols = {run.replace({"task.input_size": 25, "seed": 0}) for run in runs}
    if len(made_by) != 1 or len(protocols) != 1:
        raise ValueError(
            f"The runs must be of one protocol, one engine and one set of versions, got {len(protocols)} protocols and "
            f"{len(made_by)} makers; train them together."
        )
    attributes = {
        **json.loads(made_by.pop()),
        "groksharp_version": version("groksharp"),
        "machine": f"{platform.system()} {platform.machine()} {torch.backends.cpu.get_cpu_capability()}",
        "recorded_by": _COMMAND,
    }
    arrays: dict[str, Any] = {
        "configuration": np.array([run.to_json() for run in runs]),
        "attributes": np.array(json.dumps(attributes)),
    }
    for curve, part in _CURVES.items():
        samples = getattr(runs[0].task, f"{part}_samples")
        denominator = accuracy_denominator(samples, runs[0].schedule.batch_size or samples)
        arrays[f"{part}_denominator"] = np.array(denominator)
        arrays[curve] = np.stack([to_lattice(dataset[curve].values, denominator) for dataset in datasets])
    np.savez_compressed(file, **arrays)


@functools.cache
def _archive() -> dict[str, Any]:
    with _FILE.open("rb") as file, np.load(file) as arrays:
        return dict(arrays)


@functools.cache
def _rows() -> dict[Experiment, int]:
    return {Experiment.from_json(str(text)): k for k, text in enumerate(_archive()["configuration"])}


def _dataset(experiment: Experiment, row: int) -> xr.Dataset:
    archive = _archive()
    long_names = {record.name: record.long_name for record in CURVES}
    curves = {
        curve: (
            "epoch",
            from_lattice(archive[curve][row], int(archive[f"{part}_denominator"])),
            {"long_name": long_names[curve]},
        )
        for curve, part in _CURVES.items()
    }
    return xr.Dataset(
        curves,
        coords={"epoch": ("epoch", np.arange(1, experiment.length + 1, dtype=np.int32))},
        attrs={"configuration": experiment.to_json(), **json.loads(str(archive["attributes"]))},
    )
