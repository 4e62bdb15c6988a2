"""When the runs of a representation toy generalise, against what the effective theory says of their training sets."""

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

__all__ = ["Arrivals", "arrivals", "column"]

_SYMBOLS = 10  # of U, where no column says otherwise
_LEARNED = 0.9 - 1e-9


@dataclass(frozen=True)
class Arrivals:
    """The runs of a table that have a grokking rate; all arrays have one value a run.

    Attributes
    ----------
    pairs, total
        Size of the training set and of the whole table.
    rate
        λ₃ of the training set, 0 where its structure is not unique.
    times, quality_times, length
        Steps to generalise and to a good representation, infinite where they never came, and the length of the run.
    able
        Whether the training set says enough for a test accuracy of 0.9: one in which no pair has the result of many a
        held-out pair never does, however long the run.

    Examples
    --------
    >>> from numerics import tabulate
    >>> run = {"train_pairs": 45, "steps_to_gen": 700.0, "steps_to_rqi": 500.0, "steps": 5000, "grokking_rate": 0.06}
    >>> found = arrivals(tabulate([run, {**run, "steps_to_gen": float("nan")}]))
    >>> found.times.tolist(), found.total, found.lead.ahead, found.able.tolist()
    ([700.0, inf], 55, 2, [True, True])
    """

    pairs: Array
    total: int
    rate: Array
    times: Array
    quality_times: Array
    length: Array
    able: NDArray[np.bool_]

    @functools.cached_property
    def correlation(self) -> RankCorrelation:
        """Of the time with 1/λ₃ in rank, among the able; what never came is last."""
        return rank_correlation(-self.rate[self.able], self.times[self.able])

    @functools.cached_property
    def within_sizes(self) -> StratifiedCorrelation:
        """The same among training sets of one size: what 1/λ₃ says beyond it."""
        rate, times, pairs = (values[self.able] for values in (self.rate, self.times, self.pairs))
        return rank_correlation_within(-rate, times, pairs, rng=np.random.default_rng(0))

    @functools.cached_property
    def line(self) -> CensoredRegression:
        """Of ln T against ln 1/λ₃ among the able, where λ₃ > 0: U says slope one."""
        with np.errstate(divide="ignore"):
            log_inverse = -np.log(self.rate[self.able])
        return fit_censored_times(log_inverse, self.times[self.able], self.length[self.able])

    @property
    def lead(self) -> Lead:
        """By how much a good representation comes before generalisation."""
        return paired_lead(self.quality_times, self.times)

    @property
    def sizes(self) -> list[int]:
        """The sizes of training sets, each once."""
        return sorted({int(size) for size in self.pairs})

    def never(self, low: float = 0.0, high: float = 1.0) -> Share | None:
        """The share that never generalises of runs with a fraction of the table in [low, high]; None of no run."""
        fraction = self.pairs / self.total
        here = (fraction >= low) & (fraction <= high)
        return estimate_share(int(np.isinf(self.times[here]).sum()), int(here.sum())) if here.any() else None


def arrivals(table: SharpnessTable) -> Arrivals | None:
    """The arrivals of a table; None where it has not the columns, or no run.

    >>> from numerics import tabulate
    >>> arrivals(tabulate([{"lam": 0.9, "status": "ok"}])) is None
    True
    """
    if not {"train_pairs", "steps_to_gen", "steps_to_rqi", "steps", "grokking_rate"} <= set(table.columns):
        return None
    times, quality_times = (column(table, name) for name in ("steps_to_gen", "steps_to_rqi"))
    symbols = int(table["task.symbols"][0]) if "task.symbols" in table.columns else _SYMBOLS
    return Arrivals(
        pairs=column(table, "train_pairs"),
        total=symbols * (symbols + 1) // 2,
        rate=column(table, "grokking_rate"),
        times=np.where(np.isnan(times), np.inf, times),
        quality_times=np.where(np.isnan(quality_times), np.inf, quality_times),
        length=column(table, "steps"),
        able=column(table, "accuracy_ceiling") >= _LEARNED
        if "accuracy_ceiling" in table.columns
        else np.ones(len(table), dtype=bool),
    )


def column(table: SharpnessTable, name: str) -> Array:
    """A column as floats, NaN where there is no number.

    >>> from numerics import tabulate
    >>> column(tabulate([{"a": None}, {"a": 3}]), "a").tolist()
    [nan, 3.0]
    """
    return np.array([row[name] for row in table], dtype=np.float64)
