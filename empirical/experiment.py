"""One experiment: from configurations, whatever their task, to recorded runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np
import torch
import xarray as xr

from empirical.engines.choice import BuildEngine, choose_engine
from empirical.tasks.configuration import TrainingRun
from empirical.tasks.randomness import draw_streams
from empirical.training import CURVES, RECORDS, check_records, train

__all__ = ["Run", "group_runs", "train_together"]

Run = TypeVar("Run", bound=TrainingRun)


def train_together(
    runs: Sequence[TrainingRun],
    *,
    records: Iterable[str] = (),
    after_epoch: Callable[[int], None] = lambda count: None,
    dtype: torch.dtype | None = None,
    device: str | torch.device = "cpu",
    engine: str | None = None,
) -> list[xr.Dataset]:
    """Train runs that differ in their seed only in this process: one by one on a processor, else side by side.

    Returns one dataset a run, in the order given: the curves of ``training.train`` over the epochs 1, 2, …
    in float32, and attributes with the configuration and the versions. On a processor the same run makes the same
    dataset, bit for bit, whatever runs it is given with; on an accelerator the last digits may depend on how many
    there are, because products of stacked matrices are rounded otherwise than those of one.
    ``records`` names further curves; see ``RECORDS``. ``after_epoch`` is called with the number of runs that have just
    ended an epoch; an exception that it raises ends the training. ``dtype`` is by default the task's own arithmetic.
    ``engine`` is the name of one, by default the fastest that is able; see ``choose_engine``.
    Raises ValueError if the runs differ in more than their seed.

    >>> from empirical import ParityRun
    >>> tiny = dict(epochs=2, train_samples=40, gen_samples=20, width=8)
    >>> first, second = train_together([ParityRun(5, seed, **tiny) for seed in (0, 1)], records=["weight_norm"])
    >>> dict(first.sizes), str(first["gen_accuracy"].dtype), "weight_norm" in first
    ({'epoch': 2}, 'float32', True)
    """
    records = check_records(records)
    if not runs:
        return []
    one = runs[0]
    if any(run.protocol() != one.protocol() for run in runs):
        raise ValueError("Runs trained together must differ in their seed only; train the others separately.")
    build = choose_engine(one, dtype=dtype or getattr(torch, one.arithmetic), device=device, engine=engine)
    stacks = [[run] for run in runs] if torch.device(device).type == "cpu" else [list(runs)]
    return [dataset for stack in stacks for dataset in _train_stack(stack, build, records, after_epoch)]


def _train_stack(
    runs: list[TrainingRun], build: BuildEngine, records: Iterable[str], after_epoch: Callable[[int], None]
) -> list[xr.Dataset]:
    """The datasets of runs that share an engine."""
    one = runs[0]
    streams = [draw_streams(run.seed, run.input_size) for run in runs]
    train_sets, gen_sets = zip(*(run.examples(stream) for run, stream in zip(runs, streams, strict=True)), strict=True)
    trained = build([run.draw_start(stream) for run, stream in zip(runs, streams, strict=True)])
    curves = train(
        trained,
        train_sets,
        gen_sets,
        batch_orders=[stream.batches for stream in streams],
        epochs=one.epochs,
        batch_size=one.batch_size,
        loss=one.loss,
        records=records,
        stop_after=one.stop_after,
        stop_level=one.stop_level,
        after_epoch=lambda: after_epoch(len(runs)),
    )
    made_by = type(trained).__name__
    return [_dataset(run, {name: curve[k] for name, curve in curves.items()}, made_by) for k, run in enumerate(runs)]


def group_runs(runs: Sequence[Run], *, at_once: int = 1) -> list[list[Run]]:
    """Groups of at most ``at_once`` runs that differ in their seed only, the largest input sizes first.

    On a processor the runs of a group are trained one after the other: the weights and activations of one run stay in
    the cache, and its matrices are large enough to keep the arithmetic busy.

    >>> from empirical import ParityRun
    >>> groups = group_runs([ParityRun(n, seed) for n in (25, 26) for seed in range(3)], at_once=2)
    >>> [[(run.input_size, run.seed) for run in group] for group in groups]
    [[(26, 0), (26, 1)], [(26, 2)], [(25, 0), (25, 1)], [(25, 2)]]
    """
    if at_once < 1:
        raise ValueError(f"at_once must be at least 1, got {at_once}; 1 trains each run by itself.")
    alike: dict[tuple[object, ...], list[Run]] = {}
    for run in sorted(sorted(set(runs)), key=lambda run: -run.input_size):
        alike.setdefault(tuple(run.protocol().items()), []).append(run)
    return [group[k : k + at_once] for group in alike.values() for k in range(0, len(group), at_once)]


def _dataset(run: TrainingRun, curves: dict[str, np.ndarray], engine: str) -> xr.Dataset:
    long_names = {name: text.format(loss=run.loss.name) for name, text in {**CURVES, **RECORDS}.items()}
    epochs = int(np.isfinite(curves["train_accuracy"]).sum())
    variables = {
        name: ("epoch", curve[:epochs].astype(np.float32), {"long_name": long_names[name]})
        for name, curve in curves.items()
    }
    return xr.Dataset(
        variables,
        coords={"epoch": ("epoch", np.arange(1, epochs + 1, dtype=np.int32))},
        attrs={
            "configuration": run.to_json(),
            "engine": engine,
            "torch_version": str(torch.__version__),
            "numpy_version": np.__version__,
        },
    )
