"""A layer of a decoder transformer on rows: what depends on one symbol is computed once a symbol, not once a sample."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch

__all__ = ["BOTH", "NEITHER", "Rows", "TransformerLayer", "lifted"]

BOTH, NEITHER = frozenset({0, 1}), frozenset[int]()
_ACTIVATIONS = {"relu": lambda: torch.nn.ReLU(inplace=True), "gelu": torch.nn.GELU}


@dataclass(frozen=True)
class Rows:
    """Values at one place of the sequence, each distinct one once.

    Attributes
    ----------
    values
        (rows, …): one row, one a symbol, or one a sample.
    symbols
        On which of the two symbols of a pair they depend: none, {0}, {1}, or both.
    """

    values: torch.Tensor
    symbols: frozenset[int]


def lifted(rows: Rows, symbols: frozenset[int], pairs: torch.Tensor) -> torch.Tensor:
    """Values as rows of what depends on these symbols; one row stays one, and broadcasts.

    >>> table = Rows(torch.tensor([[0.0], [10.0], [20.0]]), frozenset({1}))
    >>> lifted(table, BOTH, torch.tensor([[0, 2], [0, 1]])).tolist()
    [[20.0], [10.0]]
    """
    if rows.symbols == symbols or not rows.symbols:
        return rows.values
    (symbol,) = rows.symbols
    flat = torch.nn.functional.embedding(pairs[:, symbol], rows.values.flatten(1))
    return flat.unflatten(1, rows.values.shape[1:])


class TransformerLayer(torch.nn.Module):
    """Causal attention and an MLP, each added to the stream; LayerNorm before each, after each sum, or nowhere.

    >>> layer = TransformerLayer(8, 2, 16, activation="relu", layer_norm="pre", bias=True, dropout=0.0)
    >>> stream = [Rows(torch.randn(5, 8), frozenset({0})), Rows(torch.randn(5, 8), frozenset({1}))]
    >>> [(tuple(rows.values.shape), set(rows.symbols)) for rows in layer(stream, [0, 1], torch.tensor([[0, 1]] * 3))]
    [((5, 8), {0}), ((3, 8), {0, 1})]
    """

    def __init__(
        self, dimension: int, heads: int, width: int, *, activation: str, layer_norm: str, bias: bool, dropout: float
    ) -> None:
        super().__init__()
        self._pre, self._post = layer_norm == "pre", layer_norm == "post"
        self.attention = torch.nn.MultiheadAttention(dimension, heads, bias=bias)
        hidden, output = torch.nn.Linear(dimension, width), torch.nn.Linear(width, dimension)
        self.mlp = torch.nn.Sequential(hidden, _ACTIVATIONS[activation](), torch.nn.Dropout(dropout), output)
        self.dropout = torch.nn.Dropout(dropout)
        if layer_norm != "none":
            self.attention_norm, self.mlp_norm = torch.nn.LayerNorm(dimension), torch.nn.LayerNorm(dimension)

    def forward(self, stream: Sequence[Rows], read: Iterable[int], pairs: torch.Tensor) -> list[Rows]:
        """The stream behind the layer at the places that are read, given that before it at all places."""
        normed = [Rows(self.attention_norm(rows.values), rows.symbols) for rows in stream] if self._pre else stream
        keys, values = ([self._projected(rows, part) for rows in normed] for part in (1, 2))
        behind = []
        for place in read:
            seen = NEITHER.union(*(rows.symbols for rows in stream[: place + 1]))
            query = self._projected(normed[place], 0)
            mixed = self._mixed(query, keys[: place + 1], values[: place + 1], seen, pairs)
            x = lifted(stream[place], seen, pairs) + self.dropout(self.attention.out_proj(mixed))
            x = self.attention_norm(x) if self._post else x
            x = x + self.dropout(self.mlp(self.mlp_norm(x) if self._pre else x))
            behind.append(Rows(self.mlp_norm(x) if self._post else x, seen))
        return behind

    def _projected(self, rows: Rows, part: int) -> Rows:
        """Queries, keys or values (part 0, 1 or 2) of these rows, (rows, heads, dimension of a head)."""
        heads = self.attention.num_heads
        weight = self.attention.in_proj_weight.unflatten(0, (3, -1))[part]
        bias = None if self.attention.in_proj_bias is None else self.attention.in_proj_bias.unflatten(0, (3, -1))[part]
        return Rows(torch.nn.functional.linear(rows.values, weight, bias).unflatten(1, (heads, -1)), rows.symbols)

    def _mixed(
        self, query: Rows, keys: Sequence[Rows], values: Sequence[Rows], seen: frozenset[int], pairs: torch.Tensor
    ) -> torch.Tensor:
        """The heads' means of the values, one after the other, (rows, dimension)."""
        scores = torch.stack(
            torch.broadcast_tensors(*(lifted(self._scores(query, key, pairs), seen, pairs) for key in keys)), dim=-1
        )
        weights = self.dropout(scores.softmax(dim=-1))
        parts = [
            lifted(value, seen, pairs) * weight.unsqueeze(-1)
            for value, weight in zip(values, weights.unbind(-1), strict=True)
        ]
        return sum(parts[1:], parts[0]).flatten(1)

    def _scores(self, query: Rows, key: Rows, pairs: torch.Tensor) -> Rows:
        """What is put into the softmax, (rows, heads): q·k/√(dimension of a head), as rows of what both depend on."""
        symbols = query.symbols | key.symbols
        products = lifted(query, symbols, pairs) * lifted(key, symbols, pairs)
        return Rows(products.sum(dim=-1) / math.sqrt(products.shape[-1]), symbols)
