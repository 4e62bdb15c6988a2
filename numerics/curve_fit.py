"""The S-shaped curve fitted to an accuracy: its jump time and its sharpness."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from numerics.least_squares import SquaredResiduals, minimise

__all__ = ["CurveFit", "FitStatus", "fit_curve"]

Array = NDArray[np.float64]


class FitStatus(StrEnum):
    """Why a curve has, or has not, a jump time and a sharpness; each value is a sentence for the reader.

    >>> print(FitStatus.UNFINISHED)
    the jump is not finished at the last point: record longer
    """

    OK = "ok"
    NO_JUMP = "no jump: the accuracy does not rise past the middle between floor and ceiling"
    ALREADY_JUMPED = (
        "already past the middle at the first point: the jump came before the record, or the floor is set too low"
    )
    UNFINISHED = "the jump is not finished at the last point: record longer"
    UNRESOLVED = "the jump falls between two recorded points: its sharpness has no upper bound"
    POOR = "the shape does not describe the curve (R² below 0.5): check floor and ceiling"
    NOT_CONVERGED = "the least-squares fit did not converge"


@dataclass(frozen=True)
class CurveFit:
    """Fit of A(t) = floor + (ceiling − floor)·(1 + erf(s·(t − t*)))/2 to one accuracy curve (M Eq. 1).

    Attributes
    ----------
    jump_time, sharpness
        t* in units of time and s in 1/time; negative s is a fall. NaN unless the status is ok.
    jump_time_error, sharpness_error
        Standard errors for independent residuals of any sizes (heteroscedasticity-robust).
    floor, ceiling
        Asymptotes, as given or fitted.
    shape
        Name of the fitted shape.
    status
        `FitStatus.OK`, or the sentence that says why there is no result.
    r_squared
        Share of the curve's variance that the fit explains.
    points
        Number of recorded points.

    Examples
    --------
    >>> fit = fit_curve(range(9), [0, 0, 0, 0.1, 0.5, 0.9, 1, 1, 1])
    >>> round(fit.jump_time, 6), round(fit.largest_slope, 3), fit(4.0).round(6)
    (4.0, 0.513, np.float64(0.5))
    """

    jump_time: float
    sharpness: float
    jump_time_error: float
    sharpness_error: float
    floor: float
    ceiling: float
    shape: str
    status: FitStatus
    r_squared: float
    points: int

    @property
    def ok(self) -> bool:
        """Whether the curve could be fitted."""
        return self.status is FitStatus.OK

    @property
    def largest_slope(self) -> float:
        """Largest slope of the fitted curve, 2·c·s/√π with c = (ceiling − floor)/2, in 1/time (M Eq. 6)."""
        return (self.ceiling - self.floor) * self.sharpness / float(np.sqrt(np.pi))

    def __call__(self, time: ArrayLike) -> Array:
        """Return the fitted accuracy at ``time``."""
        u = self.sharpness * (np.asarray(time, dtype=np.float64) - self.jump_time)
        return self.floor + (self.ceiling - self.floor) * special.ndtr(np.sqrt(2) * u)

    def __str__(self) -> str:
        if not self.ok:
            return f"not fitted: {self.status}"
        return (
            f"t* = {self.jump_time:.6g} ± {self.jump_time_error:.2g}, "
            f"s = {self.sharpness:.6g} ± {self.sharpness_error:.2g}, R² = {self.r_squared:.4f}"
        )


def fit_curve(
    time: ArrayLike,
    accuracy: ArrayLike,
    *,
    shape: str = "erf",
    floor: float | None = 0.0,
    ceiling: float | None = 1.0,
) -> CurveFit:
    """Least-squares fit of an S-shaped curve to an accuracy; failures are values with a reason.

    Newton's method with analytic derivatives in scaled coordinates. The start comes from the data: the best step
    function gives the jump time, the area between it and the curve gives the sharpness.

    Parameters
    ----------
    time, accuracy
        One-dimensional, of equal length, at least 4 points; time must not decrease.
    shape
        ``"erf"``, the paper's.
    floor, ceiling
        Asymptotes of the curve; ``None`` fits that one too.

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
    if shape != "erf":
        raise ValueError(f"shape must be 'erf', got {shape!r}.")
    t, y = _checked_curve(time, accuracy, floor, ceiling)

    def failed(status: FitStatus, r_squared: float = np.nan) -> CurveFit:
        low, high = (np.nan if v is None else v for v in (floor, ceiling))
        return CurveFit(np.nan, np.nan, np.nan, np.nan, low, high, shape, status, r_squared, t.size)

    bottom = float(np.quantile(y, 0.02)) if floor is None else floor
    top = float(np.quantile(y, 0.98)) if ceiling is None else ceiling
    if not top > bottom:
        return failed(FitStatus.NO_JUMP)
    y_unit = (y - bottom) / (top - bottom)
    split, direction = _best_step(y_unit)
    if split == t.size:
        return failed(FitStatus.NO_JUMP)
    if split == 0:
        return failed(FitStatus.ALREADY_JUMPED)

    # Scaled time: the interval from the first to the last point becomes one unit around the start value.
    origin, unit = 0.5 * (t[split - 1] + t[split]), t[-1] - t[0]
    tau = (t - origin) / unit
    objective = SquaredResiduals(tau, y, direction, floor, ceiling)
    start = [0.0, np.log(_start_rate(tau, y_unit, split, direction))]
    parameters, converged = minimise(
        objective, np.array(start + [bottom] * (floor is None) + [top] * (ceiling is None))
    )

    center, rate = parameters[0], np.exp(parameters[1])
    bottom, top = objective.asymptotes(parameters)
    local = objective.expand(parameters)
    spread = ((y - y.mean()) ** 2).sum()
    r_squared = 1 - float(local.cost / spread) if spread > 0 else np.nan
    # Two unknowns need two different times inside the transition; with fewer any larger sharpness fits as well.
    inside = tau[np.searchsorted(tau, center - 3 / rate) : np.searchsorted(tau, center + 3 / rate, side="right")]
    if inside.size < 2 or inside[0] == inside[-1]:
        return failed(FitStatus.UNRESOLVED, r_squared)
    if not converged:
        return failed(FitStatus.NOT_CONVERGED, r_squared)
    if center < tau[0]:
        return failed(FitStatus.ALREADY_JUMPED, r_squared)
    if special.ndtr(np.sqrt(2) * rate * (tau[-1] - center)) < 0.9:
        return failed(FitStatus.UNFINISHED, r_squared)
    if not r_squared > 0.5:
        return failed(FitStatus.POOR, r_squared)

    errors = np.sqrt(np.diag(objective.covariance(parameters)))
    return CurveFit(
        jump_time=float(origin + unit * center),
        sharpness=float(direction * rate / unit),
        jump_time_error=float(unit * errors[0]),
        sharpness_error=float(rate / unit * errors[1]),
        floor=float(bottom),
        ceiling=float(top),
        shape=shape,
        status=FitStatus.OK,
        r_squared=r_squared,
        points=t.size,
    )


def _best_step(y_unit: Array) -> tuple[int, int]:
    """Split index and direction (+1 rise, −1 fall) of the step 0|1 closest to the curve in least squares."""
    # Moving a point from the ceiling side to the floor side changes the squared error by y² − (y−1)² = 2y − 1.
    cost = np.concatenate([[0.0], np.cumsum(2 * y_unit - 1)])
    rise, fall = int(np.argmin(cost)), int(np.argmax(cost))
    # Cost of the fall, measured from the same zero (everything on the ceiling), is total − cost.
    return (fall, -1) if cost[-1] - cost[fall] < cost[rise] else (rise, 1)


def _start_rate(tau: Array, y_unit: Array, split: int, direction: int) -> float:
    """Sharpness from the area between curve and step, which is 1/(s√π) for an erf of unit height."""
    rising = y_unit if direction > 0 else 1 - y_unit
    gap = np.concatenate([rising[:split], 1 - rising[split:]])
    area = abs(np.trapezoid(gap, tau))
    shortest = np.diff(tau)[np.diff(tau) > 0].min(initial=1.0)
    return float(1 / np.sqrt(np.pi) / np.clip(area, 0.3 * shortest, 0.5))


def _checked_curve(
    time: ArrayLike, accuracy: ArrayLike, floor: float | None, ceiling: float | None
) -> tuple[Array, Array]:
    t, y = np.asarray(time, dtype=np.float64), np.asarray(accuracy, dtype=np.float64)
    if t.ndim != 1 or t.shape != y.shape:
        raise ValueError(
            f"time and accuracy must be one-dimensional and of equal length, got shapes {t.shape} and {y.shape}."
        )
    if t.size < 4:
        raise ValueError(f"A fit needs at least 4 points, got {t.size}.")
    for name, values in (("time", t), ("accuracy", y)):
        if not np.isfinite(values).all():
            bad = int(np.flatnonzero(~np.isfinite(values))[0])
            raise ValueError(f"{name} must be finite, got {values[bad]} at index {bad}; drop such points.")
    if (np.diff(t) < 0).any():
        bad = int(np.flatnonzero(np.diff(t) < 0)[0])
        raise ValueError(f"time must not decrease, got {t[bad + 1]} after {t[bad]}; sort the points by time.")
    if t[0] == t[-1]:
        raise ValueError(f"time must advance, got {t[0]} throughout.")
    if floor is not None and ceiling is not None:
        if not floor < ceiling:
            raise ValueError(f"ceiling must be above floor, got floor {floor} and ceiling {ceiling}.")
        height = ceiling - floor
        if y.max() > ceiling + height or y.min() < floor - height:
            far = y.max() if y.max() > ceiling + height else y.min()
            raise ValueError(
                f"accuracy {far:g} lies far outside of floor {floor:g} and ceiling {ceiling:g}; "
                "pass the asymptotes in the units of the curve (ceiling=100 for percent)."
            )
    return t, y
