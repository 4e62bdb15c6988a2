"""When networks fit their training set and when they generalize, along one knob, what never came being censored."""

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from numerics import CensoredRegression, SharpnessTable, fit_censored_times
from report.annotations import Array
from report.arrivals import column

__all__ = ["KNOBS", "Delays", "delays", "run_delays", "told_interval"]

KNOBS = ("initial_scale", "weight_decay")
"""What is turned, α and γ."""


@dataclass(frozen=True)
class Delays:
    """The runs along one knob; all arrays have one value a run.

    Attributes
    ----------
    knob
        Its value.
    fit, gen
        Steps to an accuracy of 0.99 on the training set, and to the system's level on new data; infinite where it never
        came.
    length
        Of the run.

    Examples
    --------
    >>> gamma = np.array([0.1, 0.2, 0.4, 0.8])
    >>> found = Delays(gamma, np.array([90.0, 100, 110, 100]), 300 / gamma, np.full(4, 5000.0))
    >>> round(found.gen_line.slope, 2), bool(found.fit_line.slope_low < 0 < found.fit_line.slope_high)
    (-1.0, True)
    """

    knob: Array
    fit: Array
    gen: Array
    length: Array

    @functools.cached_property
    def fit_line(self) -> CensoredRegression:
        """Of ln of the steps to fit against ln of the knob."""
        return fit_censored_times(np.log(self.knob), self.fit, self.length)

    @functools.cached_property
    def gen_line(self) -> CensoredRegression:
        """Of ln of the steps to generalize against ln of the knob."""
        return fit_censored_times(np.log(self.knob), self.gen, self.length)

    @property
    def ratio(self) -> Array:
        """How many times as many steps the second takes; infinite where it alone never came, NaN where neither did."""
        return np.where(np.isfinite(self.fit), self.gen, np.nan) / np.where(np.isfinite(self.fit), self.fit, 1.0)

    @property
    def values(self) -> list[float]:
        """The values of the knob, each once."""
        return sorted({float(value) for value in self.knob})

    def at(self, value: float) -> "Delays":
        """The runs at this value of the knob."""
        return self.where(self.knob == value)

    def where(self, chosen: NDArray[np.bool_]) -> "Delays":
        """The chosen runs alone."""
        return Delays(self.knob[chosen], self.fit[chosen], self.gen[chosen], self.length[chosen])

    @property
    def best(self) -> float:
        """The value of the knob at which the median of the steps to generalize is smallest."""
        return min(self.values, key=lambda value: float(np.median(self.at(value).gen)))

    def up_to_best(self) -> "Delays":
        """The runs that have the knob, up to its best value; beyond it the time grows again.

        >>> times = np.array([9.0, 4.0, 2.0, 3.0])
        >>> Delays(np.array([0.0, 1.0, 2.0, 5.0]), times, times, np.full(4, 90.0)).up_to_best().values
        [1.0, 2.0]
        """
        return self.where((self.knob > 0) & (self.knob <= self.best))

    def mean_ratio(self, level: float = 0.95) -> tuple[float, float, float]:
        """The geometric mean of the ratio, and the ends of its interval by Student's law for the logarithm.

        A run that never generalized counts with the length of its run, so that the mean and its lower end are bounds
        from below, and the upper end is infinite. Of less than two runs the interval is all there is.

        >>> found = Delays(np.ones(3), np.full(3, 10.0), np.array([20.0, 22.0, 24.2]), np.full(3, 90.0))
        >>> tuple(round(value, 2) for value in found.mean_ratio())
        (2.2, 1.74, 2.79)
        """
        known = np.isfinite(self.fit)
        ratio = np.log(np.minimum(self.gen, self.length)[known] / self.fit[known])
        if not ratio.size:
            return np.nan, 0.0, np.inf
        mean, never = float(ratio.mean()), bool(np.isinf(self.gen[known]).any())
        if ratio.size == 1:
            return float(np.exp(mean)), 0.0, np.inf
        half = stats.t.ppf((1 + level) / 2, ratio.size - 1) * ratio.std(ddof=1) / np.sqrt(ratio.size)
        return float(np.exp(mean)), float(np.exp(mean - half)), np.inf if never else float(np.exp(mean + half))


def delays(table: SharpnessTable, knob: str) -> Delays | None:
    """The runs of a table in which only one of `KNOBS` differs; None where it has one value, or no column.

    The other knob is held where the first has most values.

    >>> from numerics import tabulate
    >>> run = {"steps_to_fit": 80, "steps_to_gen": float("nan"), "steps": 900, "initial_scale": 8, "weight_decay": 0.1}
    >>> other, third = {**run, "weight_decay": 0.2}, {**run, "initial_scale": 1, "weight_decay": 0.2}
    >>> found = delays(tabulate([run, other, {**third, "weight_decay": 0.3}]), "weight_decay")
    >>> found.knob.tolist(), found.gen.tolist()
    ([0.1, 0.2], [inf, inf])
    """
    if not {*KNOBS, "steps_to_fit", "steps_to_gen", "steps"} <= set(table.columns):
        return None
    (held,) = set(KNOBS) - {knob}
    turned, kept = column(table, knob), column(table, held)
    counts = {value: len(set(turned[kept == value])) for value in sorted(set(kept))}
    best = max(counts, key=lambda value: counts[value])
    if counts[best] < 2:
        return None
    return run_delays(table, knob, fit="steps_to_fit").where(kept == best)


def run_delays(table: SharpnessTable, knob: str, *, fit: str = "steps_to_train") -> Delays:
    """All runs of a table against one of its columns; `fit` is the column of the steps to fit the training set.

    >>> from numerics import tabulate
    >>> run = {"steps_to_train": 80, "steps_to_gen": float("nan"), "steps": 900}
    >>> run_delays(tabulate([{**run, "seed": 0}, {**run, "seed": 1}]), "seed").gen.tolist()
    [inf, inf]
    """
    turned, first, second, length = (column(table, name) for name in (knob, fit, "steps_to_gen", "steps"))
    first, second = (np.where(np.isnan(times), np.inf, times) for times in (first, second))
    return Delays(turned, first, second, length)


def told_interval(value: float, low: float, high: float, form: str = ".2f") -> str:
    """A number with its interval, in words where there is none.

    >>> told_interval(-1.0, -1.25, float("inf"))
    '−1.00 [−1.25, ∞]'
    """
    if np.isnan(value):
        return "not to be had"
    return f"{value:{form}} [{low:{form}}, {high:{form}}]".replace("inf", "∞").replace("-", "−")
