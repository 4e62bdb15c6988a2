"""The S-shaped curve fitted to an accuracy: its jump time, its sharpness, and how far to trust them."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from numerics.annotations import Array
from numerics.curves.accuracy_curve import AccuracyCurve
from numerics.curves.shapes import named_shape
from numerics.plotting import draw

__all__ = ["CurveFit", "FitStatus", "told_level"]

_TWO_SIDED = float(ndtri(0.975))


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
    FALLS_BACK = "the accuracy rises past the middle and falls back for good: there is no lasting jump"
    FALLS = "the accuracy falls and does not come back: there is no jump; of an error rate give 1 minus it"
    OFF_CEILING = (
        'the curve does not end at its ceiling, but levels off elsewhere: fit it, with ceiling="fit" or --ceiling fit'
    )
    OFF_FLOOR = (
        'the curve does not begin at its floor, but on a level elsewhere: fit it, with floor="fit" or --floor fit'
    )
    TWO_JUMPS = (
        "two jumps with a rest between them: one S-shape has no meaning; fit each with its own floor and ceiling"
    )
    UNFINISHED = "the jump is not finished at the last point: record longer"
    UNRESOLVED = "the jump falls between two recorded points: its sharpness has no upper bound"
    UNDETERMINED = "the curve does not determine an asymptote that was left free: fix the floor or the ceiling"
    UNCERTAIN = "the points leave the sharpness open: its standard error is larger than itself"
    POOR = "the shape does not describe the curve (R² below 0.5): check floor and ceiling"
    NOT_CONVERGED = "the least-squares fit did not converge"


@dataclass(frozen=True, kw_only=True)
class CurveFit:
    """Fit of A(t) = floor + (ceiling − floor)·F(s·(t − t*)) to one accuracy curve (M Eq. 1 with F(u) = (1 + erf u)/2).

    Every shape F has F(0) = 1/2 and the largest slope 1/√π: t* is where the curve passes the middle, and s its largest
    slope in the same unit, whatever the shape.

    Attributes
    ----------
    jump_time, sharpness
        t* in units of time and s in 1/time. NaN unless the status is ok.
    jump_time_error, sharpness_error, largest_slope_error
        Standard errors, widened so that value ± 1.96 errors holds the truth with 95 %. Residuals may be of any sizes (a
        sandwich with leverages: MacKinnon and White 1985, HC2) and depend on their neighbours (the sandwich of the
        innovations of an autoregression). A steep jump rests on few points, whose noise is hardly known: the factor
        t_{0.975}(ν)/1.96 of Student's distribution is in the error.
    jump_time_freedom, sharpness_freedom
        Those ν, the degrees of freedom of the noise that each error was estimated with (Bell and McCaffrey 2002), fewer
        where how long it remembers is not known; infinite for many. For another level, divide the error by
        t_{0.975}(ν)/1.96 and use Student's quantile.
    floor, ceiling
        Asymptotes, as given or fitted.
    shape, shape_parameter
        Name of the fitted shape, and its θ (None for a shape without).
    status
        `FitStatus.OK`, or the sentence that says why there is no result.
    r_squared
        Share of the variance that the fit explains.
    misfit
        Largest systematic deviation in the transition, the mean residual of a twelfth of it, as a share of
        ceiling − floor.
    p_value
        Probability of such deviations from noise that remembers as on the plateaus; NaN with too few points.
    complaint
        What a reader should know before using the numbers, a sentence or several; empty if there is nothing. The curve
        plainly has another shape (misfit above 5 %, not by chance); or a ramp or another slow course describes it
        better; or its errors rest on fewer than 3 degrees of freedom; or it lies on a level away from floor or
        ceiling, or beyond a ceiling that was fitted (5 % of the height or more); or it jumped before and fell back; or
        it has unlike values at equal times.
    level
        Where the curve levels off, if the status is that it does so away from its floor or ceiling; else NaN.
    autocorrelation_time
        Successive points that count for one, at least 1.
    points
        Number of recorded points.
    begin
        Time of the first point used: the first of all, unless the accuracy was past the middle before and fell back.
    not_before, not_after
        Times between which the jump lies, both t* where the status is ok. They are the points on either side of a jump
        that fell between two, or whose sharpness the points leave open; minus infinity and the first point past the
        middle where the jump came before the record; the last point below the middle and infinity where there was no
        jump. NaN where nothing can be said: for other reasons, where the accuracy was past the middle for a while
        before, and where an asymptote, and so the middle, was to be fitted.

    Examples
    --------
    >>> from numerics import fit_curve
    >>> fit = fit_curve(range(9), [0, 0, 0, 0.1, 0.5, 0.9, 1, 1, 1])
    >>> round(fit.jump_time, 6), round(fit.largest_slope, 3), fit(4.0).round(6)
    (4.0, 0.513, np.float64(0.5))
    """

    status: FitStatus
    shape: str
    floor: float
    ceiling: float
    points: int
    begin: float
    not_before: float = np.nan
    not_after: float = np.nan
    jump_time: float = np.nan
    sharpness: float = np.nan
    jump_time_error: float = np.nan
    sharpness_error: float = np.nan
    largest_slope_error: float = np.nan
    jump_time_freedom: float = np.nan
    sharpness_freedom: float = np.nan
    shape_parameter: float | None = None
    r_squared: float = np.nan
    misfit: float = np.nan
    p_value: float = np.nan
    complaint: str = ""
    level: float = np.nan
    autocorrelation_time: float = np.nan
    curve: AccuracyCurve | None = field(default=None, repr=False, compare=False)
    covariance: Array | None = field(default=None, repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """Whether the curve could be fitted."""
        return self.status is FitStatus.OK

    @property
    def largest_slope(self) -> float:
        """Largest slope of the fitted curve, 2·c·s/√π with c = (ceiling − floor)/2, in 1/time (M Eq. 6)."""
        return (self.ceiling - self.floor) * self.sharpness / float(np.sqrt(np.pi))

    @property
    def reason(self) -> str:
        """The status with what was found: the level of a curve that does not keep to its asymptotes.

        >>> from numerics import fit_curve
        >>> t = np.arange(200)
        >>> fit_curve(t, 0.7 * np.clip((t - 50) / 20, 0, 1)).reason.partition(": ")[2]
        'fit it, with ceiling="fit" or --ceiling fit (its level is 0.701)'
        """
        return self.status.value if np.isnan(self.level) else told_level(self.status, self.level)

    def __call__(self, time: ArrayLike) -> Array:
        """Return the fitted accuracy at `time`."""
        u = self.sharpness * (np.atleast_1d(np.asarray(time, dtype=np.float64)) - self.jump_time)
        rise = named_shape(self.shape).at(u, self.shape_parameter or 0.0).value
        return (self.floor + (self.ceiling - self.floor) * rise).reshape(np.shape(time))[()]

    def band(self, time: ArrayLike) -> tuple[Array, Array]:
        """The ends of the 95 % interval of the fitted accuracy at each `time`; NaN where nothing was fitted.

        It is of the curve at that one time, from the covariance of t*, s and whatever else was fitted; where the curve
        is at an asymptote that was given, it has no width.

        >>> from numerics import fit_curve
        >>> t, rng = np.arange(200.0), np.random.default_rng(0)
        >>> fit = fit_curve(t, np.clip(t / 100 - 0.5, 0, 1) + 0.05 * rng.standard_normal(200))
        >>> low, high = fit.band([100.0, 190.0])
        >>> low.round(3), high.round(3)
        (array([0.481, 0.995]), array([0.525, 0.999]))
        """
        t = np.asarray(time, dtype=np.float64)
        if self.covariance is None:
            return np.full(t.shape, np.nan), np.full(t.shape, np.nan)
        u = self.sharpness * (t - self.jump_time)
        shape, height = named_shape(self.shape), self.ceiling - self.floor
        rise = shape.at(np.atleast_1d(u), self.shape_parameter or 0.0)
        by_theta = np.zeros(rise.value.shape) if rise.by_parameter is None else rise.by_parameter
        gradient = np.stack([
            -height * self.sharpness * rise.slope, height * np.atleast_1d(u) * rise.slope, height * by_theta,
            1 - rise.value, rise.value,
        ])  # fmt: skip
        variance = np.einsum("i...,ij,j...->...", gradient, self.covariance, gradient)
        half = _TWO_SIDED * np.sqrt(np.maximum(variance, 0.0)).reshape(t.shape)
        return self(t) - half, self(t) + half

    def plot(self, ax: Any = None, *, residuals: bool | None = None, unit: str = "") -> Any:
        """Draw the points, the fitted curve with its 95 % interval, and the jump time on the axis; needs matplotlib.

        A curve that could not be fitted is drawn all the same, with the sentence that says why.

        Parameters
        ----------
        ax
            The matplotlib axes to draw into. Without, a new figure is made: one of pyplot's where pyplot is loaded or
            the session is IPython's, so that it is shown; else one that leaves no state behind (`axes.figure.savefig`).
        residuals
            Whether what the fit leaves is drawn below, in the figure's second axes: by default in a new figure.
        unit
            Of time, in the singular, for the label.

        Returns
        -------
        The `matplotlib.axes.Axes` of the curve.

        Raises
        ------
        ValueError
            For residuals with `ax`, which has no room for them.
        ModuleNotFoundError
            Without matplotlib.

        Examples
        --------
        >>> from numerics import fit_curve
        >>> axes = fit_curve(range(9), [0, 0, 0, 0.1, 0.5, 0.9, 1, 1, 1]).plot(unit="step")
        >>> axes.get_ylabel(), axes.get_title()[:9]
        ('accuracy', '$t^*$ = 4')
        """
        return draw("curve_fit", self, ax, residuals=residuals, unit=unit)

    def __repr__(self) -> str:
        return f"CurveFit ({self.shape}): {self}"

    def __str__(self) -> str:
        if not self.ok:
            return f"not fitted: {self.reason}" + (f"; {self.complaint}" if self.complaint else "")
        text = (
            f"t* = {self.jump_time:.6g} ± {self.jump_time_error:.2g}, "
            f"s = {self.sharpness:.6g} ± {self.sharpness_error:.2g}, R² = {self.r_squared:.4f}"
        )
        return f"{text}; {self.complaint}" if self.complaint else text


def told_level(status: FitStatus, level: float) -> str:
    """The sentence of a curve that lies away from an asymptote, with its level.

    >>> told_level(FitStatus.OFF_FLOOR, 0.1).partition(": ")[2]
    'fit it, with floor="fit" or --floor fit (its level is 0.1)'
    """
    return f"{status.value} (its level is {level:.3g})"
