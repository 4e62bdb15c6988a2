"""Slow gradients made larger before the optimizer's step: the filter of F."""

from collections.abc import Mapping

import torch

__all__ = ["GradientFilter"]


class GradientFilter:
    """g ← g + λh with h ← αh + (1 − α)g, the running mean of each parameter's gradients (F, with the mean as EMA).

    The mean starts at the first gradient, as in F's published code: from zero it would take 1/(1 − α) steps to come to
    its size. So gradients that stay as they are become larger by the factor 1 + λ from the first step on. Weight decay
    is no part of g, decoupled or not.

    Parameters
    ----------
    gain
        λ ≥ 0; nothing is filtered at 0.
    memory
        α in [0, 1).

    Examples
    --------
    >>> weight = torch.tensor([1.0], requires_grad=True)
    >>> slow = GradientFilter(gain=2.0, memory=0.5)
    >>> for gradient in (1.0, 1.0, -1.0):
    ...     weight.grad = torch.tensor([gradient])
    ...     slow.amplify({"weight": weight})
    ...     print(float(weight.grad))  # h is 1, 1, 0
    3.0
    3.0
    -1.0
    """

    def __init__(self, gain: float, memory: float) -> None:
        """No gradient was seen yet."""
        self._gain, self._memory = gain, memory
        self._means: dict[str, torch.Tensor] = {}

    def amplify(self, parameters: Mapping[str, torch.Tensor]) -> None:
        """Change the gradients of these parameters in place, given with their names; those without are left alone."""
        if self._gain == 0:
            return
        for name, parameter in parameters.items():
            if parameter.grad is not None:
                mean = self._means.setdefault(name, parameter.grad.clone())
                mean.mul_(self._memory).add_(parameter.grad, alpha=1 - self._memory)
                parameter.grad.add_(mean, alpha=self._gain)
