"""The effective theory of representations itself: its own accuracy curves, and what training sets determine."""

from dataclasses import asdict
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import numerics
from numerics.progress import progress_bar
from report.annotations import Array
from report.figures.rate_curve import rate_figure
from report.figures.unique_curve import unique_figure
from report.setting import Example, Request, Section, Setting, Style, spanning_runs

__all__ = ["PRESETS", "build"]

PRESETS: dict[str, Any] = {
    "quick": {"pairs": (25, 30, 35, 40, 45, 50), "seeds": 8, "trials": 4000},
    "paper": {"pairs": tuple(range(22, 54, 2)), "seeds": 20, "trials": 20_000},
}
"""Sizes of training sets, how many of each are followed, and how many are asked for their structure."""

_SYMBOLS, _TOLERANCE, _POINTS = 10, 0.01, 2000
_STYLE = Style("#44AA99", "*", ":")


def build(request: Request) -> Setting:
    """Follow the effective theory over random training sets, and ask how many of them determine one structure."""
    sizes = PRESETS[request.preset]
    pairs, seeds = sizes["pairs"], sizes["seeds"]
    with progress_bar("effective theory", "training set") as progress:
        table = numerics.sweep_representation(
            _SYMBOLS, pairs, seeds=range(seeds), tolerance=_TOLERANCE, points=_POINTS, progress=progress
        )
    return Setting(
        name="effective_theory",
        title="Effective theory of representations",
        phrase="the effective theory of representations",
        time_unit="",
        about=f"The dynamics dR/dt = −HR of the embeddings of {_SYMBOLS} symbols whose sums are learned, in "
        "closed form: "
        f"no network and no decoder. {seeds} random training sets of each size from {min(pairs)} to {max(pairs)} of "
        f"{_total()} pairs. A pair counts as right once its sum is within 0.01 of what a training pair with the same "
        "result has, on average over normal starts.",
        table=table,
        style=_STYLE,
        examples=tuple(_example(table, k) for k in spanning_runs(table)),
        origin=f"computed here; training sets of the seeds 0 to {seeds - 1}",
        caption="Sharpness against the gap, a training set a point. Curves are averages over starts and have no noise, "
        "so that no error bars are drawn.",
        sections=(_unique(sizes["trials"]),),
    )


def _example(table: numerics.SharpnessTable, k: int) -> Example:
    """The curves of a row, on the times of the sweep, up to what its slowest mode needs."""
    row = table.rows[k]
    pairs = numerics.training_pairs(_SYMBOLS, row["pairs"], rng=np.random.default_rng(row["seed"]))
    rate = row["grokking_rate"] or 0.01
    end = 1.2 * np.log(1 + 10 / _TOLERANCE) / rate  # as in the sweep
    time: Array = np.linspace(end / _POINTS, end, _POINTS)
    train, gen = numerics.effective_accuracy(pairs, _SYMBOLS, time, tolerance=_TOLERANCE)
    gen = gen / (row["gen_ceiling"] or 1)
    return Example(f"{row['pairs']} pairs, seed {row['seed']}", numerics.measure(time, train, gen))


def _unique(trials: int) -> Section:
    """P(unique) and λ₃ against the size of the training set."""
    critical = numerics.critical_pairs(_SYMBOLS, trials=trials, seed=0)
    sizes = np.arange(10, _total() + 1)
    rates = [numerics.unique_structure(_SYMBOLS, int(size), trials=trials // 4, seed=0) for size in sizes[::3]]
    full = numerics.grokking_rate(numerics.training_pairs(_SYMBOLS, _total(), rng=np.random.default_rng(0)), _SYMBOLS)

    def panels() -> tuple[Figure, Figure]:
        return unique_figure(critical, sizes), rate_figure(rates, float(full), _total())

    return Section(
        name="unique",
        title="Which training sets determine the structure",
        panels=panels,
        caption=f"Left: probability that a random training set determines the embedding up to origin and scale, from "
        f"{trials} random orders of the table, with its 95 % interval. Right: the grokking rate λ₃ at Z₀ = {_SYMBOLS}.",
        text=f"One half at {critical.pairs} pairs ({_range(critical.pairs_low, critical.pairs_high)}), "
        f"{critical.fraction:.2f} of the table. The rate rises to {float(full):.4g} for the full table.",
        rows=(
            {
                "critical": critical.pairs, "critical_low": critical.pairs_low, "critical_high": critical.pairs_high,
                "total": _total(), "trials": trials,
            },
            *(asdict(one) for one in rates),
        ),
    )  # fmt: skip


def _range(low: float, high: float) -> str:
    return f"95 % interval {low:g} to {high:g}"


def _total() -> int:
    return _SYMBOLS * (_SYMBOLS + 1) // 2
