"""Trained runs of the representation toy, and what the effective theory said of them."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import NDArray

import numerics
from empirical import experiment_of, find_system, measure_runs, run_curves, steps_of, train_experiments
from numerics import SharpnessTable
from numerics.progress import progress_bar
from report.annotations import Array
from report.arrivals import LEARNED, PUBLISHED, Arrivals, able, arrivals, column, structure_lead
from report.delay_predictors import inverse_rate
from report.figures.arrival_times import arrival_figure, never_figure
from report.figures.embeddings import embedding_figures
from report.figures.structure_over_time import lead_figure, structure_figure
from report.figures.unique_curve import prediction_figure, unique_figure
from report.knob_sweep import KnobSweep
from report.recorded_sweeps import recorded_sweep
from report.setting import Request, Section, Setting, Style
from report.trained_setting import trained_setting

__all__ = ["MODULAR", "PRESETS", "build", "knob_sweeps"]

PRESETS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "quick": (("quick", {"task.train_pairs": range(20, 55, 5), "seed": range(6)}),),
    "paper": (("many", {"task.train_pairs": range(20, 55, 5)}), ("published", {})),
}
"""The runs: presets of the system, with what is turned otherwise; below the critical size, too."""

MODULAR: dict[str, tuple[str | None, dict[str, Any]]] = {"quick": (None, {"seed": range(5)}), "paper": ("many", {})}
"""The same of the system with modular addition and embeddings in the plane."""

_RECORDED = {
    "task.train_pairs": "many",
    "optimizer.groups.embedding.learning_rate": "embedding_rate",
    "optimizer.groups.decoder.learning_rate": "decoder_rate",
    "optimizer.groups.decoder.weight_decay": "decoder_decay",
}
"""The preset in which runs that come with the package turn each knob."""

_STYLE = Style("#CC79A7", "D")
_ORDERS = 4000  # of the whole table, behind the curve of unique structure
_MODULAR = "representation_modular"


def build(request: Request) -> Setting:
    """Train the runs of the preset and those of modular addition, or load those that are finished."""
    system = find_system("representation")
    experiments = {
        one: None for preset, knobs in PRESETS[request.preset] for one in system.experiments(preset, **knobs)
    }
    modular, modular_table = _modular_runs(request)

    def sections(datasets: Sequence[xr.Dataset], table: SharpnessTable) -> tuple[Section, ...]:
        found, later = (arrivals(table, event) for event in ("steps_to_rqi", "steps_to_gen"))
        assert found is not None, "the system's outcomes are columns of its table"
        assert later is not None
        shown = datasets[_shown(later)]
        return (
            _times(found, later, able(table)),
            _structure(table, found),
            _embeddings(shown),
            _lead(shown, table, found, later),
            _modular(modular, modular_table),
        )

    return trained_setting("representation", request, experiments=list(experiments), style=_STYLE, sections=sections)


def knob_sweeps() -> Iterable[KnobSweep]:
    """The recorded runs along the size of the training set, both rates and the decoder's weight decay."""
    for knob, preset in _RECORDED.items():
        yield recorded_sweep("representation", knob, preset, predictors={"1/λ₃": inverse_rate})


def _modular_runs(request: Request) -> tuple[list[xr.Dataset], SharpnessTable]:
    system = find_system(_MODULAR)
    preset, knobs = MODULAR[request.preset]
    with progress_bar(system.title, system.time_unit) as progress:
        runs = train_experiments(
            system.experiments(preset, **knobs), out=request.folder(_MODULAR), workers=request.workers,
            executor=request.executor, records=system.records, progress=progress,
        )  # fmt: skip
    return runs, measure_runs(runs, system=system)


def _shown(found: Arrivals) -> int:
    """The run to look at closely: of those that generalize the one in the middle, else the first."""
    arrived = np.flatnonzero(np.isfinite(found.times))
    return int(arrived[np.argsort(found.times[arrived])[arrived.size // 2]]) if arrived.size else 0


def _times(found: Arrivals, later: Arrivals, enough: NDArray[np.bool_]) -> Section:
    """Times to the structure and to the accuracy against 1/λ₃, and the shares of runs in which they never come."""
    critical = numerics.critical_pairs(_symbols(found), trials=_ORDERS, seed=0).pairs
    accurate = later.of(enough)
    shares = {
        words: {size: share for size in one.sizes if (share := one.never(size, size + 1))}
        for words, one in (("RQI 0.95", found), ("test 0.9", later))
    }
    lengths = " and ".join(f"{length:g}" for length in np.unique(found.length))
    rank, within, line = found.correlation, found.within_sizes, found.line

    def panels() -> tuple[Figure, ...]:
        return (
            arrival_figure(found.rate, found.pairs, found.times, found.length, line, "step", "RQI 0.95"),
            arrival_figure(
                accurate.rate, accurate.pairs, accurate.times, accurate.length, accurate.line, "step", "test 0.9"
            ),
            never_figure(shares, critical, found.total),
        )

    return Section(
        name="times",
        title="Times against the grokking rate",
        panels=panels,
        caption="First step with RQI 0.95, and with a test accuracy of 0.9, against 1/λ₃ of the run's own training "
        f"set; arrows are runs that had not come there after {lengths} steps, which enter the line as censored times. "
        "Last: the share of such runs, with its 95 % interval.",
        text=f"To RQI 0.95 the rank correlation with 1/λ₃ is {_told(rank.correlation, rank.low, rank.high)}, among "
        f"training sets of one size {_told(within.correlation, within.low, within.high)}, and the slope "
        f"{_told(line.slope, line.slope_low, line.slope_high)}, where U says 1{_alone(found)}. A test accuracy of 0.9 "
        f"is beyond {int((~enough).sum())} of {enough.size} training sets, which do not determine nine tenths of their "
        "held-out pairs, most of them for want of a pair with the same result; the second panel is without them.",
        rows=tuple(
            {
                "event": words,
                "pairs": size,
                "never": one.share,
                "never_low": one.low,
                "never_high": one.high,
                "runs": one.n,
            }
            for words, by_size in shares.items()
            for size, one in by_size.items()
        ),
    )


def _alone(found: Arrivals) -> str:
    """The slope without the censored runs, and how late the last of the others came."""
    line = found.arrived.line
    if not np.isfinite(line.slope):
        return ""
    last = found.arrived.times.max()
    stuck = ", so that the others are not slow but stuck" if last < found.length.min() / 2 else ""
    return (
        f"; among the {line.n} runs that come there the slope is {_told(line.slope, line.slope_low, line.slope_high)}, "
        f"and the last of them does at step {last:.0f}{stuck}"
    )


def _structure(table: SharpnessTable, found: Arrivals) -> Section:
    critical = numerics.critical_pairs(_symbols(found), trials=_ORDERS, seed=0)
    sizes = np.arange(10, found.total + 1)
    gen, predicted = column(table, "final_gen_accuracy"), column(table, "predicted_gen_accuracy")
    runs = {int(size): gen[found.pairs == size].tolist() for size in found.sizes}
    known = np.isfinite(predicted) & np.isfinite(gen)
    rank = numerics.rank_correlation(predicted, gen)

    def panels() -> tuple[Figure, Figure]:
        return (
            unique_figure(critical, sizes, runs),
            prediction_figure(predicted[known], gen[known], found.pairs[known]),
        )

    return Section(
        name="structure",
        title="What the structure allows, and what is found",
        panels=panels,
        caption="Left: probability that a random training set determines the structure, and the final accuracy of the "
        "trained runs on their held-out pairs with its mean. Right: the same accuracy against what the run's final "
        "embedding predicts, the share of held-out pairs that close a parallelogram with a training pair.",
        text=f"Rank correlation of the two {_told(rank.correlation, rank.low, rank.high)}; found is larger than "
        f"predicted in {int((gen[known] > predicted[known] + 1e-6).sum())} of {int(known.sum())} runs.",
    )


def _embeddings(run: xr.Dataset) -> Section:
    """One run's embeddings before, at and after its jump."""
    experiment = experiment_of(run)
    return Section(
        name="embeddings",
        title="Embeddings before and after",
        panels=functools.partial(embedding_figures, _moments(run)),
        caption=f"Standardized embeddings of the run with {experiment.knobs()['task.train_pairs']} training pairs and "
        f"seed {experiment.seed}, which has the median time of those that generalize; the dashed line is straight.",
        text="",
    )


def _moments(run: xr.Dataset) -> list[tuple[str, Array]]:
    """The embedding at the start, when the test accuracy first is 0.9 or halfway, and at the end."""
    steps, embedding = steps_of(run), np.asarray(run["embedding"].values, dtype=np.float64)
    gen = run_curves(run)[2]
    come = np.flatnonzero(gen >= LEARNED)
    jump = int(come[0]) if come.size else len(steps) // 2
    words = "test accuracy 0.9" if come.size else "on the way"
    return [
        ("at the start", embedding[0]),
        (f"{words}, step {steps[jump]}", embedding[jump]),
        (f"at the end, step {steps[-1]}", embedding[-1]),
    ]


def _lead(run: xr.Dataset, table: SharpnessTable, found: Arrivals, later: Arrivals) -> Section:
    lead = structure_lead(table)
    steps, (_, train, gen) = steps_of(run).astype(np.float64), run_curves(run)
    quality = np.asarray(run["rqi"].values, dtype=np.float64)
    published = float(PUBLISHED["steps_to_rqi"]), float(PUBLISHED["steps_to_gen"])

    def panels() -> tuple[Figure, Figure]:
        return (
            structure_figure(steps, train, gen, quality, "step"),
            lead_figure(found.times, later.times, found.length, "step", ("RQI 0.95", "test 0.9"), published),
        )

    return Section(
        name="lead",
        title="Which comes first, the structure or the accuracy",
        panels=panels,
        caption="Left: the same run over time. Right: first step with RQI 0.95 against first step with a test accuracy "
        "of 0.9 in every run, and in the one that was published.",
        text=f"Of the runs whose training set determines enough for a test accuracy of 0.9, RQI comes first in "
        f"{lead.ahead}, the accuracy in {lead.behind}, both at one look in {lead.tied}, neither in {lead.neither}; the "
        f"median lead of RQI is {_told(lead.median, lead.low, lead.high, '.0f')} steps.",
    )


def _modular(runs: Sequence[xr.Dataset], table: SharpnessTable) -> Section:
    """The best of the runs as a picture, and what all of them came to."""
    rows = tuple(
        {
            "pairs": int(row["train_pairs"]), "seed": int(row["seed"]), "grokking_rate": float(row["grokking_rate"]),
            "gen_accuracy": float(row["final_gen_accuracy"]), "circle": _number(row["circle_quality"]),
            "fourier": _number(row["fourier_share"]),
        }
        for row in table
    )  # fmt: skip
    best = max(range(len(rows)), key=lambda k: rows[k]["gen_accuracy"])
    arrived = sum(row["gen_accuracy"] >= LEARNED for row in rows)
    return Section(
        name="modular",
        title="Modular addition in the plane",
        panels=functools.partial(embedding_figures, _moments(runs[best])),
        caption="Embeddings in two dimensions of the run with the best final test accuracy, "
        f"{rows[best]['gen_accuracy']:.2f}; symbols that follow each other are joined. On a circle of one frequency "
        "all stand at equal angles.",
        text=f"{arrived} of {len(rows)} runs have a final test accuracy of 0.9; quality of the circle "
        f"{_span(rows, 'circle')}, share of one frequency {_span(rows, 'fourier')}, both 1 on a circle.",
        rows=rows,
    )


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _span(rows: Sequence[Mapping[str, Any]], name: str) -> str:
    values = [row[name] for row in rows]
    return f"{np.nanmin(values):.2f} to {np.nanmax(values):.2f}"


def _symbols(found: Arrivals) -> int:
    return round((np.sqrt(8 * found.total + 1) - 1) / 2)


def _told(value: float, low: float, high: float, form: str = ".2f") -> str:
    if np.isnan(value):
        return "not to be had"
    return f"{value:{form}} [{low:{form}}, {high:{form}}]".replace("inf", "∞")
