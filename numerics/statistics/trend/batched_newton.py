"""Newton's method for many small problems at once, by differences; what profiles of a likelihood are made of."""

from collections.abc import Callable, Sequence

import numpy as np

from numerics.annotations import Array

__all__ = ["minimize_batch"]

_STEP = 1e-3  # of the differences; parameters are of order one
_LONGEST = 2.0  # of a step in any parameter
_HALVINGS = 0.5 ** np.arange(10)


def minimize_batch(loss: Callable[[Array], Array], start: Array, free: Sequence[int], *, rounds: int = 60) -> Array:
    """Parameters at a minimum near each start, shape (problems, parameters); only the `free` ones are moved.

    `loss` takes parameters of shape (…, parameters) to values of shape (…); the parameters before the last axis are
    those of one problem wherever the first axis is. Downhill always, along directions of negative curvature too.

    >>> found = minimize_batch(lambda p: (p[..., 0] - 1) ** 2 + (p[..., 1] + p[..., 0]) ** 2, np.zeros((2, 2)), (0, 1))
    >>> found.round(6).tolist()
    [[1.0, -1.0], [1.0, -1.0]]
    """
    where = np.array(start, dtype=np.float64)
    indices, size = list(free), len(free)
    offsets = _offsets(size) * _STEP
    value = loss(where)
    moving = np.arange(len(where))
    for _ in range(rounds):
        around = np.repeat(where[moving][:, None], len(offsets), axis=1)
        around[:, :, indices] += offsets
        gradient, hessian = _derivatives(loss(around), size)
        scales, axes = np.linalg.eigh(hessian)
        curved = np.maximum(np.abs(scales), 1e-9 * np.abs(scales).max(axis=1, keepdims=True) + 1e-12)
        step = -np.einsum("bij,bj,bkj,bk->bi", axes, 1 / curved, axes, gradient)
        step *= np.minimum(1.0, _LONGEST / np.maximum(np.abs(step).max(axis=1, keepdims=True), 1e-300))
        tried = np.repeat(where[moving][:, None], len(_HALVINGS), axis=1)
        tried[:, :, indices] += _HALVINGS[:, None] * step[:, None]
        values = loss(tried)
        best = np.argmin(values, axis=1)
        rows = np.arange(len(moving))
        gain = value[moving] - values[rows, best]
        better = gain > 0
        where[moving[better]] = tried[rows, best][better]
        value[moving[better]] = values[rows, best][better]
        moving = moving[gain > 1e-8]
        if not moving.size:
            break
    return where


def _offsets(size: int) -> Array:
    """Differences for a gradient and a Hessian: 0, ±i, and for each pair ±(i + j)."""
    unit = np.eye(size)
    pairs = [unit[i] + unit[j] for i in range(size) for j in range(i)]
    return np.stack([np.zeros(size), *unit, *-unit, *pairs, *(-pair for pair in pairs)])


def _derivatives(values: Array, size: int) -> tuple[Array, Array]:
    """Gradient and Hessian from the values at the offsets, shape (problems, offsets)."""
    middle, ups, downs = values[:, :1], values[:, 1 : 1 + size], values[:, 1 + size : 1 + 2 * size]
    pairs = values[:, 1 + 2 * size :]
    half = pairs.shape[1] // 2
    hessian = np.zeros((len(values), size, size))
    own = ups + downs - 2 * middle
    hessian[:, range(size), range(size)] = own
    k = 0
    for i in range(size):
        for j in range(i):
            hessian[:, i, j] = hessian[:, j, i] = (
                pairs[:, k] + pairs[:, half + k] - 2 * middle[:, 0] - own[:, i] - own[:, j]
            ) / 2
            k += 1
    return (ups - downs) / (2 * _STEP), hessian / _STEP**2
