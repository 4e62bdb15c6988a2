"""When the runs of a representation toy generalise, against what the effective theory says of their training sets."""

import functools
from dataclasses import dataclass

import numpy as np

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

    Examples
    --------
    >>> from numerics import tabulate
    >>> run = {"train_pairs": 45, "steps_to_gen": 700.0, "steps_to_rqi": 500.0, "steps": 5000, "grokking_rate": 0.06}
    >>> found = arrivals(tabulate([run, {**run, "steps_to_gen": float("nan")}]))
    >>> found.times.tolist(), found.total, found.lead.neither
    ([700.0, inf], 55, 0)
    """

    pairs: Array
    total: int
    rate: Array
    times: Array
    quality_times: Array
    length: Array

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
        return fit_censored_times(self._log_inverse, self.times, self.length)

    @functools.cached_property
    def line_given_size(self) -> CensoredRegression:
        """The same beside ln of the size of the training set."""
        return fit_censored_times(self._log_inverse, self.times, self.length, given=np.log(self.pairs)[:, None])

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

    @property
    def _log_inverse(self) -> Array:
        with np.errstate(divide="ignore"):
            return -np.log(self.rate)


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
    )


def column(table: SharpnessTable, name: str) -> Array:
    """A column as floats, NaN where there is no number.

    >>> from numerics import tabulate
    >>> column(tabulate([{"a": None}, {"a": 3}]), "a").tolist()
    [nan, 3.0]
    """
    return np.array([row[name] for row in table], dtype=np.float64)
