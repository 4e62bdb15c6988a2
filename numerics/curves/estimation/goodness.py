"""How well a shape describes a curve: the size of its systematic deviation, and whether noise could explain it."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from numerics.annotations import Array

__all__ = ["Goodness", "goodness"]

_FEWEST = 4  # points in a block whose noise can be told from its differences
_MOST_BLOCKS = 12
_NEGLIGIBLE = 1e-3  # of the height: smaller means are no deviation


@dataclass(frozen=True)
class Goodness:
    """Systematic deviation of a curve from its fit.

    Attributes
    ----------
    misfit
        Largest mean residual over a block of the transition, as a share of ceiling − floor.
    p_value
        Probability of means this large from noise that is independent from point to point; NaN with too few points.
    """

    misfit: float
    p_value: float


def goodness(transition: Array, plateaus: list[Array], height: float, fitted: int) -> Goodness:
    """Judge the residuals inside the transition and those on the plateaus, after fitting `fitted` parameters.

    The noise of each block comes from its successive differences, in which a smooth deviation cancels (von Neumann et
    al. 1941). The blocks' ratios of mean to standard error become normal deviates through Student's distribution;
    their squares add up to a χ² with as many degrees of freedom as blocks minus parameters.

    >>> rng = np.random.default_rng(0)
    >>> fair = goodness(rng.normal(0, 0.02, 400), [], 1.0, 2)
    >>> wrong = goodness(rng.normal(0, 0.02, 400) + 0.05 * np.sin(np.arange(400) / 40), [], 1.0, 2)
    >>> fair.misfit < 0.02, fair.p_value > 0.01, wrong.misfit > 0.04, wrong.p_value < 1e-9
    (True, True, True, True)
    """
    blocks = min(_MOST_BLOCKS, transition.size // _FEWEST)
    parts = [transition, *(plateau for plateau in plateaus if plateau.size >= _FEWEST)]
    cuts = np.linspace(0, transition.size, max(blocks, 1) + 1).astype(int)[: -1 if transition.size else 0]
    starts = np.append(cuts, np.cumsum([part.size for part in parts[:-1]], dtype=int))
    residual = np.concatenate(parts)
    if residual.size == 0:
        return Goodness(np.nan, np.nan)
    sizes = np.diff(np.append(starts, residual.size))
    means = np.add.reduceat(residual, starts) / sizes
    misfit = float(np.abs(means).max() / height)
    freedom = sizes.size - fitted
    if freedom < 1 or blocks == 0:
        return Goodness(misfit, np.nan)
    means[np.abs(means) < _NEGLIGIBLE * height] = 0.0
    jumps = np.diff(residual, append=residual[-1])
    jumps[starts[1:] - 1] = 0.0  # a difference between two parts is none within either
    squares = np.add.reduceat(jumps * jumps, starts) / 2
    # Two points' worth of the common variance: a block of equal counts is not free of noise.
    variance = (squares + 2 * squares.sum() / (sizes - 1).sum()) / (sizes + 1)
    # Successive differences overlap: their sum of squares, half of it, has the variance (3n − 4)σ⁴.
    equivalent = 2 * (sizes + 1) ** 2 / (3 * sizes - 4)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.nan_to_num(means**2 * sizes / variance, nan=0.0, posinf=1e300)
    chance = special.betainc(equivalent / 2, 0.5, equivalent / (equivalent + ratio))
    deviates = special.chdtri(1, np.maximum(chance, 1e-300))
    return Goodness(misfit, float(special.chdtrc(freedom, deviates.sum())))
