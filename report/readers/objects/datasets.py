"""Datasets of xarray: curves along a dimension of time, a table for each place along the dimensions beside it."""

import math
import re
from typing import Any

import numpy as np

from report.readers.files.opening import sized
from report.readers.log_table import LogTable
from report.readers.plain_columns import plain_columns
from report.readers.wording import listed

__all__ = ["dataset_tables"]

_TIMES = {
    "step",
    "steps",
    "iteration",
    "iterations",
    "iter",
    "epoch",
    "epochs",
    "time",
    "t",
    "batch",
    "update",
    "updates",
}
_SIDES = {"train", "training", "val", "valid", "validation", "test", "eval", "gen", "generalization", "dev"}
_MOST_TABLES = 10_000
_LARGEST = 2**31


def dataset_tables(dataset: Any, source: str) -> tuple[LogTable, ...]:
    """One table a run, of an `xarray.Dataset` or a named `DataArray`.

    The dimension of time is called step, epoch, time, …, else it is the longest. Along a dimension whose labels are
    train, val, test, … the curves become columns, `accuracy/train`. Along every other one that the accuracies have, as
    `seed` or `weight_decay`, each label is a run, and a column of it.

    Raises ValueError for a dataset without dimensions, or with too many runs or values.

    Examples
    --------
    >>> import xarray
    >>> accuracy = (("seed", "step"), [[0.1, 0.9], [0.2, 0.8]])
    >>> dataset = xarray.Dataset({"val_acc": accuracy}, coords={"step": [10, 20], "seed": [3, 4]})
    >>> [(table.run, table.columns["val_acc"].tolist()) for table in dataset_tables(dataset, "a dataset")]
    [('seed=3', [0.1, 0.9]), ('seed=4', [0.2, 0.8])]
    """
    if not hasattr(dataset, "data_vars"):
        dataset = dataset.to_dataset(name=dataset.name or "values")
    if not dataset.sizes:
        raise ValueError(f"{source} has no dimension of time; give accuracies along step or epoch.")
    if dataset.nbytes > _LARGEST:
        raise ValueError(f"{source} has {sized(dataset.nbytes)}; {sized(_LARGEST)} at most are read.")
    accuracies = [name for name in dataset.variables if "acc" in str(name).lower()] or list(dataset.data_vars)
    time = max(dataset.sizes, key=lambda name: _likeness(dataset, name, accuracies))
    curves = {name: variable for name, variable in dataset.variables.items() if time in variable.dims and name != time}
    sides = [name for name in dataset.sizes if name != time and _tells_sides(dataset, name)]
    beside = list(dict.fromkeys(d for name in accuracies if name in curves for d in curves[name].dims))
    beside = [name for name in beside if name != time and name not in sides]
    count = math.prod(dataset.sizes[name] for name in beside)
    if count > _MOST_TABLES:
        raise ValueError(f"{source} has {count} runs along {listed(beside)}; {_MOST_TABLES} at most are read.")
    notes = [] if _words(time) & _TIMES else [f"The time is the dimension {time}, the longest."]
    if time not in dataset.variables:
        notes.append(f"The dimension {time} has no values; it was counted from 0.")
    other = [name for name, variable in dataset.variables.items() if name != time and name not in beside + sides and (
        name not in curves or set(variable.dims) - {time, *beside, *sides}
    )]  # fmt: skip
    if other:
        notes.append(f"Left out, as they are no curves along {time}: {listed(other)}.")
    tables: list[LogTable] = []
    for place in np.ndindex(*(dataset.sizes[name] for name in beside)):
        at = dict(zip(beside, place, strict=True))
        named: list[tuple[object, Any]] = [(time, _labels(dataset, time))]
        named += [(name, [_labels(dataset, name)[k]] * dataset.sizes[time]) for name, k in at.items()]
        for name, variable in curves.items():
            if name not in other:
                named += _columns(dataset, str(name), variable.isel(at, missing_dims="ignore"), time)
        columns, said = plain_columns(named)
        run = ", ".join(f"{name}={_labels(dataset, name)[k]}" for name, k in at.items()) if count > 1 else ""
        tables.append(LogTable(source, columns, (*notes, *said) if not tables else said, run))
    return tuple(tables)


def _likeness(dataset: Any, name: Any, accuracies: list[Any]) -> tuple[bool, int, int]:
    """How much a dimension is like time: by its name, how many accuracies run along it, its length."""
    along = sum(name in dataset.variables[one].dims for one in accuracies)
    return bool(_words(name) & _TIMES), along, dataset.sizes[name]


def _words(name: Any) -> set[str]:
    return set(re.findall(r"[a-z]+", str(name).lower()))


def _tells_sides(dataset: Any, name: Any) -> bool:
    labels = dataset.variables[name].values.tolist() if name in dataset.variables else []
    return bool(labels) and all(isinstance(label, str) and label.lower() in _SIDES for label in labels)


def _labels(dataset: Any, name: Any) -> Any:
    return dataset.variables[name].values if name in dataset.variables else np.arange(dataset.sizes[name])


def _columns(dataset: Any, name: str, variable: Any, time: Any) -> list[tuple[object, Any]]:
    """The curve, or one for each label of the other dimension that it has left."""
    if variable.ndim == 1:
        return [(name, variable.values)]
    side = next(one for one in variable.dims if one != time)
    found = []
    for k, label in enumerate(_labels(dataset, side)):
        found += _columns(dataset, f"{name}/{label}", variable.isel({side: k}), time)
    return found
