"""A deep network of fully connected layers."""

import itertools
from typing import ClassVar

import torch

from empirical.examples import Signature
from empirical.experiment.numbers import choice, real, whole
from empirical.experiment.parts import add_part
from empirical.models.model import Model

__all__ = ["DeepMLP"]

_ACTIVATIONS = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh, "gelu": torch.nn.GELU}


@add_part
class DeepMLP(Model):
    """Networks of `depth` linear layers with an activation between them, with biases (O and its published code).

    Layers start as PyTorch has it, weights and biases uniform on ±1/√inputs of the layer, all times `initial_scale`.

    Parameters
    ----------
    depth
        Number of linear layers, ≥ 1: 3 are two hidden layers and the output.
    width
        Units of each hidden layer.
    activation
        `"relu"`, `"tanh"` or `"gelu"`.
    dropout
        Share of the hidden units that are left out at random in each step of the training, < 1.
    initial_scale, arithmetic
        As in `Model`. With ReLU units outputs grow like the power `depth` of `initial_scale`.

    Examples
    --------
    >>> DeepMLP(width=8).build(Signature(inputs=(64,), outputs=10))
    Sequential(
      (0): Linear(in_features=64, out_features=8, bias=True)
      (1): ReLU()
      (2): Linear(in_features=8, out_features=8, bias=True)
      (3): ReLU()
      (4): Linear(in_features=8, out_features=10, bias=True)
    )
    """

    name: ClassVar[str] = "deep_mlp"

    depth: int = whole(3)
    width: int = whole(200)
    activation: str = choice("relu", tuple(_ACTIVATIONS))
    dropout: float = real(0.0, below=1)

    def build(self, signature: Signature) -> torch.nn.Module:
        """The network."""
        (inputs,) = signature.inputs
        sizes = [inputs, *(self.width,) * (self.depth - 1)]
        blocks: list[torch.nn.Module] = []
        for before, after in itertools.pairwise(sizes):
            blocks += [torch.nn.Linear(before, after), _ACTIVATIONS[self.activation]()]
            blocks += [torch.nn.Dropout(self.dropout)] if self.dropout else []
        return torch.nn.Sequential(*blocks, torch.nn.Linear(sizes[-1], signature.outputs))
