"""What every loss says: the value of each sample, whether its answer is right, and by how much."""

import abc
import dataclasses
from typing import ClassVar

import torch

from empirical.experiment.parts import Part

__all__ = ["Loss"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Loss(Part, abc.ABC):
    """What is minimised, and what counts as right.

    Outputs are (samples, outputs); targets are (samples,) whole-numbered labels or (samples, outputs) values.
    A loss of your own says `values`; unless it says otherwise, the answer is the class of the largest output.

    Examples
    --------
    >>> from empirical import add_part
    >>> @add_part
    ... class Hinge(Loss):
    ...     name = "hinge"
    ...     label = "hinge loss"
    ...     def values(self, outputs, targets):
    ...         return torch.relu(1 - self.margins(outputs, targets))
    >>> outputs, labels = torch.tensor([[2.0, 0.0], [1.0, 0.5]]), torch.tensor([0, 1])
    >>> Hinge().values(outputs, labels), Hinge().correct(outputs, labels), Hinge().chance(2)
    (tensor([0.0000, 1.5000]), tensor([ True, False]), 0.5)
    """

    kind: ClassVar[str] = "loss"
    label: ClassVar[str] = "loss"
    """What the values are called in figures and files."""

    @abc.abstractmethod
    def values(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The loss of each sample, (samples,); its mean over a batch is minimised, by autograd."""

    def correct(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Whether each answer is right, (samples,): whether the labelled class has the largest output.

        The first of several equal outputs is the answer.
        """
        return outputs.argmax(dim=-1) == targets

    def margins(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """By how much each answer is right, (samples,): output of the labelled class minus the largest other."""
        index = targets.unsqueeze(-1)
        others = outputs.scatter(-1, index, -torch.inf)
        return outputs.gather(-1, index).squeeze(-1) - others.amax(dim=-1)

    def chance(self, classes: int | None) -> float:
        """The accuracy of guessing: one over the number of classes."""
        if classes is None:
            raise ValueError(f"loss {self.name!r} judges classes, and this task has values; use 'squared_error'.")
        return 1 / classes

    def check_task(self, classes: int | None) -> None:
        """Raise ValueError if this loss cannot judge a task with so many classes, None for values."""
        self.chance(classes)
