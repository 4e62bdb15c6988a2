"""From a curve to its fit: start from the data, minimise, judge, state errors; failures are values with a reason."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from numerics.curves.accuracy_curve import checked_curve, checked_samples
from numerics.curves.curve_fit import CurveFit, FitStatus
from numerics.curves.goodness import Goodness, goodness
from numerics.curves.optimum import Optimum, find_optimum
from numerics.curves.phases import Course, find_jump_in_long, start_rate
from numerics.curves.shapes import named_shape
from numerics.curves.standard_errors import TRANSITION, scatter
from numerics.curves.two_jumps import rests_between_two_jumps

__all__ = ["Estimate", "estimate", "fit_curve"]

Array = NDArray[np.float64]

_ENOUGH = 1000  # points of a part of the curve that show a deviation; of more, every k-th is looked at
_RESTING = 0.12  # misfit from which a second jump is looked for
_OUTSIDE = 0.25  # of the height: how far a fitted asymptote may lie outside of the curve

_WITHOUT_JUMP = {
    Course.STAYS_LOW: FitStatus.NO_JUMP,
    Course.STAYS_HIGH: FitStatus.ALREADY_JUMPED,
    Course.FALLS_BACK: FitStatus.FALLS_BACK,
}


@dataclass(frozen=True)
class Estimate:
    """A fit, and how its points scatter it: shape (2, blocks), the share of each block in the errors of t* and s.

    ``edges`` are the times where the blocks begin, and the end of the last.
    """

    fit: CurveFit
    influence: Array
    edges: Array


def fit_curve(
    time: ArrayLike,
    accuracy: ArrayLike,
    *,
    shape: str = "erf",
    floor: float | None = 0.0,
    ceiling: float | None = 1.0,
    samples: int | None = None,
) -> CurveFit:
    """Least-squares fit of an S-shaped curve to an accuracy; failures are values with a reason.

    Newton's method with analytic derivatives in scaled coordinates. The start comes from the data: the best step
    function gives the jump time, the area between it and the curve gives the sharpness. Where the accuracy falls back
    below the middle for more than a spike (2 % of the points), the last rise is fitted.

    Parameters
    ----------
    time, accuracy
        One-dimensional, of equal length, at least 4 points; time must not decrease.
    shape
        ``"erf"``, the paper's; ``"logistic"``, ``"gompertz"``, ``"mirrored_gompertz"``; ``"student"`` and
        ``"skewed_erf"``, which have a parameter of their own; ``"best"`` for the one with the smallest information
        criterion (see `compare_shapes`).
    floor, ceiling
        Asymptotes of the curve; ``None`` fits that one too.
    samples
        Number of samples of which each accuracy is the correct share: weighs points by their binomial variance.

    Raises
    ------
    ValueError
        For input that is no curve: wrong shapes, fewer than 4 points, values that are not finite, decreasing
        time, a ceiling not above the floor, accuracies far outside of floor and ceiling (percent, perhaps).

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
    return estimate(time, accuracy, shape=shape, floor=floor, ceiling=ceiling, samples=samples).fit


def estimate(
    time: ArrayLike,
    accuracy: ArrayLike,
    *,
    shape: str,
    floor: float | None,
    ceiling: float | None,
    samples: int | None,
) -> Estimate:
    """`fit_curve`, with the influence of the points."""
    if shape == "best":
        from numerics.curves.shape_choice import best_estimate

        return best_estimate(time, accuracy, floor=floor, ceiling=ceiling, samples=samples)
    family = named_shape(shape)
    curve = checked_curve(time, accuracy, floor, ceiling)
    t, y = curve.time, curve.accuracy
    samples = checked_samples(samples, y)

    def failed(status: FitStatus, r_squared: float = np.nan, begin: int = 0) -> Estimate:
        low, high = (np.nan if v is None else float(v) for v in (floor, ceiling))
        fit = CurveFit(
            status=status,
            shape=shape,
            floor=low,
            ceiling=high,
            points=t.size,
            begin=float(t[begin]),
            r_squared=r_squared,
        )
        return Estimate(fit, np.empty((2, 0)), t[:1])

    bottom = float(np.quantile(y, 0.02)) if floor is None else floor
    top = float(np.quantile(y, 0.98)) if ceiling is None else ceiling
    if not top > bottom:
        return failed(FitStatus.NO_JUMP)
    jump = find_jump_in_long(y, bottom, top)
    if jump.course in _WITHOUT_JUMP:
        return failed(_WITHOUT_JUMP[jump.course])
    direction = jump.course.value

    # Scaled time: the interval from the first to the last point becomes one unit around the start value.
    begin, split = jump.begin, jump.split
    origin, unit = 0.5 * (t[split - 1] + t[split]), t[-1] - t[begin]
    tau, z = t[begin:] - origin, y[begin:]
    tau /= unit
    rate = start_rate(tau, z, split - begin, *((bottom, top) if direction > 0 else (top, bottom)))
    start = np.array([0.0, np.log(rate)] + [bottom] * (floor is None) + [top] * (ceiling is None))
    found = find_optimum(tau, z, curve.equally_spaced, family, direction, floor, ceiling, samples, start)

    center, rate = found.parameters[0], np.exp(found.parameters[1])
    theta, bottom, top = found.objective.unpack(found.parameters)
    height = top - bottom
    r_squared = found.r_squared
    # Two unknowns through two points leave nothing to tell the noise by; with fewer any larger sharpness fits as well.
    first, last = np.searchsorted(tau, [center - TRANSITION / rate, np.nextafter(center + TRANSITION / rate, np.inf)])
    if np.unique(tau[first : min(last, first + 1000)]).size < 3:
        return failed(FitStatus.UNRESOLVED, r_squared, begin)
    runaway_floor = floor is None and bottom < z.min() - _OUTSIDE * height
    if runaway_floor or (ceiling is None and top > z.max() + _OUTSIDE * height):
        return failed(FitStatus.UNDETERMINED, r_squared, begin)
    if not found.converged:
        return failed(FitStatus.NOT_CONVERGED, r_squared, begin)
    if center < tau[0]:
        return failed(FitStatus.ALREADY_JUMPED, r_squared, begin)
    if special.ndtr(np.sqrt(2) * rate * (tau[-1] - center)) < 0.9:
        return failed(FitStatus.UNFINISHED, r_squared, begin)
    if not r_squared > 0.5:
        return failed(FitStatus.POOR, r_squared, begin)
    judged = _judge(tau, z, found, center, rate, height)
    if judged.misfit > _RESTING and rests_between_two_jumps(tau, (z - bottom) / height, direction):
        return failed(FitStatus.TWO_JUMPS, r_squared, begin)

    scattered = scatter(found)
    if not scattered.errors[1] < 1:
        return failed(FitStatus.UNCERTAIN, r_squared, begin)
    sharpness = float(direction * rate / unit)
    fit = CurveFit(
        jump_time=float(origin + unit * center),
        sharpness=sharpness,
        jump_time_error=float(unit * scattered.errors[0]),
        sharpness_error=float(abs(sharpness) * scattered.errors[1]),
        largest_slope_error=float(abs(sharpness) * height / np.sqrt(np.pi) * scattered.slope_error),
        floor=float(bottom),
        ceiling=float(top),
        shape=shape,
        shape_parameter=float(theta) if family.parameter else None,
        status=FitStatus.OK,
        r_squared=r_squared,
        misfit=judged.misfit,
        p_value=judged.p_value,
        autocorrelation_time=scattered.autocorrelation_time,
        points=t.size,
        begin=float(t[begin]),
    )
    return Estimate(fit, scattered.influence[:2], t[np.minimum(begin + scattered.edges, t.size - 1)])


def _judge(tau: Array, y: Array, found: Optimum, center: float, rate: float, height: float) -> Goodness:
    """Goodness over the transition, and over what comes before and after it."""
    objective, parameters = found.objective, found.parameters
    first, last = np.searchsorted(tau, [center - TRANSITION / rate, center + TRANSITION / rate]).tolist()
    parts = [slice(first, last), slice(0, first), slice(last, tau.size)]
    parts = [slice(part.start, part.stop, 1 + (part.stop - part.start) // _ENOUGH) for part in parts]
    transition, *plateaus = (objective.curve(parameters, tau[part]) - y[part] for part in parts)
    return goodness(transition, plateaus, height, parameters.size)
