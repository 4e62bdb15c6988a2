"""Stochastic gradient descent."""

from typing import Any, ClassVar

import torch

from empirical.experiment.numbers import real
from empirical.experiment.parts import add_part
from empirical.optimizers.optimizer import Optimizer

__all__ = ["SGD"]


@add_part
class SGD(Optimizer):
    """w ← w − η(g + γw), as `torch.optim.SGD`; with momentum μ the bracket is summed up, b ← μb + g + γw.

    >>> weight = torch.tensor([1.0], requires_grad=True)
    >>> sgd = SGD(learning_rate=0.5, weight_decay=0.25)
    >>> built = sgd.build(sgd.parameter_groups([("weight", weight)]))
    >>> weight.grad = torch.tensor([1.0])
    >>> built.step()
    >>> weight
    tensor([0.3750], requires_grad=True)
    """

    name: ClassVar[str] = "sgd"

    momentum: float = real(0.0, below=1)

    def build(self, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
        """`torch.optim.SGD`."""
        return torch.optim.SGD(groups, momentum=self.momentum)
