"""The diagonal linear network: along one knob its sharpness stays, along the other it falls, while the gap grows."""

import functools
from collections.abc import Iterable
from typing import Any

import numpy as np
from sympy import log, symbols

import numerics
from numerics.solvable.diagonal_network import diagonal_times, training_window
from report.knob_sweep import KnobSweep
from report.setting import Companion, Example, Request, Setting, Style, spanning_runs
from theory import DiagonalNetwork

__all__ = ["PRESETS", "build", "knob_sweeps"]

PRESETS: dict[str, Any] = {"quick": 8, "paper": 24}
"""How many values each knob takes."""

_SCALES, _DECAYS = (10.0, 1e4), (1e-4, 1e-2)
_STYLE = Style("#88CCEE", "^", "--")


def build(request: Request) -> Setting:
    """Turn the initial scale, and beside it the weight decay."""
    by_scale, by_decay = _tables(PRESETS[request.preset])
    network = DiagonalNetwork()
    return Setting(
        name="diagonal_network",
        title="Diagonal linear network",
        phrase="a diagonal linear network",
        time_unit="",
        about="Y's network f = ⟨u² − v², x⟩ with weight decay λ and u = v = α at first, on "
        f"{network.samples} samples that share one signal and have noise of their own: a kernel phase that ends at the "
        "max-L2-margin direction, and after a delay of (ln α + c)/λ a front to the max-L1-margin direction. Solved by "
        f"one differential equation; α from {_SCALES[0]:g} to {_SCALES[1]:g} at λ = {float(network.weight_decay):g}, "
        f"and λ from {_DECAYS[0]:g} to {_DECAYS[1]:g} at α = {network.initial_scale}. Accuracies are above chance.",
        table=by_scale,
        style=_STYLE,
        examples=tuple(_example(by_scale.rows[k]) for k in spanning_runs(by_scale)),
        origin="computed here, without random numbers",
        caption="Sharpness against the gap, along the initial scale and along the weight decay. The curves are exact, "
        "so that no error bars are drawn.",
        label="initial scale",
        companions=(Companion("weight_decay", "weight decay", by_decay, Style("#882255", "x")),),
    )


def knob_sweeps() -> Iterable[KnobSweep]:
    """Along α the gap grows like α² ln α and S_abs stays; along λ both go like 1/λ and λ."""
    by_scale, by_decay = _tables(PRESETS["quick"])
    yield _knob_sweep("initial_scale", by_scale)
    yield _knob_sweep("weight_decay", by_decay)


@functools.cache  # of the setting and of the law
def _tables(count: int) -> tuple[numerics.SharpnessTable, numerics.SharpnessTable]:
    network = DiagonalNetwork()
    return (
        numerics.sweep_diagonal(network, "initial_scale", np.geomspace(*_SCALES, count)),
        numerics.sweep_diagonal(network, "weight_decay", np.geomspace(*_DECAYS, count)),
    )


def _knob_sweep(knob: str, table: numerics.SharpnessTable) -> KnobSweep:
    turned = {name: np.full(len(table), float(value)) for name, value in DiagonalNetwork().parameters.items()}
    turned[knob] = table[knob]
    scale, decay = symbols("alpha lambda", positive=True)
    numbers = {scale: turned["initial_scale"], decay: turned["weight_decay"]}
    front = DiagonalNetwork(scale, decay).generalization_jump_time()
    predictors = {
        "ln α/λ": numerics.evaluate(log(scale) / decay, numbers),
        "(ln α + c)/λ": numerics.evaluate(front, numbers),
    }
    return KnobSweep("diagonal_network", knob, table, predictors)


def _example(row: Any) -> Example:
    network = DiagonalNetwork().replace(initial_scale=row["initial_scale"])
    time = diagonal_times(network)
    train, gen = numerics.system_curves(network, time)
    train = np.where(time <= training_window(network), train, np.nan)
    return Example(f"α = {row['initial_scale']:.4g}", numerics.measure(time, train, gen))
