"""Multilayer networks of symbols: one-hot, or embedded and then put side by side or added."""

import itertools
from typing import ClassVar

import torch
from torch.nn import functional

from empirical.examples import Signature
from empirical.experiment.numbers import choice, real, whole
from empirical.experiment.parts import add_part
from empirical.models.model import Model
from empirical.models.two_layer import ACTIVATIONS

__all__ = ["EmbeddingMLP"]


@add_part
class EmbeddingMLP(Model):
    """Networks of two symbols: embeddings, hidden layers with biases, a read-out without one.

    Parameters
    ----------
    combination
        What the first hidden layer sees. `"one_hot"`: both symbols one-hot, side by side; its weights are looked up as
        embeddings of as many dimensions as it has units. `"concatenated"`: their embeddings side by side. `"summed"`:
        the sum of their embeddings.
    dimension
        Of an embedding; `"one_hot"` takes no notice of it.
    width, layers
        Units of each hidden layer, and how many layers these are.
    activation
        `"relu"`, `"tanh"` or `"gelu"`.
    dropout
        Share of the hidden units that are left out at random in each step of the training, < 1.
    initial_scale, arithmetic
        As in `Model`. The layers start as PyTorch's, uniform on ±1/√inputs; embeddings normal with variance 1.

    Notes
    -----
    The embeddings are `embedding` and, with `"one_hot"`, `embedding_right` for the second symbol; the read-out is
    `unembedding.weight` (classes by units).

    Examples
    --------
    >>> signature = Signature(inputs=(2,), outputs=5, tokens=5)
    >>> network = EmbeddingMLP(width=8).build(signature)
    >>> {name: tuple(tensor.shape) for name, tensor in network.named_parameters()}
    {'embedding': (5, 8), 'embedding_right': (5, 8), 'bias': (8,), 'unembedding.weight': (5, 8)}
    >>> network = EmbeddingMLP(width=8, layers=2, dimension=3, combination="concatenated").build(signature)
    >>> {name: tuple(tensor.shape) for name, tensor in network.named_parameters()}
    {'embedding': (5, 3), 'hidden.0.weight': (8, 6), 'hidden.0.bias': (8,), 'hidden.1.weight': (8, 8), \
'hidden.1.bias': (8,), 'unembedding.weight': (5, 8)}
    """

    name: ClassVar[str] = "embedding_mlp"

    dimension: int = whole(128)
    width: int = whole(256)
    layers: int = whole(1)
    activation: str = choice("relu", tuple(ACTIVATIONS))
    combination: str = choice("one_hot", ("one_hot", "concatenated", "summed"))
    dropout: float = real(0.0, below=1)

    def build(self, signature: Signature) -> torch.nn.Module:
        """The network."""
        if signature.tokens is None or signature.inputs != (2,):
            raise ValueError(f"model {self.name!r} needs two symbols, and this task has none; use 'binary_table'.")
        return _EmbeddingMLP(self, signature.tokens, signature.outputs)


class _EmbeddingMLP(torch.nn.Module):
    def __init__(self, model: EmbeddingMLP, symbols: int, outputs: int) -> None:
        super().__init__()
        self._combination = model.combination
        widths = [model.width] * model.layers
        if model.combination == "one_hot":
            first = torch.nn.Linear(2 * symbols, model.width)  # for its initial weights
            left, right = first.weight.detach().T.split(symbols)
            self.embedding = torch.nn.Parameter(left.contiguous())
            self.embedding_right = torch.nn.Parameter(right.contiguous())
            self.bias = first.bias
        else:
            self.embedding = torch.nn.Parameter(torch.randn(symbols, model.dimension))
            widths.insert(0, model.dimension * (2 if model.combination == "concatenated" else 1))
        self.hidden = torch.nn.ModuleList(torch.nn.Linear(*sizes) for sizes in itertools.pairwise(widths))
        self.activation = ACTIVATIONS[model.activation]()
        self.dropout = torch.nn.Dropout(model.dropout)
        self.unembedding = torch.nn.Linear(model.width, outputs, bias=False)

    def forward(self, pairs: torch.Tensor) -> torch.Tensor:
        """Outputs (batch, classes) of pairs of symbols (batch, 2)."""
        one_hot = self._combination == "one_hot"
        left = functional.embedding(pairs[..., 0], self.embedding)
        right = functional.embedding(pairs[..., 1], self.embedding_right if one_hot else self.embedding)
        if one_hot:
            units = self.dropout(self.activation(left + right + self.bias))
        elif self._combination == "concatenated":
            units = torch.cat([left, right], dim=-1)
        else:
            units = left + right
        for layer in self.hidden:
            units = self.dropout(self.activation(layer(units)))
        outputs: torch.Tensor = self.unembedding(units)
        return outputs
