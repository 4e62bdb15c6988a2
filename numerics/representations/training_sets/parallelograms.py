"""Parallelograms of a training set, (i, j, m, n) with the same result: their number and the matrix they make."""

from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.annotations import Array
from numerics.representations.training_sets.training_pairs import Pairs, all_pairs, checked_pairs, whole_number

__all__ = ["conserved", "parallelogram_count", "parallelogram_matrix", "results"]


def conserved(symbols: int, modulus: int | None) -> int:
    """Dimension of the null space of the full table: what no training set can determine.

    Two for addition, where origin and scale of a line stay free. One for modular addition, where only constants satisfy
    every parallelogram: E_i + E_j = f(i + j mod p) makes E − E₀ a homomorphism from a finite group into the reals, and
    there is none but zero.

    >>> conserved(10, None), conserved(10, 10)
    (2, 1)
    """
    if modulus is None:
        return 2
    return 1 if modulus <= 2 * (symbols - 1) else 2


def results(pairs: Pairs, modulus: int | None) -> NDArray[np.int64]:
    """The results i + j of pairs, by the modulus if there is one; shape of `pairs` without its last axis.

    >>> results(np.array([[1, 2], [3, 3]]), None).tolist(), results(np.array([[1, 2], [3, 3]]), 4).tolist()
    ([3, 6], [3, 2])
    """
    total: NDArray[np.int64] = pairs.sum(axis=-1)
    if modulus is None:
        return total
    if whole_number(modulus, "The modulus") < 1:
        raise ValueError(f"The modulus must be 1 or more, got {modulus}; leave it out for plain addition.")
    return total % modulus


def parallelogram_count(pairs: ArrayLike, symbols: int, *, modulus: int | None = None) -> int:
    """|P₀(D)|: how many two different pairs of a training set have the same result, each two counted once.

    >>> parallelogram_count(all_pairs(10), 10), parallelogram_count(all_pairs(10), 10, modulus=10)
    (70, 125)
    """
    all_pairs(symbols)
    sizes = np.bincount(results(checked_pairs(pairs, symbols), modulus).ravel())
    return int((sizes * (sizes - 1) // 2).sum())


def parallelogram_matrix(pairs: Pairs, symbols: int, modulus: int | None) -> tuple[Array, NDArray[np.int64]]:
    """M = AᵀA, where A has a row e_i + e_j − e_m − e_n a parallelogram of the set, and the number of these rows.

    No parallelogram is written down: with v_q = e_i + e_j of a pair q, and n_s pairs that have the result s,

        M = Σ_s [n_s Σ_q v_q v_qᵀ − w_s w_sᵀ],   w_s = Σ_q v_q,   |P₀| = Σ_s n_s(n_s − 1)/2.

    Shapes (…, p, p) and (…) for pairs of shape (…, n, 2).

    >>> matrix, count = parallelogram_matrix(np.array([[0, 2], [1, 1]]), 3, None)
    >>> matrix.tolist(), int(count)
    ([[1.0, -2.0, 1.0], [-2.0, 4.0, -2.0], [1.0, -2.0, 1.0]], 1)
    """
    batch, p = pairs.shape[:-2], symbols
    sets = prod(batch)
    flat = pairs.reshape(sets, -1, 2)
    first, second = flat[..., 0], flat[..., 1]
    result = results(flat, modulus)
    kinds = int(result.max(initial=0)) + 1
    cell = np.arange(sets)[:, None] * kinds + result
    sizes = np.bincount(cell.ravel(), minlength=sets * kinds)
    sums = np.bincount(
        np.concatenate([cell * p + first, cell * p + second], axis=1).ravel(), minlength=sets * kinds * p
    ).reshape(sets, kinds, p)
    entry = np.arange(sets)[:, None] * p * p
    where = np.concatenate([entry + a * p + b for a in (first, second) for b in (first, second)], axis=1)
    squares = np.bincount(where.ravel(), weights=np.tile(sizes[cell], (1, 4)).ravel(), minlength=sets * p * p)
    real = sums.astype(np.float64)
    matrix = squares.reshape(sets, p, p) - real.swapaxes(1, 2) @ real
    count = (sizes * (sizes - 1) // 2).reshape(sets, kinds).sum(axis=1)
    return matrix.reshape(*batch, p, p), count.reshape(batch)
