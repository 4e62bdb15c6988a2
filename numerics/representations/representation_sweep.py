"""The effective theory on the axes that all systems share: gap and sharpness over random training sets."""

from collections.abc import Iterable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import ProgressOption
from numerics.curves.sharpness_table import SharpnessTable
from numerics.representations.effective_accuracy import effective_accuracy
from numerics.representations.effective_dynamics import accuracy_ceiling, decay_modes
from numerics.representations.training_sets.grokking_rate import grokking_rate
from numerics.representations.training_sets.parallelograms import conserved
from numerics.representations.training_sets.training_pairs import all_pairs, checked_size, training_pairs
from numerics.run_curves import RunCurves
from numerics.run_table import measure_each

__all__ = ["sweep_representation"]

_NO_PARALLELOGRAM = "no parallelogram: no two of the training pairs have the same result"


def sweep_representation(
    symbols: int,
    pairs: ArrayLike,
    *,
    seeds: Iterable[int],
    tolerance: float = 0.01,
    start: float = 1.0,
    dimension: int = 1,
    modulus: int | None = None,
    points: int = 2000,
    progress: ProgressOption = None,
) -> SharpnessTable:
    """Measure the effective theory's accuracy curves over random training sets: one row a size and a seed.

    The training set of a row is `training_pairs(symbols, pairs, rng=numpy.random.default_rng(seed))`, its curves those
    of `effective_accuracy` at equally spaced times up to 1.2 ln(1 + 10σ√d/δ) over the slowest rate of decay. A held-out
    pair whose result no training pair has is never right: the generalization curve of a row is divided by the share of
    the others, its `gen_ceiling`, so that all curves are measured between 0 and 1. A training set without unique
    structure, without parallelograms or with ceiling 0 stays in the table with its reason.

    Parameters
    ----------
    symbols
        p.
    pairs
        One training-set size or several, all below that of the full table.
    seeds
        Which training sets of each size.
    tolerance, start, dimension, modulus
        As of `effective_accuracy`; Z₀ is p.
    points
        Number of times.
    progress
        True for a bar on standard error, or a function that is called with (done, total) after each row.

    Returns
    -------
    SharpnessTable
        Columns `symbols`, `pairs`, `seed`, `grokking_rate`, `unique`, `gen_ceiling`, then those of `measure`; time is
        that of the effective dynamics.

    Examples
    --------
    >>> table = sweep_representation(10, [25, 45], seeds=range(2))
    >>> table["pairs"].tolist(), table["unique"].tolist(), table["relative_gap"].round(2)
    ([25, 25, 45, 45], [True, True, True, True], array([0.71, 0.32, 0.15, 0.29]))
    """
    table = all_pairs(symbols)
    sizes = [checked_size(size, len(table)) for size in np.atleast_1d(np.asarray(pairs)).tolist()]
    if len(table) in sizes:
        raise ValueError(f"All {len(table)} pairs leave none to generalize to; take smaller training sets.")

    def run(size: int, seed: int) -> RunCurves:
        known = training_pairs(symbols, size, rng=np.random.default_rng(seed))
        decay, _ = decay_modes(known, symbols, modulus=modulus)
        free = int((decay == 0).sum()) - conserved(symbols, modulus)
        answered = round(accuracy_ceiling(known, symbols, modulus=modulus) * len(table))
        ceiling = (answered - size) / (len(table) - size)
        rate = grokking_rate(known, symbols, modulus=modulus)
        columns = {
            "symbols": symbols, "pairs": size, "seed": seed,
            "grokking_rate": rate, "unique": free == 0, "gen_ceiling": ceiling,
        }  # fmt: skip
        if not decay.any():
            nothing = np.zeros(points)
            return RunCurves(np.arange(1.0, points + 1), nothing, nothing, columns, _NO_PARALLELOGRAM)
        end = 1.2 * np.log(1 + 10 * start * np.sqrt(dimension) / tolerance) / decay[decay > 0].min()
        time = np.linspace(end / points, end, points)
        train, gen = effective_accuracy(
            known, symbols, time, tolerance=tolerance, start=start, dimension=dimension, modulus=modulus
        )
        return RunCurves(time, train, gen / ceiling if ceiling else gen, columns, _reason(free, ceiling))

    seeds = list(seeds)
    return measure_each(
        [partial(run, size, seed) for size in sizes for seed in seeds], progress, noise="runs", knobs=("pairs",)
    )


def _reason(free: int, ceiling: float) -> str | None:
    if free:
        more = f"{free} more direction{'s' * (free > 1)}"
        return f"no unique structure: the training set leaves {more} free than the full table"
    return None if ceiling else "nothing to generalize to: no held-out pair has the result of a training pair"
