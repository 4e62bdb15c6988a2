"""The recorded runs by preset and knobs, as if they had been trained just now."""

import functools
import importlib.resources
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from empirical.experiment.experiment import Experiment
from empirical.experiment.numbers import check_choice
from empirical.recorded.archive import read_recorded
from empirical.systems.known import SYSTEMS

__all__ = ["RECORDED", "recorded_experiments", "recorded_runs"]

_THREE: Mapping[str, Any] = {"seed": (0, 1, 2)}

RECORDED: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "parity": {
        "quick": {}, "paper": {}, "ten_seeds": {}, "weight_decay": {}, "learning_rate": {}, "initial_scale": {},
        "train_samples": {}, "width": {},
    },
    "transformer": {
        "train_fraction": {}, "train_fraction_97": {}, "weight_decay": {}, "few_rows": {"seed": 0},
        "extreme_decay": {"seed": 0}, "nanda": {"seed": 0}, "operations": {}, "permutations": {}, "dropout": {},
        "gradient_filter": {}, "learning_rate": {}, "full_batch": {},
    },
    "quadratic_mlp": {
        "train_fraction": {"task.train_fraction": (0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9), **_THREE},
        "weight_decay": {"optimizer.weight_decay": (0.5, 1.0, 2.0, 5.0, 10.0), **_THREE},
        "learning_rate": {}, "width": {}, "initial_scale": {}, "modulus": {},
    },
    "embedding_mlp": {"train_fraction": {}, "weight_decay": {}, "learning_rate": {}},
    "digits": {
        "initial_scale": _THREE, "weight_decay": {"optimizer.weight_decay": (0.05, 0.1, 0.2, 0.4), **_THREE},
        "learning_rate": _THREE, "train_samples": _THREE,
    },
    "representation": {
        "many": {"seed": tuple(range(6))}, "embedding_rate": _THREE, "decoder_rate": _THREE, "decoder_decay": _THREE,
    },
}  # fmt: skip
"""The presets that come with the package, by system; where not all runs of a preset do, the knobs of those that do."""

_LISTED = 6  # values of a knob that are told one by one


def recorded_runs(preset: str = "paper", system: str = "parity", **knobs: Any) -> list[xr.Dataset]:
    """Runs of a system that come with the package, as `load_runs` gives them; none is trained.

    Parameters
    ----------
    preset
        One of the system's in `RECORDED`; most are named by the one knob that they turn. Of parity also `"paper"`, the
        63 runs of the paper, input sizes 25 to 45 with three seeds; `"ten_seeds"`, the same with ten; `"quick"`, ten
        runs. Of the representation toy `"many"`, six training sets of each size. Of transformers
        `"train_fraction_97"`, `"few_rows"`, `"extreme_decay"`; `"nanda"`, one run of N; `"operations"` and
        `"permutations"`; and what was done in place of the weight decay, or beside it: `"dropout"`,
        `"gradient_filter"`, `"learning_rate"`, `"full_batch"`.
    system
        `"parity"`, `"transformer"`, `"quadratic_mlp"`, `"embedding_mlp"`, `"digits"` or `"representation"`.
    **knobs
        `input_size`, `seed`, … in place of the preset's.

    Returns
    -------
    One dataset a run, ordered by its knobs and last by seed: `train_accuracy` and `gen_accuracy` (the protocol's) over
    the looks, float32, equal bit for bit to what was trained; `weight_norm`, but not where parity's number of inputs is
    turned; a loss, RQI and a few embeddings over `moment` where the system has use for them. The attributes hold the
    configuration, the versions, the machine, and the command that made them.

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
    wanted = recorded_experiments(system, preset, **knobs)
    for experiment in wanted:
        if experiment not in rows:
            extent = _extent(system, rows)
            raise ValueError(
                f"the recorded runs of {system} have {', '.join(f'{name} {values}' for name, values in extent.items())}"
                f", got {_asked(experiment, extent, rows)}; train it with `groksharp train {system}`."
            )
    return [read_recorded(_archive(system), rows[experiment]) for experiment in wanted]


def recorded_experiments(system: str, preset: str, **knobs: Any) -> list[Experiment]:
    """The experiments of a preset as far as they come with the package, with these knobs in place of the preset's.

    >>> [run.knobs()["optimizer.weight_decay"] for run in recorded_experiments("digits", "weight_decay", seed=1)]
    [0.05, 0.1, 0.2, 0.4]
    """
    whole = SYSTEMS[system]
    here = {**whole.presets[preset], **RECORDED[system][preset]}
    return replace(whole, presets={preset: here}).experiments(preset, **knobs)


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
    """What tells the recorded runs apart, and whatever the one that is most like it has otherwise."""
    mine = experiment.knobs()
    nearest = max((run.knobs() for run in rows), key=lambda knobs: len(knobs.items() & mine.items()))
    asked = {name: value for name, value in mine.items() if name in told or nearest.get(name) != value}
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
