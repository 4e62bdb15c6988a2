"""Rules that turn gradients into steps, as in PyTorch's ``optim.SGD`` and ``optim.AdamW``."""

from __future__ import annotations

from typing import Protocol

import torch

__all__ = ["AdamW", "Descent", "Optimizer"]


class Optimizer(Protocol):
    """A rule with its own state; one for each stack of models."""

    def step(self, parameters: list[torch.Tensor], gradients: list[torch.Tensor]) -> None:
        """Change the parameters in place."""
        ...


class Descent:
    """w ← w − η(g + γw): gradient descent with weight decay γ.

    >>> w = torch.tensor([1.0])
    >>> Descent(0.5, 0.25).step([w], [torch.tensor([1.0])])
    >>> w
    tensor([0.3750])
    """

    def __init__(self, learning_rate: float, weight_decay: float) -> None:
        """Set η and γ."""
        self._learning_rate, self._weight_decay = learning_rate, weight_decay

    def step(self, parameters: list[torch.Tensor], gradients: list[torch.Tensor]) -> None:
        """One step on all parameters."""
        for weight, gradient in zip(parameters, gradients, strict=True):
            weight.add_(gradient.add_(weight, alpha=self._weight_decay), alpha=-self._learning_rate)


class AdamW:
    """Adam with decoupled weight decay (Loshchilov & Hutter, arXiv 1711.05101).

    m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², and at step t, counted from 1,

        w ← (1 − ηγ)w − η·m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)

    >>> w = torch.tensor([1.0])
    >>> AdamW(0.5, 0.0, betas=(0.9, 0.999), epsilon=0.0).step([w], [torch.tensor([3.0])])  # the sign of g
    >>> round(float(w), 6)
    0.5
    """

    def __init__(
        self, learning_rate: float, weight_decay: float, *, betas: tuple[float, float], epsilon: float
    ) -> None:
        """Set η, γ, (β₁, β₂) and ε."""
        self._learning_rate, self._decay = learning_rate, 1 - learning_rate * weight_decay
        self._betas, self._epsilon = betas, epsilon
        self._steps = 0
        self._moments: list[tuple[torch.Tensor, torch.Tensor]] = []

    def step(self, parameters: list[torch.Tensor], gradients: list[torch.Tensor]) -> None:
        """One step on all parameters; always the same ones, in the same order."""
        if not self._moments:
            self._moments = [(torch.zeros_like(weight), torch.zeros_like(weight)) for weight in parameters]
        self._steps += 1
        beta1, beta2 = self._betas
        rate = self._learning_rate / (1 - beta1**self._steps)
        spread = (1 - beta2**self._steps) ** 0.5
        for weight, gradient, (first, second) in zip(parameters, gradients, self._moments, strict=True):
            first.lerp_(gradient, 1 - beta1)
            second.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
            weight.mul_(self._decay).addcdiv_(first, (second.sqrt() / spread).add_(self._epsilon), value=-rate)
