"""What a training set leaves undetermined, decided exactly: null spaces over a prime field, pair by pair."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.representations.training_sets.parallelograms import conserved, results
from numerics.representations.training_sets.training_pairs import Pairs, all_pairs, one_set

__all__ = ["PRIME", "NullSpaces", "free_directions", "null_spaces"]

PRIME = 2**31 - 1


@dataclass(frozen=True)
class NullSpaces:
    """Null spaces of the parallelograms of training sets, over the field of 2³¹ − 1 elements.

    A dimension over this field is never below the one over the rationals, so that what is called unique is. It is above
    only where the prime divides every largest non-zero minor. A row has length √8 at most, so that no minor of order
    k exceeds 8^{k/2} (Hadamard): impossible for p ≤ 22, and a chance of about 2⁻³¹ a set beyond.

    Attributes
    ----------
    dimensions
        Of each null space, shape (sets,).
    sizes
        Number of pairs, in the order given, from which on nothing more than in the full table is left undetermined;
        -1 where that never happens.
    covered
        Number of pairs from which on every symbol is in a parallelogram, -1 where that never happens: never more than
        `sizes`, since a symbol in none is free.
    basis
        One vector a column, zero columns between them, shape (sets, p, p).
    """

    dimensions: NDArray[np.int64]
    sizes: NDArray[np.int64]
    covered: NDArray[np.int64]
    basis: NDArray[np.int64]


def free_directions(pairs: ArrayLike, symbols: int, *, modulus: int | None = None) -> int:
    """Dimension of the null space of a training set: in how many directions the embedding of p symbols stays free.

    The structure is unique where that is what the full table leaves: 2 for addition, origin and scale of a line; 1 for
    modular addition, a constant. Decided exactly, see `NullSpaces`.

    >>> free_directions([(0, 2), (1, 1), (0, 3), (1, 2)], 4), free_directions([(0, 0), (1, 2)], 4)
    (2, 4)
    """
    all_pairs(symbols)
    return int(null_spaces(one_set(pairs, symbols)[None], symbols, modulus).dimensions[0])


def null_spaces(pairs: Pairs, symbols: int, modulus: int | None) -> NullSpaces:
    """Null spaces of training sets of shape (sets, n, 2), by taking their pairs in one after the other.

    A pair with a result that was there before adds one equation, E_i + E_j = E_m + E_n with the first pair of that
    result; all other parallelograms follow. An equation that is new removes one vector from the basis. Work on a set
    stops when it is determined: a pair costs p steps then, and p² where its equation is new, p³ together.

    >>> order = np.array([[[0, 2], [1, 1], [1, 3], [2, 2], [0, 0]]])
    >>> found = null_spaces(order, 4, None)
    >>> found.dimensions.tolist(), found.sizes.tolist(), found.covered.tolist()
    ([2], [4], [4])
    """
    sets, total = pairs.shape[:2]
    result = results(pairs, modulus)
    enough = conserved(symbols, modulus)
    first = np.full((sets, int(result.max(initial=0)) + 1), -1)
    basis = np.tile(np.eye(symbols, dtype=np.int64), (sets, 1, 1))
    dimensions = np.full(sets, symbols)
    sizes, covered = np.full(sets, -1), np.full(sets, -1)
    left_out = np.ones((sets, symbols), dtype=bool)
    open_sets = np.arange(sets)
    for step in range(total):
        value = result[open_sets, step]
        partner = first[open_sets, value]
        new = partner < 0
        first[open_sets[new], value[new]] = step
        here, partner = open_sets[~new], partner[~new]
        (i, j), (m, n) = pairs[here, step].T, pairs[here, partner].T
        for symbol in (i, j, m, n):
            left_out[here, symbol] = False
        covered[here[(covered[here] < 0) & ~left_out[here].any(axis=1)]] = step + 1
        equation = (basis[here, i] + basis[here, j] - basis[here, m] - basis[here, n]) % PRIME
        independent = equation.any(axis=1)
        here, equation = here[independent], equation[independent]
        if len(here):
            _remove(basis, here, equation)
            dimensions[here] -= 1
            done = here[dimensions[here] == enough]
            if len(done):
                sizes[done] = step + 1
                open_sets = open_sets[sizes[open_sets] < 0]
                if not len(open_sets):
                    break
    return NullSpaces(dimensions, sizes, covered, basis)


def _remove(basis: NDArray[np.int64], sets: NDArray[np.int64], equation: NDArray[np.int64]) -> None:
    """Change the bases, in place, to those of the vectors that an equation of each set sends to zero."""
    pivot = (equation != 0).argmax(axis=1)
    leading = equation[np.arange(len(sets)), pivot]
    inverse = np.array([pow(value, -1, PRIME) for value in leading.tolist()])
    share = equation * inverse[:, None] % PRIME
    basis[sets] = (basis[sets] - basis[sets, :, pivot][:, :, None] * share[:, None, :]) % PRIME
