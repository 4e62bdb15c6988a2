"""Embeddings as every measure takes them: of a known shape, finite, and without their origin and scale."""

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array

__all__ = ["checked_embedding", "standardized", "whitened"]

_ROUNDING = 1e-12


def checked_embedding(embedding: ArrayLike) -> Array:
    """The embedding in floats, shape (…, p, d); a one-dimensional array is one with d = 1.

    >>> checked_embedding([1, 2, 3]).shape
    (3, 1)
    """
    if np.asarray(embedding).dtype.kind not in "biuf":
        raise ValueError(
            f"An embedding must be real numbers, got an array of {np.asarray(embedding).dtype}; give the two parts of "
            "complex numbers as two dimensions."
        )
    given = np.asarray(embedding, dtype=np.float64)
    given = given[:, None] if given.ndim == 1 else given
    if given.ndim < 2 or given.shape[-2] < 3 or given.shape[-1] < 1:
        raise ValueError(
            f"An embedding has shape (p,), (p, d) or leading axes before (p, d), with p ≥ 3, got {np.shape(embedding)}."
        )
    if not np.isfinite(given).all():
        raise ValueError("An embedding must be finite, and this one is not; leave out what has diverged.")
    return given


def standardized(embedding: ArrayLike) -> Array:
    """The embedding with mean 0 and variance 1 in each of its dimensions, shape (…, p, d).

    The variance is the sum of squares over p − 1, as in U's published code; its text does not say. A dimension in which
    all symbols agree becomes zero.

    >>> standardized([1.0, 2.0, 3.0]).ravel().tolist()
    [-1.0, 0.0, 1.0]
    """
    given = _of_order_one(checked_embedding(embedding))
    centred = given - given.mean(axis=-2, keepdims=True)
    spread = centred.std(axis=-2, ddof=1, keepdims=True)
    constant = spread <= _ROUNDING * np.abs(given).max(axis=-2, keepdims=True)
    return np.where(constant, 0.0, centred / np.where(constant, 1.0, spread))


def whitened(embedding: ArrayLike) -> Array:
    """The embedding with mean 0 and the identity as covariance, shape (…, p, d): free of any linear map.

    What lies in fewer than d dimensions has no such form and becomes zero.

    >>> square = np.array([[1, 0], [0, 3], [-1, 0], [0, -3]])
    >>> np.abs(whitened(square)).max(axis=0).round(6).tolist()
    [1.224745, 1.224745]
    >>> whitened([[0, 0], [1, 1], [2, 2]]).any()
    np.False_
    """
    given = _of_order_one(checked_embedding(embedding))
    symbols, dimensions = given.shape[-2:]
    if symbols <= dimensions:
        raise ValueError(f"Whitening needs more symbols than dimensions, got {symbols} symbols in {dimensions}.")
    left, values, _ = np.linalg.svd(given - given.mean(axis=-2, keepdims=True), full_matrices=False)
    flat = values[..., -1] <= 1e-9 * values[..., 0]
    return np.where(flat[..., None, None], 0.0, left * np.sqrt(symbols - 1))


def _of_order_one(given: Array) -> Array:
    """Each dimension over a power of two, without rounding, so that no square is too large or small for a float."""
    _, exponent = np.frexp(np.abs(given).max(axis=-2, keepdims=True))
    scaled: Array = np.ldexp(given, -exponent)
    return scaled
