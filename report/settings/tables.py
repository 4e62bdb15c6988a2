"""Tables of modular addition learned by quadratic networks: recipes, shares of the table, weight decay."""

import dataclasses
import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from empirical import Experiment, find_system, measure_runs, run_curves, steps_of, train_experiments
from numerics import SharpnessTable, quantile_interval
from numerics.progress import progress_bar
from report.annotations import Array
from report.delays import run_delays, told_interval
from report.figures.knob_times import knob_times
from report.figures.named_times import named_times
from report.figures.norm_over_time import norm_figure
from report.knob_sweep import KnobSweep
from report.recorded_sweeps import recorded_sweep
from report.setting import Companion, Request, Section, Setting, Style
from report.trained_setting import trained_setting

__all__ = ["PRESETS", "RECIPES", "Recipe", "build", "knob_sweeps"]


@dataclasses.dataclass(frozen=True)
class Recipe:
    """A published recipe: a preset of a system, and the steps to 0.99 on both sets that are told of it.

    >>> RECIPES["D"].published
    (20, 50)
    """

    system: str
    preset: str
    published: tuple[int, int]
    about: str


_NETWORK = "quadratic_mlp"

RECIPES: Mapping[str, Recipe] = {
    "D": Recipe(_NETWORK, "published", (20, 50), "modulus 97, 500 units, AdamW with decay 5"),
    "standard start": Recipe(_NETWORK, "standard", (30, 1900), "modulus 23, 100 units, usual start, decay 0.5"),
    "K": Recipe(
        _NETWORK, "unregularized", (2110, 2750), "modulus 23, 100 units, plain gradient descent without decay, 90 %"
    ),
    "ReLU": Recipe("embedding_mlp", "published", (50, 660), "modulus 59, 256 ReLU units, cross-entropy, decay 1"),
}
"""By the name of their row in the figure."""

PRESETS: dict[str, dict[str, Any]] = {
    "quick": {
        "seeds": {"D": 2, "standard start": 3, "K": 4, "ReLU": 1},
        "train_fraction": {
            "task.train_fraction": (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9), "seed": range(2),
            "schedule.steps": 1500,
        },
        "weight_decay": {
            "optimizer.weight_decay": (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0), "seed": range(2), "schedule.steps": 1500,
        },
    },
    "paper": {"seeds": dict.fromkeys(RECIPES, 10), "train_fraction": {}, "weight_decay": {}},
}  # fmt: skip
"""How many seeds each recipe has, and what is turned otherwise in the presets of that name."""

_RECORDED = {
    _NETWORK: (
        "task.train_fraction", "task.modulus", "model.width", "model.initial_scale", "optimizer.weight_decay",
        "optimizer.learning_rate",
    ),
    "embedding_mlp": ("task.train_fraction", "optimizer.weight_decay", "optimizer.learning_rate"),
}  # fmt: skip
"""The knobs of either system along which runs come with the package, in the preset of the knob's last word."""

_STYLE, _BESIDE = Style("#882255", "v"), Style("#DDCC77", "^")


def build(request: Request) -> Setting:
    """Train the recipes and both sweeps, or load what is finished of them."""
    sizes = PRESETS[request.preset]
    system = find_system(_NETWORK)
    along = system.experiments("weight_decay", **sizes["weight_decay"])
    seeded = {name: _experiments(one, sizes["seeds"][name]) for name, one in RECIPES.items()}
    runs = _trained(request, [*along, *(one for some in seeded.values() for one in some)])
    recipes = {name: [runs[one] for one in some] for name, some in seeded.items()}
    decay = measure_runs([runs[one] for one in along], system=system)

    def sections(_: Sequence[xr.Dataset], table: SharpnessTable) -> tuple[Section, ...]:
        return (_recipes(recipes), _fraction(table), _decay(decay), _norm(recipes["K"]))

    setting = trained_setting(
        _NETWORK,
        request,
        experiments=system.experiments("train_fraction", **sizes["train_fraction"]),
        style=_STYLE,
        sections=sections,
        more=" They have modulus 31 and 256 units; beside them the same network with half of the table under other "
        "weight decays.",
    )
    return dataclasses.replace(
        setting,
        name="tables",
        title="Tables of binary operations",
        phrase="quadratic networks on tables",
        label="other shares of the table",
        companions=(Companion("weight_decay", "other weight decays", decay, _BESIDE),),
    )


def knob_sweeps() -> Iterable[KnobSweep]:
    """The recorded networks of both kinds along each knob around one recipe."""
    for system, knobs in _RECORDED.items():
        for knob in knobs:
            yield recorded_sweep(system, knob, knob.rpartition(".")[2])


def _experiments(recipe: Recipe, seeds: int) -> list[Experiment]:
    return find_system(recipe.system).experiments(recipe.preset, seed=range(seeds))


def _trained(request: Request, experiments: Sequence[Experiment]) -> dict[Experiment, xr.Dataset]:
    with progress_bar("recipes and weight decays", "step") as progress:
        runs = train_experiments(
            experiments, out=request.folder(_NETWORK), workers=request.workers, executor=request.executor,
            records=("weight_norm",), progress=progress,
        )  # fmt: skip
    return dict(zip(experiments, runs, strict=True))


def _recipes(runs: Mapping[str, Sequence[xr.Dataset]]) -> Section:
    """Both times of every run of each recipe, beside those that were published."""
    tables = {name: measure_runs(some, system=find_system(RECIPES[name].system)) for name, some in runs.items()}
    found = {name: run_delays(table, "seed") for name, table in tables.items()}
    published = [RECIPES[name].published for name in found]
    return Section(
        name="recipes",
        title="Recipes, and what was published of them",
        panels=lambda: (named_times(found, "step", published=published),),
        caption="First step with an accuracy of 0.99 on either set, a point a run; stars are the published steps. "
        + "; ".join(f"{name}: {one.about}" for name, one in RECIPES.items())
        + ".",
        text=" ".join(
            f"{name}: {_median(one.fit)} steps to train, {RECIPES[name].published[0]} published; "
            f"{_median(one.gen)} to generalize, {RECIPES[name].published[1]} published."
            for name, one in found.items()
        ),
        rows=tuple(
            {
                "recipe": name, "published_train": RECIPES[name].published[0],
                "published_gen": RECIPES[name].published[1], **_plain(row, "seed", *_TIMES, "relative_gap"),
                "status": row["status"],
            }
            for name, table in tables.items()
            for row in table
        ),
    )  # fmt: skip


_TIMES = ("steps_to_train", "steps_to_gen", "steps")


def _fraction(table: SharpnessTable) -> Section:
    found = run_delays(table, "train_fraction")
    never = np.isinf(found.gen)
    least = f"{found.knob[~never].min():g}" if (~never).any() else "none"
    beyond = f"; the largest share at which one does not is {found.knob[never].max():g}" if never.any() else ""
    return Section(
        name="fraction",
        title="Steps against the share of the table that is learned",
        panels=lambda: (knob_times(found, "share of the table that is learned", "step"),),
        caption="First step with an accuracy of 0.99 on either set; an arrow is a run that had not come there by its "
        "end.",
        text=f"{int(never.sum())} of {never.size} runs do not generalize. The smallest share at which a run does is "
        f"{least}{beyond}.",
        rows=tuple(_plain(row, "train_fraction", "seed", *_TIMES) for row in table),
    )


def _decay(table: SharpnessTable) -> Section:
    """T against γ: where it is shortest, and up to there ln T against ln γ, what never came being censored."""
    name = "optimizer.weight_decay"
    found = run_delays(table, name)
    best, rising, without = found.best, found.up_to_best(), found.at(0.0).gen
    line = rising.gen_line
    return Section(
        name="decay",
        title="Steps against weight decay",
        panels=lambda: (knob_times(found, r"weight decay $\gamma$", "step", power=-1, along=rising),),
        caption="First step with an accuracy of 0.99 on either set, half of the table being learned; an arrow is a run "
        "that had not come there by its end. The lines are those of the decays up to the best one, with such runs as "
        "censored times.",
        text="Up to the best decay the slope of ln T over ln γ is "
        f"{told_interval(line.slope, line.slope_low, line.slope_high)}; 1/γ would be −1. "
        f"The median is smallest at γ = {best:g}, {_steps(float(np.median(found.at(best).gen)))} steps"
        + (f"; without decay it is {_steps(float(np.median(without)))}." if without.size else "."),
        rows=(
            {"slope": line.slope, "slope_low": line.slope_low, "slope_high": line.slope_high, "best": best},
            *(_plain(row, name, "seed", *_TIMES) for row in table),
        ),
    )


def _norm(runs: Sequence[xr.Dataset]) -> Section:
    """How the norm of the weights moves where nothing regularizes."""
    rows = tuple(_norms(run) for run in runs)
    growth = np.array([row["norm_gen"] / row["norm_start"] for row in rows])
    later = np.array([row["norm_gen"] / row["norm_train"] for row in rows])
    run = runs[0]
    _, train, gen = run_curves(run)
    panels = functools.partial(
        _norm_panels, steps_of(run).astype(np.float64), train, gen, np.asarray(run["weight_norm"], np.float64)
    )
    return Section(
        name="norm",
        title="Grokking without regularization",
        panels=panels,
        caption="Both accuracies of the first run of recipe K, plain gradient descent without weight decay, and the "
        "norm of all weights.",
        text=f"Until the accuracy on the held-out rows is 0.99 the norm grows by a factor of {_span(growth)}, since "
        f"the training set was learned by {_span(later)}.",
        rows=rows,
    )


def _norm_panels(steps: Array, train: Array, gen: Array, norm: Array) -> tuple[Figure]:
    return (norm_figure(steps, train, gen, norm, "step"),)


def _norms(run: xr.Dataset) -> dict[str, float]:
    """The norm at the start, when either set was learned, and at the end; NaN for what never came."""
    norm = np.asarray(run["weight_norm"], np.float64)
    _, train, gen = run_curves(run)
    level = find_system(_NETWORK).level

    def when(curve: Array) -> float:
        come = np.flatnonzero(curve >= level)
        return float(norm[come[0]]) if come.size else float("nan")

    return {
        "norm_start": float(norm[0]), "norm_train": when(train), "norm_gen": when(gen), "norm_end": float(norm[-1]),
    }  # fmt: skip


def _plain(row: Mapping[str, Any], *names: str) -> dict[str, float]:
    return {name: float("nan") if row[name] is None else float(row[name]) for name in names}


def _median(times: Array) -> str:
    low, high = quantile_interval(times)
    if not np.isfinite(low):  # too few runs to bound a median
        return (
            f"{_steps(float(np.median(times)))} (all {times.size} from {_steps(times.min())} to {_steps(times.max())})"
        )
    return f"{_steps(float(np.median(times)))} [{_steps(low)}, {_steps(high)}]"


def _steps(time: float) -> str:
    return f"{time:.0f}" if np.isfinite(time) else "not seen"


def _span(values: Array) -> str:
    known = values[np.isfinite(values)]
    return f"{known.min():.2f} to {known.max():.2f}" if known.size else "nothing known"
