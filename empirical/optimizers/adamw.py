"""Adam with decoupled weight decay."""

from typing import Any, ClassVar

import torch

from empirical.experiment.numbers import real
from empirical.experiment.parts import add_part
from empirical.optimizers.optimizer import Optimizer

__all__ = ["AdamW"]


@add_part
class AdamW(Optimizer):
    """Adam with decoupled weight decay (Loshchilov & Hutter, arXiv 1711.05101), as `torch.optim.AdamW`.

    m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², and at step t, counted from 1,

        w ← (1 − ηγ)w − η·m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)

    Parameters
    ----------
    beta1, beta2, epsilon
        β₁, β₂ in [0, 1); ε > 0.
    learning_rate, weight_decay, warm_up, filter_gain, filter_memory, groups
        As in `Optimizer`.

    Examples
    --------
    >>> weight = torch.tensor([1.0], requires_grad=True)
    >>> adamw = AdamW(learning_rate=0.5, weight_decay=0.0)
    >>> built = adamw.build(adamw.parameter_groups([("weight", weight)]))
    >>> weight.grad = torch.tensor([3.0])
    >>> built.step()  # the sign of g
    >>> round(float(weight.detach()), 6)
    0.5
    """

    name: ClassVar[str] = "adamw"

    learning_rate: float = real(1e-3, above=0)
    beta1: float = real(0.9, below=1)
    beta2: float = real(0.999, below=1)
    epsilon: float = real(1e-8, above=0)

    def build(self, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
        """`torch.optim.AdamW`."""
        return torch.optim.AdamW(groups, betas=(self.beta1, self.beta2), eps=self.epsilon)
