"""How many training pairs fix the structure: the least number, and the probability of a random set."""

from itertools import combinations
from operator import index

from sympy import Expr, Rational, binomial

from theory.representations.annotations import Pair
from theory.representations.effective_theory import EffectiveTheory
from theory.representations.operation_table import OperationTable

__all__ = ["smallest_training_set", "unique_probability"]

_MOST_SETS = 20_000


def smallest_training_set(p: int) -> tuple[Pair, ...]:
    """A smallest set of pairs whose structure is unique under addition: the p pairs with i + j = p − 2 or p − 1.

    The pairs with one result give one parallelogram fewer than they are, up to dependence, so that uniqueness needs
    |D| − (number of different results in D) ≥ p − 2. One result gives at most ⌊p/2⌋ − 1 or (p − 1)/2, too little for
    p > 3; two results need p pairs. These p do it: E_{p−1−i} − E_{p−2−i} is the same for all i. At p = 3 one result,
    of two pairs, is enough.

    Raises
    ------
    ValueError
        If p is no whole number ≥ 4.

    Examples
    --------
    >>> smallest_training_set(4)
    ((0, 2), (0, 3), (1, 1), (1, 2))
    >>> EffectiveTheory(OperationTable.addition(30), smallest_training_set(30)).unique
    True
    """
    table = OperationTable.addition(p)
    if table.symbols < 4:
        raise ValueError(f"The smallest training set has this form for p ≥ 4, got p = {p}.")
    return tuple(pair for pair in table.pairs if sum(pair) in (p - 2, p - 1))


def unique_probability(table: OperationTable, pairs: int) -> Expr:
    """Probability that the structure is unique, of a set of this many pairs drawn at random, exact by enumeration.

    Raises
    ------
    ValueError
        If there are not as many pairs, or more than 20,000 sets of them.

    Examples
    --------
    >>> [unique_probability(OperationTable.addition(4), pairs) for pairs in range(3, 11)]
    [0, 1/70, 1/14, 43/210, 13/30, 11/15, 1, 1]
    """
    among = len(table.pairs)
    try:
        size = index(pairs)
    except TypeError:
        size = -1
    if not 0 <= size <= among:
        raise ValueError(f"The table has {among} pairs, got {pairs} of them to draw.")
    sets = int(binomial(among, size))
    if sets > _MOST_SETS:
        raise ValueError(
            f"There are {sets} sets of {size} of {among} pairs, more than the {_MOST_SETS} that are counted: draw some "
            "at random, by numerics.unique_structure."
        )
    found = sum(EffectiveTheory(table, chosen).unique for chosen in combinations(table.pairs, size))
    return Rational(found, sets)
