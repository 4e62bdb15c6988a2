"""The linear student at infinite size, in closed form: the true expectation at λ < 1, the published form at λ > 1."""

from collections.abc import Iterable

import numpy as np

import numerics
from numerics.progress import progress_bar
from report.knob_sweep import KnobSweep
from report.linear_sweeps import weight_decay_and_spectrum
from report.setting import Companion, Example, Request, Setting, Style
from report.stochastic_sweeps import batch_sweep, momentum_sweep

__all__ = ["LAM", "build", "knob_sweeps"]

LAM = numerics.PAPER_LAM
"""λ of the published figure; no preset has fewer, since they cost seconds."""

_ETA0 = 0.01
_KNOB_VALUES, _KNOB_POINTS = 24, 5000
_STYLE = Style("#000000", ".")
_PUBLISHED = Style("#009E73", "+")


def build(request: Request) -> Setting:
    """Measure the exact losses at the mirrored λ < 1, the published ones at λ > 1, and the exact ones there."""
    with progress_bar("linear theory, published", "λ") as progress:
        published = numerics.sweep_linear(LAM, progress=progress)
    mirrored = numerics.mirror(LAM)
    with progress_bar("linear theory, exact", "λ") as progress:
        exact = numerics.sweep_linear(mirrored, convention="exact", progress=progress)
    forbidden = numerics.sweep_linear(LAM[:: max(1, LAM.size // 3)], convention="exact")
    return Setting(
        name="linear",
        title="Linear theory",
        phrase="the linear theory",
        time_unit="step",
        about=f"Student–teacher regression at infinite size, exact expected losses, {len(exact)} values of λ from "
        f"{mirrored.min():.4g} to {mirrored.max():.4g}, ε = 1e-10, η₀ = 0.01.",
        table=exact,
        style=_STYLE,
        examples=tuple(_example(lam) for lam in mirrored[[0, mirrored.size // 5, -1]]),
        origin="computed here, without random numbers",
        caption="Sharpness against the gap: exact losses at λ < 1, and the published late-time forms at λ > 1, whose "
        "mirror image they are. Expected losses have no noise, so that no error bars are drawn.",
        label="exact, λ < 1",
        companions=(
            Companion("published", "published, λ > 1", published, _PUBLISHED),
            Companion("forbidden", "exact, λ > 1", forbidden),
        ),
    )


def knob_sweeps() -> Iterable[KnobSweep]:
    """λ from the exact losses, the published range mirrored, and the knobs of the student's variants.

    The delay along λ is held against the time 1/κ of the spectrum's edge.
    """
    lam = numerics.mirror(np.linspace(LAM[0], LAM[-1], _KNOB_VALUES))
    table = numerics.sweep_linear(lam, convention="exact", eta0=_ETA0, points=_KNOB_POINTS)
    edge = 1 / (4 * _ETA0 * (1 - np.sqrt(lam)) ** 2)
    yield KnobSweep("linear_student", "lam", table, {"spectrum edge": edge})
    yield from weight_decay_and_spectrum()
    yield batch_sweep()
    yield momentum_sweep()


def _example(lam: float) -> Example:
    times = numerics.linear_times(lam)
    curves = numerics.linear_curves(times, lam, convention="exact")
    return Example(f"λ = {lam:.4g}", numerics.measure(times, *curves))
