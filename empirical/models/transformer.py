"""The decoder transformer of operation tables: it reads `a b =` and answers at the end."""

import math
from typing import ClassVar

import torch

from empirical.examples import Signature
from empirical.experiment.numbers import choice, real, whole
from empirical.experiment.parts import add_part
from empirical.models.model import Model
from empirical.models.transformer_layer import BOTH, NEITHER, Rows, TransformerLayer, lifted

__all__ = ["Transformer"]

_SEQUENCES = {"equals": "ab=", "operator": "a∘b=", "none": "ab"}
_SIGNS = "=∘"  # in this order behind the symbols in the embedding


@add_part
class Transformer(Model):
    """Transformers (a, b) ↦ the outputs at the end of `a b =` under causal attention (P, appendix A.1.2; N).

    Parameters
    ----------
    layers, heads
        Layers of attention and MLP, and heads of each attention.
    dimension, mlp_width
        d of the residual stream, a multiple of `heads`, and hidden units of each MLP.
    activation
        Of the MLPs: `"relu"` or `"gelu"`.
    layer_norm
        `"pre"`: before each attention and MLP; `"post"`: after each sum with the residual stream, as in P's code;
        `"none"`, as in N.
    final_norm
        Whether there is one before the read-out, too.
    initialization
        `"pytorch"`: as `torch.nn.MultiheadAttention`, `Linear` and `Embedding` initialize themselves. `"gaussian"`:
        N(0, 1/d) for every entry of a matrix, and no bias at the start (N).
    attention_bias, unembedding_bias
        Whether the attention's queries, keys, values and outputs have a bias, and the read-out; in N neither has.
    positions
        `"learned"`, or `"sinusoidal"` as in P.
    signs
        What is read with the two symbols: `"equals"`, `a b =`; `"operator"`, `a ∘ b =` as in P; `"none"`, `a b` as in
        the published code of T.
    dropout
        Share of the entries that are left out at random in each step of the training, < 1: of the attention's weights
        and outputs, and of the MLP's hidden units and outputs.
    initial_scale, arithmetic
        As in `Model`; the gains of LayerNorm are weights, too, and are scaled with all others.

    Notes
    -----
    Nothing is computed twice: before the first layer the stream at a symbol depends on the symbol alone, so it is a
    table of p rows and not of a row a sample; the last layer has one query, where the answer is read. It is the same
    function in a third of the time (`benchmarks/transformer_step.py`).

    Examples
    --------
    >>> network = Transformer(dimension=8, heads=2, mlp_width=16).build(Signature((2,), outputs=5, tokens=5))
    >>> network(torch.tensor([[0, 1], [4, 4]])).shape
    torch.Size([2, 5])
    >>> tuple(network.embedding.weight.shape), tuple(network.unembedding.weight.shape)  # five symbols and the sign =
    ((6, 8), (5, 8))
    """

    name: ClassVar[str] = "transformer"

    layers: int = whole(1)
    heads: int = whole(4)
    dimension: int = whole(128)
    mlp_width: int = whole(512)
    activation: str = choice("relu", ("relu", "gelu"))
    layer_norm: str = choice("pre", ("pre", "post", "none"))
    final_norm: bool = True
    initialization: str = choice("pytorch", ("pytorch", "gaussian"))
    attention_bias: bool = True
    unembedding_bias: bool = False
    positions: str = choice("learned", ("learned", "sinusoidal"))
    signs: str = choice("equals", tuple(_SEQUENCES))
    dropout: float = real(0.0, below=1)

    def __post_init__(self) -> None:
        """Check that the heads share the dimension evenly."""
        super().__post_init__()
        if self.dimension % self.heads:
            raise ValueError(
                f"dimension must be a multiple of heads, got {self.dimension} and {self.heads}; change one of them."
            )

    def build(self, signature: Signature) -> torch.nn.Module:
        """The network."""
        if signature.tokens is None or signature.inputs != (2,):
            raise ValueError(
                f"model {self.name!r} reads two symbols, got {signature}; give it a task of pairs, 'addition_table'."
            )
        return _Transformer(self, signature.tokens, signature.outputs)


class _Transformer(torch.nn.Module):
    def __init__(self, model: Transformer, symbols: int, outputs: int) -> None:
        super().__init__()
        self._sequence, self._symbols, self._dropout = _SEQUENCES[model.signs], symbols, model.dropout
        d = model.dimension
        self.embedding = torch.nn.Embedding(symbols + len(self._sequence) - 2, d)
        if model.positions == "learned":
            self.positions = torch.nn.Embedding(len(self._sequence), d).weight
        else:
            self.register_buffer("positions", _waves(len(self._sequence), d))
        self.layers = torch.nn.ModuleList(
            TransformerLayer(
                d, model.heads, model.mlp_width, activation=model.activation, layer_norm=model.layer_norm,
                bias=model.attention_bias, dropout=model.dropout,
            )
            for _ in range(model.layers)
        )  # fmt: skip
        self.norm = torch.nn.LayerNorm(d) if model.final_norm else torch.nn.Identity()
        self.unembedding = torch.nn.Linear(d, outputs, bias=model.unembedding_bias)
        if model.initialization == "gaussian":
            for name, parameter in self.named_parameters():
                if parameter.dim() == 2:
                    torch.nn.init.normal_(parameter, std=1 / math.sqrt(d))
                elif name.endswith("bias"):
                    torch.nn.init.zeros_(parameter)

    def forward(self, pairs: torch.Tensor) -> torch.Tensor:
        """Outputs (batch, p) of pairs of symbols (batch, 2)."""
        stream = [self._embedded(place, pairs) for place in range(len(self._sequence))]
        last = len(stream) - 1
        for layer in self.layers:
            read = [last] if layer is self.layers[-1] else range(last + 1)
            stream = layer(stream, read, pairs)
        outputs: torch.Tensor = self.unembedding(self.norm(stream[-1].values))
        return outputs

    def _embedded(self, place: int, pairs: torch.Tensor) -> Rows:
        """The stream at a place before the first layer: a row a symbol, or the one row of a sign."""
        token, table = self._sequence[place], self.embedding.weight
        if token in _SIGNS:
            symbols, rows = NEITHER, table[self._symbols :][_SIGNS.index(token)].unsqueeze(0)
        else:
            symbols, rows = frozenset({"ab".index(token)}), table[: self._symbols]
        embedded = Rows(rows + self.positions[place], symbols)
        if self._dropout and self.training:  # what is left out differs from sample to sample
            return Rows(lifted(embedded, BOTH, pairs).expand(len(pairs), -1), BOTH)
        return embedded


def _waves(length: int, dimension: int) -> torch.Tensor:
    """Sines in the even columns and cosines in the odd ones, of wavelengths from 2π to 10⁴·2π: (length, dimension)."""
    columns = torch.arange(dimension)
    angles = torch.arange(length).unsqueeze(1) / 10_000 ** ((columns - columns % 2) / dimension)
    return torch.where(columns % 2 == 0, angles.sin(), angles.cos())
