"""The fits of many curves that are known as functions: of all that take a plain course, at once."""

import numpy as np
from numpy.typing import NDArray

from numerics.curves.curve_fit import CurveFit, FitStatus
from numerics.curves.estimation.complaint import deviation
from numerics.curves.estimation.condensation import shared_out
from numerics.curves.estimation.estimate import Estimate
from numerics.curves.estimation.slow_rises import no_slow_rise
from numerics.curves.known.deviations import misfits
from numerics.curves.known.levels import keep_to_asymptotes
from numerics.curves.known.optima import Optima, find_optima
from numerics.curves.known.rises import Rises, find_rises
from numerics.curves.known.rising_curves import RisingCurves
from numerics.curves.known.scatters import scatters
from numerics.curves.known.windows import Windows, windows
from numerics.curves.shapes import named_shape
from numerics.curves.shapes.shape import ROOT_PI

__all__ = ["estimate_rising"]

_ERF = named_shape("erf")
_LATE = 1.0  # times its duration at which a clock begins: `pair_complaint` looks at those
_COARSE = 0.4  # block, in widths of the transition
_SEEN = 5.5  # widths from the jump, within which rows change a fit
_SMOOTH = 1e-4  # roughness up to which the nodes of a window see the whole curve
_STRETCHED = 24.0  # widths on either side of the jump, of which an eighth is a stretch of `find_rises`
_QUIET = 0.5  # share of the misfit that plateaus, of which fewer points are seen, may have
_FINISHED = 0.9  # of the way
_VISIBLE = 0.02  # misfit from which another course may describe a curve better
_RESTING = 0.12  # misfit from which a curve may rest between two jumps


def estimate_rising(curves: RisingCurves) -> list[Estimate | None]:
    """Fits of the erf between floor 0 and ceiling 1, as `estimate_shape` makes them; None for what is not plain.

    A curve that never reaches its middle has no jump. Plain is one that is long against its jump and has nothing to
    tell but a deviation from its shape: it begins below its middle and ends at its ceiling, Newton's steps lead to the
    optimum, no level lies off an asymptote, and no rule of `verdict` or `complaint` comes near. A known curve has no
    noise: its deviations are never by chance. The fits have no `curve`, for most of its points were never evaluated,
    and no `covariance`.

    >>> from scipy.special import ndtr
    >>> curves = RisingCurves(np.array([1.0, 100.0]), 50_000, lambda _, time: ndtr(40 * (time - 0.4)))
    >>> fits = [None if one is None else one.fit for one in estimate_rising(curves)]
    >>> round(fits[0].jump_time, 9), fits[1]  # the second jumps too fast for its points
    (0.4, None)
    """
    rises = find_rises(curves)
    timely = curves.begin < _LATE * (curves.end - curves.begin)
    without = timely & (rises.split == curves.points)
    result = [_without_jump(curves, number) if never else None for number, never in enumerate(without)]
    blocks, _ = shared_out(curves.points, rises.rate / (curves.points - 1))
    likely = np.flatnonzero(timely & rises.lasting & (blocks > 0))
    if likely.size:
        if likely.size < curves.end.size:
            curves, rises = curves.only(likely), rises.only(likely)
        for number, one in zip(likely.tolist(), _estimates(curves, rises), strict=True):
            result[number] = one
    return result


def _without_jump(curves: RisingCurves, number: int) -> Estimate:
    """Of a curve that stays below its middle."""
    fit = CurveFit(
        status=FitStatus.NO_JUMP, shape=_ERF.name, floor=0.0, ceiling=1.0, points=curves.points, begin=curves.begin,
        not_before=float(curves.end[number]), not_after=np.inf,
    )  # fmt: skip
    return Estimate(fit, np.empty((2, 0)), np.array([curves.begin]))


def _estimates(curves: RisingCurves, rises: Rises) -> list[Estimate | None]:
    n, unit = curves.points, curves.end - curves.begin
    seen = windows(curves, rises, _ERF.reach)
    found = find_optima(seen, _ERF, rises.rate)
    scattered = scatters(seen, found, _ERF)
    misfit, on_plateaus = misfits(curves, rises.split, found, _ERF)
    squares = (seen.weight * found.residual**2).sum(axis=(1, 2)) + seen.lost.sum(axis=1) + seen.before
    r_squared = 1 - squares / (seen.squares - seen.total**2 / n)
    told = [deviation(one) for one in misfit.tolist()]
    plain = (
        _is_settled(rises, seen, found, n, curves.saturated)
        & (r_squared > 0.5)
        & (misfit < _RESTING)
        & (on_plateaus < _QUIET * misfit)
        & (scattered.errors[:, 1] < 1)
        & keep_to_asymptotes(curves, rises.split, seen, found, _ERF)
    )
    doubtful = np.flatnonzero(plain & (misfit > _VISIBLE) & [not complaint for complaint in told])
    plain[doubtful] = _has_no_other_course(curves, rises.split, seen, found, doubtful)
    relative_error = scattered.errors[:, 1]
    numbers = np.stack(
        [
            curves.time(rises.split - 0.5 + (n - 1) * found.center), found.rate / unit, scattered.errors[:, 0] * unit,
            relative_error * found.rate / unit, r_squared, misfit, scattered.autocorrelation_time,
        ],
        axis=1,
    )  # fmt: skip
    edges, blocks = curves.time(np.minimum(seen.edges, n - 1)), (np.diff(seen.edges) > 0).sum(axis=1).tolist()
    return [
        Estimate(_fit(row, complaint, curves), influence[:, :own], ends[: own + 1]) if fits else None
        for fits, row, complaint, influence, ends, own in zip(
            plain, numbers.tolist(), told, scattered.influence, edges, blocks, strict=True
        )
    ]


def _fit(numbers: list[float], complaint: str, curves: RisingCurves) -> CurveFit:
    jump_time, sharpness, jump_time_error, sharpness_error, r_squared, misfit, autocorrelation_time = numbers
    return CurveFit(
        status=FitStatus.OK, shape=_ERF.name, floor=0.0, ceiling=1.0, points=curves.points, begin=curves.begin,
        not_before=jump_time, not_after=jump_time, jump_time=jump_time, sharpness=sharpness,
        jump_time_error=jump_time_error, sharpness_error=sharpness_error, largest_slope_error=sharpness_error / ROOT_PI,
        jump_time_freedom=np.inf, sharpness_freedom=np.inf,
        r_squared=r_squared, misfit=misfit, p_value=0.0, complaint=complaint, autocorrelation_time=autocorrelation_time,
    )  # fmt: skip


def _is_settled(
    rises: Rises, seen: Windows, found: Optima, points: int, saturated: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Whether the optimum was found, inside of the record and of its window, by blocks that are short enough."""
    first, last = (0.5 - rises.split) / (points - 1), (points - 0.5 - rises.split) / (points - 1)
    width = (seen.edges[:, 1] - seen.edges[:, 0]) / (points - 1)
    u = found.u.reshape(found.rate.size, -1)
    return np.asarray(
        found.converged
        & seen.ended
        & (seen.roughness < _SMOOTH)
        & (found.rate * np.maximum(rises.split, saturated - rises.split) < _STRETCHED * (points - 1))
        & (found.center >= first)
        & (_ERF.at(found.rate * (last - found.center)).value >= _FINISHED)
        & (width * found.rate <= _COARSE)
        & ((u[:, 0] < -_SEEN) | (seen.edges[:, 0] == 0))
        & ((u[:, -1] > _SEEN) | (seen.edges[:, -1] == points))
    )


def _has_no_other_course(
    curves: RisingCurves, split: NDArray[np.intp], seen: Windows, found: Optima, which: NDArray[np.intp]
) -> NDArray[np.bool_]:
    u, y, weight, own = (
        rows[which].reshape(which.size, seen.y[0].size) for rows in (found.u, seen.y, seen.weight, found.residual)
    )
    middle = (split - 0.5 + (curves.points - 1) * found.center)[which, np.newaxis]
    width, chosen = (curves.points - 1) / found.rate[which, np.newaxis], curves.only(which)
    return no_slow_rise(u, y, weight, own, lambda u: chosen.time(middle + width * u))
