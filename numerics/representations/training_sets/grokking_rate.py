"""The grokking rate of a training set: the slowest rate at which its effective dynamics finds the structure."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.annotations import Array
from numerics.representations.training_sets.null_space import null_spaces
from numerics.representations.training_sets.parallelograms import conserved, parallelogram_matrix
from numerics.representations.training_sets.training_pairs import Pairs, all_pairs, checked_pairs

__all__ = ["effective_hessian", "grokking_rate", "rates"]

# Of the largest eigenvalue; a whole-number matrix of a thousand rows is diagonalized to about 1e-13 of it.
_SURELY_ZERO, _SURELY_POSITIVE = 1e-12, 1e-7


def effective_hessian(
    pairs: ArrayLike, symbols: int, *, modulus: int | None = None, norm: float | None = None
) -> Array:
    """H = 2M/(Z₀|P₀(D)|) of the effective dynamics dR/dt = −HR (U, section 3.2); zero without parallelograms.

    Shape (…, p, p) for pairs of shape (…, n, 2); the arguments are those of `grokking_rate`.

    >>> effective_hessian([(0, 2), (1, 1)], 3, norm=2).tolist()
    [[1.0, -2.0, 1.0], [-2.0, 4.0, -2.0], [1.0, -2.0, 1.0]]
    """
    all_pairs(symbols)
    matrix, count = parallelogram_matrix(checked_pairs(pairs, symbols), symbols, modulus)
    return 2 * matrix / (_positive(symbols if norm is None else norm) * np.maximum(count, 1))[..., None, None]


def grokking_rate(
    pairs: ArrayLike, symbols: int, *, modulus: int | None = None, norm: float | None = None
) -> float | Array:
    """Smallest eigenvalue of H beyond the null space that the full table has; 1/rate is the time to generalize (U).

    For addition that is the third smallest eigenvalue λ₃, as published: the null space of the full table is spanned by
    origin and scale. For modular addition it is the second smallest, since only constants stay free. The rate is 0
    where the training set leaves more than that undetermined, or has no parallelogram.

    Parameters
    ----------
    pairs
        D, shape (n, 2), or (…, n, 2) for many training sets of one size.
    symbols
        p.
    modulus
        Addition by this modulus; plain addition without it.
    norm
        Z₀ = Σ|E_k|² of the embedding; p unless given.

    Returns
    -------
    float or numpy.ndarray
        One rate a training set, in units of one over the time of the effective dynamics.

    Raises
    ------
    ValueError
        If the pairs are none of the table's, or one is there twice.

    Examples
    --------
    >>> from numerics import training_pairs
    >>> full = training_pairs(10, 55, rng=np.random.default_rng(0))
    >>> round(grokking_rate(full, 10) * 70, 12)
    6.0
    >>> grokking_rate([(0, 1), (2, 3)], 10)
    0.0
    """
    all_pairs(symbols)
    found = rates(checked_pairs(pairs, symbols), symbols, modulus, norm)[0]
    return found if found.ndim else float(found)


def rates(pairs: Pairs, symbols: int, modulus: int | None, norm: float | None) -> tuple[Array, NDArray[np.int64]]:
    """Rates of training sets of shape (…, n, 2) that are known to be sets, and their numbers of parallelograms.

    Zero is told from small exactly: an eigenvalue that rounding could have made, or that could be rounding, is judged
    by the null space over a prime field.

    >>> rate, count = rates(all_pairs(4), 4, None, 4.0)
    >>> round(float(rate), 12), int(count)
    (1.0, 3)
    """
    matrix, count = parallelogram_matrix(pairs, symbols, modulus)
    free = conserved(symbols, modulus)
    eigenvalues = np.linalg.eigvalsh(matrix)
    found, scale = eigenvalues[..., free], np.maximum(eigenvalues[..., -1], 1)
    unique = np.asarray(found > _SURELY_POSITIVE * scale)  # of a single set, too, an array that can be changed
    doubtful = ~unique & (found > _SURELY_ZERO * scale)
    if doubtful.any():
        unique[doubtful] = null_spaces(pairs[doubtful], symbols, modulus).dimensions == free
    rate = 2 * np.where(unique, found, 0.0) / (_positive(symbols if norm is None else norm) * np.maximum(count, 1))
    return rate, count


def _positive(norm: float) -> float:
    if not (np.isfinite(norm) and norm > 0):
        raise ValueError(f"The norm Z₀ must be positive and finite, got {norm}.")
    return float(norm)
