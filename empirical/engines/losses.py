"""Losses: the value of each sample, its slope in the outputs, and whether the answer is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
import torch

__all__ = ["CrossEntropy", "Loss", "SquaredError"]


class Loss(Protocol):
    """What an engine and the recorded curves ask of a loss.

    Outputs are (networks, samples, outputs); targets (networks, samples) labels or (networks, samples, outputs)
    values, both in the arithmetic's type.
    """

    name: ClassVar[str]

    def values(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The loss of each sample, (networks, samples), in float64: what rounding leaves depends on the sample only."""
        ...

    def slopes(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Its derivative in each output, (networks, samples, outputs)."""
        ...

    def correct(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Whether each answer is right, (networks, samples)."""
        ...

    def margins(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """By how much each answer is right, (networks, samples): right where it is positive."""
        ...


@dataclass(frozen=True)
class CrossEntropy:
    """−ln of the softmax probability of the labelled class; the answer is the class of the largest output.

    With one output, that output is the logit of class 1 minus the logit of class 0. The first of several equal
    outputs is the answer.

    >>> outputs, labels = torch.tensor([[[1.0, 3.0], [2.0, 0.0]]]), torch.tensor([[1.0, 1.0]])
    >>> CrossEntropy().correct(outputs, labels).tolist(), CrossEntropy().margins(outputs, labels).tolist()
    ([[True, False]], [[2.0, -2.0]])
    >>> margins = outputs.diff(dim=2)
    >>> bool(torch.allclose(CrossEntropy().values(margins, labels), CrossEntropy().values(outputs, labels)))
    True
    """

    name: ClassVar[str] = "cross-entropy in nats"

    def values(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """ln Σ exp(outputs) − output of the labelled class."""
        if outputs.shape[2] == 1:
            # PyTorch rounds the last elements of a tensor, which fill no vector, otherwise than the others.
            against = (outputs.squeeze(2) * (1 - 2 * targets)).double().cpu().numpy()
            return torch.from_numpy(np.logaddexp(0, against)).to(outputs.device)
        outputs = outputs.double()
        return outputs.logsumexp(dim=2) - _labelled(outputs, targets)

    def slopes(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Probabilities minus one-hot labels."""
        if outputs.shape[2] == 1:
            return torch.sigmoid(outputs) - targets.unsqueeze(2)
        probabilities = outputs.softmax(dim=2)
        index = targets.long().unsqueeze(2)
        return probabilities.scatter_add_(2, index, -torch.ones_like(targets).unsqueeze(2))

    def correct(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Whether the labelled class has the largest output."""
        if outputs.shape[2] == 1:
            return (outputs.squeeze(2) > 0) == (targets > 0)
        return outputs.argmax(dim=2) == targets

    def margins(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Output of the labelled class minus the largest other."""
        if outputs.shape[2] == 1:
            return outputs.squeeze(2) * (2 * targets - 1)
        others = outputs.scatter(2, targets.long().unsqueeze(2), -torch.inf)
        return _labelled(outputs, targets) - others.amax(dim=2)


@dataclass(frozen=True)
class SquaredError:
    """|outputs − targets|²; the answer is right where this is below ε (L, section 2).

    >>> outputs, targets = torch.tensor([[[1.0], [2.0]]]), torch.tensor([[[1.0], [2.5]]])
    >>> loss = SquaredError(epsilon=0.1)
    >>> loss.values(outputs, targets).tolist(), loss.correct(outputs, targets).tolist()
    ([[0.0, 0.25]], [[True, False]])
    """

    epsilon: float
    name: ClassVar[str] = "squared error"

    def values(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Σ (output − target)² over the outputs."""
        return (outputs.double() - targets.double()).square().sum(dim=2)

    def slopes(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """2·(outputs − targets)."""
        return 2 * (outputs - targets)

    def correct(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Whether the squared error is below ε."""
        return self.values(outputs, targets) < self.epsilon

    def margins(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """ε minus the squared error."""
        return self.epsilon - self.values(outputs, targets)


def _labelled(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return outputs.gather(2, targets.long().unsqueeze(2)).squeeze(2)
