"""Stretches of equally spaced points, each replaced by a few nodes at which a smooth function has the same sums."""

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.curves.estimation.condensation import gauss_nodes, node_weights

__all__ = ["STRETCH", "even", "graded", "roughness", "stretches"]

STRETCH = 7  # nodes
_EIGHTHS = np.arange(9) / 8
_HALVED = np.append(0.0, 0.5 ** np.arange(7, -1, -1.0))


def stretches(
    first: ArrayLike, count: ArrayLike, *, stride: ArrayLike = 1, nodes: int = STRETCH
) -> tuple[Array, Array]:
    """Nodes, as numbers of points, and weights with Σ w f(node) = Σ f over every stride-th point: shape (…, nodes).

    A stretch of no more points than nodes is its points.

    >>> index, weight = stretches(100, [5, 900], stride=3)
    >>> index[0].tolist(), weight[0].tolist()
    ([100.0, 103.0, 106.0, 109.0, 112.0, 112.0, 112.0], [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0])
    >>> bool(np.isclose((weight * np.exp(-index / 900)).sum(), np.exp(-np.arange(100, 2800, 3) / 900).sum() +
    ...                 np.exp(-np.arange(100, 115, 3) / 900).sum()))
    True
    """
    first, count, stride = (np.asarray(value)[..., np.newaxis] for value in (first, count, stride))
    x, _ = gauss_nodes(nodes)
    few, own = count <= nodes, np.arange(nodes)
    within = np.where(few, np.minimum(own, np.maximum(count - 1, 0)), (count - 1) * ((x + 1) / 2))
    weight = np.where(few, own < count, node_weights(nodes, count[..., 0]))
    return first + stride * within, weight


def graded(first: ArrayLike, count: ArrayLike, *, stride: ArrayLike = 1) -> tuple[Array, Array]:
    """`stretches` that get shorter towards the first point, where a curve changes fastest: shape (curves, nodes).

    >>> index, weight = graded([0], [4096])
    >>> bool(np.isclose((weight * np.sqrt(index + 1)).sum(), np.sqrt(np.arange(4096) + 1).sum()))
    True
    """
    return _cut(first, count, stride, _HALVED)


def even(first: ArrayLike, count: ArrayLike, *, stride: ArrayLike = 1) -> tuple[Array, Array]:
    """`stretches` of one length: shape (curves, nodes).

    >>> index, weight = even([0], [4096])
    >>> bool(np.isclose((weight * np.cos(index / 256)).sum(), np.cos(np.arange(4096) / 256).sum()))
    True
    """
    return _cut(first, count, stride, _EIGHTHS)


def _cut(first: ArrayLike, count: ArrayLike, stride: ArrayLike, shares: Array) -> tuple[Array, Array]:
    first, count, stride = (np.asarray(value)[..., np.newaxis] for value in (first, count, stride))
    cuts = np.rint(count * shares).astype(np.intp)
    index, weight = stretches(first + stride * cuts[..., :-1], np.diff(cuts), stride=stride)
    return index.reshape(*index.shape[:-2], -1), weight.reshape(*weight.shape[:-2], -1)


def roughness(values: Array) -> Array:
    """How much of the polynomial through values at a stretch's nodes, shape (…, nodes), is of the highest degree.

    What is left over, the coefficient of Legendre's polynomial, tells whether the nodes see all there is.

    >>> x, _ = gauss_nodes(7)
    >>> bool(roughness(np.exp(x)) < 1e-4), bool(roughness(np.sign(x - 0.1)) > 0.1)
    (True, True)
    """
    nodes = values.shape[-1]
    x, _ = gauss_nodes(nodes)
    _, weight = np.polynomial.legendre.leggauss(nodes)
    legendre = np.polynomial.legendre.legval(x, np.eye(nodes)[-1])
    return np.abs(values @ ((nodes - 0.5) * weight * legendre))
