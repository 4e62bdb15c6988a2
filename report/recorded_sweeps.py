"""Recorded runs along one knob of a trained system, measured, with what theories say of their delays."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from empirical import System, experiment_of, find_system, measure_runs, recorded_runs
from numerics import SharpnessTable
from report.annotations import Array
from report.delay_predictors import norm_separation, scale_over_decay
from report.knob_sweep import KnobSweep

__all__ = ["recorded_sweep"]


def recorded_sweep(
    system: str,
    knob: str,
    *presets: str,
    predictors: dict[str, Callable[[xr.Dataset], float]] | None = None,
    **chosen: Any,
) -> KnobSweep:
    """The recorded runs of these presets, each once; nothing is trained.

    They are measured by the erf, and otherwise by the logistic shape and with a fitted ceiling.

    Parameters
    ----------
    system, knob
        As in `KnobSweep`.
    presets, chosen
        As in `empirical.recorded_runs`. The runs may differ in this knob, their seeds and their lengths alone.
    predictors
        Of the delay, functions of a run, beside the two that are there wherever they can be had: `"ln α/λ"` of runs
        with α > 1, known before a run, and `"norm separation"` of runs whose norms were recorded, known after it.

    Raises
    ------
    ValueError
        If the runs differ in another knob, or were not recorded.

    Examples
    --------
    >>> sweep = recorded_sweep("digits", "optimizer.weight_decay", "weight_decay")
    >>> sorted(set(sweep.values)), list(sweep.predictors)
    ([0.05, 0.1, 0.2, 0.4], ['ln α/λ', 'norm separation'])
    """
    found = {one.attrs["configuration"]: one for name in presets for one in recorded_runs(name, system, **chosen)}
    runs = list(found.values())
    _check_alike(knob, runs)
    bare = replace(find_system(system), outcomes={})
    table = measure_runs(runs, system=bare)
    own = {"ln α/λ": scale_over_decay, **(predictors or {})}
    columns: dict[str, Array] = {name: np.array([function(run) for run in runs]) for name, function in own.items()}
    if all("weight_norm" in run for run in runs):
        columns["norm separation"] = np.array(
            [norm_separation(run, time) for run, time in zip(runs, table["jump_time_train"], strict=True)]
        )
    told = {name: values for name, values in columns.items() if np.isfinite(values).any()}
    return KnobSweep(system, knob, table, told, functools.partial(_otherwise, runs, bare))


def _otherwise(runs: Sequence[xr.Dataset], system: System) -> dict[str, SharpnessTable]:
    """The runs measured by another shape, and with a fitted ceiling."""
    return {
        "logistic": measure_runs(runs, system=system, shape="logistic"),
        "ceiling fitted": measure_runs(runs, system=system, ceiling="fit"),
    }


def _check_alike(knob: str, runs: Sequence[xr.Dataset]) -> None:
    """Raise ValueError if something else is turned as well; a run that may go on for longer is the same experiment."""
    every = [experiment_of(run).knobs() for run in runs]
    turned = {name for one in every for name, value in one.items() if value != every[0].get(name)}
    if others := {name for name in turned - {knob, "seed"} if not name.startswith("schedule.")}:
        raise ValueError(f"Runs along {knob} must have nothing else turned, got {', '.join(sorted(others))}.")
