"""The toy model of representation learning: embeddings that are added, and a decoder."""

import itertools
from typing import ClassVar

import torch

from empirical.examples import Signature
from empirical.experiment.numbers import real, whole
from empirical.experiment.parts import add_part
from empirical.models.model import Model

__all__ = ["EmbeddingDecoder"]


@add_part
class EmbeddingDecoder(Model):
    """Networks (i, j) ↦ decoder(E_i + E_j), with trainable embeddings E and a decoder of tanh layers (U, section 3).

    Parameters
    ----------
    dimension
        Of an embedding E_k; its entries start uniform on (−½, ½).
    width, layers
        Hidden units of each of the decoder's hidden layers, and how many layers these are.
    target_dimension
        Each class has a fixed random target with so many entries from N(0, 1), drawn with the initial weights; outputs
        are minus the mean squared differences between the decoder's values and the targets. With 0 there are no
        targets, and the decoder's values are the outputs, one a class.
    dropout
        Share of the decoder's hidden units that are left out at random in each step of the training, < 1.
    initial_scale, arithmetic
        As in `Model`; the targets are not scaled.

    Examples
    --------
    >>> network = EmbeddingDecoder(width=8).build(Signature(inputs=(2,), outputs=19, tokens=10))
    >>> {name: tuple(tensor.shape) for name, tensor in network.named_parameters()}
    {'embedding': (10, 1), 'decoder.0.weight': (8, 1), 'decoder.0.bias': (8,), 'decoder.2.weight': (8, 8), \
'decoder.2.bias': (8,), 'decoder.4.weight': (30, 8), 'decoder.4.bias': (30,)}
    >>> network(torch.tensor([[0, 1], [1, 0]])).shape
    torch.Size([2, 19])
    """

    name: ClassVar[str] = "embedding_decoder"

    dimension: int = whole(1)
    width: int = whole(200)
    layers: int = whole(2)
    target_dimension: int = whole(30, least=0)
    dropout: float = real(0.0, below=1)

    def build(self, signature: Signature) -> torch.nn.Module:
        """The network."""
        if signature.tokens is None:
            raise ValueError(f"model {self.name!r} embeds symbols, and this task has none; use 'addition_table'.")
        return _EmbeddingDecoder(self, signature.tokens, signature.outputs)


class _EmbeddingDecoder(torch.nn.Module):
    def __init__(self, model: EmbeddingDecoder, symbols: int, outputs: int) -> None:
        super().__init__()
        self.embedding = torch.nn.Parameter(torch.empty(symbols, model.dimension).uniform_(-0.5, 0.5))
        values = model.target_dimension or outputs
        sizes = [model.dimension, *(model.width,) * model.layers]
        blocks: list[torch.nn.Module] = []
        for before, after in itertools.pairwise(sizes):
            blocks += [torch.nn.Linear(before, after), torch.nn.Tanh()]
            blocks += [torch.nn.Dropout(model.dropout)] if model.dropout else []
        self.decoder = torch.nn.Sequential(*blocks, torch.nn.Linear(sizes[-1], values))
        if model.target_dimension:
            self.register_buffer("targets", torch.randn(outputs, values))

    def forward(self, pairs: torch.Tensor) -> torch.Tensor:
        """Outputs (batch, classes) of pairs of symbols (batch, 2)."""
        values: torch.Tensor = self.decoder(self.embedding[pairs].sum(dim=-2))
        if "targets" not in self._buffers:
            return values
        return -(values.unsqueeze(-2) - self.get_buffer("targets")).square().mean(dim=-1)
