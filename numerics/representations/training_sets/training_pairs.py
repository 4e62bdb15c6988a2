"""Pairs of symbols: the entries of an addition table, all of them or a training set drawn at random."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["all_pairs", "checked_pairs", "checked_size", "checked_trials", "random_orders", "training_pairs"]

Pairs = NDArray[np.int64]


def all_pairs(symbols: int) -> Pairs:
    """D₀: every pair (i, j) with i ≤ j < p, shape (p(p + 1)/2, 2), in order of i and then j.

    >>> all_pairs(3).tolist()
    [[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]]
    """
    if symbols < 3:
        raise ValueError(
            f"A table needs 3 symbols or more, got {symbols}: with fewer no two of its entries have the same result."
        )
    return np.stack(np.triu_indices(symbols), axis=-1).astype(np.int64)


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
    if not 1 <= pairs <= total:
        raise ValueError(f"A training set has between 1 pair and all {total}, got {pairs}.")
    return int(pairs)


def checked_trials(trials: int) -> int:
    """The number of trials, refused below 1.

    >>> checked_trials(1000)
    1000
    """
    if trials < 1:
        raise ValueError(f"There must be 1 trial or more, got {trials}.")
    return int(trials)


def checked_pairs(pairs: ArrayLike, symbols: int) -> Pairs:
    """Pairs as they are written everywhere: whole numbers i ≤ j, shape (…, n, 2), no pair twice in a set.

    >>> checked_pairs([(2, 1), (0, 3)], 4).tolist()
    [[1, 2], [0, 3]]
    """
    given = np.asarray(pairs)
    if given.ndim < 2 or given.shape[-1] != 2 or given.shape[-2] == 0:
        raise ValueError(f"Pairs must have shape (n, 2) with n ≥ 1, or leading axes before that, got {given.shape}.")
    if given.dtype.kind not in "iu":
        raise ValueError(f"Pairs must be whole numbers, got an array of {given.dtype}.")
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
