"""NetCDF 3 files: the runs that `groksharp train` keeps, checked by their checksums, and those of others."""

import io
import json
from collections.abc import Sequence
from typing import Any, BinaryIO

import numpy as np

from report.readers.log_table import LogTable
from report.readers.objects.datasets import dataset_tables
from report.readers.plain_columns import plain_columns

__all__ = ["load_netcdf", "netcdf_tables", "read_netcdf"]

_LONGEST_LABEL = 80


def read_netcdf(data: BinaryIO, source: str) -> tuple[LogTable, ...]:
    """The tables of one file; ValueError where it is not whole, or was changed after groksharp wrote it."""
    return netcdf_tables([(source, "", load_netcdf(data, source))])


def load_netcdf(data: BinaryIO, source: str) -> Any:
    """The dataset in a file; one of groksharp only if it is as it was written."""
    import xarray

    content = data.read()
    try:
        dataset = xarray.load_dataset(io.BytesIO(content), engine="scipy", decode_times=False)
    except Exception as reason:  # the parser meets arbitrary bytes, as in empirical.store.runs
        raise ValueError(f"{source} is not a whole NetCDF 3 file ({type(reason).__name__}).") from None
    # Either tells whose it is, so that a run in which one of the two was changed is not taken for that of others.
    if _knobs(dataset) is None and not {"format_version", "sha256"} <= set(dataset.attrs):
        return dataset
    from empirical.store.runs import DamagedRunError, parse_run

    try:
        return parse_run(content)
    except DamagedRunError as reason:
        raise ValueError(f"{source} is a run of groksharp that cannot be trusted: {reason}; train it again.") from None


def netcdf_tables(loaded: Sequence[tuple[str, str, Any]]) -> tuple[LogTable, ...]:
    """The tables of datasets, each given as (source, label, dataset).

    Runs of groksharp are told apart by their seed and the knobs that differ between them, which are columns, too,
    and come in their order; others by their label.
    """
    knobs = {k: own for k, (_, _, dataset) in enumerate(loaded) if (own := _knobs(dataset)) is not None}
    differing = _differing(list(knobs.values()))
    names = {k: ", ".join(f"{short}={own.get(knob)}" for knob, short in differing.items()) for k, own in knobs.items()}
    telling = len(set(names.values())) == len(names) and all(len(name) <= _LONGEST_LABEL for name in names.values())
    tables: list[LogTable] = []
    order = sorted(range(len(loaded)), key=lambda k: [_rank(knobs.get(k, {}).get(knob)) for knob in differing])
    for k in order:
        source, label, dataset = loaded[k]
        if k in knobs:
            own = {short: knobs[k].get(knob) for knob, short in differing.items()}
            tables.append(_own_table(dataset, source, own, names[k] if telling else label))
            continue
        for table in dataset_tables(dataset, source):
            run = "/".join(filter(None, (label, table.run)))
            tables.append(LogTable(source, table.columns, table.notes, run))
    return tuple(tables)


def _knobs(dataset: Any) -> dict[str, Any] | None:
    """What a run of groksharp was trained with; None for a dataset of others, or without curves over one time."""
    from empirical.experiment.knobs import knobs_of

    try:
        (_,) = dataset["train_accuracy"].dims
        values = json.loads(dataset.attrs["configuration"])
        if not {"task", "model", "seed"} <= values.keys():
            return None
        return {name: _plain(value) for name, value in knobs_of(values).items()}
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return None


def _plain(value: Any) -> Any:
    """A number or a text as a column holds it; what is neither, or too large a number, as text."""
    return (
        value
        if isinstance(value, str | float) or (isinstance(value, int) and abs(value) < 2**63)
        else json.dumps(value)
    )


def _differing(knobs: list[dict[str, Any]]) -> dict[str, str]:
    """The knobs that are not the same in all runs, each with its last word where that tells it from the others."""
    every = list(dict.fromkeys(name for own in knobs for name in own))
    found = [name for name in every if len({json.dumps(own.get(name)) for own in knobs}) > 1]
    found.sort(key="seed".__eq__)  # what is turned first, then what only repeats
    last = [name.rpartition(".")[2] for name in found]
    return {name: word if last.count(word) == 1 else name for name, word in zip(found, last, strict=True)}


def _rank(value: Any) -> tuple[bool, float, str]:
    """Numbers by their size, then words."""
    number = isinstance(value, int | float)
    return not number, float(value) if number else 0.0, str(value)


def _own_table(dataset: Any, source: str, knobs: dict[str, Any], run: str) -> LogTable:
    (time,) = dataset["train_accuracy"].dims
    curves = [(name, one.values) for name, one in dataset.variables.items() if one.dims == (time,)]
    curves.sort(key=lambda curve: curve[0] != time)
    turned = [(name, np.full(dataset.sizes[time], value)) for name, value in knobs.items() if value is not None]
    columns, notes = plain_columns([*curves, *turned])
    return LogTable(source, columns, notes, run)
