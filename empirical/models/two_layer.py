"""The two-layer network of the parity experiment."""

from typing import ClassVar

import numpy as np
import torch

from empirical.annotations import Parameters
from empirical.examples import Signature
from empirical.experiment.numbers import choice, real, whole
from empirical.experiment.parts import add_part
from empirical.models.model import Model

__all__ = ["ACTIVATIONS", "TwoLayer", "draw_two_layer"]

ACTIVATIONS = {"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh, "gelu": torch.nn.GELU}


@add_part
class TwoLayer(Model):
    """Networks x ↦ W₂·φ(W₁x + b), no output bias, Xavier-uniform weights (M, section 3.2).

    Parameters
    ----------
    width
        Number of hidden units, ≥ 1.
    activation
        φ: `"relu"`, `"tanh"` or `"gelu"`.
    dropout
        Share of the hidden units that are left out at random in each step of the training, < 1.
    initial_scale, arithmetic
        As in `Model`.

    Examples
    --------
    >>> TwoLayer(width=8).build(Signature(inputs=(3,), outputs=2))
    Sequential(
      (hidden): Linear(in_features=3, out_features=8, bias=True)
      (activation): ReLU()
      (output): Linear(in_features=8, out_features=2, bias=False)
    )
    """

    name: ClassVar[str] = "two_layer"

    width: int = whole(1000)
    activation: str = choice("relu", tuple(ACTIVATIONS))
    dropout: float = real(0.0, below=1)

    def build(self, signature: Signature) -> torch.nn.Module:
        """The network."""
        (inputs,) = signature.inputs
        layers: dict[str, torch.nn.Module] = {
            "hidden": torch.nn.Linear(inputs, self.width),
            "activation": ACTIVATIONS[self.activation](),
            "output": torch.nn.Linear(self.width, signature.outputs, bias=False),
        }
        if self.dropout:
            layers = {**layers, "dropout": torch.nn.Dropout(self.dropout), "output": layers.pop("output")}
        network = torch.nn.Sequential()
        for name, layer in layers.items():
            network.add_module(name, layer)
        return network

    def draw_start(self, signature: Signature, rng: np.random.Generator) -> Parameters:
        """Xavier-uniform weights and PyTorch's default bias, times `initial_scale`."""
        (inputs,) = signature.inputs
        return self.scaled(draw_two_layer(inputs, self.width, signature.outputs, rng=rng))


def draw_two_layer(inputs: int, width: int, outputs: int, *, rng: np.random.Generator) -> Parameters:
    """Initial weights: Xavier-uniform layers and PyTorch's default bias.

    W₁ and W₂ are uniform on ±√(6/(inputs + outputs of the layer)), b is uniform on ±1/√inputs.
    Source: M, section 3.2, and its published code.

    >>> weights = draw_two_layer(25, 1000, 2, rng=np.random.default_rng(0))
    >>> {name: tensor.shape for name, tensor in weights.items()}
    {'hidden.weight': (1000, 25), 'hidden.bias': (1000,), 'output.weight': (2, 1000)}
    >>> bool(abs(weights["hidden.weight"]).max() <= np.sqrt(6 / 1025))
    True
    """
    return {
        "hidden.weight": _xavier_uniform(width, inputs, rng),
        "hidden.bias": rng.uniform(-1, 1, width) / np.sqrt(inputs),
        "output.weight": _xavier_uniform(outputs, width, rng),
    }


def _xavier_uniform(outputs: int, inputs: int, rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(-1, 1, (outputs, inputs)) * np.sqrt(6 / (inputs + outputs))
