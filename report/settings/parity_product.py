"""A product that learns a parity online: no gap, and a slope that is known against the time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import numerics
from report.annotations import Array
from report.figures.without_gap import slope_figure
from report.setting import Example, Request, Section, Setting, Style
from theory import ParityProduct

__all__ = ["PRESETS", "build"]

PRESETS: dict[str, int] = {"quick": 3, "paper": 10}
"""Simulated runs a number of bits."""

_PRODUCT = ParityProduct(3, 30)
_SIZES = (15, 30, 60, 120, 240)
_SIMULATED = (30, 60, 120)
_KNOBS: dict[str, dict[str, Any]] = {
    "input size": {"input_size": _SIZES},
    "start": {"start": (0.25, 0.35, 0.5, 0.7, 1)},
    "rate": {"rate": (0.25, 0.5, 1, 2, 4)},
}
_POINTS, _BATCH = 300, 256
_STYLE = Style("#661100", "h", ":")
_CHANCE = 0.5


def build(request: Request) -> Setting:
    """Measure the closed form and runs on drawn bits along the number of bits, and lay slope against time."""
    runs = PRESETS[request.preset]
    exact = [_exact(size) for size in _SIZES]
    simulated = [(size, _simulated(size, replica)) for size in _SIMULATED for replica in range(runs)]
    return Setting(
        name="parity_product",
        title="Parity by a product, online",
        phrase="a product that learns a parity online",
        time_unit="",
        about="The parity of three bits among others, learned by a product of three linear factors from ever fresh "
        "data, so that training and generalization are the same curve and the gap is zero. Time is that of the flow "
        f"w' = w²; {runs} runs of descent with batches of {_BATCH} at each of "
        f"{', '.join(map(str, _SIMULATED))} bits.",
        table=numerics.tabulate(
            {"input_size": size, **example.result.row()} for size, example in zip(_SIZES, exact, strict=True)
        ),
        style=_STYLE,
        examples=tuple(exact[:3]),
        origin=f"computed here; replicas 0 to {runs - 1} of seed 0",
        caption="There is no gap to show sharpness against: both curves are one.",
        sections=(_slopes(simulated, dict(zip(_SIZES, exact, strict=True))),),
    )


def _simulated(size: int, replica: int) -> Example:
    system = _PRODUCT.replace(input_size=size)
    run = numerics.simulate(system, replica=replica, points=_POINTS, batch=_BATCH, samples=2000)
    return _example(size, run.time, run.train_accuracy, run.gen_accuracy)


def _exact(size: int) -> Example:
    system = _PRODUCT.replace(input_size=size)
    time = np.linspace(0, float(system.horizon), _POINTS)
    return _example(size, time, *numerics.system_curves(system, time))


def _example(size: int, time: Array, train: Array, gen: Array) -> Example:
    return Example(f"{size} bits", numerics.measure(time, train, gen, floor=_CHANCE))


def _along(name: str, values: tuple[float, ...]) -> Iterator[Mapping[str, float]]:
    """Jump time, tangent and what is left of the time, in closed form, along one knob."""
    for value in values:
        system = _PRODUCT.replace(**{name: value})
        time, slope = float(system.generalization_jump_time()), float(system.absolute_sharpness())
        left = float(system.blow_up_time) - time
        yield {name: value, "jump_time": time, "absolute_sharpness": slope, "slope_times_left": slope * left}


def _slopes(simulated: Sequence[tuple[int, Example]], exact: Mapping[int, Example]) -> Section:
    rows = {words: list(_along(*next(iter(knob.items())))) for words, knob in _KNOBS.items()}
    lines = {
        words: (np.array([row["jump_time"] for row in found]), np.array([row["absolute_sharpness"] for row in found]))
        for words, found in rows.items()
    }
    products = [row["slope_times_left"] for row in (*rows["input size"], *rows["start"])]
    ratios = [example.result.absolute_sharpness / exact[size].result.absolute_sharpness for size, example in simulated]

    def panels() -> tuple[Figure, ...]:
        return (slope_figure(lines, ""),)

    return Section(
        name="slopes",
        title="Sharpness against time",
        panels=panels,
        caption="Slope at the jump against its time, in closed form: more bits make it later and steeper, a smaller "
        "start later and no less steep, a smaller rate later and less steep in proportion.",
        text=f"Slope times what is left of the time until the weight is infinite is {min(products):.4f} to "
        f"{max(products):.4f} along bits and start. The sharpness of the simulated runs over that of the same fit to "
        f"the closed form is {np.nanmin(ratios):.2f} to {np.nanmax(ratios):.2f}.",
        rows=tuple({"along": words, **row} for words, found in rows.items() for row in found),
    )
