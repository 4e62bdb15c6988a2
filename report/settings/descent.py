"""Gradient descent on the linear student at finite size, and what it says of the theory at infinite size."""

import functools
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import numpy as np

import numerics
from numerics import JumpTrust, SharpnessTable
from numerics.progress import progress_bar
from report.annotations import Array
from report.figures.trust import trust_figure
from report.kept.rows import kept_rows
from report.knob_sweep import KnobSweep
from report.setting import Example, Request, Section, Setting, Style
from report.trust_sentence import trust_sentence

__all__ = ["PRESETS", "build", "knob_sweeps"]

PRESETS = {"quick": {"lam": 12, "d": 2000, "seeds": 6}, "paper": {"lam": 24, "d": 8000, "seeds": 3}}
"""Number of λ across the mirrored range of the published figure, dimension, data sets at each λ."""

_TRUST_SIZES = (30, 100, 300, 1000, 2000)  # spectra alone, so that they may be larger than the runs of a preset
_ETA = 0.01
_KNOB_RANGE = (1.03, 1.1)  # of the published λ, mirrored: further in d has to be larger
_KNOB_VALUES, _KNOB_SEEDS, _KNOB_SIZE = 6, 4, 400
_STYLE = Style("#0072B2", "s", "--")


def build(request: Request) -> Setting:
    """Measure gradient descent over λ and data sets, and its jump times against those of infinite size."""
    sizes = PRESETS[request.preset]
    d, seeds = sizes["d"], list(range(sizes["seeds"]))
    lam = numerics.mirror(np.linspace(1.003, 1.1, sizes["lam"]))
    folder = request.folder("descent")
    table = _sweep(lam, d, seeds, folder if request.runs is None else folder / "descent")
    with progress_bar("jump times at finite d", "setting") as progress:
        trust = numerics.jump_trust(d=[size for size in _TRUST_SIZES if size <= 4 * d], progress=progress)
    return Setting(
        name="descent",
        title=f"Gradient descent, d = {d}",
        phrase=f"gradient descent at d = {d}",
        time_unit="step",
        about="The linear student–teacher model at finite size: full-batch gradient descent on Gaussian data of "
        f"dimension {d}, η = 0.01, from modes drawn exactly by the bidiagonal model; {lam.size} values of "
        f"λ, {len(seeds)} random data sets each.",
        table=table,
        style=_STYLE,
        examples=tuple(_example(float(value), d) for value in lam[[0, lam.size // 4, -1]]),
        origin=f"computed here; seeds 0 to {seeds[-1]}",
        caption="Sharpness against the gap. The losses of a given data set have no noise, so that no error bars are "
        "drawn; the scatter is that between data sets.",
        sections=(_trust(trust),),
    )


def knob_sweeps() -> Iterable[KnobSweep]:
    """λ by gradient descent on random data sets, where a sample's own slowest direction sets the end of a run.

    The delay against the time 1/κ of the edge of the infinite spectrum.
    """
    lam = numerics.mirror(np.linspace(*_KNOB_RANGE, _KNOB_VALUES))
    table = numerics.sweep_descent(lam, d=_KNOB_SIZE, seeds=range(_KNOB_SEEDS), eta=_ETA)
    edge = 1 / (4 * _ETA * (1 - np.sqrt(table["lam"].astype(float))) ** 2)
    yield KnobSweep("descent", "lam", table, {"spectrum edge": edge})


def _sweep(lam: Array, d: int, seeds: list[int], folder: Path) -> SharpnessTable:
    with progress_bar(f"gradient descent, d = {d}", "run") as progress:
        rows: list[dict[str, object]] = []
        for value in lam.tolist():
            # Each λ is kept as soon as it is done, so that an interrupted comparison resumes.
            rows += kept_rows(folder, numerics.sweep_descent, lam=value, d=d, seeds=seeds)
            progress(len(rows), lam.size * len(seeds))
    return numerics.tabulate(rows, noise="runs", knobs=("lam",))


def _example(lam: float, d: int) -> Example:
    problem = numerics.descent_problem(lam, d, 0)
    curves = numerics.descent_accuracies(problem)
    return Example(f"λ = {problem.lam:.4g}", numerics.measure(*curves))


def _trust(rows: tuple[JumpTrust, ...]) -> Section:
    first = rows[0]
    return Section(
        name="trust",
        title="Where infinite size may be trusted",
        panels=functools.partial(trust_figure, rows),
        caption="Random data sets without fits, against d divided by d_needed, the dimension from which the first "
        f"correction to the infinite-size loss is below {first.tolerance} of it at the jump (dotted line). Left: time "
        f"of the generalization jump, median and {100 * first.level:.0f} % of {first.replicas} data sets. "
        "Right: mean loss at the infinite-size jump, with its standard error; on the left side of the plot a few slow "
        "data sets make all of the mean.",
        text=trust_sentence(rows),
        rows=tuple(asdict(row) for row in rows),
    )
