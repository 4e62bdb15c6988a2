"""Which S-shape describes a curve best: all shapes fitted, and compared by an information criterion."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from numerics.curves.curve_fit import CurveFit
from numerics.curves.fitting import Estimate, estimate
from numerics.curves.shapes import SHAPES

__all__ = ["ShapeScore", "best_estimate", "compare_shapes"]

Array = NDArray[np.float64]

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
    floor: float | None = 0.0,
    ceiling: float | None = 1.0,
    samples: int | None = None,
) -> tuple[ShapeScore, ...]:
    """Fit every shape and rank them, the best first: is this curve an erf, or another S-shape?

    The criterion is n ln(RSS/n) + k ln n for k parameters; with ``samples`` it has the binomial deviance in place of
    the first term. Points that depend on their neighbours tell less: n is the number of points divided by the
    residuals' autocorrelation time under the shape that comes closest. Shapes with a parameter of their own are tried
    where one without can be fitted.

    Parameters, raises: as for `fit_curve`. Shapes that cannot be fitted come last, with a NaN criterion.

    Examples
    --------
    >>> t = np.arange(400.0)
    >>> gompertz = np.exp(-np.log(2) * np.exp(-0.03 * (t - 150)))
    >>> noisy = np.random.default_rng(0).binomial(1000, gompertz) / 1000
    >>> [score.fit.shape for score in compare_shapes(t, noisy, samples=1000)][:2]
    ['gompertz', 'skewed_erf']
    """
    ranked = _ranked(time, accuracy, floor=floor, ceiling=ceiling, samples=samples)
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
    for shape in SHAPES.values():
        if shape.parameter is None or any(one.fit.ok for one in estimates):
            estimates.append(estimate(time, accuracy, shape=shape.name, floor=floor, ceiling=ceiling, samples=samples))
    t, y = np.asarray(time, dtype=np.float64), np.asarray(accuracy, dtype=np.float64)
    criteria = _criteria([one.fit for one in estimates], t, y, (floor is None) + (ceiling is None), samples)
    smallest = np.nanmin(criteria) if np.isfinite(criteria).any() else 0.0
    evidence = np.exp(-(criteria - smallest) / 2)
    weights = np.nan_to_num(evidence) / max(np.nansum(evidence), 1.0)
    order = np.argsort(np.nan_to_num(criteria, nan=np.inf), kind="stable")
    return [(ShapeScore(estimates[k].fit, float(criteria[k]), float(weights[k])), estimates[k]) for k in order.tolist()]


def _criteria(fits: list[CurveFit], t: Array, y: Array, free: int, samples: int | None) -> Array:
    losses = np.full(len(fits), np.nan)
    for k, fit in enumerate(fits):
        if fit.ok:
            used = t >= fit.begin
            losses[k] = _deviance(fit(t[used]), y[used], samples, fit.ceiling - fit.floor)
    if not np.isfinite(losses).any():
        return losses
    best = fits[int(np.nanargmin(losses))]
    effective = (t >= best.begin).sum() / best.autocorrelation_time
    count = np.array([2 + free + (SHAPES[fit.shape].parameter is not None) for fit in fits])
    return losses * effective + count * np.log(effective)


def _deviance(model: Array, y: Array, samples: int | None, height: float) -> float:
    """−2 ln L of a point on average, up to a constant."""
    if samples is None:
        return float(np.log(np.mean((model - y) ** 2) + (_ROUNDING * height) ** 2))
    # One success and one failure are added, half each, as a count of 0 or n does not make the opposite impossible.
    p = (samples * np.clip(model, 0, 1) + 0.5) / (samples + 1)
    return float(2 * samples * np.mean(special.rel_entr(y, p) + special.rel_entr(1 - y, 1 - p)))
