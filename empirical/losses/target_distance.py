"""The distance to a target that the model holds for each class."""

from typing import ClassVar

import torch

from empirical.experiment.parts import add_part
from empirical.losses.loss import Loss

__all__ = ["TargetDistance"]


@add_part
class TargetDistance(Loss):
    """Minus the labelled output: the squared error of a model whose outputs are minus its distances to the targets.

    The answer is the class of the largest output, which is the nearest target.

    Notes
    -----
    Source: U, section 3: regression to a fixed random vector for each sum; an answer is the nearest of these vectors.

    Examples
    --------
    >>> distances, labels = torch.tensor([[0.25, 4.0], [1.0, 0.5]]), torch.tensor([0, 0])
    >>> TargetDistance().values(-distances, labels), TargetDistance().correct(-distances, labels)
    (tensor([0.2500, 1.0000]), tensor([ True, False]))
    """

    name: ClassVar[str] = "target_distance"
    label: ClassVar[str] = "mean squared distance to the target"

    def values(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The distance to the target of the labelled class."""
        return -outputs.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
