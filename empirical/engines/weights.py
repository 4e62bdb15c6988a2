"""The two-layer network and the linear student: their weights, and how the network's start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["LinearWeights", "Weights", "draw_weights"]


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of outputs(x) = W₂·φ(W₁x + b), in PyTorch's shapes.

    ``hidden`` W₁ (width, input size), ``bias`` b (width,), ``output`` W₂ (outputs, width); no output bias.

    >>> weights = draw_weights(3, 8, rng=np.random.default_rng(0))
    >>> logits = weights.output @ np.maximum(weights.hidden @ np.ones(3) + weights.bias, 0)
    >>> logits.shape
    (2,)
    """

    hidden: np.ndarray
    bias: np.ndarray
    output: np.ndarray

    def scaled(self, factor: float) -> Weights:
        """All weights times a factor; 1 leaves their bits as they are."""
        return Weights(factor * self.hidden, factor * self.bias, factor * self.output)

    def norm(self) -> float:
        """Euclidean norm √(Σ w²) over all weights and biases."""
        return float(np.sqrt(sum((part**2).sum() for part in (self.hidden, self.bias, self.output))))


@dataclass(frozen=True, eq=False)
class LinearWeights:
    """Weights S (input size, outputs) of the linear student outputs(x) = Sᵀx.

    >>> LinearWeights(np.array([[3.0], [4.0]])).norm()
    5.0
    """

    student: np.ndarray

    def scaled(self, factor: float) -> LinearWeights:
        """All weights times a factor."""
        return LinearWeights(factor * self.student)

    def norm(self) -> float:
        """Euclidean norm √(Σ w²)."""
        return float(np.linalg.norm(self.student))


def draw_weights(input_size: int, width: int, *, outputs: int = 2, rng: np.random.Generator) -> Weights:
    """Initial weights: Xavier-uniform layers and PyTorch's default bias.

    W₁ and W₂ are uniform on ±√(6/(inputs + outputs of the layer)), b is uniform on ±1/√(input size).
    Source: M, section 3.2, and its published code.

    >>> weights = draw_weights(25, 1000, rng=np.random.default_rng(0))
    >>> weights.hidden.shape, weights.bias.shape, weights.output.shape
    ((1000, 25), (1000,), (2, 1000))
    >>> bool(abs(weights.hidden).max() <= np.sqrt(6 / 1025))
    True
    """
    return Weights(
        hidden=_xavier_uniform(width, input_size, rng),
        bias=rng.uniform(-1, 1, width) / np.sqrt(input_size),
        output=_xavier_uniform(outputs, width, rng),
    )


def _xavier_uniform(outputs: int, inputs: int, rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(-1, 1, (outputs, inputs)) * np.sqrt(6 / (inputs + outputs))
