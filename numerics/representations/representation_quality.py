"""Quality of an embedding: how many parallelograms of the full table it closes, and what accuracy that predicts."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.annotations import Array
from numerics.representations.embeddings import standardized
from numerics.representations.training_sets.parallelograms import results
from numerics.representations.training_sets.training_pairs import Pairs, all_pairs, one_set

__all__ = ["predicted_accuracy", "representation_quality"]

Convention = Literal["norm", "squared"]

_TOLERANCE = 0.01


def representation_quality(
    embedding: ArrayLike, *, modulus: int | None = None, tolerance: float | None = None, convention: Convention = "norm"
) -> float | Array:
    """RQI: the share of the full table's parallelograms that an embedding closes within a tolerance (U, section 3.1).

    The embedding is standardized first: mean 0 and variance 1 (the sum of squares over p − 1) in each dimension. With
    r = E_i + E_j − E_m − E_n, a parallelogram counts as closed where |r| ≤ δ with δ = 0.01 (`"norm"`, as the text
    says), or where |r|²/d < 0.01, which in one dimension is a norm below 0.1 (`"squared"`, as the published code has
    it). A constant embedding closes all of them but tells no two symbols apart: its quality is 0.

    Parameters
    ----------
    embedding
        Shape (p,), (p, d), or with leading axes before (p, d): times, seeds.
    modulus
        Modular addition; plain addition without it. On a circle, sums of equal results agree in direction only, and
        `circle_quality` is the measure.
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
    positions = standardized(embedding)
    table = all_pairs(positions.shape[-2])
    closed, count = np.zeros(positions.shape[:-2], dtype=np.int64), 0
    for pairs, closes in _closures(positions, table, modulus, tolerance, convention):
        size = len(pairs)
        closed += (closes.sum(axis=(-2, -1)) - size) // 2
        count += size * (size - 1) // 2
    quality = np.where(positions.any(axis=(-2, -1)), closed / count, 0.0)
    return quality if quality.ndim else float(quality)


def predicted_accuracy(
    embedding: ArrayLike,
    pairs: ArrayLike,
    *,
    modulus: int | None = None,
    tolerance: float | None = None,
    convention: Convention = "norm",
) -> float | Array:
    """|D̄|/|D₀|: the accuracy that an embedding allows a decoder which has learned the training set (U, section 3.1).

    D̄ holds the training pairs, and every other pair that closes a parallelogram with one of them: their sums are the
    same, and so are the decoder's answers. `accuracy_ceiling` is what the training set allows at best.

    Parameters
    ----------
    embedding, modulus, tolerance, convention
        As of `representation_quality`.
    pairs
        D, shape (n, 2).

    Returns
    -------
    float or numpy.ndarray
        Between |D|/|D₀| and 1, one number an embedding.

    Raises
    ------
    ValueError
        As `representation_quality` does, and if the pairs are none of the table's.

    Examples
    --------
    >>> predicted_accuracy(np.arange(4.0), [(0, 2), (1, 2)])
    0.4
    """
    positions = standardized(embedding)
    symbols = positions.shape[-2]
    table, known = all_pairs(symbols), one_set(pairs, symbols)
    trained = np.zeros((symbols, symbols), dtype=bool)
    trained[known[:, 0], known[:, 1]] = True
    apart = np.asarray(positions.any(axis=(-2, -1)))  # what is constant tells no two results apart and predicts nothing
    right = np.zeros(positions.shape[:-2], dtype=np.int64)
    for group, closes in _closures(positions, table, modulus, tolerance, convention):
        learned = trained[group[:, 0], group[:, 1]]
        inferred = np.any(closes[..., learned], axis=-1) & apart[..., None]
        right += (learned | inferred).sum(axis=-1)
    share = right / len(table)
    return share if share.ndim else float(share)


def _closures(
    positions: Array, table: Pairs, modulus: int | None, tolerance: float | None, convention: Convention
) -> Iterator[tuple[Pairs, NDArray[np.bool_]]]:
    """For each result, its n pairs and which two of them have equal sums within the tolerance, shape (…, n, n)."""
    if convention not in ("norm", "squared"):
        raise ValueError(f"The convention must be 'norm' (|r| ≤ δ) or 'squared' (|r|²/d < δ), got {convention!r}.")
    limit = _TOLERANCE if tolerance is None else float(tolerance)
    if not limit > 0:
        raise ValueError(f"The tolerance must be positive, got {tolerance}.")
    result = results(table, modulus)
    dimensions = positions.shape[-1]
    for value in np.unique(result):
        here = table[result == value]
        sums = positions[..., here[:, 0], :] + positions[..., here[:, 1], :]
        squared = ((sums[..., :, None, :] - sums[..., None, :, :]) ** 2).sum(axis=-1)
        closes = squared <= limit**2 if convention == "norm" else squared / dimensions < limit
        yield here, np.asarray(closes)
