"""Quality of a circle: whether sums of equal results by a modulus point in one direction."""

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.representations.embeddings import checked_embedding, whitened
from numerics.representations.training_sets.parallelograms import results
from numerics.representations.training_sets.training_pairs import all_pairs

__all__ = ["circle_quality"]


def circle_quality(embedding: ArrayLike, *, tolerance: float = 0.01) -> float | Array:
    """Share of the parallelograms of addition modulo p whose two sums lie on one line through the centre.

    On a circle of frequency m, E_k = u(2πmk/p) with u(φ) = (cos φ, sin φ), no parallelogram of modular addition is
    closed, because sums of equal results differ in length, but they are collinear:

        E_i + E_j = 2 cos(πm(i − j)/p) u(πm(i + j)/p).

    The embedding is whitened first (mean 0, covariance 1), so that no linear map changes the measure and an ellipse
    counts as the circle it is. A parallelogram counts where the shorter of its two sums is at most `tolerance` away
    from the line through the longer one. What lies on a line has all sums on it and is no circle: its quality is 0.
    Chance is small, about 0.008 for independent Gaussian points and the tolerance 0.01. A circle whose frequency shares
    a factor with p passes, too: it is one of fewer points, each shared by several symbols.

    Parameters
    ----------
    embedding
        Shape (p, 2), or with leading axes before that; of more dimensions, take the two that are to be looked at.
    tolerance
        In units of the standard deviation of a coordinate.

    Returns
    -------
    float or numpy.ndarray
        Between 0 and 1, one number an embedding.

    Raises
    ------
    ValueError
        If the embedding has another shape or is not finite, or the tolerance is not positive.

    Examples
    --------
    >>> angle = 2 * np.pi * 3 * np.arange(11) / 11
    >>> circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    >>> circle_quality(circle), round(circle_quality(np.random.default_rng(0).standard_normal((11, 2))), 2)
    (1.0, 0.01)
    """
    given = checked_embedding(embedding)
    if given.shape[-1] != 2:
        raise ValueError(f"A circle is in two dimensions, got an embedding in {given.shape[-1]}; choose two of them.")
    if not tolerance > 0:
        raise ValueError(f"The tolerance must be positive, got {tolerance}.")
    positions = whitened(given)
    symbols = given.shape[-2]
    table = all_pairs(symbols)
    result = results(table, symbols)
    collinear, count = np.zeros(given.shape[:-2], dtype=np.int64), 0
    for value in np.unique(result):
        here = table[result == value]
        first, second = np.triu_indices(len(here), 1)
        sums = positions[..., here[:, 0], :] + positions[..., here[:, 1], :]
        one, other = sums[..., first, :], sums[..., second, :]
        area = np.abs(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])
        longer = np.maximum(np.hypot(*np.moveaxis(one, -1, 0)), np.hypot(*np.moveaxis(other, -1, 0)))
        collinear += (area <= tolerance * longer).sum(axis=-1)
        count += len(first)
    quality = np.where(positions.any(axis=(-2, -1)), collinear / count, 0.0)
    return quality if quality.ndim else float(quality)
