"""What every model says: the module that it is, and the weights from which it starts."""

import abc
import dataclasses
from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np
import torch

from empirical.annotations import Parameters
from empirical.examples import Signature
from empirical.experiment.numbers import choice, real
from empirical.experiment.parts import Part
from empirical.randomness import torch_seeded_by

__all__ = ["FunctionModule", "Model"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Model(Part, abc.ABC):
    """What learns. A model of your own builds a `torch.nn.Module`; the rest is done with it.

    Parameters
    ----------
    initial_scale
        Factor α > 0 on all initial weights (O; 1 leaves them as they are).
    arithmetic
        `"float32"` or `"float64"`.

    Examples
    --------
    >>> from empirical import add_part
    >>> @add_part
    ... class Deep(Model):
    ...     name = "deep"
    ...     width: int = 8
    ...     def build(self, signature):
    ...         layers = torch.nn.Linear(*signature.inputs, self.width), torch.nn.Linear(self.width, signature.outputs)
    ...         return torch.nn.Sequential(layers[0], torch.nn.Tanh(), layers[1])
    >>> start = Deep(width=4).draw_start(Signature(inputs=(3,), outputs=2), np.random.default_rng(0))
    >>> {name: tensor.shape for name, tensor in start.items()}
    {'0.weight': (4, 3), '0.bias': (4,), '2.weight': (2, 4), '2.bias': (2,)}
    """

    kind: ClassVar[str] = "model"

    initial_scale: float = real(1.0, above=0)
    arithmetic: str = choice("float32", ("float32", "float64"))

    @abc.abstractmethod
    def build(self, signature: Signature) -> torch.nn.Module:
        """The module: it maps inputs (batch, …) to outputs (batch, signature.outputs)."""

    def draw_start(self, signature: Signature, rng: np.random.Generator) -> Parameters:
        """The initial weights by their names in the module: as it initialises itself, times `initial_scale`.

        Its buffers are among them, unscaled: random ones are as different from seed to seed as the weights.
        """
        with torch_seeded_by(rng):
            module = self.build(signature)
        start = {name: weight.detach().double().numpy() for name, weight in module.named_parameters()}
        return self.scaled(start) | {name: buffer.double().numpy() for name, buffer in module.named_buffers()}

    def scaled(self, start: Parameters) -> Parameters:
        """Initial weights times `initial_scale`; 1 leaves their bits as they are."""
        return {name: self.initial_scale * weight for name, weight in start.items()}


class FunctionModule(torch.nn.Module):
    """A function of named tensors as a module: `function(tensors, inputs)` gives the outputs.

    Parameters
    ----------
    function
        Called with the tensors by name and the inputs (batch, …); returns outputs (batch, …).
    tensors
        The initial tensors. Names must not have dots.

    Examples
    --------
    >>> start = {"U": torch.ones(3, 5), "V": torch.ones(5, 2)}
    >>> quadratic = FunctionModule(lambda w, x: (x @ w["U"]) ** 2 @ w["V"], start)
    >>> quadratic(torch.ones(4, 3)).shape, [name for name, _ in quadratic.named_parameters()]
    (torch.Size([4, 2]), ['U', 'V'])
    """

    def __init__(
        self,
        function: Callable[[dict[str, torch.Tensor], torch.Tensor], torch.Tensor],
        tensors: Mapping[str, torch.Tensor],
    ) -> None:
        """Take the tensors as parameters."""
        super().__init__()
        self._function = function
        for name, tensor in tensors.items():
            self.register_parameter(name, torch.nn.Parameter(tensor))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """The function's value."""
        return self._function(dict(self.named_parameters()), inputs)
