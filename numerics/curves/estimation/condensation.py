"""A long curve as a short one: blocks of equally spaced points replaced by a few weighted nodes, with equal sums."""

from dataclasses import KW_ONLY, dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.annotations import Array

__all__ = ["NODES", "Points", "condense", "gauss_nodes", "node_weights", "shared_out", "whole"]

NODES = 5  # a block
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
    length, longer = (int(number) for number in shared_out(tau.size, rate * step))
    if length == 0:
        return whole(tau, y)
    cut = longer * (length + 1)
    pieces = [_condense(tau[:cut], y[:cut], length + 1, step), _condense(tau[cut:], y[cut:], length, step)]
    nodes, values, weight, lost = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    edges = np.concatenate([np.arange(0, cut, length + 1), np.arange(cut, tau.size + 1, length)])
    return Points(nodes, values, weight=weight, nodes=NODES, edges=edges, lost=lost)


def shared_out(size: int, rate: ArrayLike) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """How a curve of so many points, with a transition of this rate per point, is cut into blocks of two lengths.

    The first `longer` blocks have `length + 1` points, the others `length`; 0 for a curve that stays as it is. Returns
    `length, longer`, of the shape of `rate`.

    >>> length, longer = shared_out(10_000, [3e-4, 0.1])
    >>> length.tolist(), longer.tolist()
    ([625, 0], [0, 0])
    """
    longest = np.minimum(_RESOLVED / np.maximum(np.asarray(rate, dtype=np.float64), 1e-300), size / 8).astype(np.intp)
    if size < _SHORTEST_CURVE:
        longest = np.zeros_like(longest)
    blocks = -(-size // np.maximum(longest, 1))
    apart = longest >= _SHORTEST_BLOCK
    return np.where(apart, size // blocks, 0), np.where(apart, size % blocks, 0)


def _condense(tau: Array, y: Array, length: int, step: float) -> tuple[Array, Array, Array, Array]:
    lagrange = _lagrange_at_points(length)
    weight = lagrange.sum(axis=1)
    blocks = y.reshape(-1, length)
    values = np.einsum("bi,ji->bj", blocks, lagrange) / weight
    lost = np.einsum("bi,bi->b", blocks, blocks) - np.einsum("j,bj,bj->b", weight, values, values)
    nodes = tau[::length, None] + (length - 1) * step * (gauss_nodes(NODES)[0] + 1) / 2
    return nodes.ravel(), values.ravel(), np.tile(weight, values.shape[0]), lost


@lru_cache
def _lagrange_at_points(length: int) -> Array:
    """Lagrange's polynomials of a block at its points, shape (nodes, length)."""
    _, coefficients = gauss_nodes(NODES)
    return np.asarray(np.polynomial.polynomial.polyval(np.linspace(-1, 1, length), coefficients.T))


@lru_cache
def gauss_nodes(count: int) -> tuple[Array, Array]:
    """So many Gauss–Legendre nodes on [−1, 1] and Lagrange's polynomials, ℓ_j(x) = Σ_p coefficients[j, p] x^p.

    >>> x, coefficients = gauss_nodes(2)
    >>> np.polynomial.polynomial.polyval(x, coefficients.T).round(12).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    x, _ = np.polynomial.legendre.leggauss(count)
    coefficients = np.empty((count, count))
    for j in range(count):
        product = np.polynomial.polynomial.polyfromroots(np.delete(x, j))
        coefficients[j] = product / np.polynomial.polynomial.polyval(x[j], product)
    return x, coefficients


def node_weights(nodes: int, length: ArrayLike) -> Array:
    """Σ_i ℓ_j(x_i) over so many equal steps x_i from −1 to 1, at most seven nodes; shape length.shape + (nodes,).

    From the sums of even powers of x_i in closed form; those of odd powers vanish.

    >>> node_weights(3, [100]).round(3), bool(np.isclose(node_weights(7, 1000).sum(), 1000))
    (array([[28.339, 43.322, 28.339]]), True)
    """
    n = np.asarray(length, dtype=np.float64)
    step = 2 / np.maximum(n - 1, 1)
    pairs = n * (n * n - 1)
    sums = [
        n,
        step**2 * pairs / 12,
        step**4 * pairs * (3 * n**2 - 7) / 240,
        step**6 * pairs * (3 * n**4 - 18 * n**2 + 31) / 1344,
    ]
    _, coefficients = gauss_nodes(nodes)
    even = coefficients[:, ::2]
    return np.einsum("p...,jp->...j", np.stack(sums[: even.shape[1]]), even)
