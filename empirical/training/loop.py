"""The loop: legs of training, and a look at the end of each."""

import functools
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike

from empirical.engines.engine import Engine, Epoch, EpochEngine, Pair
from empirical.engines.network import load_inputs
from empirical.examples import Examples
from empirical.losses.loss import Loss
from empirical.records.record import CURVES, Record, check_values
from empirical.records.snapshot import Snapshot, minibatch_weights
from empirical.schedules.schedule import Schedule
from empirical.tasks.task import Task

__all__ = ["train"]


@torch.no_grad()
def train(
    engine: Engine,
    train_sets: Sequence[Examples],
    gen_sets: Sequence[Examples],
    *,
    schedule: Schedule,
    loss: Loss,
    task: Task | None = None,
    batch_orders: Sequence[np.random.Generator],
    records: Iterable[Record] = (),
    after_leg: Callable[[int], None] = lambda length: None,
) -> tuple[np.ndarray, list[dict[str, np.ndarray]]]:
    """Train every run of an engine on its own data, and record curves at the end of each leg of the schedule.

    Parameters
    ----------
    engine
        R runs; they are changed in place.
    train_sets, gen_sets
        Training and validation examples, one entry a run, all of one size.
    schedule
        The batches, and when to look.
    loss
        What the engine minimises.
    task
        What the sets are of, for records that want to know.
    batch_orders
        The stream that orders each run's batches.
    records
        What to record beside `CURVES`.
    after_leg
        Called after every look with what was done since the last, in the schedule's unit; an exception that it raises
        ends the training.

    Returns
    -------
    The times of the looks, (looks,), and for each run its curves by name, (looks, …). A run that stopped before the
    others has fewer looks than there are times.

    Notes
    -----
    Under `Epochs`, `train_accuracy` is the mean over the epoch's minibatches of the minibatch's accuracy just before
    its update, the weights moving meanwhile, and a short last batch counts as a full one; `gen_accuracy` is the mean
    over validation minibatches after the epoch, counted likewise; the losses are averaged in the same way.
    Source: M, section 3.2, and its published code. Under `Steps` all are means over the whole sets.

    Examples
    --------
    >>> from empirical import CrossEntropy, Epochs, Examples, Job, SGD, Signature, TwoLayer, choose_engine
    >>> job = Job(TwoLayer(width=16), CrossEntropy(), SGD(learning_rate=0.5, weight_decay=0.0), Signature((4,), 2))
    >>> rng = np.random.default_rng(0)
    >>> engine = choose_engine(job).build(job, [job.model.draw_start(job.signature, rng)], [rng])
    >>> examples = Examples(np.eye(4), np.array([0, 1, 0, 1]))
    >>> times, (curves,) = train(
    ...     engine, [examples], [examples], schedule=Epochs(epochs=50, batch_size=3), loss=job.loss, batch_orders=[rng]
    ... )
    >>> times.size, curves["train_accuracy"].shape, float(curves["gen_accuracy"][-1])
    (50, (50,), 1.0)
    """
    records = list(records)
    inputs = [load_inputs([one.inputs for one in part], engine.job) for part in (train_sets, gen_sets)]
    sets = [engine.load([one.inputs for one in part], [one.labels for one in part]) for part in (train_sets, gen_sets)]
    samples = len(train_sets[0])
    size = samples if schedule.batch_size is None else schedule.batch_size
    weights: tuple[np.ndarray | None, np.ndarray | None] = (None, None)
    if schedule.minibatch_means:
        weights = minibatch_weights(samples, size), minibatch_weights(len(gen_sets[0]), size)
    if schedule.minibatch_means and isinstance(engine, EpochEngine):
        descend = _by_epochs(engine, sets[0], sets[1], size)
    else:
        descend = _by_batches(engine, sets[0], size)
    outputs = [_Outputs(engine, part[0]) for part in sets]
    runs = range(len(train_sets))
    views = [
        functools.partial(
            Snapshot,
            loss=loss,
            task=task,
            train=(inputs[0][k], sets[0][1][k]),
            gen=(inputs[1][k], sets[1][1][k]),
            outputs=(functools.partial(outputs[0].of, k), functools.partial(outputs[1].of, k)),
            parameters=functools.partial(engine.parameters, k),
            network=functools.partial(engine.network, k),
            weights=weights,
        )
        for k in runs
    ]
    times: list[int] = []
    looks: list[list[dict[str, ArrayLike]]] = [[] for _ in runs]
    due: list[dict[str, float]] = [dict.fromkeys((record.name for record in records), 0.0) for _ in runs]
    high, done = [0] * len(runs), [False] * len(runs)

    for legs in zip(*(schedule.legs(samples, rng) for rng in batch_orders), strict=True):
        moving, epoch = None, None
        for orders in zip(*(leg.orders for leg in legs), strict=True):
            moving, epoch = descend(orders)
        time = legs[0].time
        before = times[-1] if times else 0
        times.append(time)
        outputs[0].forget()
        outputs[1].forget(None if epoch is None else epoch.outputs_gen)
        for k in runs:
            if done[k]:
                continue
            shown = functools.partial(moving, k) if moving and schedule.minibatch_means else None
            run = views[k](time=time, moving=shown)
            seen: dict[str, ArrayLike] = {}
            seen |= epoch.curves[k] if epoch else {record.name: record.measure(run) for record in CURVES}
            if schedule.stop_after:
                lower = np.minimum(seen["train_accuracy"], seen["gen_accuracy"])
                high[k] = high[k] + 1 if lower >= schedule.stop_level else 0
                done[k] = high[k] >= schedule.stop_after
            for record in records:
                if time >= due[k][record.name] or done[k] or time >= schedule.length:
                    seen[record.name] = record.measure(run)
                    due[k][record.name] = record.spacing * time
            if not looks[k]:
                check_values([*CURVES, *records], seen)  # before hours of training
            looks[k].append(seen)
        after_leg(time - before)
        if all(done):
            break
    return np.array(times), [{name: _curve(name, run) for name in run[0]} for run in looks]


def _curve(name: str, looks: list[dict[str, ArrayLike]]) -> np.ndarray:
    """What was measured, and NaN at looks where it was not."""
    measured = [seen[name] for seen in looks if name in seen]
    try:
        values = np.array(measured)
    except ValueError:
        shapes = " and ".join(map(str, {np.shape(value) for value in measured}))
        raise ValueError(f"record {name!r} must have one shape at every look, got {shapes}.") from None
    if len(measured) == len(looks):
        return values
    curve = np.full((len(looks), *values.shape[1:]), np.nan)
    curve[[name in seen for seen in looks]] = values
    return curve


class _Outputs:
    """Of all runs at once on one set, with the weights as they are now; computed if a record asks for them."""

    def __init__(self, engine: Engine, inputs: torch.Tensor) -> None:
        self._engine, self._inputs = engine, inputs
        self._known: torch.Tensor | None = None
        self._outputs: torch.Tensor | None = None

    def forget(self, known: torch.Tensor | None = None) -> None:
        """The weights have moved; an engine may have given the outputs, in an array that it will write to again."""
        self._known, self._outputs = known, None

    def of(self, run: int) -> torch.Tensor:
        """(samples, outputs)."""
        if self._outputs is None:
            self._outputs = self._engine.outputs(self._inputs) if self._known is None else self._known.clone()
        return self._outputs[run]


Orders = Sequence[np.ndarray | None]  # of each run; None is all samples in the order of the set
# Does one stretch of a leg. What comes back gives a run's outputs from before each step, with the targets, if asked to;
# and what the engine has seen besides.
Descend = Callable[[Orders], tuple[Callable[[int], Pair], Epoch | None]]


def _by_epochs(engine: EpochEngine, data: Pair, gen: Pair, size: int) -> Descend:
    go = engine.epochs(data, gen, size)

    def descend(orders: Orders) -> tuple[Callable[[int], Pair], Epoch]:
        epoch = go(orders)

        def moving(run: int) -> Pair:
            order, targets = orders[run], data[1][run]
            return epoch.moving[run].clone(), targets if order is None else targets[torch.from_numpy(order)]

        return moving, epoch

    return descend


def _by_batches(engine: Engine, data: Pair, size: int) -> Descend:
    flat, samples = [part.flatten(0, 1) for part in data], data[1].shape[1]

    def descend(orders: Orders) -> tuple[Callable[[int], Pair], None]:
        given = [order for order in orders if order is not None]
        inputs, targets = _taken(flat, given, samples) if given else data
        outputs = engine.descend(inputs, targets, min(size, targets.shape[1]))
        return (lambda run: (outputs[run], targets[run])), None

    return descend


def _taken(flat: Sequence[torch.Tensor], orders: Sequence[np.ndarray], samples: int) -> Pair:
    """Samples of each run in its own order."""
    order = orders[0] if len(orders) == 1 else np.concatenate([k * samples + one for k, one in enumerate(orders)])
    rows = torch.from_numpy(order).to(flat[0].device)
    # index_select copies whole rows; indexing with two index arrays is far slower.
    inputs, targets = (part.index_select(0, rows).view(len(orders), -1, *part.shape[1:]) for part in flat)
    return inputs, targets
