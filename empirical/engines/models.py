"""Models that are trained side by side: their outputs, and the gradients of their weights written out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import torch

from empirical.engines.activations import ACTIVATIONS
from empirical.engines.weights import LinearWeights, Weights

__all__ = ["Linear", "Model", "Slopes", "TwoLayer"]

# Maps outputs to the derivative of the loss in them, both (R, batch, outputs).
Slopes = Callable[[torch.Tensor], torch.Tensor]


class Model(Protocol):
    """R models of one shape. Inputs are (R, batch, n + 1), their last column one (see ``ensemble.with_ones``)."""

    parameters: list[torch.Tensor]

    def outputs(self, inputs: torch.Tensor) -> torch.Tensor:
        """(R, batch, outputs)."""
        ...

    def gradients(self, inputs: torch.Tensor, slopes: Slopes) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """The outputs, and the derivative of the loss in each of ``parameters``, in their order."""
        ...

    def weights(self) -> list[Weights] | list[LinearWeights]:
        """The weights as they are now, float64, in the shapes they were given in."""
        ...


class TwoLayer:
    """Networks x ↦ W₂·φ(W₁x + b) with any activation φ and number of outputs; the bias is one more row of W₁."""

    def __init__(
        self, weights: Sequence[Weights], activation: str, *, dtype: torch.dtype, device: str | torch.device
    ) -> None:
        """Stack the networks' weights."""
        hidden = [np.vstack([w.hidden.T, w.bias]) for w in weights]
        self.parameters = [_stack(hidden, dtype, device), _stack([w.output.T for w in weights], dtype, device)]
        self._activation = ACTIVATIONS[activation]

    def outputs(self, inputs: torch.Tensor) -> torch.Tensor:
        """(R, batch, outputs)."""
        hidden, readout = self.parameters
        return self._activation(inputs @ hidden)[0] @ readout

    def gradients(self, inputs: torch.Tensor, slopes: Slopes) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """The outputs, and the derivatives of the loss in W₁ with b, and in W₂."""
        hidden, readout = self.parameters
        values, derivatives = self._activation(inputs @ hidden)
        outputs = values @ readout
        errors = slopes(outputs)
        return outputs, [inputs.mT @ ((errors @ readout.mT) * derivatives), values.mT @ errors]

    def weights(self) -> list[Weights]:
        """The weights as they are now, float64, in the shapes they were given in."""
        hidden, readout = (parameter.double().cpu().numpy().copy() for parameter in self.parameters)
        return [Weights(hidden=W[:-1].T, bias=W[-1], output=V.T) for W, V in zip(hidden, readout, strict=True)]


class Linear:
    """Students x ↦ Sᵀx without a bias; the inputs' column of ones is left out."""

    def __init__(self, weights: Sequence[LinearWeights], *, dtype: torch.dtype, device: str | torch.device) -> None:
        """Stack the students' weights."""
        self.parameters = [_stack([w.student for w in weights], dtype, device)]

    def outputs(self, inputs: torch.Tensor) -> torch.Tensor:
        """(R, batch, outputs)."""
        return inputs[..., :-1] @ self.parameters[0]

    def gradients(self, inputs: torch.Tensor, slopes: Slopes) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """The outputs, and the derivative of the loss in S."""
        outputs = self.outputs(inputs)
        return outputs, [inputs[..., :-1].mT @ slopes(outputs)]

    def weights(self) -> list[LinearWeights]:
        """The weights as they are now, float64."""
        return [LinearWeights(student) for student in self.parameters[0].double().cpu().numpy().copy()]


def _stack(arrays: list[np.ndarray], dtype: torch.dtype, device: str | torch.device) -> torch.Tensor:
    return torch.from_numpy(np.stack(arrays)).to(device, dtype, copy=True).contiguous()
