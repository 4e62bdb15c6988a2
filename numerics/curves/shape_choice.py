"""Which S-shape describes a curve best: all shapes fitted, and compared by an information criterion."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from numerics.annotations import Array, Asymptote
from numerics.curves.asymptotes import asymptote
from numerics.curves.curve_fit import CurveFit, FitStatus
from numerics.curves.estimation.estimate import Estimate, estimate_shape
from numerics.curves.estimation.fitted_jump import FittedJump
from numerics.curves.shapes import SHAPES

__all__ = ["ShapeScore", "best_estimate", "compare_shapes"]

_ROUNDING = 1e-9  # of the height: deviations below are equal to none


@dataclass(frozen=True)
class ShapeScore:
    """One shape's fit, its information criterion, and its share of the evidence.

    Attributes
    ----------
    fit
        The fit of this shape.
    criterion
        Schwarz's (BIC, 1978); differences count, smaller is better. NaN where the fit failed.
    weight
        e^{−Δ/2} over the sum of all shapes': about the probability of this shape, all being equally likely beforehand.

    Examples
    --------
    >>> best = compare_shapes(range(60), 1 / (1 + np.exp(-(np.arange(60) - 30) / 4)))[0]
    >>> best.fit.shape, round(best.weight, 3)
    ('logistic', 1.0)
    """

    fit: CurveFit
    criterion: float
    weight: float


def compare_shapes(
    time: ArrayLike,
    accuracy: ArrayLike,
    *,
    floor: Asymptote = 0.0,
    ceiling: Asymptote = 1.0,
    samples: int | None = None,
) -> tuple[ShapeScore, ...]:
    """Fit every shape and rank them, the best first: is this curve an erf, or another S-shape?

    The criterion is n ln(RSS/n) + k ln n for k parameters; with `samples` it has the binomial deviance in place of
    the first term. Points that depend on their neighbours tell less: n is the number of points divided by the
    residuals' autocorrelation time under the shape that comes closest. Shapes with a parameter of their own are tried
    where one without can be fitted.

    A shape under which the jump is not finished at the last point is compared as well: where it comes first, the curve
    is not finished, though shapes that end more suddenly, but describe it less well, may say so.

    Parameters, raises: as for `fit_curve`. Shapes that cannot be fitted come last, with a NaN criterion.

    Examples
    --------
    >>> t = np.arange(400.0)
    >>> gompertz = np.exp(-np.log(2) * np.exp(-0.03 * (t - 150)))
    >>> noisy = np.random.default_rng(0).binomial(1000, gompertz) / 1000
    >>> [score.fit.shape for score in compare_shapes(t, noisy, samples=1000)][:2]
    ['gompertz', 'skewed_erf']
    """
    low, high = asymptote("floor", floor), asymptote("ceiling", ceiling)
    ranked = _ranked(time, accuracy, floor=low, ceiling=high, samples=samples)
    return tuple(score for score, _ in ranked)


def best_estimate(
    time: ArrayLike, accuracy: ArrayLike, *, floor: float | None, ceiling: float | None, samples: int | None
) -> Estimate:
    """The estimate with the shape that `compare_shapes` ranks first."""
    return _ranked(time, accuracy, floor=floor, ceiling=ceiling, samples=samples)[0][1]


def _ranked(
    time: ArrayLike, accuracy: ArrayLike, *, floor: float | None, ceiling: float | None, samples: int | None
) -> list[tuple[ShapeScore, Estimate]]:
    estimates: list[Estimate] = []
    for shape in sorted(SHAPES.values(), key=lambda shape: shape.parameter is not None):
        if shape.parameter is None or any(one.fit.ok for one in estimates):
            estimates.append(estimate_shape(time, accuracy, shape=shape, floor=floor, ceiling=ceiling, samples=samples))
    criteria = _criteria(estimates, samples)
    smallest = np.nanmin(criteria) if np.isfinite(criteria).any() else 0.0
    evidence = np.exp(-(criteria - smallest) / 2)
    weights = np.nan_to_num(evidence) / max(np.nansum(evidence), 1.0)
    order = np.argsort(np.nan_to_num(criteria, nan=np.inf), kind="stable")
    return [(ShapeScore(estimates[k].fit, float(criteria[k]), float(weights[k])), estimates[k]) for k in order.tolist()]


def _criteria(estimates: list[Estimate], samples: int | None) -> Array:
    """Of the fits that are results, and of those that are not for the one reason that the jump goes on."""
    losses = np.full(len(estimates), np.nan)
    sizes = np.full(len(estimates), np.nan)
    for k, one in enumerate(estimates):
        if one.fitted is not None and one.fit.status in (FitStatus.OK, FitStatus.UNFINISHED):
            losses[k] = _deviance(one.fitted, samples)
            sizes[k] = one.fitted.jump.start.size + (one.fitted.shape.parameter is not None)  # θ at a bound counts, too
    if not np.isfinite(losses).any():
        return losses
    best = estimates[int(np.nanargmin(losses))].fitted
    assert best is not None
    effective = best.jump.tau.size / best.scatter.autocorrelation_time
    return losses * effective + sizes * np.log(effective)


def _deviance(fitted: FittedJump, samples: int | None) -> float:
    """−2 ln L of a point on average, up to a constant."""
    model, y = fitted.found.objective.curve(fitted.found.parameters, fitted.jump.tau), fitted.jump.y
    if samples is None:
        return float(np.log(np.mean((model - y) ** 2) + (_ROUNDING * fitted.height) ** 2))
    # One success and one failure are added, half each, as a count of 0 or n does not make the opposite impossible.
    p = (samples * np.clip(model, 0, 1) + 0.5) / (samples + 1)
    return float(2 * samples * np.mean(special.rel_entr(y, p) + special.rel_entr(1 - y, 1 - p)))
