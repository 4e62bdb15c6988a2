"""Training: epochs of shuffled minibatches, and the curves recorded on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from empirical.ensemble import Ensemble, with_ones
from empirical.examples import Examples

# Enough samples for full speed, few enough that their activations stay in the processor's cache.
_CHUNK = 128


@torch.inference_mode()
def train(
    ensemble: Ensemble,
    train_sets: Sequence[Examples],
    gen_sets: Sequence[Examples],
    *,
    batch_orders: Sequence[np.random.Generator],
    epochs: int,
    batch_size: int,
    after_epoch: Callable[[], None] = lambda: None,
) -> dict[str, np.ndarray]:
    """Train every network of an ensemble on its own data and record curves, one value an epoch.

    Each epoch goes once through the training set in a fresh random order, ``batch_size`` samples a step; the
    last batch may be short. A prediction is class 1 where its logit is the larger, else class 0.

    Parameters
    ----------
    ensemble
        R networks; they are changed in place.
    train_sets, gen_sets
        Training and validation examples, one entry a network, all of one size.
    batch_orders
        The stream that shuffles each network's training set.
    after_epoch
        Called after every epoch; an exception it raises ends the training.

    Returns
    -------
    Curves of shape (R, epochs), by name:

    * ``train_accuracy``: mean over the epoch's minibatches of the minibatch's accuracy just before its
      update, the weights moving meanwhile; a short last batch counts as a full one (the paper's protocol).
    * ``gen_accuracy``: mean over validation minibatches of their accuracy after the epoch, counted likewise.
    * ``train_accuracy_whole``, ``gen_accuracy_whole``: correct fraction of the whole set after the epoch.
    * ``train_loss``, ``gen_loss``: cross-entropy in nats, averaged like ``train_accuracy``, ``gen_accuracy``.

    Notes
    -----
    Source: M, section 3.2, and its published code.

    Examples
    --------
    >>> from empirical.network import draw_weights
    >>> rng = np.random.default_rng(0)
    >>> examples = Examples(np.eye(4), np.array([0, 1, 0, 1]))
    >>> ensemble = Ensemble([draw_weights(4, 16, rng=rng)], learning_rate=0.5, weight_decay=0.0)
    >>> curves = train(ensemble, [examples], [examples], batch_orders=[rng], epochs=50, batch_size=3)
    >>> curves["train_accuracy"].shape, float(curves["gen_accuracy"][0, -1])
    ((1, 50), 1.0)
    """
    inputs_train, labels_train = _tensors(train_sets, ensemble)
    inputs_gen, labels_gen = _tensors(gen_sets, ensemble)
    weights_train = _protocol_weights(len(train_sets[0]), batch_size)
    weights_gen = _protocol_weights(len(gen_sets[0]), batch_size)
    records: list[dict[str, torch.Tensor]] = []

    for _ in range(epochs):
        inputs, labels = _shuffled(inputs_train, labels_train, batch_orders)
        batches = zip(inputs.split(batch_size, dim=1), labels.split(batch_size, dim=1), strict=True)
        margins_moving = torch.cat([ensemble.descend(*batch) for batch in batches], dim=1)
        margins_train, margins_gen = _margins(ensemble, inputs_train), _margins(ensemble, inputs_gen)
        correct_gen = _correct(margins_gen, labels_gen)
        records.append(
            {
                "train_accuracy": _correct(margins_moving, labels) @ weights_train,
                "gen_accuracy": correct_gen @ weights_gen,
                "train_accuracy_whole": _correct(margins_train, labels_train).mean(dim=1),
                "gen_accuracy_whole": correct_gen.mean(dim=1),
                "train_loss": _cross_entropy(margins_moving, labels) @ weights_train,
                "gen_loss": _cross_entropy(margins_gen, labels_gen) @ weights_gen,
            }
        )
        after_epoch()
    return {name: torch.stack([record[name] for record in records], dim=1).cpu().numpy() for name in records[0]}


def _tensors(sets: Sequence[Examples], ensemble: Ensemble) -> tuple[torch.Tensor, torch.Tensor]:
    inputs = with_ones([examples.inputs for examples in sets], ensemble.dtype, ensemble.device)
    labels = torch.from_numpy(np.stack([examples.labels for examples in sets]))
    return inputs, labels.to(ensemble.device, ensemble.dtype)


def _shuffled(
    inputs: torch.Tensor, labels: torch.Tensor, batch_orders: Sequence[np.random.Generator]
) -> tuple[torch.Tensor, torch.Tensor]:
    samples = labels.shape[1]
    order = np.concatenate([k * samples + rng.permutation(samples) for k, rng in enumerate(batch_orders)])
    # index_select copies whole rows; indexing with two index arrays is far slower.
    rows = torch.from_numpy(order).to(inputs.device)
    return (
        inputs.flatten(0, 1).index_select(0, rows).view_as(inputs),
        labels.flatten().index_select(0, rows).view_as(labels),
    )


def _protocol_weights(samples: int, batch_size: int) -> torch.Tensor:
    """What each sample weighs in a mean over minibatches of minibatch means."""
    starts = range(0, samples, batch_size)
    sizes = [min(batch_size, samples - start) for start in starts]
    return torch.tensor([1 / (size * len(sizes)) for size in sizes for _ in range(size)], dtype=torch.float64)


def _margins(ensemble: Ensemble, inputs: torch.Tensor) -> torch.Tensor:
    return torch.cat([ensemble.margins(chunk) for chunk in inputs.split(_CHUNK, dim=1)], dim=1)


def _correct(margins: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return ((margins > 0) == (labels > 0)).double()


def _cross_entropy(margins: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.softplus(margins * (1 - 2 * labels)).double()
