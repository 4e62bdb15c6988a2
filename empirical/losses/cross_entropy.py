"""The cross-entropy."""

from typing import ClassVar

import torch
from torch.nn.functional import softplus

from empirical.experiment.parts import add_part
from empirical.losses.loss import Loss

__all__ = ["CrossEntropy"]


@add_part
class CrossEntropy(Loss):
    """−ln of the softmax probability of the labelled class; the answer is the class of the largest output.

    With one output, that output is the logit of class 1 minus the logit of class 0. The first of several equal
    outputs is the answer.

    >>> outputs, labels = torch.tensor([[1.0, 3.0], [2.0, 0.0]]), torch.tensor([1, 1])
    >>> CrossEntropy().correct(outputs, labels).tolist(), CrossEntropy().margins(outputs, labels).tolist()
    ([True, False], [2.0, -2.0])
    >>> margins = outputs.diff(dim=1)
    >>> bool(torch.allclose(CrossEntropy().values(margins, labels), CrossEntropy().values(outputs, labels)))
    True
    """

    name: ClassVar[str] = "cross_entropy"
    label: ClassVar[str] = "cross-entropy in nats"

    def values(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """ln Σ exp(outputs) − output of the labelled class."""
        if outputs.shape[-1] == 1:
            return softplus(-self.margins(outputs, targets), threshold=50)  # beyond it the rest is below rounding
        return outputs.logsumexp(dim=-1) - outputs.gather(-1, targets.unsqueeze(-1)).squeeze(-1)

    def correct(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Whether the labelled class has the largest output."""
        if outputs.shape[-1] == 1:
            return (outputs.squeeze(-1) > 0.0) == targets.bool()
        return super().correct(outputs, targets)

    def margins(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Output of the labelled class minus the largest other."""
        if outputs.shape[-1] == 1:
            output = outputs.squeeze(-1)
            return torch.where(targets.bool(), output, -output)
        return super().margins(outputs, targets)
