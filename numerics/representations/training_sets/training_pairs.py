"""Pairs of symbols: the entries of an addition table, all of them or a training set drawn at random."""

from collections.abc import Iterator
from operator import index

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "all_pairs",
    "checked_pairs",
    "checked_size",
    "checked_trials",
    "one_set",
    "random_orders",
    "training_pairs",
    "whole_number",
]

Pairs = NDArray[np.int64]

_MOST_SYMBOLS = 5_000  # of which the pairs take 200 MB, and their matrix some GB


def all_pairs(symbols: int) -> Pairs:
    """D₀: every pair (i, j) with i ≤ j < p, shape (p(p + 1)/2, 2), in order of i and then j.

    >>> all_pairs(3).tolist()
    [[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]]
    """
    size = whole_number(symbols, "The number of symbols p")
    if size < 3:
        raise ValueError(
            f"A table needs 3 symbols or more, got {size}: with fewer no two of its entries have the same result."
        )
    if size > _MOST_SYMBOLS:
        raise ValueError(f"A table is written out for at most {_MOST_SYMBOLS} symbols, got {size}; take fewer.")
    return np.stack(np.triu_indices(size), axis=-1).astype(np.int64)


def training_pairs(symbols: int, pairs: int, *, rng: np.random.Generator) -> Pairs:
    """D: a training set drawn uniformly without replacement from the p(p + 1)/2 pairs (U, section 3).

    Parameters
    ----------
    symbols
        p.
    pairs
        |D|.
    rng
        Where the randomness comes from.

    Returns
    -------
    numpy.ndarray
        Whole numbers i ≤ j, shape (pairs, 2), in the order in which they were drawn.

    Raises
    ------
    ValueError
        If there are not that many pairs.

    Examples
    --------
    >>> drawn = training_pairs(10, 25, rng=np.random.default_rng(0))
    >>> drawn.shape, bool((drawn[:, 0] <= drawn[:, 1]).all()), len(np.unique(drawn, axis=0))
    ((25, 2), True, 25)
    """
    table = all_pairs(symbols)
    return table[rng.choice(len(table), size=checked_size(pairs, len(table)), replace=False)]


def random_orders(total: int, trials: int, chunk: int, *, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Random orders of `total` things, `trials` of them in chunks of (chunk, total); the chunk changes no number.

    >>> [order.shape for order in random_orders(6, 5, 2, rng=np.random.default_rng(0))]
    [(2, 6), (2, 6), (1, 6)]
    """
    for done in range(0, trials, chunk):
        yield rng.random((min(chunk, trials - done), total)).argsort(axis=-1)


def checked_size(pairs: int, total: int) -> int:
    """The size of a training set, refused where the table has not so many pairs.

    >>> checked_size(25, 55)
    25
    """
    size = whole_number(pairs, "The size of a training set")
    if not 1 <= size <= total:
        raise ValueError(f"A training set has between 1 pair and all {total}, got {size}.")
    return size


def checked_trials(trials: int) -> int:
    """The number of trials, refused below 1.

    >>> checked_trials(1000)
    1000
    """
    number = whole_number(trials, "The number of trials")
    if number < 1:
        raise ValueError(f"There must be 1 trial or more, got {number}.")
    return number


def whole_number(value: int, what: str) -> int:
    """The number as an int, refused where it is none: 22.5 pairs are not 22.

    >>> whole_number(np.int64(3), "The number of trials")
    3
    """
    try:
        return index(value)
    except TypeError:
        raise ValueError(f"{what} must be a whole number, got {value!r}; write it as an int.") from None


def one_set(pairs: ArrayLike, symbols: int) -> Pairs:
    """The pairs of a single training set, shape (n, 2), checked.

    >>> one_set([(2, 1)], 4).tolist()
    [[1, 2]]
    """
    known = checked_pairs(pairs, symbols)
    if known.ndim != 2:
        raise ValueError(f"One training set has pairs of shape (n, 2), got {known.shape}; give several one by one.")
    return known


def checked_pairs(pairs: ArrayLike, symbols: int) -> Pairs:
    """Pairs as they are written everywhere: whole numbers i ≤ j, shape (…, n, 2), no pair twice in a set.

    >>> checked_pairs([(2, 1), (0, 3)], 4).tolist()
    [[1, 2], [0, 3]]
    """
    try:
        given = np.asarray(pairs)
    except ValueError:
        raise ValueError("Pairs must be two symbols each, (i, j), got entries of unequal lengths.") from None
    if given.ndim < 2 or given.shape[-1] != 2 or given.size == 0:
        raise ValueError(f"Pairs must have shape (n, 2) with n ≥ 1, or leading axes before that, got {given.shape}.")
    if given.dtype.kind not in "iu":
        wrong = next((one for one in given.ravel().tolist() if not isinstance(one, int) or one >= symbols), None)
        raise ValueError(f"Pairs must be whole numbers from 0 to {symbols - 1}, got {wrong!r} among others.")
    if given.min() < 0 or given.max() >= symbols:
        wrong = given[(given < 0) | (given >= symbols)][0]
        raise ValueError(f"The {symbols} symbols are 0 to {symbols - 1}; a pair has {wrong}.")
    ordered = np.sort(given.astype(np.int64), axis=-1)
    keys = np.sort(ordered[..., 0] * symbols + ordered[..., 1], axis=-1)
    twice = keys[..., 1:][keys[..., 1:] == keys[..., :-1]]
    if twice.size:
        i, j = divmod(int(twice[0]), symbols)
        raise ValueError(
            f"A training set holds a pair once, and (i, j) is the same pair as (j, i); ({i}, {j}) is there twice."
        )
    return ordered
