"""Where a fit begins: the last rise of a curve in time scaled to its length, and values near the optimum."""

from dataclasses import dataclass

import numpy as np

from numerics.annotations import Array
from numerics.curves.accuracy_curve import AccuracyCurve
from numerics.curves.asymptotes import seen_asymptotes
from numerics.curves.curve_fit import FitStatus
from numerics.curves.phases import Course, find_jump_in_long, start_rate

__all__ = ["ScaledJump", "scaled_jump"]

_WITHOUT_JUMP = {
    Course.STAYS_LOW: FitStatus.NO_JUMP,
    Course.STAYS_HIGH: FitStatus.ALREADY_JUMPED,
    Course.FALLS_BACK: FitStatus.FALLS_BACK,
}


@dataclass(frozen=True)
class ScaledJump:
    """The part of a curve that is fitted, with the interval from its first to its last point as the unit of time.

    Attributes
    ----------
    tau, y
        Scaled time and accuracy, shape (n,).
    start
        First guess of (p₀, p₁[, low][, high]), see `SquaredResiduals`.
    floor, ceiling
        Asymptotes that are fixed; None for one to be fitted.
    equally_spaced
        Whether the points are.
    begin
        Index in the curve of the first point.
    origin, unit
        time = origin + unit·tau.
    """

    tau: Array
    y: Array
    start: Array
    floor: float | None = 0.0
    ceiling: float | None = 1.0
    equally_spaced: bool = False
    begin: int = 0
    origin: float = 0.0
    unit: float = 1.0


def scaled_jump(curve: AccuracyCurve, floor: float | None, ceiling: float | None) -> ScaledJump | FitStatus:
    """The jump of a curve, or the reason why there is none to fit.

    The best step function gives the jump time, the area between it and the curve the sharpness.

    >>> curve = AccuracyCurve(np.arange(6.0), np.array([0, 0, 0.1, 0.8, 1, 1]), True)
    >>> jump = scaled_jump(curve, 0.0, 1.0)
    >>> jump.origin, jump.tau.round(1).tolist(), round(float(np.exp(jump.start[1])), 1)
    (2.5, [-0.5, -0.3, -0.1, 0.1, 0.3, 0.5], 9.4)
    >>> scaled_jump(curve, 0.0, 5.0).name
    'NO_JUMP'
    """
    t, y = curve.time, curve.accuracy
    bottom, top = seen_asymptotes(y, floor, ceiling)
    if not top > bottom:
        return FitStatus.NO_JUMP
    jump = find_jump_in_long(y, bottom, top)
    if jump.course is Course.FALLS:
        return FitStatus.FALLS if _explains_half(y, jump.split) else FitStatus.POOR
    if jump.course in _WITHOUT_JUMP:
        return _WITHOUT_JUMP[jump.course]
    begin, split = jump.begin, jump.split
    origin, unit = 0.5 * (t[split - 1] + t[split]), t[-1] - t[begin]
    tau, z = t[begin:] - origin, y[begin:]
    tau /= unit
    rate = start_rate(tau, z, split - begin, bottom, top)
    return ScaledJump(
        tau=tau,
        y=z,
        start=np.array([0.0, np.log(rate)] + [bottom] * (floor is None) + [top] * (ceiling is None)),
        floor=floor,
        ceiling=ceiling,
        equally_spaced=curve.equally_spaced,
        begin=begin,
        origin=float(origin),
        unit=float(unit),
    )


def _explains_half(y: Array, split: int) -> bool:
    """Whether the levels before and after make up half of the variance: a fall, and not noise about the middle."""
    before, after = y[:split], y[split:]
    squares = before.var() * before.size + after.var() * after.size
    return bool(before.mean() > after.mean() and squares < 0.5 * y.var() * y.size)
