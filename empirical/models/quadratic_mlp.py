"""The quadratic network that learns binary operations, with as many units as one likes and no bias."""

import functools
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import torch
from torch.nn import functional

from empirical.annotations import Parameters
from empirical.examples import Signature
from empirical.experiment.numbers import choice, whole
from empirical.experiment.parts import add_part
from empirical.models.model import FunctionModule, Model

__all__ = ["QuadraticMLP"]


@add_part
class QuadraticMLP(Model):
    """Networks (a, b) ↦ W(U_a + V_b)², the square of each of N units, no bias (D, section 2 and Appendix A).

    On one-hot symbols this is a two-layer network; here rows are looked up, which is the same and costs less.

    Parameters
    ----------
    width
        N.
    initialization
        All weights are normal. `"doshi"`: of standard deviation (16N)^(−1/3), which is D's; `"standard"`: 1/√inputs of
        each table, the p symbols for U and V and the N units for W; `"mean_field"`: 1, and the outputs are divided by
        2pN (Gromov, arXiv 2301.02679; K). The last is the same as weights of (2pN)^(−1/3) without the division, but
        the steps of plain gradient descent are (2pN)^(2/3) times shorter there.
    initial_scale, arithmetic
        As in `Model`.

    Notes
    -----
    The parameters are `embedding` (U, symbols by units), `embedding_right` (V, likewise) and `unembedding` (W, classes
    by units).

    Examples
    --------
    >>> network = QuadraticMLP(width=8).build(Signature(inputs=(2,), outputs=5, tokens=5))
    >>> {name: tuple(tensor.shape) for name, tensor in network.named_parameters()}
    {'embedding': (5, 8), 'embedding_right': (5, 8), 'unembedding': (5, 8)}
    >>> network(torch.tensor([[0, 1], [1, 0], [4, 4]])).shape
    torch.Size([3, 5])
    """

    name: ClassVar[str] = "quadratic_mlp"

    width: int = whole(500)
    initialization: str = choice("doshi", ("doshi", "standard", "mean_field"))

    def build(self, signature: Signature) -> torch.nn.Module:
        """The network."""
        rows = self._rows(signature)
        scale = 1 / (self._inputs(rows) * self.width) if self.initialization == "mean_field" else 1.0
        weights = {name: torch.empty(count, self.width) for name, count in rows.items()}
        return FunctionModule(functools.partial(_outputs, scale=scale), weights)

    def draw_start(self, signature: Signature, rng: np.random.Generator) -> Parameters:
        """Normal weights, times `initial_scale`."""
        rows = self._rows(signature)
        first, last = {
            "doshi": ((16 * self.width) ** (-1 / 3),) * 2,
            "standard": (rows["embedding"] ** -0.5, self.width**-0.5),
            "mean_field": (1.0, 1.0),
        }[self.initialization]
        spread = {"embedding": first, "embedding_right": first, "unembedding": last}
        return self.scaled(
            {name: spread[name] * rng.standard_normal((count, self.width)) for name, count in rows.items()}
        )

    @staticmethod
    def _inputs(rows: Mapping[str, int]) -> int:
        """Of the one-hot layer."""
        return rows["embedding"] + rows["embedding_right"]

    def _rows(self, signature: Signature) -> dict[str, int]:
        if signature.tokens is None or signature.inputs != (2,):
            raise ValueError(f"model {self.name!r} needs two symbols, and this task has none; use 'binary_table'.")
        return {"embedding": signature.tokens, "embedding_right": signature.tokens, "unembedding": signature.outputs}


def _outputs(weights: dict[str, torch.Tensor], pairs: torch.Tensor, scale: float) -> torch.Tensor:
    left = functional.embedding(pairs[..., 0], weights["embedding"])
    right = functional.embedding(pairs[..., 1], weights["embedding_right"])
    outputs = functional.linear((left + right).square(), weights["unembedding"])
    return outputs if scale == 1 else scale * outputs
