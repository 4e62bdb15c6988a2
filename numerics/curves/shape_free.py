"""What a curve says without an assumed shape: where it crosses the middle, how steep and how wide it is."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array, Asymptote
from numerics.curves.accuracy_curve import checked_curve
from numerics.curves.asymptotes import asymptote, seen_asymptotes
from numerics.curves.monotone_smoothing import (
    crossing,
    increasing_curve,
    neighbour_correlation,
    smoothed,
    suitable_bandwidth,
)
from numerics.curves.phases import Course, find_jump

__all__ = ["ShapeFree", "ShapeFreeStatus", "shape_free"]


class ShapeFreeStatus(StrEnum):
    """Which of the shape-free measures a curve has; each value is a sentence for the reader.

    >>> print(ShapeFreeStatus.NO_JUMP)
    no jump: the accuracy does not cross the middle between floor and ceiling for good
    """

    OK = "ok"
    NO_JUMP = "no jump: the accuracy does not cross the middle between floor and ceiling for good"
    ALREADY_JUMPED = "already past a quarter of the way at the first point: the jump came before the record"
    UNFINISHED = "not past three quarters of the way at the last point: record longer"
    COLLAPSED = "the accuracy falls back after the jump and does not return"
    POOR = "the accuracy does not rise, or fall, on the whole: R² of the increasing curve is below 0.5"
    UNRESOLVED = "a third of the jump or more falls between two recorded points: its slope is not resolved"
    NO_10 = "already past 10 % of the way at the first point: no 10-90 % width"
    NO_90 = "not past 90 % of the way at the last point: no 10-90 % width"


_NOT_MEASURED = {
    Course.STAYS_LOW: ShapeFreeStatus.NO_JUMP,
    Course.STAYS_HIGH: ShapeFreeStatus.ALREADY_JUMPED,
    Course.FALLS_BACK: ShapeFreeStatus.COLLAPSED,
}


@dataclass(frozen=True)
class ShapeFree:
    """Measures of one accuracy curve that assume only that it rises, or falls, on the whole.

    Attributes
    ----------
    middle_crossing
        Time at which the smoothed curve crosses (floor + ceiling)/2; what t* is to a fitted curve.
    largest_slope
        Largest slope of the smoothed curve, in accuracy per time; negative for a fall.
    sharpness
        √π·largest_slope/(ceiling − floor), in 1/time: for an erf the s of M Eq. 1.
    width_10_90
        Time from 10 % to 90 % of the way; 1.8124/s for an erf.
    middle_crossing_error, largest_slope_error, sharpness_error, width_10_90_error
        Standard errors by a block bootstrap; NaN unless a generator was given.
    floor, ceiling
        As given, or as seen.
    bandwidth
        Standard deviation of the smoothing kernel, in units of time.
    status
        `ShapeFreeStatus.OK`, or the sentence that says what cannot be had. Without a 10 % or 90 % level only the
        width is NaN, without a resolved jump the slope and the width are, in all other cases everything.
    points
        Number of recorded points.

    Examples
    --------
    >>> t = np.arange(400.0)
    >>> result = shape_free(t, np.clip((t - 80) / 240, 0, 1))
    >>> round(result.middle_crossing, 3), round(240 * result.largest_slope, 2), round(result.width_10_90)
    (200.0, 1.0, 192)
    """

    middle_crossing: float
    largest_slope: float
    sharpness: float
    width_10_90: float
    middle_crossing_error: float
    largest_slope_error: float
    sharpness_error: float
    width_10_90_error: float
    floor: float
    ceiling: float
    bandwidth: float
    status: ShapeFreeStatus
    points: int

    @property
    def ok(self) -> bool:
        """Whether all measures could be had."""
        return self.status is ShapeFreeStatus.OK

    def __repr__(self) -> str:
        return f"ShapeFree: {self}"

    def __str__(self) -> str:
        if np.isnan(self.middle_crossing):
            return f"not measured: {self.status}"
        measured = (
            f"middle at {self.middle_crossing:.6g}, largest slope {self.largest_slope:.6g}, "
            f"10-90 % width {self.width_10_90:.6g}"
        )
        return measured if self.ok else f"{measured}; {self.status}"


def shape_free(
    time: ArrayLike,
    accuracy: ArrayLike,
    *,
    floor: Asymptote = 0.0,
    ceiling: Asymptote = 1.0,
    rng: np.random.Generator | None = None,
    replicas: int = 200,
) -> ShapeFree:
    """Middle crossing, largest slope and 10-90 % width of an accuracy curve, whatever its shape.

    1. The last lasting rise is cut out, as for `fit_curve`, so a dip before the jump does no harm; a curve that only
       falls is turned over.
    2. A running median over at most 21 points, and at most 2 % of the record, takes out spikes. It leaves a monotone
       curve as it is.
    3. Isotonic regression gives the nearest increasing curve in least squares.
    4. Its convolution with a Gaussian is smooth and still increasing (Mammen, Ann. Stat. 19, 724, 1991). Its standard
       deviation is h = 1.2·(σ²δs)^(1/7)/s, at most 0.4/s. The h that minimises the mean squared error of the slope in
       the middle of an erf of sharpness s, sampled at spacing δ with noise of variance σ² (floor 0 and ceiling 1), has
       this form with the factor (3√π/16)^(1/7) = 0.85; step 5 allows a larger one. Here s comes from the steepest third
       of the way along the isotonic curve, and σ² is the larger of two estimates around that third: from second
       differences (von Neumann's idea; Gasser, Sroka, Jennen-Steinmetz, Biometrika 73, 625, 1986), and the long-run
       variance of the isotonic residuals (successive points may be correlated).
    5. The bias of order h² is taken out with a second smoothing at √2·h: times are extrapolated linearly in h² and
       so is 1/slope², which is exact for an erf.

    On noise-free curves h is far below the width, and the errors that remain are those of straight lines between the
    recorded points: relative (δs)²/12 of the slope.

    Parameters
    ----------
    time, accuracy
        One-dimensional, of equal length, at least 4 points; time must not decrease.
    floor, ceiling
        The levels between which the jump is measured; `"fit"` takes the one that 98 % of the points keep to.
    rng
        Generator for standard errors by a wild block bootstrap: the residuals of blocks of successive points change
        sign together at random (Shao, J. Am. Stat. Assoc. 105, 218, 2010), which keeps their correlation and their
        changing size. Block length (2ρ/(1 − ρ²))^(2/3)·n^(1/3) for a correlation ρ of neighbours (Carlstein, Ann.
        Stat. 14, 1171, 1986).
    replicas
        Number of bootstrap replicas.

    Raises
    ------
    ValueError
        For input that is no curve, as for `fit_curve`; for fewer than 2 replicas.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.special import expit
    >>> t = np.arange(1.0, 1001.0)
    >>> result = shape_free(t, expit((t - 400.5) / 20))
    >>> round(result.middle_crossing, 4), round(result.largest_slope * 80, 3), round(result.width_10_90, 1)
    (400.5, 1.0, 87.9)
    >>> counted = np.random.default_rng(0).binomial(250, expit((t - 400.5) / 20)) / 250
    >>> noisy = shape_free(t, counted, rng=np.random.default_rng(1))
    >>> bool(abs(noisy.middle_crossing - 400.5) < 3 * noisy.middle_crossing_error)
    True
    """
    given = asymptote("floor", floor), asymptote("ceiling", ceiling)
    curve = checked_curve(time, accuracy, *given)
    if replicas < 2:
        raise ValueError(f"A standard error needs at least 2 replicas, got {replicas}.")
    low, high = seen_asymptotes(curve.accuracy, *given)
    points, height = curve.time.size, high - low

    def result(
        status: ShapeFreeStatus,
        values: Array = np.full(4, np.nan),  # noqa: B008  never written to
        errors: Array = np.full(4, np.nan),  # noqa: B008
        bandwidth: float = np.nan,
    ) -> ShapeFree:
        middle, slope, sharpness, width = map(float, values)
        middle_error, slope_error, sharpness_error, width_error = map(float, errors)
        return ShapeFree(
            middle_crossing=middle,
            largest_slope=slope,
            sharpness=sharpness,
            width_10_90=width,
            middle_crossing_error=middle_error,
            largest_slope_error=slope_error,
            sharpness_error=sharpness_error,
            width_10_90_error=width_error,
            floor=low,
            ceiling=high,
            bandwidth=bandwidth,
            status=status,
            points=points,
        )

    if not height > 0:  # a curve that is constant, of which an asymptote was to be seen
        return result(ShapeFreeStatus.NO_JUMP)
    t, unit = _distinct_times(curve.time, (curve.accuracy - low) / height)
    jump = find_jump(unit)
    if jump.course in _NOT_MEASURED:
        return result(_NOT_MEASURED[jump.course])
    direction = jump.course.value
    origin, tau = t[jump.begin], t[jump.begin :] - t[jump.begin]
    rising = unit[jump.begin :] if direction > 0 else 1 - unit[jump.begin :]
    increasing = increasing_curve(rising)
    if increasing[0] > 0.25:
        return result(ShapeFreeStatus.ALREADY_JUMPED)
    if increasing[-1] < 0.75:
        return result(ShapeFreeStatus.UNFINISHED)
    if np.sum((rising - increasing) ** 2) > 0.5 * np.sum((rising - rising.mean()) ** 2):
        return result(ShapeFreeStatus.POOR)

    bandwidth = suitable_bandwidth(tau, rising, increasing)
    scale = np.array([1.0, direction * height, direction * np.sqrt(np.pi), 1.0])
    values = _measures(tau, increasing, bandwidth) * scale
    values[0] += origin
    status = ShapeFreeStatus.OK
    if np.diff(increasing).max() >= 0.33:
        status, values[1:] = ShapeFreeStatus.UNRESOLVED, np.nan
    elif increasing[0] > 0.1:
        status = ShapeFreeStatus.NO_10
    elif increasing[-1] < 0.9:
        status = ShapeFreeStatus.NO_90
    if rng is None:
        return result(status, values, bandwidth=bandwidth)
    spread = _bootstrap(tau, rising, increasing, bandwidth, rng=rng, replicas=replicas) * np.abs(scale)
    return result(status, values, np.where(np.isnan(values), np.nan, spread), bandwidth)


def _distinct_times(t: Array, y: Array) -> tuple[Array, Array]:
    """Mean of the points recorded at the same time."""
    first = np.concatenate([[True], np.diff(t) > 0])
    group = np.cumsum(first) - 1
    return t[first], np.bincount(group, y) / np.bincount(group)


def _measures(t: Array, increasing: Array, bandwidth: float) -> Array:
    """Middle crossing, largest slope, largest slope again (for the sharpness) and 10-90 % width of a unit rise."""
    once = _smoothed_measures(t, increasing, bandwidth)
    twice = _smoothed_measures(t, increasing, np.sqrt(2) * bandwidth)
    # On a rest in the middle of the jump a crossing may be anywhere; its bias is no more than the bandwidth.
    low, middle, high = once[:3] + np.clip(once[:3] - twice[:3], -bandwidth, bandwidth)
    # A slope that falls faster than this with the bandwidth belongs to a jump that the smoothing cannot see through.
    ratio = np.clip(once[3] / twice[3], 1.0, 1.2)
    slope = once[3] / np.sqrt(2 - ratio**2)
    return np.array([middle, slope, slope, high - low])


def _smoothed_measures(t: Array, increasing: Array, bandwidth: float) -> Array:
    """Crossings of 10, 50 and 90 %, and the largest slope, of the smoothed curve."""
    x, y = smoothed(t, increasing, bandwidth)
    return np.array([*(crossing(x, y, level) for level in (0.1, 0.5, 0.9)), np.max(np.diff(y) / np.diff(x))])


def _bootstrap(
    t: Array, rising: Array, increasing: Array, bandwidth: float, *, rng: np.random.Generator, replicas: int
) -> Array:
    """Standard deviation of the measures over curves whose residuals change sign block by block."""
    # Residuals of the isotonic curve would not do: they add up to nothing over each of its flat pieces.
    x, y = smoothed(t, increasing, np.sqrt(2) * bandwidth)
    center = np.where((t > x[0]) & (t < x[-1]), np.interp(t, x, y), increasing)
    residual = rising - center
    if not residual.any():
        return np.zeros(4)
    correlation = neighbour_correlation(residual)
    length = max(1, int(np.ceil((2 * correlation / (1 - correlation**2)) ** (2 / 3) * t.size ** (1 / 3))))
    values = []
    for _ in range(replicas):
        block = (np.arange(t.size) + rng.integers(length)) // length
        sign = rng.choice([-1.0, 1.0], block[-1] + 1)[block]
        values.append(_measures(t, increasing_curve(center + sign * residual), bandwidth))
    return np.std(values, axis=0, ddof=1)
