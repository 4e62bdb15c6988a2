"""Weights that add modulo p without training: accuracy against width, an S-shape without time and without a gap."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import numerics
from report.annotations import Array
from report.figures.without_gap import width_figure
from report.setting import Example, Request, Section, Setting, Style
from theory import ModularWeights

__all__ = ["PRESETS", "build"]

PRESETS: dict[str, dict[str, Any]] = {
    "quick": {"moduli": (23, 97), "draws": 20},
    "paper": {"moduli": (23, 97, 397), "draws": 50},
}
"""Moduli, and how often the phases are drawn at each width."""

_WIDTHS = np.unique(np.geomspace(1, 200, 40).round().astype(int))
_MANY = 16
_STYLE = Style("#999933", "D", ":")


def build(request: Request) -> Setting:
    """Draw weights at every width, and fit the share of right answers against it."""
    sizes = PRESETS[request.preset]
    moduli, draws = sizes["moduli"], sizes["draws"]
    found = {p: np.array([_drawn(int(width), p, draws) for width in _WIDTHS]) for p in moduli}
    fits = {p: numerics.measure(_WIDTHS, found[p], found[p]) for p in moduli}
    return Setting(
        name="analytic_weights",
        title="Analytic weights for modular addition",
        phrase="analytic weights of modular addition",
        time_unit="unit",
        about="Weights of a network of N units that adds modulo p, written down with random phases: nothing is "
        f"trained, and the place of the time is taken by the width. {draws} draws at each of {_WIDTHS.size} widths.",
        table=numerics.tabulate({"modulus": p, **fit.row()} for p, fit in fits.items()),
        style=_STYLE,
        examples=tuple(Example(f"p = {p}", fits[p]) for p in moduli),
        origin=f"computed here; draws of the seeds 0 to {draws - 1}",
        caption="There is no gap to show sharpness against: nothing is trained.",
        sections=(_widths(found, fits),),
    )


def _drawn(width: int, modulus: int, draws: int) -> float:
    """Mean accuracy over the draws, each on as many random pairs as there are residues."""
    right = []
    for seed in range(draws):
        rng = np.random.default_rng([seed, width, modulus])
        weights = numerics.analytic_weights(width, modulus, rng=rng)
        a, b = rng.integers(modulus, size=(2, max(modulus, 100)))
        right.append(np.mean(weights.answers(a, b) == (a + b) % modulus))
    return float(np.mean(right))


def _off(expected: Array, found: Array) -> float:
    """Root mean square of the difference over the widths that are not small."""
    return float(np.sqrt(np.mean((expected - found)[_WIDTHS >= _MANY] ** 2)))


def _widths(found: Mapping[int, Array], fits: Mapping[int, numerics.Sharpness]) -> Section:
    expected = {
        p: tuple(np.array([numerics.modular_accuracy(int(n), p, order=order) for n in _WIDTHS]) for order in (1, 2))
        for p in found
    }
    rows = [
        {
            "modulus": p,
            "fitted_width": fit.gen.jump_time,
            "critical_width": float(ModularWeights(p, imbalance=1).critical_width()),
            "fitted_sharpness": fit.gen.jump_time * fit.absolute_sharpness,
            "critical_sharpness": float(ModularWeights(p, imbalance=1).critical_sharpness()),
            "error_gauss": _off(expected[p][0], found[p]),
            "error_corrected": _off(expected[p][1], found[p]),
        }
        for p, fit in fits.items()
    ]

    def panels() -> tuple[Figure, ...]:
        return (width_figure(_WIDTHS.astype(np.float64), found, {p: (one, two) for p, (one, two) in expected.items()}),)

    return Section(
        name="widths",
        title="Accuracy against width",
        panels=panels,
        caption="Points: drawn weights. Dotted: independent Gaussian outputs. Lines: with the skewness of the answer's "
        "output and the scatter of the others that goes with it.",
        text="Half of the answers are right from "
        + ", ".join(
            f"{row['fitted_width']:.1f} units (large p: {row['critical_width']:.1f}) at p = {row['modulus']}"
            for row in rows
        )
        + "; the slope there in units of this width is "
        + ", ".join(f"{row['fitted_sharpness']:.2f} ({row['critical_sharpness']:.2f})" for row in rows)
        + f". From {_MANY} units on the theory is off by "
        + ", ".join(f"{row['error_corrected']:.3f} (Gaussian {row['error_gauss']:.3f})" for row in rows)
        + ".",
        rows=tuple(rows),
    )
