"""A straight line through points with correlated errors on both axes and scatter of their own, by its likelihood."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from numerics.annotations import Array
from numerics.statistics.trend.batched_newton import minimize_batch

__all__ = ["Points", "StructuralLine", "fit_line", "log_likelihood"]

_LEVEL = 0.95
# Where the end of an interval is looked for, in what it would be from the slope with many points; then, farther away.
_NEAR, _FAR = (0.0, 0.7, 0.95, 1.2, 1.6), (1.6, 2.5, 4.0, 8.0, 20.0, 80.0)


@dataclass(frozen=True)
class Points:
    """What is known of each point, shape (n,) each.

    Attributes
    ----------
    x, y
        Seen values; where `one_sided`, x is only known to be at least that.
    xx, yy, xy
        Variances of their errors, and the covariance.
    one_sided
        Boolean.

    Examples
    --------
    >>> Points.exact([0.0, 1.0], [1.0, 2.0]).n
    2
    """

    x: Array
    y: Array
    xx: Array
    yy: Array
    xy: Array
    one_sided: NDArray[np.bool_]

    @classmethod
    def exact(cls, x: list[float] | Array, y: list[float] | Array) -> "Points":
        """Points without errors of their own."""
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        nothing = np.zeros(x.size)
        return cls(x, y, nothing, nothing, nothing, np.zeros(x.size, dtype=bool))

    @property
    def n(self) -> int:
        """How many there are."""
        return self.x.size

    @property
    def are_exact(self) -> bool:
        """Whether they have no errors, on either axis, and none is one-sided."""
        return not (self.xx.any() or self.yy.any() or self.one_sided.any())


@dataclass(frozen=True)
class StructuralLine:
    """y = level + slope·(x − center), scattered: the fit of `fit_line` to n points that are not one-sided.

    `spread` is the standard deviation τ of the true x, `scatter` σ that of the true y about the line, `level_error` the
    standard error of the level, and `quantile` Student's for the intervals.

    >>> line = fit_line(Points.exact([0, 1, 2, 3], [0, 1.1, 1.9, 3]))
    >>> round(line.slope, 3), round(line.low, 3), round(line.high, 3)
    (0.98, 0.797, 1.163)
    """

    slope: float
    low: float
    high: float
    center: float
    level: float
    level_error: float
    spread: float
    scatter: float
    quantile: float
    n: int


def log_likelihood(points: Points, slope: Array, center: Array, level: Array, spread: Array, variance: Array) -> Array:
    """ln of the density of the points, summed over them; the parameters broadcast, their last axis that of the points.

    The true places are μ_i ~ N(m, τ²) and the true heights c + b(μ_i − m) + N(0, σ²); what is seen has errors of the
    covariance Σ_i on top. Both are marginalised in closed form. With r = (y − c) − b(x − m), whose variance is
    V = σ_y² + σ² + b²σ_x² − 2bσ_xy, and x − m − k·r, k = (σ_xy − bσ_x²)/V, which is independent of it, the density
    is the product of two normal ones. A one-sided point has the normal density of y and the probability, given y, that
    x lies above its bound.

    `variance` is V on average over the points. What it is above the errors' share is σ²; where it is below, the errors
    were stated too large and are all smaller by that factor, without which intervals of points that scatter little
    would cover too much (as Hartung and Knapp's do in a meta-analysis).

    >>> one = Points(*(np.array([value]) for value in (0.3, 0.1, 0.0, 0.0, 0.0, False)))
    >>> import scipy
    >>> exact = scipy.stats.multivariate_normal(cov=[[1, 2], [2, 5]]).logpdf([0.3, 0.1])
    >>> bool(np.isclose(log_likelihood(one, *(np.array([value]) for value in (2.0, 0.0, 0.0, 1.0, 1.0))), exact))
    True
    """
    p, b = points, slope
    errors = p.yy + b * b * p.xx - 2 * b * p.xy
    stated = errors.mean(axis=-1, keepdims=True)
    share = np.minimum(1.0, variance / np.where(stated > 0, stated, variance))
    scatter = np.maximum(variance - stated, 0.0)
    xx, xy, tau = share * p.xx, share * p.xy, spread**2
    total = share * errors + scatter
    dx, dy = p.x - center, p.y - level
    residual = dy - b * dx
    shared = xy - b * xx
    width = tau + np.maximum(xx - shared**2 / total, 0.0)
    place = dx - shared / total * residual
    seen = -(np.log(total) + residual**2 / total + np.log(width) + place**2 / width) / 2 - np.log(2 * np.pi)
    if not p.one_sided.any():
        return seen.sum(axis=-1)
    along, upright = b * tau + xy, b * b * tau + share * p.yy + scatter
    left = np.sqrt(np.maximum(tau + xx - along**2 / upright, 1e-300))
    bounded = -(np.log(2 * np.pi * upright) + dy**2 / upright) / 2
    bounded = bounded + special.log_ndtr((along / upright * dy - dx) / left)
    return np.where(p.one_sided, bounded, seen).sum(axis=-1)


def fit_line(points: Points, *, centered: bool = False) -> StructuralLine:
    """The line of the largest likelihood, its slope with the 95 % interval of the profile likelihood.

    The interval holds all b whose logarithmic likelihood, with the rest fitted anew, is at most
    (n/2) ln(1 + t²/(n − k)) below the largest, k = 2 and t the quantile of Student's law with n − k degrees of freedom:
    of points without errors it is Student's interval of least squares, of many points that of χ². An end is infinite
    where no slope on that side is unlikely: the points may all be at one place.

    `centered` says that the mean of both axes is known to be zero, as that of deviations is; then k = 1.

    Needs k + 1 points that are not one-sided, at more than one x.

    >>> rng = np.random.default_rng(0)
    >>> place, error = rng.normal(0, 1, 500), np.full(500, 0.25)
    >>> x, y = place + rng.normal(0, 0.5, 500), 1 - 2 * place + rng.normal(0, 0.5, 500)
    >>> line = fit_line(Points(x, y, error, error, 0 * error, error < 0))
    >>> bool(line.low < -2 < line.high), bool(np.polyfit(x, y, 1)[0] > -1.8)
    (True, True)
    """
    seen = ~points.one_sided
    n, known = int(seen.sum()), 1 if centered else 2
    quantile = float(special.stdtrit(n - known, (1 + _LEVEL) / 2))
    if points.are_exact:
        return _least_squares(points, n, known, quantile, centered)
    return _Profile(points, n, known, quantile, centered).line()


def _least_squares(points: Points, n: int, known: int, quantile: float, centered: bool) -> StructuralLine:
    """The limit without errors, in which the likelihood has its largest value in closed form."""
    center, level = (0.0, 0.0) if centered else (float(points.x.mean()), float(points.y.mean()))
    dx, dy = points.x - center, points.y - level
    squares = float(dx @ dx)
    slope = float(dx @ dy) / squares
    residual = dy - slope * dx
    scatter = float(np.sqrt(residual @ residual / (n - known)))
    half = quantile * scatter / float(np.sqrt(squares))
    spread = float(np.sqrt(squares / (n - known + 1)))
    return StructuralLine(
        slope, slope - half, slope + half, center, level, scatter / float(np.sqrt(n)), spread, scatter, quantile, n
    )


class _Profile:
    """The likelihood of points on axes of their own units, in (b, m, c, ln τ, ln V)."""

    def __init__(self, points: Points, n: int, known: int, quantile: float, centered: bool) -> None:
        p, seen = points, ~points.one_sided
        self.n, self.known, self.quantile = n, known, quantile
        self.origin = (0.0, 0.0) if centered else (float(p.x[seen].mean()), float(p.y[seen].mean()))
        dx, dy = p.x - self.origin[0], p.y - self.origin[1]
        self.unit = tuple(float(np.sqrt(np.mean(d[seen] ** 2))) or 1.0 for d in (dx, dy))
        ux, uy = self.unit
        self.points = Points(dx / ux, dy / uy, p.xx / ux**2, p.yy / uy**2, p.xy / (ux * uy), p.one_sided)
        self.free = [3, 4] if centered else [1, 2, 3, 4]

    def loss(self, parameters: Array) -> Array:
        b, m, c, tau, variance = (parameters[..., k, None] for k in range(5))
        with np.errstate(over="ignore", under="ignore"):
            return -log_likelihood(
                self.points, b, m, c, np.exp(np.clip(tau, -12, 6)), np.exp(np.clip(variance, -28, 12))
            )  # fmt: skip

    def start(self, slopes: Array) -> Array:
        """Parameters at these slopes to begin with: moments of the points."""
        p = self.points
        seen = ~p.one_sided
        residual = p.y[seen] - slopes[:, None] * p.x[seen]
        variance = np.maximum(residual.var(axis=1), 1e-9)
        spread = max(1 - float(p.xx[seen].mean()), 0.1)
        nothing = np.zeros(slopes.size)
        return np.stack([slopes, nothing, nothing, nothing + np.log(spread) / 2, np.log(variance)], axis=1)

    def line(self) -> StructuralLine:
        p, seen = self.points, ~self.points.one_sided
        inner = float(p.x[seen] @ p.y[seen]) / self.n
        reverse = np.sign(inner) / max(abs(inner), 0.05)
        found = minimize_batch(self.loss, self.start(np.array([inner, (inner + reverse) / 2])), [0, *self.free])
        values = self.loss(found)
        best, least = found[int(np.argmin(values))], float(values.min())
        drop = self.n * np.log1p(self.quantile**2 / (self.n - self.known)) / 2
        return self._in_units(best, [self._end(best, least, drop, way) for way in (-1.0, 1.0)])

    def _end(self, best: Array, least: float, drop: float, way: float) -> float:
        """The slope on one side at which the profile is higher by the drop; infinite where it never is.

        √(profile − least) is all but straight in the slope, and three values of it say where it comes to √drop.
        """
        half = np.sqrt(2 * drop * max(np.exp(best[4]), 1e-12) / (self.n * max(np.exp(2 * best[3]), 1e-6)))

        def height(slopes: Array) -> Array:
            return np.sqrt(np.maximum(self._profiled(slopes, best) - least, 0.0) / drop)

        for reach in (_NEAR, _FAR):
            slopes = best[0] + way * half * np.array(reach)
            heights = height(slopes)
            (beyond,) = np.nonzero(heights > 1)
            if beyond.size:
                break
        else:
            return way * np.inf
        two = slice(max(int(beyond[0]) - 1, 0), max(int(beyond[0]) - 1, 0) + 2)
        (x0, x1), (y0, y1) = slopes[two] - best[0], heights[two]
        middle = x0 + (x1 - x0) * (1 - y0) / (y1 - y0)
        (y,) = height(np.array([best[0] + middle]))
        if not y0 < y < y1:
            return float(best[0] + middle)
        between = (
            x0 * (1 - y) * (1 - y1) / ((y0 - y) * (y0 - y1)),
            middle * (1 - y0) * (1 - y1) / ((y - y0) * (y - y1)),
        )
        return float(best[0] + sum(between) + x1 * (1 - y0) * (1 - y) / ((y1 - y0) * (y1 - y)))

    def _profiled(self, slopes: Array, best: Array) -> Array:
        """The loss at these slopes with the rest fitted anew."""
        start = self.start(slopes)
        start[:, 1:4] = best[1:4]
        return self.loss(minimize_batch(self.loss, start, self.free))

    def _in_units(self, best: Array, ends: list[float]) -> StructuralLine:
        p, (ux, uy) = self.points, self.unit
        b, m, c, tau, variance = best.tolist()
        errors = p.yy + b * b * p.xx - 2 * b * p.xy
        whole = np.exp(variance) * self.n / (self.n - self.known)
        scatter = max(whole - float(errors.mean()), 0.0)
        share = min(1.0, whole / max(float(errors.mean()), 1e-300))
        weight = float((1 / (share * errors + scatter)).sum())
        return StructuralLine(
            b * uy / ux, ends[0] * uy / ux, ends[1] * uy / ux,
            self.origin[0] + m * ux, self.origin[1] + c * uy, float(uy / np.sqrt(weight)),
            float(np.exp(tau) * ux), float(np.sqrt(scatter) * uy), self.quantile, self.n,
        )  # fmt: skip
