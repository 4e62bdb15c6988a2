"""The permutations of a few things as a group: products, conjugates, sandwiches."""

import itertools

import numpy as np

__all__ = ["permutation_product"]


def permutation_product(word: str, things: int = 5) -> np.ndarray:
    """The results of a product of permutations, for all x (rows) and y (columns), shape (n!, n!).

    The permutations of n things are numbered in lexicographic order, so that 0 is the identity; in a product the right
    factor acts first, (ab)(k) = a(b(k)).

    Parameters
    ----------
    word
        The factors in order, `x`, `y`, and `X` or `Y` for an inverse: `"xyX"` is the conjugate xyx⁻¹.
    things
        n.

    Examples
    --------
    >>> permutation_product("xy", 3)[:, 1].tolist()
    [1, 0, 3, 2, 5, 4]
    >>> bool((permutation_product("xX", 3) == 0).all())
    True
    """
    order = np.array(list(itertools.permutations(range(things))))
    places = things ** np.arange(things)[::-1]
    keys = order @ places  # increasing, because the order is lexicographic
    inverse = np.searchsorted(keys, np.argsort(order, axis=1) @ places)
    product = np.searchsorted(keys, order[:, order] @ places)  # [a, b, k] is a(b(k))
    numbers = np.arange(len(order))
    factors = {"x": numbers[:, None], "y": numbers[None, :], "X": inverse[:, None], "Y": inverse[None, :]}
    result = np.zeros((len(order), len(order)), dtype=np.int64)
    for factor in word:
        result = product[result, factors[factor]]
    return result
