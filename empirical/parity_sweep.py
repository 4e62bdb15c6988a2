"""The paper's experiment by its own name: sweeps of networks on concealed parity."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, cast

import xarray as xr

import numerics
from empirical.sweep import load_runs, measure_runs, sweep_task, task_runs, train_runs
from empirical.tasks.parity import ParityRun

__all__ = ["PRESETS", "load_parity", "measure_parity", "parity_runs", "sweep_parity", "train_parity"]

# Keywords for sweep_parity.
PRESETS: Mapping[str, dict[str, Any]] = ParityRun.presets

train_parity = train_runs
measure_parity = measure_runs


def sweep_parity(
    input_sizes: Iterable[int] = range(25, 46),
    seeds: Iterable[int] = (0, 1, 2),
    *,
    out: str | os.PathLike[str] | None = None,
    **options: Any,
) -> numerics.SharpnessTable:
    """Train one network for each input size and seed, and measure how sharply each grokked.

    This is ``sweep_task("parity", …)`` with the paper's 63 runs as the default; every keyword is explained there. A
    value of the protocol may be several: weight decay, initial scale, training-set size, width or the order of the
    parity can be the knob in place of the number of spurious bits.

    Parameters
    ----------
    input_sizes, seeds
        Every pair is one run.
    out
        Folder for the runs.
    **options
        ``workers``, ``accuracy``, ``records``, ``progress``, …, and the other numbers of ``ParityRun``.

    Returns
    -------
    As ``sweep_task``: ``input_size``, ``seed``, the knob if there is one, and the columns of ``numerics.measure`` with
    floor 1/2 and ceiling 1.

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
    return sweep_task("parity", input_sizes, seeds, out=out, **options)


def parity_runs(input_sizes: Iterable[int], seeds: Iterable[int], **protocol: Any) -> list[ParityRun]:
    """The runs of a parity sweep, ordered by input size, protocol and seed, each once; see ``task_runs``.

    >>> [(run.input_size, run.seed) for run in parity_runs([30, 25], [0, 1])]
    [(25, 0), (25, 1), (30, 0), (30, 1)]
    """
    return cast(list[ParityRun], task_runs("parity", input_sizes, seeds, **protocol))


def load_parity(out: str | os.PathLike[str], **protocol: Any) -> list[xr.Dataset]:
    """The finished parity runs in a folder, ordered by input size, protocol and seed; see ``load_runs``.

    >>> import tempfile
    >>> run = ParityRun(4, seed=0, epochs=2, width=8, train_samples=40, gen_samples=20)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     trained = train_parity([run], out=folder, workers=1)
    ...     [dataset.sizes["epoch"] for dataset in load_parity(folder, epochs=2)]
    [2]
    """
    return load_runs(out, "parity", **protocol)
