"""Squared errors: of values, right within a threshold; of one-hot classes, judged by the largest output."""

from typing import ClassVar

import torch

from empirical.experiment.numbers import choice, real
from empirical.experiment.parts import add_part
from empirical.losses.loss import Loss

__all__ = ["OneHotSquaredError", "SquaredError"]


@add_part
class SquaredError(Loss):
    """|outputs − targets|²; the answer is right where this is below ε (L, section 2).

    >>> outputs, targets = torch.tensor([[1.0], [2.0]]), torch.tensor([[1.0], [2.5]])
    >>> loss = SquaredError(epsilon=0.1)
    >>> loss.values(outputs, targets).tolist(), loss.correct(outputs, targets).tolist()
    ([0.0, 0.25], [True, False])
    """

    name: ClassVar[str] = "squared_error"
    label: ClassVar[str] = "squared error"

    epsilon: float = real(1e-6, above=0)

    def values(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Σ (output − target)² over the outputs."""
        return (outputs - targets).square().sum(dim=-1)

    def correct(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Whether the squared error is below ε."""
        return self.values(outputs, targets) < self.epsilon

    def margins(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """ε minus the squared error."""
        return self.epsilon - self.values(outputs, targets)

    def chance(self, classes: int | None) -> float:
        """Nothing is right by chance."""
        return 0.0

    def check_task(self, classes: int | None) -> None:
        """Classes are no values."""
        if classes is not None:
            raise ValueError(
                f"loss {self.name!r} needs values, and this task has {classes} classes; use 'one_hot_squared_error'."
            )


@add_part
class OneHotSquaredError(Loss):
    """Squared error to one-hot targets; the answer is the class of the largest output.

    Parameters
    ----------
    reduction
        `"sum"`: over the outputs; `"mean"`: divided by their number, as `torch.nn.MSELoss` has it.

    Examples
    --------
    >>> outputs, labels = torch.tensor([[0.5, 0.5, 0.0], [0.0, 2.0, 0.0]]), torch.tensor([1, 1])
    >>> OneHotSquaredError().values(outputs, labels), OneHotSquaredError().correct(outputs, labels)
    (tensor([0.5000, 1.0000]), tensor([False,  True]))
    """

    name: ClassVar[str] = "one_hot_squared_error"
    label: ClassVar[str] = "squared error to one-hot targets"

    reduction: str = choice("sum", ("sum", "mean"))

    def values(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Σ (output − target)², or the mean over the outputs."""
        one_hot = torch.zeros_like(outputs).scatter(-1, targets.unsqueeze(-1), 1.0)
        squares = (outputs - one_hot).square()
        return squares.sum(dim=-1) if self.reduction == "sum" else squares.mean(dim=-1)
