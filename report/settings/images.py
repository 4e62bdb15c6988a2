"""Images from large initial weights: times to fit and to generalize against their scale and the weight decay."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from empirical import Experiment, find_system, measure_runs, train_experiments
from numerics import CensoredRegression, SharpnessTable
from numerics.progress import progress_bar
from report.delays import Delays, delays, told_interval
from report.figures.knob_times import knob_times
from report.knob_sweep import KnobSweep
from report.recorded_sweeps import recorded_sweep
from report.setting import Companion, Request, Section, Setting, Style
from report.trained_setting import trained_setting

__all__ = ["PRESETS", "build", "knob_sweeps"]

PRESETS: dict[str, dict[str, tuple[tuple[str, dict[str, Any]], ...]]] = {
    "quick": {
        "digits": (
            ("initial_scale", {"model.initial_scale": (1.0, 4.0, 8.0), "seed": range(4)}),
            ("weight_decay", {"optimizer.weight_decay": (0.1, 0.2, 0.4), "seed": range(4)}),
        ),
    },
    "paper": {
        "digits": (("initial_scale", {}), ("weight_decay", {})),
        "mnist": (("initial_scale", {}), ("weight_decay", {})),
    },
}
"""The runs of each system: presets of it, with what is turned otherwise."""

_RECORDED = ("model.initial_scale", "optimizer.weight_decay", "optimizer.learning_rate", "task.train_samples")
"""The knobs of `digits` along which runs come with the package, in the preset of the knob's last word."""

_STYLE, _MNIST_STYLE = Style("#E69F00", "v", "-."), Style("#882255", "<", ":")
_TITLES = {"digits": "8×8 digits", "mnist": "MNIST"}


def build(request: Request) -> Setting:
    """Train the runs of the preset, or load those that are finished."""
    chosen = PRESETS[request.preset]
    tables = {name: _trained(name, request) for name in chosen if name != "digits"}

    def sections(_: Sequence[xr.Dataset], table: SharpnessTable) -> tuple[Section, ...]:
        every = {"digits": table, **tables}
        return _scale(every), _decay(every)

    setting = trained_setting(
        "digits", request, experiments=_experiments("digits", request.preset), style=_STYLE, sections=sections
    )
    return replace(
        setting,
        title="Images from large initial weights",
        phrase="networks that learn images from large initial weights",
        about=setting.about + "".join(f" {find_system(name).about}" for name in tables),
        label=_TITLES["digits"],
        companions=tuple(Companion(name, _TITLES[name], table, _MNIST_STYLE) for name, table in tables.items()),
    )


def knob_sweeps() -> Iterable[KnobSweep]:
    """The recorded runs of the 8×8 digits along each knob."""
    for knob in _RECORDED:
        yield recorded_sweep("digits", knob, knob.rpartition(".")[2])


def _experiments(name: str, preset: str) -> list[Experiment]:
    system = find_system(name)
    found = {one: None for own, knobs in PRESETS[preset][name] for one in system.experiments(own, **knobs)}
    return list(found)


def _trained(name: str, request: Request) -> SharpnessTable:
    system = find_system(name)
    with progress_bar(system.title, system.time_unit) as progress:
        runs = train_experiments(
            _experiments(name, request.preset), out=request.folder(name), workers=request.workers,
            executor=request.executor, records=system.records, progress=progress,
        )  # fmt: skip
    return measure_runs(runs, system=system)


def _along(tables: Mapping[str, SharpnessTable], knob: str) -> dict[str, Delays]:
    every = {name: delays(table, knob) for name, table in tables.items()}
    return {name: found for name, found in every.items() if found is not None}


def _scale(tables: Mapping[str, SharpnessTable]) -> Section:
    """Times against α."""
    along = _along(tables, "initial_scale")

    def panels() -> tuple[Figure, ...]:
        label = r"scale of the initial weights $\alpha$"
        return tuple(knob_times(found, label, "step", title=_TITLES[name]) for name, found in along.items())

    return Section(
        name="scale",
        title="Times against the scale of the initial weights",
        panels=panels,
        caption="Steps to an accuracy of 0.99 on the training set and to the system's level on new images, a mark each "
        "for every run, with the medians; arrows are runs in which it had not come by their end. At a scale of 1 the "
        "weights start as PyTorch has them.",
        text=_sentences(
            f"{_TITLES[name]}: generalizing takes {_ratio(found, low)} times the steps of fitting at α = {low:g}, and "
            f"{_ratio(found, high)} times at α = {high:g}."
            for name, found in along.items()
            for low, high in [(found.values[0], found.values[-1])]
        ),
        rows=_rows(along, "initial_scale"),
    )


def _decay(tables: Mapping[str, SharpnessTable]) -> Section:
    """Times against γ, beside a power of −1."""
    along = _along(tables, "weight_decay")

    def panels() -> tuple[Figure, ...]:
        label = r"weight decay $\gamma$"
        return tuple(knob_times(found, label, "step", title=_TITLES[name], power=-1) for name, found in along.items())

    return Section(
        name="decay",
        title="Times against the weight decay",
        panels=panels,
        caption="The same against the weight decay, with lines through ln T in which runs "
        "that never came are censored. O says slope 0 to fit and −1 to generalize.",
        text=_sentences(
            f"{_TITLES[name]}: steps to fit go like γ^{_power(found.fit_line)}, steps to generalize like "
            f"γ^{_power(found.gen_line)}; {found.gen_line.censored} of {found.gen_line.n} runs never generalized."
            for name, found in along.items()
        ),
        rows=_rows(along, "weight_decay"),
    )


def _sentences(parts: Iterable[str]) -> str:
    return " ".join(parts) or "There are too few runs."


def _ratio(found: Delays, value: float) -> str:
    return told_interval(*found.at(value).mean_ratio(), form=".2g")


def _power(line: CensoredRegression) -> str:
    return told_interval(line.slope, line.slope_low, line.slope_high)


def _rows(along: Mapping[str, Delays], knob: str) -> tuple[dict[str, Any], ...]:
    """Medians and counts at each value of the knob."""
    return tuple(
        {
            "system": name, knob: value, "runs": here.knob.size,
            "steps_to_fit": float(np.median(here.fit)), "steps_to_gen": float(np.median(here.gen)),
            "never_generalized": int(np.isinf(here.gen).sum()),
        }
        for name, found in along.items()
        for value in found.values
        for here in [found.at(value)]
    )  # fmt: skip
