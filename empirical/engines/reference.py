"""The reference engine: any model, loss and optimizer, in plain tensor operations."""

from __future__ import annotations

import torch

from empirical.engines.ensemble import SAMPLES_AT_ONCE
from empirical.engines.losses import Loss
from empirical.engines.models import Model
from empirical.engines.optimizers import Optimizer
from empirical.engines.weights import LinearWeights, Weights

__all__ = ["ReferenceEngine"]


class ReferenceEngine:
    """R models trained side by side and independently, on any device and in any arithmetic.

    Notes
    -----
    Inputs are tensors (R, batch, n + 1) whose last column is one (see ``with_ones``); targets as the loss has them.

    Examples
    --------
    >>> import numpy as np
    >>> from empirical.engines.losses import CrossEntropy
    >>> from empirical.engines.models import TwoLayer
    >>> from empirical.engines.optimizers import AdamW
    >>> from empirical.engines.ensemble import with_ones
    >>> from empirical.engines.weights import draw_weights
    >>> start = [draw_weights(2, 16, rng=np.random.default_rng(0))]
    >>> model = TwoLayer(start, "tanh", dtype=torch.float64, device="cpu")
    >>> optimizer = AdamW(0.01, 0.0, betas=(0.9, 0.999), epsilon=1e-8)
    >>> engine = ReferenceEngine(model, CrossEntropy(), optimizer)
    >>> inputs = with_ones([np.array([[0, 0], [0, 1], [1, 0], [1, 1]])], torch.float64)
    >>> for step in range(300):
    ...     outputs = engine.descend(inputs, torch.tensor([[0.0, 1.0, 1.0, 0.0]], dtype=torch.float64))
    >>> engine.outputs(inputs).argmax(dim=2).tolist()
    [[0, 1, 1, 0]]
    """

    def __init__(self, model: Model, loss: Loss, optimizer: Optimizer) -> None:
        """Take a model, which is changed in place."""
        self._model, self._loss, self._optimizer = model, loss, optimizer

    @property
    def dtype(self) -> torch.dtype:
        """The arithmetic's type."""
        return self._model.parameters[0].dtype

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self._model.parameters[0].device

    def outputs(self, inputs: torch.Tensor) -> torch.Tensor:
        """(R, samples, outputs)."""
        return torch.cat([self._model.outputs(chunk) for chunk in inputs.split(SAMPLES_AT_ONCE, dim=1)], dim=1)

    def descend(self, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """One step on the mean loss of a batch; the outputs of the batch from before it."""
        batch = inputs.shape[1]
        outputs, gradients = self._model.gradients(
            inputs, lambda outputs: self._loss.slopes(outputs, targets).div_(batch)
        )
        self._optimizer.step(self._model.parameters, gradients)
        return outputs

    def descend_epoch(self, inputs: torch.Tensor, targets: torch.Tensor, batch_size: int) -> torch.Tensor:
        """One step on each batch of successive samples, the last one maybe short.

        Returns the outputs (R, samples, outputs) of each sample from before its own step.
        """
        batches = zip(inputs.split(batch_size, dim=1), targets.split(batch_size, dim=1), strict=True)
        return torch.cat([self.descend(*batch) for batch in batches], dim=1)

    def weights(self) -> list[Weights] | list[LinearWeights]:
        """The weights as they are now, float64, in the shapes they were given in."""
        return self._model.weights()
