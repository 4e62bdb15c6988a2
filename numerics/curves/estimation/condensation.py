"""A long curve as a short one: blocks of equally spaced points replaced by a few weighted nodes, with equal sums."""

from dataclasses import KW_ONLY, dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from numerics.annotations import Array

__all__ = ["Points", "condense", "whole"]

_NODES = 5  # a block
_RESOLVED = 0.2  # largest block, in widths 1/s of the transition
_SHORTEST_BLOCK = 16
_SHORTEST_CURVE = 8192


@dataclass(frozen=True)
class Points:
    """What a fit sees: times in ascending order, values and weights, shape (m,) each, weight None for 1.

    Attributes
    ----------
    nodes
        Rows that make a block; 1 where every row is a point of the curve.
    edges
        Index in the curve where each block begins, and the end of the last; shape (blocks + 1,).
    lost
        Σ y² over each block's points minus Σ w y² over its rows, shape (blocks,); None where there is nothing to lose.
    """

    tau: Array
    y: Array
    _: KW_ONLY
    weight: Array | None = None
    nodes: int = 1
    edges: NDArray[np.intp]
    lost: Array | None = None

    @property
    def all_lost(self) -> float:
        """Σ y² over the curve minus Σ w y² over these rows."""
        return 0.0 if self.lost is None else float(self.lost.sum())

    @property
    def whole(self) -> bool:
        """Whether these are the curve's own points."""
        return self.nodes == 1

    def resolves(self, rate: float) -> bool:
        """Whether the blocks are short enough for a transition of this rate, twice the length chosen at most."""
        return self.whole or (self.tau[self.nodes] - self.tau[0]) * rate <= 2 * _RESOLVED


def whole(tau: Array, y: Array) -> Points:
    """The curve as it is.

    >>> whole(np.arange(3.0), np.zeros(3)).edges.tolist()
    [0, 1, 2, 3]
    """
    return Points(tau, y, edges=np.arange(tau.size + 1))


def condense(tau: Array, y: Array, rate: float) -> Points:
    """Rows whose weighted sums Σ w y f(τ) and Σ w f(τ) are those of the curve, for every f as smooth as the transition.

    In a block of points that is short against the width 1/rate, f is its interpolation polynomial through a few
    Gauss–Legendre nodes. So Σ y_i f(τ_i) = Σ_j f(node_j)·(Σ_i y_i ℓ_j(τ_i)) with Lagrange's ℓ_j: nodes with weights
    w_j = Σ_i ℓ_j(τ_i) and values Σ_i y_i ℓ_j(τ_i)/w_j have the least-squares solution of the curve, however noisy.
    The points must be equally spaced. A curve that is not long against its transition stays as it is.

    >>> tau = np.linspace(0, 1, 10_000)
    >>> y = np.cos(40 * tau)
    >>> rows = condense(tau, y, rate=3.0)
    >>> sums = (rows.weight * rows.y * np.exp(rows.tau)).sum(), (y * np.exp(tau)).sum()
    >>> rows.tau.size, bool(np.isclose(*sums, rtol=1e-11))
    (80, True)
    """
    step = (tau[-1] - tau[0]) / (tau.size - 1)
    longest = int(min(_RESOLVED / max(rate * step, 1e-300), tau.size / 8))
    if tau.size < _SHORTEST_CURVE or longest < _SHORTEST_BLOCK:
        return whole(tau, y)
    # Two lengths that differ by one share out all points.
    blocks = -(-tau.size // longest)
    length, longer = divmod(tau.size, blocks)
    cut = longer * (length + 1)
    pieces = [_condense(tau[:cut], y[:cut], length + 1, step), _condense(tau[cut:], y[cut:], length, step)]
    nodes, values, weight, lost = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    edges = np.concatenate([np.arange(0, cut, length + 1), np.arange(cut, tau.size + 1, length)])
    return Points(nodes, values, weight=weight, nodes=_NODES, edges=edges, lost=lost)


def _condense(tau: Array, y: Array, length: int, step: float) -> tuple[Array, Array, Array, Array]:
    x, lagrange, weight = _nodes(length)
    blocks = y.reshape(-1, length)
    values = np.einsum("bi,ji->bj", blocks, lagrange) / weight
    lost = np.einsum("bi,bi->b", blocks, blocks) - np.einsum("j,bj,bj->b", weight, values, values)
    nodes = tau[::length, None] + (length - 1) * step * (x + 1) / 2
    return nodes.ravel(), values.ravel(), np.tile(weight, values.shape[0]), lost


@lru_cache
def _nodes(length: int) -> tuple[Array, Array, Array]:
    """Gauss–Legendre nodes on [−1, 1], Lagrange's polynomials at `length` equal steps, and the sums of these."""
    x, _ = np.polynomial.legendre.leggauss(_NODES)
    points = np.linspace(-1, 1, length)
    lagrange = np.stack(
        [np.prod([(points - x[k]) / (x[j] - x[k]) for k in range(_NODES) if k != j], axis=0) for j in range(_NODES)]
    )
    return x, lagrange, lagrange.sum(axis=1)
