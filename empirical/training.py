"""Training: epochs of shuffled minibatches, and the curves recorded on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import torch

from empirical.engines.choice import Engine
from empirical.engines.ensemble import with_ones
from empirical.engines.losses import CrossEntropy, Loss
from empirical.tasks.examples import Examples

__all__ = ["CURVES", "RECORDS", "check_records", "train"]

_CROSS_ENTROPY = CrossEntropy()

# What each curve is; {loss} stands for the name of the loss.
CURVES: Mapping[str, str] = MappingProxyType(
    {
        "train_accuracy": "training accuracy, mean over the epoch's minibatches while the weights move",
        "gen_accuracy": "validation accuracy, mean over minibatches after the epoch",
        "gen_accuracy_whole": "validation accuracy, whole set after the epoch",
        "train_loss": "training {loss}, mean over the epoch's minibatches while the weights move",
        "gen_loss": "validation {loss}, mean over minibatches after the epoch",
    }
)

# The curves that are recorded on request, because they cost more than the others: most of them another pass over the
# training set.
RECORDS: Mapping[str, str] = MappingProxyType(
    {
        "train_accuracy_whole": "training accuracy, whole set after the epoch",
        "train_loss_whole": "training {loss}, whole set after the epoch",
        "train_margin": "training margin, mean over the whole set after the epoch",
        "gen_margin": "validation margin, mean over the whole set after the epoch",
        "weight_norm": "Euclidean norm of all weights and biases after the epoch",
    }
)

_PASSES_OVER_TRAINING_SET = {"train_accuracy_whole", "train_loss_whole", "train_margin"}


@torch.no_grad()
def train(
    engine: Engine,
    train_sets: Sequence[Examples],
    gen_sets: Sequence[Examples],
    *,
    batch_orders: Sequence[np.random.Generator],
    epochs: int,
    batch_size: int | None,
    loss: Loss = _CROSS_ENTROPY,
    records: Iterable[str] = (),
    stop_after: int = 0,
    stop_level: float = 1.0,
    after_epoch: Callable[[], None] = lambda: None,
) -> dict[str, np.ndarray]:
    """Train every network of an engine on its own data and record curves, one value an epoch.

    Each epoch goes once through the training set in a fresh random order, ``batch_size`` samples a step; the
    last batch may be short. What counts as a right answer is the loss's to say: for classes, the largest logit,
    the first of several equal ones.

    Parameters
    ----------
    engine
        R networks; they are changed in place.
    train_sets, gen_sets
        Training and validation examples, one entry a network, all of one size.
    batch_orders
        The stream that shuffles each network's training set.
    batch_size
        Samples a step; None is the whole training set.
    loss
        What the engine trains.
    records
        Names of further curves.
    stop_after, stop_level
        A network is done once its ``train_accuracy`` and ``gen_accuracy`` have both been at or above the level
        in so many successive epochs; with 0 never. The training ends when all are done.
    after_epoch
        Called after every epoch; an exception it raises ends the training.

    Returns
    -------
    Curves of shape (R, epochs trained), by name; NaN after the epoch at which a network was done:

    * ``train_accuracy``: mean over the epoch's minibatches of the minibatch's accuracy just before its
      update, the weights moving meanwhile; a short last batch counts as a full one (the paper's protocol).
    * ``gen_accuracy``: mean over validation minibatches of their accuracy after the epoch, counted likewise.
    * ``gen_accuracy_whole``: correct fraction of the whole validation set after the epoch.
    * ``train_loss``, ``gen_loss``: loss, averaged like ``train_accuracy``, ``gen_accuracy``.
    * On request ``train_accuracy_whole``, ``train_loss_whole``: mean over the whole training set after the epoch;
      ``train_margin``, ``gen_margin``: mean over the whole set of the labelled class's logit minus the largest
      other, or of ε minus the squared error; ``weight_norm``: √(Σ w²) over all weights and biases.

    Notes
    -----
    Source: M, section 3.2, and its published code.

    Examples
    --------
    >>> from empirical.engines.ensemble import Ensemble
    >>> from empirical.engines.weights import draw_weights
    >>> rng = np.random.default_rng(0)
    >>> examples = Examples(np.eye(4), np.array([0, 1, 0, 1]))
    >>> ensemble = Ensemble([draw_weights(4, 16, rng=rng)], learning_rate=0.5, weight_decay=0.0)
    >>> curves = train(ensemble, [examples], [examples], batch_orders=[rng], epochs=50, batch_size=3)
    >>> curves["train_accuracy"].shape, float(curves["gen_accuracy"][0, -1])
    ((1, 50), 1.0)
    """
    records = check_records(records)
    passes_over_training_set = not _PASSES_OVER_TRAINING_SET.isdisjoint(records)
    inputs_train, targets_train = _tensors(train_sets, engine)
    inputs_gen, targets_gen = _tensors(gen_sets, engine)
    batch_size = batch_size or len(train_sets[0])
    weights_train = _protocol_weights(len(train_sets[0]), batch_size)
    weights_gen = _protocol_weights(len(gen_sets[0]), batch_size)
    recorded: list[dict[str, np.ndarray]] = []
    high, done_at = np.zeros(len(train_sets), dtype=int), np.full(len(train_sets), epochs)

    for epoch in range(1, epochs + 1):
        inputs, targets = _shuffled(inputs_train, targets_train, batch_orders)
        outputs_moving = engine.descend_epoch(inputs, targets, batch_size)
        outputs_gen = engine.outputs(inputs_gen)
        correct_gen = loss.correct(outputs_gen, targets_gen)
        curves = {
            "train_accuracy": _mean(loss.correct(outputs_moving, targets), weights_train),
            "gen_accuracy": _mean(correct_gen, weights_gen),
            "gen_accuracy_whole": _mean(correct_gen),
            "train_loss": _mean(loss.values(outputs_moving, targets), weights_train),
            "gen_loss": _mean(loss.values(outputs_gen, targets_gen), weights_gen),
        }
        if passes_over_training_set:
            outputs_train = engine.outputs(inputs_train)
            curves["train_accuracy_whole"] = _mean(loss.correct(outputs_train, targets_train))
            curves["train_loss_whole"] = _mean(loss.values(outputs_train, targets_train))
            curves["train_margin"] = _mean(loss.margins(outputs_train, targets_train))
        if "gen_margin" in records:
            curves["gen_margin"] = _mean(loss.margins(outputs_gen, targets_gen))
        if "weight_norm" in records:
            curves["weight_norm"] = np.array([weights.norm() for weights in engine.weights()])
        recorded.append({name: curves[name] for name in (*CURVES, *records)})
        after_epoch()
        if stop_after:
            lower = np.minimum(curves["train_accuracy"], curves["gen_accuracy"])
            high = np.where(lower >= stop_level, high + 1, 0)
            done_at = np.where(high >= stop_after, np.minimum(done_at, epoch), done_at)
            if (done_at <= epoch).all():
                break

    stacked = {name: np.stack([curves[name] for curves in recorded], axis=1) for name in recorded[0]}
    past = np.arange(1, len(recorded) + 1) > done_at[:, None]
    return {name: np.where(past, np.nan, curve) for name, curve in stacked.items()}


def check_records(records: Iterable[str]) -> tuple[str, ...]:
    """The names of curves on request, each once and in the order of ``RECORDS``; ValueError for another name.

    >>> check_records(["weight_norm", "train_margin"])
    ('train_margin', 'weight_norm')
    """
    names = [records] if isinstance(records, str) else list(records)
    for name in names:
        if name not in RECORDS:
            raise ValueError(f"records must be made of {', '.join(RECORDS)}; got {name!r}; use these names.")
    return tuple(name for name in RECORDS if name in names)


def _tensors(sets: Sequence[Examples], engine: Engine) -> tuple[torch.Tensor, torch.Tensor]:
    inputs = with_ones([examples.inputs for examples in sets], engine.dtype, engine.device)
    targets = torch.from_numpy(np.stack([examples.labels for examples in sets]))
    return inputs, targets.to(engine.device, engine.dtype)


def _shuffled(
    inputs: torch.Tensor, targets: torch.Tensor, batch_orders: Sequence[np.random.Generator]
) -> tuple[torch.Tensor, torch.Tensor]:
    samples = targets.shape[1]
    order = np.concatenate([k * samples + rng.permutation(samples) for k, rng in enumerate(batch_orders)])
    # index_select copies whole rows; indexing with two index arrays is far slower.
    rows = torch.from_numpy(order).to(inputs.device)
    return (
        inputs.flatten(0, 1).index_select(0, rows).view_as(inputs),
        targets.flatten(0, 1).index_select(0, rows).view_as(targets),
    )


def _mean(values: torch.Tensor, weights: np.ndarray | None = None) -> np.ndarray:
    """Over each network's samples in float64, in an order that doesn't depend on how many networks there are."""
    array = values.cpu().numpy()
    return array.mean(axis=1, dtype=np.float64) if weights is None else (array * weights).sum(axis=1)


def _protocol_weights(samples: int, batch_size: int) -> np.ndarray:
    """What each sample weighs in a mean over minibatches of minibatch means."""
    starts = range(0, samples, batch_size)
    sizes = [min(batch_size, samples - start) for start in starts]
    return np.repeat([1 / (size * len(sizes)) for size in sizes], sizes)
