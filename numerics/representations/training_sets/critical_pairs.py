"""The size at which a growing training set comes to determine one structure: its law, its median, its scaling."""

from dataclasses import dataclass, field

import numpy as np
import scipy  # its submodules load when they are first used
from numpy.typing import ArrayLike, NDArray

from numerics.annotations import Array, ProgressOption
from numerics.progress import shown
from numerics.representations.training_sets.null_space import null_spaces
from numerics.representations.training_sets.parallelograms import results
from numerics.representations.training_sets.training_pairs import all_pairs, checked_trials, random_orders
from numerics.statistics.quantile import quantile_interval
from numerics.statistics.share import estimate_share

__all__ = ["CriticalPairs", "covering_pairs", "critical_pairs"]

_ENTRIES = 4_000_000  # of the bases that are held at a time


@dataclass(frozen=True)
class CriticalPairs:
    """The training-set sizes at which the structure of a table becomes unique, in random orders of all its pairs.

    Attributes
    ----------
    symbols, modulus
        p, and the modulus of the addition, None for plain addition.
    level
        The probability that `pairs` is for.
    trials
        Number of orders.
    pairs, pairs_low, pairs_high
        The smallest m with P(unique at m) ≥ level, and two order statistics that hold it with 95 % probability or more.
    p_covering
        Share of the orders in which the structure became unique with the very pair that brought the last symbol into a
        parallelogram.
    sizes
        The size at which each order became unique, sorted, shape (trials,).

    Examples
    --------
    >>> found = critical_pairs(30, trials=300, seed=0)
    >>> found.total, found.pairs, round(found.fraction, 2), round(found.p_covering, 1)
    (465, 74, 0.16, 0.7)
    """

    symbols: int
    modulus: int | None
    level: float
    trials: int
    pairs: int
    pairs_low: float
    pairs_high: float
    p_covering: float
    sizes: NDArray[np.int64] = field(repr=False, compare=False)

    @property
    def total(self) -> int:
        """|D₀| = p(p + 1)/2."""
        return self.symbols * (self.symbols + 1) // 2

    @property
    def fraction(self) -> float:
        """The critical fraction, `pairs`/|D₀|."""
        return self.pairs / self.total

    def p_unique(self, pairs: ArrayLike) -> Array:
        """P(unique) at training-set sizes, with Wilson's interval: rows of (probability, low, high), shape (…, 3).

        The whole curve comes from the same orders, so that it rises; its errors at different sizes go together.
        """
        asked = np.asarray(pairs)
        counts = np.searchsorted(self.sizes, asked.ravel(), side="right")
        shares = [estimate_share(count, self.trials) for count in counts.tolist()]
        return np.array([(one.share, one.low, one.high) for one in shares]).reshape(*asked.shape, 3)


def critical_pairs(
    symbols: int,
    *,
    trials: int,
    seed: int,
    level: float = 0.5,
    modulus: int | None = None,
    progress: ProgressOption = None,
) -> CriticalPairs:
    """The training-set size at which P(unique structure) crosses a level, exactly decided for each random order.

    The first m pairs of a random order of all pairs are a random training set of size m, and once its structure is
    unique it stays so. The size at which that happens first therefore has the distribution P(size ≤ m) = P(unique at
    m): one order answers for every m at once, and the crossing is a quantile.

    Parameters
    ----------
    symbols
        p.
    trials, seed
        Number of orders, and which ones.
    level
        Between 0 and 1.
    modulus
        Modular addition; plain addition without it.
    progress
        True for a bar on standard error, or a function that is called with (done, trials) after each chunk.

    Raises
    ------
    ValueError
        If the level is not between 0 and 1, or no trials are asked for.

    Examples
    --------
    >>> found = critical_pairs(10, trials=2000, seed=0)
    >>> found.pairs, found.pairs_low, found.pairs_high, round(found.fraction, 3)
    (23, 23.0, 23.0, 0.418)
    >>> found.p_unique(25).round(2)
    array([0.8 , 0.78, 0.82])
    """
    table, trials = all_pairs(symbols), checked_trials(trials)
    _check_level(level)
    rng = np.random.default_rng(seed)
    chunk = max(1, _ENTRIES // symbols**2)
    found: list[NDArray[np.int64]] = []
    covering = 0
    with shown(progress, "random orders", "order") as show:
        for order in random_orders(len(table), trials, chunk, rng=rng):
            spaces = null_spaces(table[order], symbols, modulus)
            found.append(spaces.sizes)
            covering += int((spaces.covered == spaces.sizes).sum())
            show(sum(map(len, found)), trials)
    sizes = np.sort(np.concatenate(found))
    low, high = quantile_interval(sizes, level)
    return CriticalPairs(
        symbols=symbols,
        modulus=modulus,
        level=level,
        trials=trials,
        pairs=int(sizes[int(np.ceil(level * trials)) - 1]),
        pairs_low=low,
        pairs_high=high,
        p_covering=covering / trials,
        sizes=sizes,
    )


def covering_pairs(symbols: int, *, level: float = 0.5, modulus: int | None = None) -> float:
    """The training-set size at which every symbol is in a parallelogram with probability `level`, approximately.

    A symbol k is out of all of them where each of its pairs is missing or has no partner. With a fraction f of the
    table, and n_s pairs of the result s, that has about the probability e^{−g_k}, and symbols are about independent:

        g_k = f Σ_j (1 − (1 − f)^{n_{k+j} − 1}),   Σ_k e^{−g_k} = −ln(level),   m = f p(p + 1)/2.

    For p → ∞, f p − ln p → −ln(−ln(level)), 0.37 at ½, slowly and from above: m grows like (p/2) ln p, and the fraction
    falls like (ln p)/p. A structure can only be unique where no symbol is left out, and for large p that is all there
    is to it: see `CriticalPairs.p_covering`. Few symbols are not independent: where
    this law is above the level of no pairs at all, or below it of all, the size is 0 or |D₀|.

    >>> round(covering_pairs(10), 1), round(covering_pairs(100))
    (22.1, 308)
    """
    table = all_pairs(symbols)
    _check_level(level)
    sizes = np.bincount(results(table, modulus))
    i, j = np.indices((symbols, symbols))
    partners = sizes[results(np.stack([i, j], axis=-1), modulus)] - 1

    def uncovered(fraction: float) -> float:
        useful = fraction * (1 - (1 - fraction) ** partners).sum(axis=1)
        return float(np.exp(-useful).sum() + np.log(level))

    if uncovered(0.0) <= 0:
        return 0.0
    if uncovered(1.0) >= 0:
        return float(len(table))
    return float(scipy.optimize.brentq(uncovered, 0.0, 1.0)) * len(table)


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"The level is a probability between 0 and 1, got {level}; 0.5 is the median.")
