"""The fit of a curve by a shape that is named, or by the best of all."""

from numpy.typing import ArrayLike

from numerics.annotations import Asymptote
from numerics.curves.asymptotes import asymptote
from numerics.curves.curve_fit import CurveFit
from numerics.curves.estimation.estimate import Estimate, estimate_shape
from numerics.curves.shape_choice import best_estimate
from numerics.curves.shapes import named_shape

__all__ = ["estimate", "fit_curve"]


def fit_curve(
    time: ArrayLike,
    accuracy: ArrayLike,
    *,
    shape: str = "erf",
    floor: Asymptote = 0.0,
    ceiling: Asymptote = 1.0,
    samples: int | None = None,
) -> CurveFit:
    """Least-squares fit of an S-shaped curve to an accuracy; failures are values with a reason.

    Newton's method with analytic derivatives in scaled coordinates. The start comes from the data: the best step
    function gives the jump time, the area between it and the curve gives the sharpness. Where the accuracy falls back
    below the middle for more than a spike (2 % of the points), the last rise is fitted.

    Parameters
    ----------
    time, accuracy
        One-dimensional, of equal length, at least 4 points; time must not decrease. Durations (timedelta64) are read in
        seconds; dates are refused, as they do not say when training began.
    shape
        `"erf"`, the paper's; `"logistic"`, `"gompertz"`, `"mirrored_gompertz"`; `"student"` and `"skewed_erf"`, which
        have a parameter of their own; one that was added with `add_shape`; `"best"` for the one with the smallest
        information criterion (see `compare_shapes`).
    floor, ceiling
        Asymptotes of the curve, numbers; `"fit"` fits that one, too.
    samples
        Number of samples of which each accuracy is the correct share: weighs points by their binomial variance.

    Raises
    ------
    ValueError
        For input that is no curve: wrong shapes, fewer than 4 points, values that are not finite, decreasing
        time, dates, text, a ceiling not above the floor, accuracies far outside of floor and ceiling (percent,
        perhaps).

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.special import erf
    >>> t = np.arange(200.0)
    >>> fit = fit_curve(t, 0.75 + 0.25 * erf(0.05 * (t - 80)), floor=0.5)
    >>> round(fit.jump_time, 9), round(fit.sharpness, 9), str(fit.status)
    (80.0, 0.05, 'ok')
    >>> fit_curve(t, np.full(200, 0.1)).status.value
    'no jump: the accuracy does not rise past the middle between floor and ceiling'
    """
    low, high = asymptote("floor", floor), asymptote("ceiling", ceiling)
    return estimate(time, accuracy, shape=shape, floor=low, ceiling=high, samples=samples).fit


def estimate(
    time: ArrayLike,
    accuracy: ArrayLike,
    *,
    shape: str,
    floor: float | None,
    ceiling: float | None,
    samples: int | None,
) -> Estimate:
    """`fit_curve`, with the influence of the points.

    >>> estimate(range(5), [0, 0.1, 0.5, 0.9, 1], shape="best", floor=0.0, ceiling=1.0, samples=None).fit.shape
    'erf'
    """
    if shape == "best":
        return best_estimate(time, accuracy, floor=floor, ceiling=ceiling, samples=samples)
    return estimate_shape(time, accuracy, shape=named_shape(shape), floor=floor, ceiling=ceiling, samples=samples)
