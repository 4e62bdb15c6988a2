"""The estimate of one shape: start from the data, minimise, judge, state errors; failures are values with a reason."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.curves.accuracy_curve import AccuracyCurve, checked_curve, checked_samples
from numerics.curves.curve_fit import CurveFit, FitStatus
from numerics.curves.estimation.complaint import complaint
from numerics.curves.estimation.fitted_jump import FittedJump
from numerics.curves.estimation.optimum import find_optimum
from numerics.curves.estimation.plateaus import plateau_apart
from numerics.curves.estimation.start import ScaledJump, scaled_jump
from numerics.curves.estimation.verdict import verdict
from numerics.curves.repeated_times import repeated_times
from numerics.curves.shapes import Shape

__all__ = ["Estimate", "estimate_shape"]


@dataclass(frozen=True)
class Estimate:
    """A fit, and how its points scatter it: shape (2, blocks), the share of each block in the errors of t* and s.

    `edges` are the times where the blocks begin, and the end of the last; `fitted` is the jump in scaled time, None
    where there was none to fit.
    """

    fit: CurveFit
    influence: Array
    edges: Array
    fitted: FittedJump | None = None


def estimate_shape(
    time: ArrayLike,
    accuracy: ArrayLike,
    *,
    shape: Shape,
    floor: float | None = 0.0,
    ceiling: float | None = 1.0,
    samples: int | None = None,
) -> Estimate:
    """The fit of this shape, with the influence of the points; parameters and errors as of `fit_curve`.

    >>> from numerics.curves.shapes import named_shape
    >>> rising = [0, 0, 0, 0.1, 0.5, 0.9, 1, 1, 1]
    >>> found = estimate_shape(range(9), rising, shape=named_shape("erf"))
    >>> round(found.fit.jump_time, 6), found.influence.shape, found.edges.size
    (4.0, (2, 9), 10)
    """
    curve = checked_curve(time, accuracy, floor, ceiling)
    t, samples = curve.time, checked_samples(samples, curve.accuracy)
    repeated = repeated_times(curve, floor, ceiling)
    jump = scaled_jump(curve, floor, ceiling)
    if isinstance(jump, FitStatus):
        refusal = replace(_refusal(jump, shape, curve, floor, ceiling), complaint=repeated)
        return Estimate(_between(refusal, curve, None), np.empty((2, 0)), t[:1])
    with np.errstate(over="ignore"):  # as in `Shape.at`, at the price of one for all steps
        fitted = FittedJump(jump, shape, find_optimum(jump, shape, samples=samples))
        plateau = plateau_apart(fitted)
        status = verdict(fitted, plateau)
        told = complaint(fitted, plateau) if status is FitStatus.OK else ""
        told = "; ".join(filter(None, (told, repeated)))
    if status is not FitStatus.OK:
        refusal = _refusal(status, shape, curve, floor, ceiling)
        begin, r_squared = float(t[jump.begin]), fitted.found.r_squared
        refusal = replace(refusal, begin=begin, r_squared=r_squared, complaint=told)
        if plateau is not None and status is plateau.status:
            refusal = replace(refusal, level=plateau.level)
        return Estimate(_between(refusal, curve, jump), np.empty((2, 0)), t[:1], fitted)
    edges = t[np.minimum(jump.begin + fitted.scatter.edges, t.size - 1)]
    return Estimate(_result(fitted, curve, told), fitted.scatter.influence[:2], edges, fitted)


def _refusal(
    status: FitStatus, shape: Shape, curve: AccuracyCurve, floor: float | None, ceiling: float | None
) -> CurveFit:
    low, high = (np.nan if value is None else float(value) for value in (floor, ceiling))
    return CurveFit(
        status=status, shape=shape.name, floor=low, ceiling=high, points=curve.time.size, begin=float(curve.time[0]),
        curve=curve,
    )  # fmt: skip


def _between(refusal: CurveFit, curve: AccuracyCurve, jump: ScaledJump | None) -> CurveFit:
    """The refusal with the times between which the jump lies, as far as the curve tells them."""
    middle = (refusal.floor + refusal.ceiling) / 2  # NaN, and no point on either side, where one was to be fitted
    t, above = curve.time, curve.accuracy > middle
    if refusal.status is FitStatus.NO_JUMP and (curve.accuracy < middle).any():
        return replace(refusal, not_before=float(t[curve.accuracy < middle][-1]), not_after=np.inf)
    if refusal.status is FitStatus.ALREADY_JUMPED and above.any() and (jump is None or jump.begin == 0):
        return replace(refusal, not_before=-np.inf, not_after=float(t[above][0]))
    if refusal.status in (FitStatus.UNRESOLVED, FitStatus.UNCERTAIN) and jump is not None:
        split = int(np.searchsorted(t, jump.origin))
        if split > 0 and not above[:split].any() and above[split:].any():
            return replace(refusal, not_before=float(t[split - 1]), not_after=float(t[split:][above[split:]][0]))
    return refusal


def _result(fitted: FittedJump, curve: AccuracyCurve, told: str) -> CurveFit:
    """The fit in the units of the curve."""
    jump, scattered = fitted.jump, fitted.scatter
    sharpness = fitted.rate / jump.unit
    jump_time = jump.origin + jump.unit * fitted.center
    return CurveFit(
        jump_time=jump_time,
        not_before=jump_time,
        not_after=jump_time,
        sharpness=sharpness,
        jump_time_error=float(jump.unit * scattered.errors[0]),
        sharpness_error=float(abs(sharpness) * scattered.errors[1]),
        largest_slope_error=float(abs(sharpness) * fitted.height / np.sqrt(np.pi) * scattered.slope_error),
        jump_time_freedom=float(scattered.freedom[0]),
        sharpness_freedom=float(scattered.freedom[1]),
        floor=float(fitted.floor),
        ceiling=float(fitted.ceiling),
        shape=fitted.shape.name,
        shape_parameter=float(fitted.theta) if fitted.shape.parameter else None,
        status=FitStatus.OK,
        r_squared=fitted.found.r_squared,
        misfit=fitted.goodness.misfit,
        p_value=fitted.goodness.p_value,
        complaint=told,
        autocorrelation_time=scattered.autocorrelation_time,
        points=curve.time.size,
        begin=float(curve.time[jump.begin]),
        curve=curve,
        covariance=_covariance(fitted),
    )


def _covariance(fitted: FittedJump) -> Array:
    """Of t*, ln |s|, θ, floor and ceiling in the units of the curve, zero for what was not fitted."""
    objective = fitted.found.objective
    free = [True, True, *(value is None for value in (objective.theta, objective.low, objective.high))]
    covariance = np.zeros((len(free), len(free)))
    covariance[np.ix_(free, free)] = fitted.scatter.covariance
    covariance[0] *= fitted.jump.unit
    covariance[:, 0] *= fitted.jump.unit
    return covariance
