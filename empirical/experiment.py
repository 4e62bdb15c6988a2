"""The concealed-parity experiment: from configurations to recorded runs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence

import numpy as np
import torch
import xarray as xr

from empirical.configuration import ParityRun
from empirical.ensemble import Ensemble
from empirical.network import draw_weights
from empirical.parity import parity_examples
from empirical.randomness import draw_streams
from empirical.training import train

_LONG_NAMES = {
    "train_accuracy": "training accuracy, mean over the epoch's minibatches while the weights move",
    "gen_accuracy": "validation accuracy, mean over minibatches after the epoch",
    "train_accuracy_whole": "training accuracy, whole set after the epoch",
    "gen_accuracy_whole": "validation accuracy, whole set after the epoch",
    "train_loss": "training cross-entropy in nats, mean over the epoch's minibatches while the weights move",
    "gen_loss": "validation cross-entropy in nats, mean over minibatches after the epoch",
}


def train_together(
    runs: Sequence[ParityRun],
    *,
    after_epoch: Callable[[], None] = lambda: None,
    dtype: torch.dtype = torch.float32,
    device: str | torch.device = "cpu",
) -> list[xr.Dataset]:
    """Train runs that differ in their seed only, as one ensemble in this process.

    Returns one dataset a run, in the order given: the curves of ``training.train`` over the epochs 1, 2, …
    in float32, and attributes with the configuration, the versions and the run's share of the seconds taken.
    ``after_epoch`` is called after each epoch; an exception that it raises ends the training.
    Raises ValueError if the runs differ in more than their seed.

    >>> tiny = dict(epochs=2, train_samples=40, gen_samples=20, width=8)
    >>> first, second = train_together([ParityRun(5, seed, **tiny) for seed in (0, 1)])
    >>> dict(first.sizes), str(first["gen_accuracy"].dtype)
    ({'epoch': 2}, 'float32')
    """
    started = time.perf_counter()
    if not runs:
        return []
    shape = _all_but_seed(runs[0])
    if any(_all_but_seed(run) != shape for run in runs):
        raise ValueError("Runs trained together must differ in their seed only; train the others separately.")
    one = runs[0]
    streams = [draw_streams(run.seed, run.input_size) for run in runs]
    train_sets, gen_sets = zip(*map(parity_examples, runs, streams), strict=True)
    weights = [draw_weights(one.input_size, one.width, rng=stream.weights) for stream in streams]
    curves = train(
        Ensemble(
            weights,
            learning_rate=one.learning_rate,
            weight_decay=one.weight_decay,
            dtype=dtype,
            device=device,
        ),
        train_sets,
        gen_sets,
        batch_orders=[stream.batches for stream in streams],
        epochs=one.epochs,
        batch_size=one.batch_size,
        after_epoch=after_epoch,
    )
    seconds = (time.perf_counter() - started) / len(runs)
    return [_dataset(run, {name: curve[k] for name, curve in curves.items()}, seconds) for k, run in enumerate(runs)]


def group_runs(runs: Sequence[ParityRun], *, at_once: int = 1) -> list[list[ParityRun]]:
    """Groups of at most ``at_once`` runs that differ in their seed only, the largest input sizes first.

    On a processor one run at a time is fastest: its weights and activations stay in the cache, and matrices
    of width 1000 are large enough to keep the arithmetic busy. Larger groups are for accelerators.

    >>> groups = group_runs([ParityRun(n, seed) for n in (25, 26) for seed in range(3)], at_once=2)
    >>> [[(run.input_size, run.seed) for run in group] for group in groups]
    [[(26, 0), (26, 1)], [(26, 2)], [(25, 0), (25, 1)], [(25, 2)]]
    """
    if at_once < 1:
        raise ValueError(f"at_once must be at least 1, got {at_once}; 1 trains each run by itself.")
    alike: dict[tuple[object, ...], list[ParityRun]] = {}
    for run in sorted(set(runs), key=lambda run: (-run.input_size, run)):
        alike.setdefault(_all_but_seed(run), []).append(run)
    return [group[k : k + at_once] for group in alike.values() for k in range(0, len(group), at_once)]


def _all_but_seed(run: ParityRun) -> tuple[object, ...]:
    values = json.loads(run.to_json())
    values.pop("seed")
    return tuple(sorted(values.items()))


def _dataset(run: ParityRun, curves: dict[str, np.ndarray], seconds: float) -> xr.Dataset:
    variables = {
        name: ("epoch", curve.astype(np.float32), {"long_name": _LONG_NAMES[name]}) for name, curve in curves.items()
    }
    return xr.Dataset(
        variables,
        coords={"epoch": ("epoch", np.arange(1, run.epochs + 1, dtype=np.int32))},
        attrs={
            "configuration": run.to_json(),
            "torch_version": str(torch.__version__),
            "numpy_version": np.__version__,
            "seconds": seconds,
        },
    )
