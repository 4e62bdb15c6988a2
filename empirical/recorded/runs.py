"""The recorded runs by preset and knobs, as if they had been trained just now."""

import functools
import importlib.resources
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from empirical.experiment.experiment import Experiment
from empirical.experiment.numbers import check_choice
from empirical.recorded.archive import read_recorded
from empirical.systems.known import SYSTEMS

__all__ = ["RECORDED", "recorded_runs"]

RECORDED: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "parity": {"quick": {}, "paper": {}, "ten_seeds": {}},
    "transformer": {
        "train_fraction": {}, "train_fraction_97": {}, "weight_decay": {}, "few_rows": {"seed": 0},
        "extreme_decay": {"seed": 0}, "nanda": {"seed": 0}, "operations": {}, "permutations": {}, "dropout": {},
        "gradient_filter": {}, "learning_rate": {}, "full_batch": {},
    },
}  # fmt: skip
"""The presets that come with the package, by system; where not all runs of a preset do, the knobs of those that do."""

_LISTED = 6  # values of a knob that are told one by one


def recorded_runs(preset: str = "paper", system: str = "parity", **knobs: Any) -> list[xr.Dataset]:
    """Runs of a system that come with the package, as `load_runs` gives them; none is trained.

    Parameters
    ----------
    preset
        One of `RECORDED`. Of parity: `"paper"`, the 63 runs of the paper, input sizes 25 to 45 with three seeds;
        `"ten_seeds"`, the same with ten; `"quick"`, ten runs. Of transformers: `"train_fraction"`,
        `"train_fraction_97"` and `"few_rows"`, tables of 53 and 97 symbols of which more or less is learned;
        `"weight_decay"` and `"extreme_decay"`; `"nanda"`, one run of N; `"operations"` and `"permutations"`; and what
        was done in place of the weight decay, or beside it: `"dropout"`,
        `"gradient_filter"`, `"learning_rate"`, `"full_batch"`.
    system
        `"parity"` or `"transformer"`.
    **knobs
        `input_size`, `seed`, … in place of the preset's.

    Returns
    -------
    One dataset a run, ordered by its knobs and last by seed: `train_accuracy` and `gen_accuracy` (the protocol's) over
    the looks, float32, equal bit for bit to what was trained; of transformers also losses and weight norm, and of some
    a few embeddings over `moment`. The attributes hold the configuration, the versions, the machine, and the command
    that made them.

    Raises
    ------
    ValueError
        For a system or a run that was not recorded.

    Examples
    --------
    >>> from empirical import measure_runs
    >>> datasets = recorded_runs("paper", seed=0)
    >>> len(datasets), dict(datasets[0].sizes)
    (21, {'epoch': 3000})
    >>> measure_runs(datasets).trends["relative"].slope_high < 0
    True
    """
    check_choice("system", system, tuple(RECORDED))
    check_choice("preset", preset, tuple(RECORDED[system]))
    rows = _rows(system)
    wanted = SYSTEMS[system].experiments(preset, **{**RECORDED[system][preset], **knobs})
    for experiment in wanted:
        if experiment not in rows:
            extent = _extent(system, rows)
            raise ValueError(
                f"the recorded runs of {system} have {', '.join(f'{name} {values}' for name, values in extent.items())}"
                f", got {_asked(experiment, extent, rows)}; train it with `groksharp train {system}`."
            )
    return [read_recorded(_archive(system), rows[experiment]) for experiment in wanted]


def _known(rows: Iterable[Experiment]) -> dict[str, set[Any]]:
    """The values of each knob in the recorded runs."""
    found: dict[str, set[Any]] = {}
    for run in rows:
        for name, value in run.knobs().items():
            found.setdefault(name, set()).add(value)
    return found


def _extent(system: str, rows: Iterable[Experiment]) -> dict[str, str]:
    """The knobs that the system's presets turn most, as far as the recorded runs differ in them, and their values."""
    values_of = _known(rows)  # a group has no modulus
    known = {name: sorted(values_of[name] - {None}) for name in (*SYSTEMS[system].columns.values(), "seed")}
    return {
        name: ", ".join(map(str, values)) if len(values) <= _LISTED else f"from {values[0]} to {values[-1]}"
        for name, values in known.items()
        if len(values) > 1
    }


def _asked(experiment: Experiment, told: Iterable[str], rows: Iterable[Experiment]) -> str:
    """What tells the recorded runs apart, and whatever none of them has."""
    known = _known(rows)
    asked = {name: v for name, v in experiment.knobs().items() if name in told or v not in known.get(name, ())}
    return ", ".join(f"{name} = {value}" for name, value in asked.items())


@functools.cache
def _archive(system: str) -> dict[str, Any]:
    with (
        (importlib.resources.files("empirical.recorded") / f"{system}.npz").open("rb") as file,
        np.load(file) as arrays,
    ):
        return dict(arrays)


@functools.cache
def _rows(system: str) -> dict[Experiment, int]:
    return {Experiment.from_json(str(text)): k for k, text in enumerate(_archive(system)["configuration"])}
