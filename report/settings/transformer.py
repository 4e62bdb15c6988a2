"""Transformers on tables of residues, from runs that come with the package; nothing is trained."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

import numerics
from empirical import experiment_of, measure_runs, recorded_runs, run_curves, steps_of
from numerics import SharpnessTable
from report.annotations import Array
from report.delays import Delays, told_interval
from report.figures.embeddings import embedding_figures
from report.figures.knob_times import knob_times
from report.figures.structure_over_time import lead_figure, structure_figure
from report.knob_sweep import KnobSweep
from report.operation_runs import interventions_section, operations_section
from report.recorded_sweeps import recorded_sweep
from report.setting import Companion, Request, Section, Setting, Style
from report.table_runs import along_decay, along_fraction, structure_times
from report.trained_setting import recorded_setting

__all__ = ["build", "knob_sweeps"]

_STYLE = Style("#0072B2", "P", "-")
_NANDA = "nanda"
_PROTOCOL = ("train_fraction", "train_fraction_97", "weight_decay", "few_rows", "extreme_decay")  # of T
_RANDOM = 200  # embeddings, behind what chance gives
_LEARNED = 0.9


def build(request: Request) -> Setting:
    """All recorded runs, whatever the preset: those in the protocol of T, and beside them that in N's."""
    found = {one.attrs["configuration"]: one for preset in _PROTOCOL for one in recorded_runs(preset, "transformer")}
    nanda = measure_runs(recorded_runs(_NANDA, "transformer"))
    setting = recorded_setting(
        "transformer", request, datasets=list(found.values()), style=_STYLE, sections=_sections,
        more=" None was trained for this page.",
    )  # fmt: skip
    return replace(
        setting,
        label="in the protocol of T",
        companions=(Companion(_NANDA, "in the protocol of N", nanda, Style("#D55E00", "X", "")),),
    )


def knob_sweeps() -> Iterable[KnobSweep]:
    """The recorded runs on the table of 53 residues: along the share that is learned, and at half of it two knobs."""
    yield recorded_sweep("transformer", "task.train_fraction", "train_fraction", "few_rows", modulus=53)
    yield recorded_sweep("transformer", "optimizer.weight_decay", "weight_decay", "extreme_decay")
    yield recorded_sweep("transformer", "optimizer.learning_rate", "learning_rate", "weight_decay", weight_decay=1.0)


def _sections(datasets: Sequence[xr.Dataset], table: SharpnessTable) -> tuple[Section, ...]:
    return (
        _fractions(table), _decay(table), interventions_section(), operations_section(), _structure(datasets),
        _circle(datasets),
    )  # fmt: skip


def _fractions(table: SharpnessTable) -> Section:
    """Times against the share of the table that is learned, for each modulus."""
    along = along_fraction(table)

    def panels() -> tuple[Figure, ...]:
        return tuple(
            knob_times(found, "share of the table that is learned", "step", title=f"p = {modulus}")
            for modulus, found in along.items()
        )

    return Section(
        name="fractions",
        title="Times against the share of the table",
        panels=panels,
        caption="Steps to an accuracy of 0.99 on the rows that are learned and on those held out, one mark each a run, "
        "with the medians; arrows are runs in which it had not come by their end.",
        text=" ".join(_efficiency(modulus, found) for modulus, found in along.items()),
        rows=tuple(
            {"modulus": modulus, "train_fraction": value, **_medians(found.at(value))}
            for modulus, found in along.items()
            for value in found.values
        ),
    )


def _efficiency(modulus: int, found: Delays) -> str:
    cost = numerics.data_efficiency(found.knob, found.gen, found.length)
    late = f"{cost.line.censored} of {cost.line.n} runs had not generalized by their end"
    if np.isnan(cost.line.slope):
        return f"p = {modulus}: {late}."
    percent = told_interval(cost.percent, cost.percent_low, cost.percent_high, ".1f")
    return f"p = {modulus}: one hundredth of the table less costs {percent} % more steps; {late}."


def _medians(found: Delays) -> dict[str, Any]:
    return {
        "runs": found.knob.size,
        "steps_to_train": float(np.median(found.fit)),
        "steps_to_gen": float(np.median(found.gen)),
        "never_generalized": int(np.isinf(found.gen).sum()),
    }


def _decay(table: SharpnessTable) -> Section:
    """Times against γ, and what happens without."""
    every = along_decay(table)
    rising, without = every.up_to_best(), every.at(0.0)
    line = rising.gen_line

    def panels() -> tuple[Figure]:
        return (knob_times(every, r"weight decay $\gamma$", "step", power=-1, along=rising),)

    return Section(
        name="decay",
        title="Times against the weight decay",
        panels=panels,
        caption="The same against the weight decay where half of the smallest table is learned, with lines through "
        "ln T up to the best one, in which runs that never came are censored.",
        text=f"Up to γ = {every.best:g}, the best, steps to generalize go like "
        f"γ^{told_interval(line.slope, line.slope_low, line.slope_high)}. Without weight decay "
        f"{int(np.isfinite(without.gen).sum())} of {without.gen.size} runs generalize within "
        f"{without.length.max(initial=0):.0f} steps.",
        rows=tuple({"weight_decay": value, **_medians(every.at(value))} for value in every.values),
    )


def _structure(datasets: Sequence[xr.Dataset]) -> Section:
    """How few frequencies the embedding has, over time, and whether it has few before the run generalizes."""
    runs = [run for run in datasets if experiment_of(run).optimizer.weight_decay == 1 and _generalizes(run)]
    times = structure_times(runs)
    lead, shown = times.lead, runs[int(np.argsort(times.accuracy)[len(runs) // 2])]
    steps, (_, train, gen) = steps_of(shown).astype(np.float64), run_curves(shown)
    ratio = shown["ipr"].values.astype(np.float64)

    def panels() -> tuple[Figure, Figure]:
        return (
            structure_figure(steps, train, gen, ratio, "step", label="IPR"),
            lead_figure(times.structure, times.accuracy, times.length, "step", ("IPR half risen", "test 0.5")),
        )

    return Section(
        name="structure",
        title="Which comes first, few frequencies or the accuracy",
        panels=panels,
        caption="Left: one run over time; IPR is the inverse participation ratio of the frequencies of the embedding, "
        "which is large where these are few. Right: the first step at which it has risen half the way to its end, "
        "against the first step with a test accuracy of 0.5, in every run with a weight decay of 1 that generalizes.",
        text=f"IPR is half risen first in {lead.ahead} runs, the accuracy comes first in {lead.behind}, both at one "
        f"look in {lead.tied}; the median lead of IPR is {told_interval(lead.median, lead.low, lead.high, '.0f')} "
        f"steps. At a test accuracy of 0.5 it has made {np.median(times.way):.0%} of its rise in the median run, and "
        f"at the end it is {times.gain.min():.2g} to {times.gain.max():.2g} times what it was at the start.",
        rows=tuple(
            {
                "modulus": run.knobs()["task.modulus"], "train_fraction": run.knobs()["task.train_fraction"],
                "seed": run.seed, "steps_to_structure": float(first), "steps_to_half": float(second),
                "risen": float(way),
            }
            for run, first, second, way in zip(
                map(experiment_of, runs), times.structure, times.accuracy, times.way, strict=True
            )
        ),
    )  # fmt: skip


def _generalizes(run: xr.Dataset) -> bool:
    return float(run["gen_accuracy"][-1]) >= _LEARNED


def _circle(datasets: Sequence[xr.Dataset]) -> Section:
    """The embedding of one run in the plane of its strongest frequency, at a few moments."""
    runs = [one for one in datasets if "embedding" in one and _generalizes(one)]
    rows = [_strongest(one) for one in runs]
    shown, first = runs[0], rows[0]

    def panels() -> tuple[Figure, ...]:
        return embedding_figures(list(zip(_titles(shown), _circles(shown), strict=True)), line=False)

    return Section(
        name="circle",
        title="The circle",
        panels=panels,
        caption=f"Embeddings of the residues modulo {first['modulus']} in the plane of their strongest frequency, "
        f"{first['train_fraction']:g} of the table, seed {experiment_of(shown).seed}: symbols at their places.",
        text=f"The strongest frequency has a share of {first['share_start']:.2f} in the variance at the start, "
        f"{first['share_end']:.2f} at the end; of random embeddings 19 in 20 have at most {first['share_chance']:.2f}.",
        rows=tuple(rows),
    )


def _strongest(run: xr.Dataset) -> dict[str, Any]:
    """The share of the strongest frequency at the start, at the end, and in 19 of 20 random embeddings."""
    found, knobs = run["embedding"].values.astype(np.float64), experiment_of(run).knobs()
    start, end = (float(numerics.fourier_power(found[look]).max()) for look in (0, -1))
    return {
        "modulus": knobs["task.modulus"], "train_fraction": knobs["task.train_fraction"],
        "weight_decay": knobs["optimizer.weight_decay"], "share_start": start, "share_end": end,
        "share_chance": _chance(*found.shape[1:]),
    }  # fmt: skip


@functools.cache  # for all runs of the same size
def _chance(symbols: int, width: int) -> float:
    """The share of the strongest frequency that 19 of 20 random embeddings do not pass."""
    random = np.random.default_rng(0).normal(size=(_RANDOM, symbols, width))
    return float(np.quantile(numerics.fourier_power(random).max(axis=-1), 0.95))


def _titles(run: xr.Dataset) -> list[str]:
    accuracy = dict(zip(steps_of(run).tolist(), run["gen_accuracy"].values.tolist(), strict=True))
    return [f"step {step}, test accuracy {accuracy[step]:.2f}" for step in run["moment"].values.tolist()]


def _circles(run: xr.Dataset) -> list[Array]:
    return [numerics.fourier_circle(one) for one in run["embedding"].values.astype(np.float64)]
