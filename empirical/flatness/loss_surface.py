"""The mean loss of a network on given examples as a function of all its weights, the ground that is flat or not."""

import dataclasses
from functools import cached_property

import numpy as np
import torch

from empirical.losses.loss import Loss
from empirical.randomness import torch_seeded_by

__all__ = ["LossSurface"]


@dataclasses.dataclass(frozen=True, eq=False)
class LossSurface:
    """w ↦ the mean loss of a network with the weights w, all of them in one vector of shape (weights,).

    Parameters
    ----------
    network
        A module; its weights are where one stands, and are not changed. `Snapshot.network` gives that of a look.
    loss
        Of each example.
    inputs, targets
        The examples, on the device of the network; numbers are taken in its arithmetic.

    Examples
    --------
    >>> from empirical import OneHotSquaredError
    >>> network = torch.nn.Linear(2, 2, bias=False).double()
    >>> _ = torch.nn.init.eye_(network.weight)
    >>> surface = LossSurface(network, OneHotSquaredError(), torch.eye(2), torch.tensor([0, 1]))
    >>> float(surface.at(surface.weights)), float(surface.at(1.5 * surface.weights))
    (0.0, 0.25)
    """

    network: torch.nn.Module
    loss: Loss
    inputs: torch.Tensor
    targets: torch.Tensor

    @cached_property
    def weights(self) -> torch.Tensor:
        """Where the network stands, (weights,)."""
        return torch.cat([weight.detach().flatten() for weight in self.network.parameters()])

    @cached_property
    def units(self) -> torch.Tensor:
        """The natural unit of each weight, (weights,): the root mean square of the weights of its tensor."""
        tensors = [weight.detach() for weight in self.network.parameters()]
        return torch.cat([torch.full_like(one, float(one.square().mean().sqrt())).flatten() for one in tensors])

    @property
    def finite(self) -> bool:
        """Whether no weight has diverged."""
        return bool(self.weights.isfinite().all())

    def at(self, weights: torch.Tensor) -> torch.Tensor:
        """The mean loss at these weights, a scalar; with gradients of every order where they are enabled.

        A network that draws random numbers is always given the same, and global generators stay where they were.
        """
        named = list(self.network.named_parameters())
        parts = weights.split([weight.numel() for _, weight in named])
        given = {name: part.view_as(weight) for (name, weight), part in zip(named, parts, strict=True)}
        with torch_seeded_by(np.random.default_rng(0), weights.device):
            outputs = torch.func.functional_call(self.network, given, (_in_type(self.inputs, weights.dtype),))
        return self.loss.values(outputs, _in_type(self.targets, weights.dtype)).mean()

    def slope(self, weights: torch.Tensor) -> torch.Tensor:
        """The gradient at these weights, (weights,)."""
        with torch.enable_grad():
            point = weights.detach().requires_grad_()
            (gradient,) = torch.autograd.grad(self.at(point), point)
        return gradient

    def relative_step(self, rng: np.random.Generator) -> torch.Tensor:
        """A random step, (weights,), that moves each tensor by as much as its own norm.

        >>> from empirical import CrossEntropy
        >>> network = torch.nn.Linear(3, 2).double()
        >>> surface = LossSurface(network, CrossEntropy(), torch.eye(3), torch.tensor([0, 1, 1]))
        >>> step = surface.relative_step(np.random.default_rng(0))
        >>> bool(torch.isclose(step[:6].norm(), network.weight.norm()))
        True
        """
        steps = []
        for weight in self.network.parameters():
            direction = torch.from_numpy(rng.standard_normal(weight.numel())).to(weight)
            steps.append(direction * (weight.detach().norm() / direction.norm()))
        return torch.cat(steps)


def _in_type(values: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    return values.to(dtype) if values.is_floating_point() else values
