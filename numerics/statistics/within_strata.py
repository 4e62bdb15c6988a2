"""Rank correlation among runs that are alike in a third thing, with a permutation test."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its submodules load when they are first used
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.statistics.paired_runs import check_level, paired_values
from numerics.statistics.rank_correlation import transformed_interval

__all__ = ["StratifiedCorrelation", "rank_correlation_within"]


@dataclass(frozen=True)
class StratifiedCorrelation:
    """The partial rank correlation given a stratum, its interval, and the p-value of no association within strata.

    `n` counts the runs that enter, `strata` their strata; a stratum of one run, or of one value, says nothing and
    does not enter.

    >>> StratifiedCorrelation(-0.5, -0.7, -0.2, 0.001, 60, 4, 0.95).excludes_zero
    True
    """

    correlation: float
    low: float
    high: float
    p_value: float
    n: int
    strata: int
    level: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval lies on one side of zero."""
        return self.low > 0 or self.high < 0


def rank_correlation_within(
    x: ArrayLike,
    y: ArrayLike,
    strata: ArrayLike,
    *,
    given: Sequence[ArrayLike] = (),
    permutations: int = 9999,
    rng: np.random.Generator,
    level: float = 0.95,
) -> StratifiedCorrelation:
    """How x and y are associated among runs of equal stratum: does x say anything of y beyond the stratum?

    Both are ranked within each stratum, to the range from −1 to 1, and the ranks of all strata correlated. That is the
    partial correlation given the stratum, whatever the way in which x and y depend on it. The interval is Fisher's
    z with the variance (1 + ρ²/2)/(n − k − 2) for k strata; the p-value is two-sided, by permutations of y within
    strata, which is exact, and where it is above 1 − `level` the interval is drawn out to zero.

    What is `given` besides is ranked within strata likewise, and its linear share is taken out of the ranks of x and of
    y: what remains says whether x and y are associated among runs that are alike in all of this. Each costs the
    interval one degree of freedom, and the permutations, of what remains of y, are then no longer exact.

    A censored time may be given as infinity, as in `rank_correlation`.

    Parameters
    ----------
    x, y, strata
        Values and the stratum of each, shape (n,).
    given
        Further values, each of shape (n,).
    permutations
        How many besides the one that is there.
    rng
        Draws the permutations.
    level
        Of the interval.

    Raises
    ------
    ValueError
        For values of unequal lengths, no permutation, or a level outside (0, 1).

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> size = np.repeat([1.0, 2.0, 3.0, 4.0], 15)
    >>> x, y = size + rng.normal(size=60), -size + rng.normal(size=60)
    >>> rank_correlation_within(x, y, size, rng=rng).excludes_zero  # each follows size, neither the other
    False
    >>> z = rng.normal(size=60)
    >>> x, y = z + rng.normal(size=60) / 2, z + rng.normal(size=60) / 2
    >>> [rank_correlation_within(x, y, size, given=one, rng=rng).excludes_zero for one in ([], [z])]
    [True, False]
    """
    first, second = paired_values(x, y)
    first, group = paired_values(first, strata)
    others = np.array([paired_values(first, one)[1] for one in given]).reshape(-1, first.size)
    check_level(level)
    if permutations < 1:
        raise ValueError(f"A permutation test needs 1 permutation or more, got {permutations}; 9999 are usual.")
    known = ~(np.isnan(first) | np.isnan(second) | np.isnan(group) | np.isnan(others).any(axis=0))
    pieces: list[Array] = []
    for value in np.unique(group[known]):
        here = known & (group == value)
        if here.sum() > 1 and np.unique(first[here]).size > 1 and np.unique(second[here]).size > 1:
            pieces.append(np.array([_scaled_ranks(one[here]) for one in (first, second, *others)]))
    n = sum(ranks.shape[1] for ranks in pieces)
    freedom = n - len(pieces) - 2 - len(others)
    pairs = _remainders(pieces) if pieces and len(others) else pieces
    square = sum(a @ a for a, _ in pairs) * sum(b @ b for _, b in pairs)
    if freedom < 1 or square < 1e-12:
        return StratifiedCorrelation(np.nan, np.nan, np.nan, np.nan, n, len(pieces), level)
    correlation = float(sum(a @ b for a, b in pairs) / np.sqrt(square))
    shuffled = sum(rng.permuted(np.tile(b, (permutations, 1)), axis=1) @ a for a, b in pairs) / np.sqrt(square)
    extreme = np.count_nonzero(np.abs(shuffled) >= abs(correlation) - 1e-12)
    p_value = (1 + int(extreme)) / (1 + permutations)
    low, high = transformed_interval(correlation, freedom, level)
    if p_value > 1 - level:  # in strata of two or three runs z is far from normal, the test exact
        low, high = min(low, 0.0), max(high, 0.0)
    return StratifiedCorrelation(correlation, low, high, p_value, n, len(pieces), level)


def _remainders(pieces: Sequence[Array]) -> list[Array]:
    """The first two rows of each piece without what is linear in its other rows, over all pieces."""
    pair, others = np.split(np.concatenate(pieces, axis=1).T, [2], axis=1)
    left = pair - others @ np.linalg.lstsq(others, pair, rcond=None)[0]
    return np.split(left.T, np.cumsum([ranks.shape[1] for ranks in pieces])[:-1], axis=1)


def _scaled_ranks(values: Array) -> Array:
    """Ranks about zero; a stratum of many runs has no larger ones than a stratum of few."""
    ranks = scipy.stats.rankdata(values)
    scaled: Array = (2 * ranks - values.size - 1) / values.size
    return scaled
