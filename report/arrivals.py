"""When the runs of a representation toy arrive, against what the effective theory says of their training sets."""

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics import (
    CensoredRegression,
    Lead,
    RankCorrelation,
    Share,
    SharpnessTable,
    StratifiedCorrelation,
    estimate_share,
    fit_censored_times,
    paired_lead,
    rank_correlation,
    rank_correlation_within,
)
from report.annotations import Array

__all__ = ["LEARNED", "PUBLISHED", "Arrivals", "able", "arrivals", "column", "structure_lead"]

_SYMBOLS = 10  # of U, where no column says otherwise
LEARNED = 0.9 - 1e-6
"""U's level, and what is below it by the rounding of float32 alone."""

PUBLISHED = {"steps_to_train": 1130, "steps_to_gen": 1530, "steps_to_rqi": 800}
"""Steps of U's one run to train 0.9, test 0.9 and RQI 0.95."""


@dataclass(frozen=True)
class Arrivals:
    """One event in the runs of a table that have a grokking rate; all arrays have one value a run.

    Attributes
    ----------
    pairs, total
        Size of the training set and of the whole table.
    rate
        λ₃ of the training set, 0 where its structure is not unique.
    times, length
        Steps to the event, infinite where it never came, and the length of the run.

    Examples
    --------
    >>> from numerics import tabulate
    >>> run = {"train_pairs": 45, "steps_to_rqi": 700.0, "steps": 5000, "grokking_rate": 0.06}
    >>> found = arrivals(tabulate([run, {**run, "steps_to_rqi": float("nan")}]), "steps_to_rqi")
    >>> found.times.tolist(), found.total, found.sizes
    ([700.0, inf], 55, [45])
    """

    pairs: Array
    total: int
    rate: Array
    times: Array
    length: Array

    def of(self, chosen: NDArray[np.bool_]) -> "Arrivals":
        """Those of the chosen runs alone."""
        return Arrivals(self.pairs[chosen], self.total, self.rate[chosen], self.times[chosen], self.length[chosen])

    @functools.cached_property
    def correlation(self) -> RankCorrelation:
        """Of the time with 1/λ₃ in rank; what never came is last."""
        return rank_correlation(-self.rate, self.times)

    @functools.cached_property
    def within_sizes(self) -> StratifiedCorrelation:
        """The same among training sets of one size: what 1/λ₃ says beyond it."""
        return rank_correlation_within(-self.rate, self.times, self.pairs, rng=np.random.default_rng(0))

    @functools.cached_property
    def line(self) -> CensoredRegression:
        """Of ln T against ln 1/λ₃, where λ₃ > 0: U says slope one."""
        with np.errstate(divide="ignore"):
            return fit_censored_times(-np.log(self.rate), self.times, self.length)

    @property
    def arrived(self) -> "Arrivals":
        """The runs in which it came, alone."""
        return self.of(np.isfinite(self.times))

    @property
    def sizes(self) -> list[int]:
        """The sizes of training sets, each once."""
        return sorted({int(size) for size in self.pairs})

    def never(self, low: float, high: float) -> Share | None:
        """The share that never arrives of runs with `low` training pairs or more, below `high`; None of no run."""
        here = (self.pairs >= low) & (self.pairs < high)
        return estimate_share(int(np.isinf(self.times[here]).sum()), int(here.sum())) if here.any() else None


def arrivals(table: SharpnessTable, event: str) -> Arrivals | None:
    """The arrivals at `"steps_to_rqi"` or `"steps_to_gen"`; None where the table has not the columns, or no run.

    >>> from numerics import tabulate
    >>> arrivals(tabulate([{"lam": 0.9, "status": "ok"}]), "steps_to_rqi") is None
    True
    """
    if not {"train_pairs", event, "steps", "grokking_rate"} <= set(table.columns):
        return None
    symbols = int(table["task.symbols"][0]) if "task.symbols" in table.columns else _SYMBOLS
    times = column(table, event)
    return Arrivals(
        pairs=column(table, "train_pairs"),
        total=symbols * (symbols + 1) // 2,
        rate=column(table, "grokking_rate"),
        times=np.where(np.isnan(times), np.inf, times),
        length=column(table, "steps"),
    )


def able(table: SharpnessTable) -> NDArray[np.bool_]:
    """Whether each run's training set determines enough for a test accuracy of 0.9, however long it is trained.

    A held-out pair whose result no training pair has is never right. Where the table does not say, every run may be.

    >>> from numerics import tabulate
    >>> able(tabulate([{"gen_ceiling": 0.8}, {"gen_ceiling": 1.0}])).tolist()
    [False, True]
    """
    if "gen_ceiling" not in table.columns:
        return np.ones(len(table), dtype=bool)
    return column(table, "gen_ceiling") >= LEARNED


def structure_lead(table: SharpnessTable) -> Lead:
    """By how much the structure, RQI 0.95, comes before the test accuracy of 0.9, in runs that are able to it.

    >>> from numerics import tabulate
    >>> structure_lead(tabulate([{"steps_to_rqi": 800, "steps_to_gen": 1530}])).median
    730.0
    """
    chosen = able(table)
    return paired_lead(column(table, "steps_to_rqi")[chosen], column(table, "steps_to_gen")[chosen])


def column(table: SharpnessTable, name: str) -> Array:
    """A column as floats, NaN where there is no number.

    >>> from numerics import tabulate
    >>> column(tabulate([{"a": None}, {"a": 3}]), "a").tolist()
    [nan, 3.0]
    """
    return np.array([row[name] for row in table], dtype=np.float64)
