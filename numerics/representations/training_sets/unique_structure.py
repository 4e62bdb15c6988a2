"""How often a training set of a given size determines one structure, and how fast that structure is found."""

from dataclasses import dataclass

import numpy as np

from numerics.annotations import ProgressOption
from numerics.progress import shown
from numerics.representations.training_sets.grokking_rate import rates
from numerics.representations.training_sets.training_pairs import all_pairs, checked_size, checked_trials, random_orders
from numerics.statistics.quantile import quantile_interval
from numerics.statistics.share import estimate_share

__all__ = ["UniqueStructure", "unique_structure"]

_ENTRIES = 2_000_000  # of the matrices that are held at a time


@dataclass(frozen=True)
class UniqueStructure:
    """What random training sets of one size determine; every interval is one of 95 %.

    Attributes
    ----------
    symbols, pairs, modulus
        p, |D|, and the modulus of the addition, None for plain addition.
    fraction
        |D|/|D₀|.
    trials
        Number of training sets.
    parallelograms
        Mean of |P₀(D)|.
    p_unique, p_unique_low, p_unique_high
        Share of the sets that leave no more undetermined than the full table does, with Wilson's interval. For addition
        that is nullity 2, the line with its origin and scale free; for modular addition nullity 1, constants.
    grokking_rate_median, grokking_rate_median_low, grokking_rate_median_high
        Median of the rates over all sets, those without unique structure with their rate 0; its interval is between
        two order statistics, infinite on a side where the trials are too few.
    grokking_rate_lower_quartile, grokking_rate_upper_quartile
        Quartiles of the same rates.

    Examples
    --------
    >>> found = unique_structure(10, 55, trials=5, seed=0)
    >>> found.p_unique, round(found.grokking_rate_median, 6), found.grokking_rate_median_low
    (1.0, 0.085714, -inf)
    """

    symbols: int
    pairs: int
    modulus: int | None
    fraction: float
    trials: int
    parallelograms: float
    p_unique: float
    p_unique_low: float
    p_unique_high: float
    grokking_rate_median: float
    grokking_rate_median_low: float
    grokking_rate_median_high: float
    grokking_rate_lower_quartile: float
    grokking_rate_upper_quartile: float


def unique_structure(
    symbols: int,
    pairs: int,
    *,
    trials: int,
    seed: int,
    modulus: int | None = None,
    norm: float | None = None,
    progress: ProgressOption = None,
) -> UniqueStructure:
    """Probability of a unique structure and distribution of the grokking rate over random training sets (U, figure 4).

    Training sets are drawn uniformly, `pairs` of the p(p + 1)/2 pairs without replacement. Work goes on in chunks of
    bounded memory, and their size changes no number.

    Parameters
    ----------
    symbols, pairs
        p and |D|.
    trials, seed
        Number of training sets, and which ones: equal seeds give equal sets.
    modulus, norm
        As of `grokking_rate`.
    progress
        True for a bar on standard error, or a function that is called with (done, trials) after each chunk.

    Raises
    ------
    ValueError
        If there are not that many pairs, or no trials are asked for.

    Examples
    --------
    >>> found = unique_structure(10, 25, trials=2000, seed=0)
    >>> round(found.p_unique, 3), round(found.p_unique_low, 3), round(found.p_unique_high, 3)
    (0.802, 0.784, 0.819)
    >>> round(found.grokking_rate_median, 4), round(found.parallelograms, 2)
    (0.0096, 14.13)
    """
    table = all_pairs(symbols)
    size, trials = checked_size(pairs, len(table)), checked_trials(trials)
    rng = np.random.default_rng(seed)
    found, counts = [], []
    done = 0
    with shown(progress, "random training sets", "set") as show:
        for order in random_orders(len(table), trials, max(1, _ENTRIES // symbols**2), rng=rng):
            rate, count = rates(table[order[:, :size]], symbols, modulus, norm)
            found.append(rate)
            counts.append(count)
            done += len(order)
            show(done, trials)
    ordered = np.sort(np.concatenate(found))
    unique = int((ordered > 0).sum())
    share = estimate_share(unique, trials)
    median_low, median_high = quantile_interval(ordered)
    lower, median, upper = np.quantile(ordered, [0.25, 0.5, 0.75])
    return UniqueStructure(
        symbols=symbols,
        pairs=size,
        modulus=modulus,
        fraction=size / len(table),
        trials=trials,
        parallelograms=float(np.concatenate(counts).mean()),
        p_unique=share.share,
        p_unique_low=share.low,
        p_unique_high=share.high,
        grokking_rate_median=float(median),
        grokking_rate_median_low=median_low,
        grokking_rate_median_high=median_high,
        grokking_rate_lower_quartile=float(lower),
        grokking_rate_upper_quartile=float(upper),
    )
