"""A file of recorded runs, numpy's `.npz`: accuracies as whole numbers, and whatever records were asked for.

`configuration` has each row's run, and `attributes` what trained them, as JSON. `train_accuracy` and `gen_accuracy`
hold whole numbers, one row a run and one column a look, to be divided by `train_denominator` and `gen_denominator`, of
which there is one, or one a run; `BEYOND` stands where a run has ended. Further records are float32 under their own
names. `embedding_3` and `moment_3`, where they are, have a few of the embeddings of row 3 and the times of these.
"""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, BinaryIO

import numpy as np
import torch
import xarray as xr
from numpy.typing import NDArray

from empirical.curves import experiment_of, run_curves
from empirical.experiment.experiment import Experiment
from empirical.randomness import draw_streams
from empirical.recorded.accuracy_lattice import accuracy_denominator, from_lattice, to_lattice
from empirical.records.record import CURVES, RECORDS

__all__ = ["BEYOND", "read_recorded", "write_recorded"]

BEYOND = np.iinfo(np.uint16).max
_COMMAND = "make recorded"
_CURVES = {"train_accuracy": "train", "gen_accuracy": "gen"}


def write_recorded(
    datasets: Sequence[xr.Dataset], file: str | os.PathLike[str] | BinaryIO, *, records: Sequence[str] = ()
) -> None:
    """Write the accuracies of runs to one small file; equal datasets on one machine make equal bytes.

    Of runs that have the record `embedding` a few are kept, in float16: at the start, when the training set is learned,
    when the accuracy of generalization is 0.9, and at the end.

    Parameters
    ----------
    records
        Names of further curves to keep, of numbers, of the runs that have them.

    Raises
    ------
    ValueError
        Unless all runs were trained by one engine under the same versions, or if an accuracy would not come back bit
        for bit.

    Examples
    --------
    >>> import io
    >>> from empirical import recorded_runs
    >>> file = io.BytesIO()
    >>> write_recorded(recorded_runs("paper", input_size=25), file)
    >>> _ = file.seek(0)
    >>> with np.load(file) as arrays:
    ...     arrays["gen_accuracy"].shape, arrays["gen_accuracy"].dtype, int(arrays["gen_denominator"])
    ((3, 3000), dtype('uint16'), 3328)
    """
    runs = [experiment_of(dataset) for dataset in datasets]
    made_by = {json.dumps({k: v for k, v in one.attrs.items() if k != "configuration"}) for one in datasets}
    if len(made_by) != 1:
        raise ValueError(
            f"The runs must be of one engine and one set of versions, got {len(made_by)} makers; train them together."
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
    denominators = [_denominators(run) for run in runs]
    for curve, part in _CURVES.items():
        mine = [one[part] for one in denominators]
        rows = [to_lattice(dataset[curve].values, one) for dataset, one in zip(datasets, mine, strict=True)]
        arrays[f"{part}_denominator"] = np.array(mine if len(set(mine)) > 1 else mine[0])
        arrays[curve] = _stacked(rows, BEYOND)
    for name in records:
        arrays[name] = _stacked([_numbers(dataset, name) for dataset in datasets], np.nan)
    for row, dataset in enumerate(datasets):
        if "embedding" in dataset:
            looks = _moments(dataset)
            arrays[f"moment_{row}"] = dataset[runs[row].schedule.unit].values[looks]
            arrays[f"embedding_{row}"] = dataset["embedding"].values[looks].astype(np.float16)
    np.savez_compressed(file, **arrays)


def read_recorded(arrays: Mapping[str, Any], row: int) -> xr.Dataset:
    """The run of a row: its curves, its further records, and `embedding` over `moment` where there is one."""
    experiment = Experiment.from_json(str(arrays["configuration"][row]))
    unit = experiment.schedule.unit
    here = arrays["gen_accuracy"][row] != BEYOND
    curves: dict[str, Any] = {}
    for curve, part in _CURVES.items():
        denominators = np.broadcast_to(arrays[f"{part}_denominator"], len(arrays["configuration"]))
        curves[curve] = (unit, from_lattice(arrays[curve][row][here], int(denominators[row])))
    known = {record.name: record for record in (*CURVES, *RECORDS.values())}
    further = {name: arrays[name][row][here] for name in known if name in arrays and name not in curves}
    curves |= {name: (unit, values) for name, values in further.items() if not np.isnan(values).all()}
    coordinates: dict[str, Any] = {unit: (unit, np.array(experiment.schedule.times()[: here.sum()], dtype=np.int32))}
    if f"embedding_{row}" in arrays:
        curves["embedding"] = (
            ("moment", *known["embedding"].dimensions),
            arrays[f"embedding_{row}"].astype(np.float32),
        )
        coordinates["moment"] = ("moment", arrays[f"moment_{row}"])
    label = experiment.loss.label
    return xr.Dataset(
        {
            name: (*curve, {"long_name": known[name].long_name.replace("{loss}", label)})
            for name, curve in curves.items()
        },
        coords=coordinates,
        attrs={"configuration": experiment.to_json(), **json.loads(str(arrays["attributes"]))},
    )


def _denominators(run: Experiment) -> dict[str, int]:
    """The whole numbers of which the accuracies are multiples, of both sets."""
    sizes = dict(zip(_CURVES.values(), map(len, run.task.draw(draw_streams(run.seed, *run.task.entropy))), strict=True))
    size = run.schedule.batch_size
    if size is None or not run.schedule.minibatch_means:
        return sizes
    return {part: accuracy_denominator(samples, size) for part, samples in sizes.items()}


def _numbers(dataset: xr.Dataset, name: str) -> NDArray[np.float32]:
    """A record of a run, NaN in one that has it not."""
    values = dataset[name].values if name in dataset else np.full(dataset["gen_accuracy"].shape, np.nan)
    return values.astype(np.float32)


def _stacked(rows: Sequence[NDArray[Any]], beyond: float) -> NDArray[Any]:
    """One row a run, as long as the longest."""
    found = np.full((len(rows), max(map(len, rows))), beyond, dtype=rows[0].dtype)
    for k, row in enumerate(rows):
        found[k, : len(row)] = row
    return found


def _moments(dataset: xr.Dataset) -> list[int]:
    """The looks whose embeddings are kept."""
    _, train, gen = run_curves(dataset)
    come = [np.flatnonzero(curve >= level)[:1] for curve, level in ((train, 0.99), (gen, 0.9))]
    return sorted({0, *(int(look) for looks in come for look in looks), len(gen) - 1})
