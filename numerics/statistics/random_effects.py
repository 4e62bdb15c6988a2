"""Slopes of several systems pooled: their mean, and how much they differ beyond their errors."""

from dataclasses import dataclass

import numpy as np
import scipy  # its submodules load when they are first used
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.statistics.paired_runs import check_level

__all__ = ["RandomEffects", "random_effects"]


@dataclass(frozen=True)
class RandomEffects:
    """b_i ~ N(mean, spread² + error_i²) with the intervals of its level; NaN where there is none.

    Attributes
    ----------
    mean, mean_low, mean_high
        Of the effects.
    spread, spread_low, spread_high
        Standard deviation of the true effects.
    q, p_value
        Cochran's sum of squares about the mean without spread, and its probability were there none.
    i_squared
        Share of the variance of the effects that is not of their errors, spread²/(spread² + typical error²).
    prediction_low, prediction_high
        Between which the effect of one more system is to be expected.
    n
        How many effects.

    Examples
    --------
    >>> random_effects([-0.6, -0.2, -1.1], [0.1, 0.1, 0.1]).one_law
    False
    """

    mean: float
    mean_low: float
    mean_high: float
    spread: float
    spread_low: float
    spread_high: float
    q: float
    p_value: float
    i_squared: float
    prediction_low: float
    prediction_high: float
    n: int

    def __repr__(self) -> str:
        mean, spread = (
            f"{name} {middle:.3f} [{low:.3f}, {high:.3f}]"
            for name, middle, low, high in (
                ("mean", self.mean, self.mean_low, self.mean_high),
                ("spread", self.spread, self.spread_low, self.spread_high),
            )
        )
        return f"RandomEffects: {mean}, {spread}, n = {self.n}"

    @property
    def one_law(self) -> bool:
        """Whether all effects may be one: the interval of the spread reaches down to zero."""
        return self.spread_low == 0


def random_effects(effects: ArrayLike, errors: ArrayLike, *, level: float = 0.95) -> RandomEffects:
    """Mean and spread of effects that have errors, such as the slopes of the trends of several systems.

    The spread is that of the largest restricted likelihood; its interval holds all values under which the weighted sum
    of squares about the mean is between two quantiles of χ² with n − 1 degrees of freedom (Q-profile, Viechtbauer
    2007). The interval of the mean is that of Hartung and Knapp (2001), with Student's law for weighted residuals,
    which are not taken for smaller than their errors say; that of a further effect the same with the spread and n − 2
    degrees of freedom (Higgins, Thompson, Spiegelhalter 2009). Of effects that differ by less than their errors it
    covers too little, as the spread is then often found to be zero.

    Parameters
    ----------
    effects, errors
        Shape (n,); an error of 0 is that of an effect that is known exactly, as the slope of curves without noise.
    level
        Of the intervals.

    Returns
    -------
    NaN with its count for fewer than two effects; no prediction for fewer than three.

    Raises
    ------
    ValueError
        For values that are not finite, negative errors, or another level.

    Examples
    --------
    >>> found = random_effects([-0.64, -0.21, -1.3, -0.5], [0.05, 0.0, 0.2, 0.1])
    >>> round(found.mean, 2), round(found.spread, 2), found.q > 100, found.one_law
    (-0.63, 0.42, True, False)
    """
    values, given = np.asarray(effects, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    if values.shape != given.shape or values.ndim != 1:
        raise ValueError(f"Each effect needs one error, got the shapes {values.shape} and {given.shape}.")
    if not (np.isfinite(values).all() and np.isfinite(given).all() and (given >= 0).all()):
        raise ValueError("Effects must be finite, and their errors finite and not negative; leave out what is not.")
    check_level(level)
    n = values.size
    if n < 2:
        return RandomEffects(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, n)
    pooled = _Pooled(values, given)
    free, tail = n - 1, (1 - level) / 2
    variance = pooled.restricted_variance()
    mean, squares, information = pooled.at(variance)
    square_error = max(squares / free, 1.0) / information
    half = scipy.stats.t.isf(tail, free) * np.sqrt(square_error)
    further = scipy.stats.t.isf(tail, n - 2) * np.sqrt(variance + square_error) if n > 2 else np.nan
    low, high = (pooled.variance_with(scipy.stats.chi2.isf(share, free)) for share in (tail, 1 - tail))
    known = values[given == 0]
    q = np.inf if known.size > 1 and np.ptp(known) > 0 else pooled.at(0.0)[1]
    typical = pooled.typical_variance()
    return RandomEffects(
        mean=mean, mean_low=float(mean - half), mean_high=float(mean + half),
        spread=float(np.sqrt(variance)), spread_low=float(np.sqrt(low)), spread_high=float(np.sqrt(high)),
        q=q, p_value=float(scipy.stats.chi2.sf(q, free)),
        i_squared=variance / (variance + typical) if variance + typical > 0 else 0.0,
        prediction_low=float(mean - further), prediction_high=float(mean + further), n=n,
    )  # fmt: skip


class _Pooled:
    """Effects weighted by 1/(spread² + error²); an error of zero is the limit of small ones."""

    def __init__(self, values: Array, errors: Array) -> None:
        self.values = values
        self.unit = float(values.var()) + float(np.mean(errors**2)) or 1.0
        self.variances = np.maximum(errors**2, 1e-14 * self.unit)

    def at(self, variance: float) -> tuple[float, float, float]:
        """The weighted mean, the weighted sum of squares about it, and the sum of the weights."""
        weights = 1 / (variance + self.variances)
        mean = float(np.average(self.values, weights=weights))
        return mean, float(weights @ (self.values - mean) ** 2), float(weights.sum())

    def restricted_variance(self) -> float:
        """spread² of the largest restricted likelihood."""

        def loss(root: float) -> float:
            variance = root**2
            _, squares, information = self.at(variance)
            return float(np.log(variance + self.variances).sum()) + np.log(information) + squares

        grid = np.sqrt(self.unit) * np.append(0.0, np.geomspace(1e-4, 10, 60))
        best = int(np.argmin([loss(root) for root in grid]))
        bounds = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
        found = scipy.optimize.minimize_scalar(
            loss, bounds=bounds, method="bounded", options={"xatol": 1e-10 * bounds[1]}
        )
        return float(found.x) ** 2 if found.fun < loss(0.0) - 1e-12 else 0.0

    def variance_with(self, squares: float) -> float:
        """spread² under which the weighted sum of squares is this; 0 where it is smaller without any."""
        if self.at(0.0)[1] <= squares:
            return 0.0
        top = 4 * self.unit * self.values.size / squares + self.unit
        return float(
            scipy.optimize.brentq(lambda variance: self.at(variance)[1] - squares, 0.0, top, xtol=1e-14 * self.unit)
        )

    def typical_variance(self) -> float:
        """Of the errors, as Higgins and Thompson (2002) have it."""
        weights, free = 1 / self.variances, self.values.size - 1
        return float(free * weights.sum() / (weights.sum() ** 2 - (weights**2).sum()))
