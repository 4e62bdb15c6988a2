"""Representation quality of an embedding: how many parallelograms of the full table it closes."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.representations.parallelograms import results
from numerics.representations.training_pairs import all_pairs

__all__ = ["representation_quality", "standardised"]

Convention = Literal["norm", "squared"]
TOLERANCE = 0.01


def standardised(embedding: ArrayLike) -> Array:
    """The embedding with mean 0 and standard deviation 1 in each of its dimensions, shape (…, p, d).

    The variance is the sum of squares over p − 1, as in U's published code; its text does not say. A dimension in which
    all symbols agree becomes zero. A one-dimensional array is an embedding with d = 1.

    >>> standardised([1.0, 2.0, 3.0]).round(3).ravel().tolist()
    [-1.0, 0.0, 1.0]
    """
    given = np.asarray(embedding, dtype=np.float64)
    given = given[:, None] if given.ndim == 1 else given
    if given.ndim < 2 or given.shape[-2] < 3 or given.shape[-1] < 1:
        raise ValueError(
            f"An embedding has shape (p,), (p, d) or leading axes before (p, d), with p ≥ 3, got {np.shape(embedding)}."
        )
    if not np.isfinite(given).all():
        raise ValueError("An embedding must be finite, and this one is not; leave out what has diverged.")
    centred = given - given.mean(axis=-2, keepdims=True)
    spread = centred.std(axis=-2, ddof=1, keepdims=True)
    constant = spread <= 1e-12 * np.abs(given).max(axis=-2, keepdims=True)
    return np.where(constant, 0.0, centred / np.where(constant, 1.0, spread))


def representation_quality(
    embedding: ArrayLike, *, modulus: int | None = None, tolerance: float | None = None, convention: Convention = "norm"
) -> float | Array:
    """RQI: the share of the full table's parallelograms that an embedding closes within a tolerance (U, section 3.1).

    The embedding is standardised first: mean 0 and variance 1 (the sum of squares over p − 1) in each dimension. With
    r = E_i + E_j − E_m − E_n, a parallelogram counts as closed where |r| ≤ δ with δ = 0.01 (`"norm"`, as the text
    says), or where |r|²/d < 0.01, which in one dimension is a norm below 0.1 (`"squared"`, as the published code has
    it). A constant embedding closes all of them but tells no two symbols apart: its quality is 0.

    Parameters
    ----------
    embedding
        Shape (p,), (p, d), or with leading axes before (p, d): times, seeds.
    modulus
        Modular addition; plain addition without it.
    tolerance
        0.01 unless given; of |r| or of |r|²/d.
    convention
        `"norm"` or `"squared"`.

    Returns
    -------
    float or numpy.ndarray
        Between 0 and 1, one number an embedding.

    Raises
    ------
    ValueError
        If the embedding has no such shape or is not finite, or the convention is unknown.

    Examples
    --------
    >>> line = np.arange(10.0)
    >>> representation_quality(line)
    1.0
    >>> bent = line + 0.05 * np.cos(line)
    >>> round(representation_quality(bent), 3), representation_quality(bent, convention="squared")
    (0.329, 1.0)
    """
    if convention not in ("norm", "squared"):
        raise ValueError(f"The convention must be 'norm' (|r| ≤ δ) or 'squared' (|r|²/d < δ), got {convention!r}.")
    limit = TOLERANCE if tolerance is None else float(tolerance)
    if not limit > 0:
        raise ValueError(f"The tolerance must be positive, got {tolerance}.")
    positions = standardised(embedding)
    table = all_pairs(positions.shape[-2])
    result = results(table, modulus)
    dimensions = positions.shape[-1]
    closed = np.zeros(positions.shape[:-2], dtype=np.int64)
    count = 0
    for value in np.unique(result):
        here = table[result == value]
        first, second = np.triu_indices(len(here), 1)
        sums = positions[..., here[:, 0], :] + positions[..., here[:, 1], :]
        squared = ((sums[..., first, :] - sums[..., second, :]) ** 2).sum(axis=-1)
        closed += (squared <= limit**2 if convention == "norm" else squared / dimensions < limit).sum(axis=-1)
        count += len(first)
    quality = np.where(positions.any(axis=(-2, -1)), closed / count, 0.0)
    return quality if quality.ndim else float(quality)
