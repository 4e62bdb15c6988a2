"""Logistic regression of a constant label near the edge of separability."""

from collections.abc import Sequence

import numerics
from report.setting import Example, Request, Setting, Style, spanning_runs

__all__ = ["PRESETS", "build"]

PRESETS = {
    "quick": {"dimensions": (12, 15, 18, 21, 24), "seeds": range(4)},
    "paper": {"dimensions": tuple(range(10, 31, 2)), "seeds": range(20)},
}
"""Dimensions of 60 samples, and how many data sets of each."""

_SAMPLES, _UNTIL, _SIGMA = 60, 1e3, 5.0
_STYLE = Style("#332288", "P", "-.")


def build(request: Request) -> Setting:
    """Descend on Gaussian data of several dimensions."""
    sizes = PRESETS[request.preset]
    runs = _runs(sizes["dimensions"], sizes["seeds"])
    table = numerics.tabulate([run.row() for run in runs], noise="runs")
    edge = sum(1 for run in runs if run.columns["separable"])
    return Setting(
        name="separability_edge",
        title="Edge of separability",
        phrase="logistic regression at the edge of separability",
        time_unit="",
        about=f"Logistic regression with a bias and one label, {_SAMPLES} Gaussian "
        f"inputs of {min(sizes['dimensions'])} to {max(sizes['dimensions'])} dimensions (Beck et al.): descent "
        "from random weights. Data that are separable from the origin are never answered all right when fresh; "
        f"{edge} of the {len(runs)} sets are. Time is the sum of the steps, watched up to {_UNTIL:g}.",
        table=table,
        style=_STYLE,
        examples=tuple(_example(runs[k]) for k in spanning_runs(table)),
        origin=f"computed here; data of the seeds 0 to {max(sizes['seeds'])}",
        caption="Sharpness against the gap, a data set a point. The generalization accuracy is exact at each step.",
    )


def _runs(dimensions: Sequence[int], seeds: Sequence[int]) -> list[numerics.RunCurves]:
    return [
        run
        for dimension in dimensions
        for run in numerics.descend_to_separation(_SAMPLES, dimension, sigma=_SIGMA, seeds=seeds, until=_UNTIL)
    ]


def _example(run: numerics.RunCurves) -> Example:
    label = f"λ = {run.columns['lam']:.3g}, seed {run.columns['seed']}"
    return Example(label, run.measure())
