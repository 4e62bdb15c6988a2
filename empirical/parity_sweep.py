"""The paper's experiment by its own name: sweeps of networks on concealed parity."""

import os
from collections.abc import Iterable
from typing import Any

import numerics
from empirical.run_sweep import sweep

__all__ = ["sweep_parity"]


def sweep_parity(
    input_sizes: Iterable[int] = range(25, 46),
    seeds: Iterable[int] = (0, 1, 2),
    *,
    out: str | os.PathLike[str] | None = None,
    **options: Any,
) -> numerics.SharpnessTable:
    """Train one network for each input size and seed, and measure how sharply each grokked.

    This is `sweep("parity", …)` with the paper's 63 runs as the default; every keyword is explained there. A knob may
    have several values: weight decay, initial scale, training-set size, width or the order of the parity can be turned
    in place of the number of spurious bits.

    Parameters
    ----------
    input_sizes, seeds
        Every pair is one run.
    out
        Folder for the runs.
    **options
        `workers`, `accuracy`, `records`, `progress`, …, and the other knobs of the system.

    Returns
    -------
    As `sweep`: `input_size`, `seed`, the knob if there is one, `steps_to_train`, `steps_to_gen`, `steps`, and the
    columns of `numerics.measure` with floor 1/2.

    Notes
    -----
    Source: M, section 3.2.

    Examples
    --------
    >>> small = dict(width=100, train_samples=200, gen_samples=100, learning_rate=0.3, workers=1)
    >>> table = sweep_parity([10], [0, 1], epochs=400, **small)
    >>> [(row["input_size"], row["seed"], row["status"]) for row in table]
    [(10, 0, 'ok'), (10, 1, 'ok')]
    >>> bool((table["jump_time_gen"] > table["jump_time_train"]).all())
    True
    """
    return sweep("parity", input_size=input_sizes, seed=seeds, out=out, **options)
