"""Noise that remembers: an autoregression of the residuals, with what the fit took up of it given back."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from operator import mul

import numpy as np
from numpy.typing import NDArray

from numerics.annotations import Array

__all__ = ["Dependence", "Lags", "seen_in_plateaus", "seen_lags"]

_HIGHEST = 8  # order, and
_POINTS = 10  # for each order
_LARGEST = 0.995  # sum of the coefficients, beyond which any series of these lengths looks like a drift
_LEFT = 0.75  # of the points, at least: outliers far from the jump are no part of what a fit takes up
_SHORT = 3  # ρ/n by which the ratio of two sums over n points falls short of ρ
_SIGNIFICANT = 1.7  # standard errors of ρ₁, from which it counts
_FEWEST = 20  # points of a plateau,
_TREND = 3  # degree of what may be another shape's approach to it, and
_SMOOTH = 3.0  # times their squared differences, from which no noise is seen
_PLAIN = 2.0  # standard errors by which neighbours in the jump go together more than elsewhere


@dataclass(frozen=True)
class Dependence:
    """e_m = Σ_k φ_k e_{m−k} + ε_m with independent ε, whose variance is `innovation` times that of e.

    The coefficients were estimated from as much as `points` independent points tell.

    >>> Dependence(np.array([0.5]), innovation=0.75, points=100.0).time
    3.0
    """

    coefficients: Array
    innovation: float
    points: float

    @property
    def time(self) -> float:
        """Integrated autocorrelation time 1 + 2 Σ_k ρ_k: successive points that count for one."""
        return max(1.0, float(self.innovation / (1 - self.coefficients.sum()) ** 2))

    @property
    def scale_variance(self) -> float:
        """Variance of the estimate of a common factor of the coefficients."""
        return self.innovation / (self.points * max(1 - self.innovation, 1e-6))

    @property
    def room(self) -> float:
        """By how much a common factor of the coefficients may pass 1."""
        return max((1 + _LARGEST) / 2 / max(float(self.coefficients.sum()), 0.5) - 1, 1e-6)

    def innovations(self, rows: Array) -> Array:
        """ε of each row of a (rows, m) array whose past is zero."""
        found = rows.copy()
        for lag, coefficient in enumerate(self.coefficients.tolist(), start=1):
            found[:, lag:] -= coefficient * rows[:, :-lag]
        return found

    def response(self, size: int, scale: float = 1.0) -> NDArray[np.complex128]:
        """1 − Σ_k φ_k e^{−iωk}, the transfer from e to ε, with all φ times `scale`, at the frequencies of `rfft`."""
        return np.fft.rfft(np.append(1.0, -scale * self.coefficients), size)


@dataclass(frozen=True)
class Lags:
    """Correlations of a series of mean zero at the lags 1, 2, …, and the number of points that they rest on.

    That number is (Σ e²)²/Σ e_m² e_{m−1}², for noise of unequal size, as of an accuracy that is sure on its plateaus,
    with the factor 1 + 2ρ₁² that the correlation brings; for equal sizes it is the number of points.
    """

    correlations: Array
    points: float

    @classmethod
    def of(cls, series: Array) -> "Lags | None":
        """Those of the series, None where neighbours do not go together.

        >>> noise = np.random.default_rng(1).normal(size=2000)
        >>> Lags.of(noise) is None
        True
        >>> averaged = np.convolve(noise, np.ones(4) / 4, mode="valid")  # ρ₁ = 3/4
        >>> round(float(Lags.of(averaged).correlations[0]), 2)
        0.75
        """
        squares = series * series
        power, cross = float(squares.sum()), float(np.einsum("m,m->", squares[1:], squares[:-1]))
        first = float(np.einsum("m,m->", series[1:], series[:-1]))
        if not first > _SIGNIFICANT * np.sqrt(cross):
            return None
        points = min(power**2 / cross * (1 + 2 * (first / power) ** 2), float(series.size))
        order = max(1, min(_HIGHEST, int(points) // _POINTS))
        sums = [float(np.einsum("m,m->", series[lag:], series[:-lag])) for lag in range(1, order + 1)]
        return cls(np.array(sums) / power, points)

    def model(self, taken: float = 0.0) -> Dependence:
        """The autoregression whose order Akaike's criterion (1974) prefers, by Durbin's recursion (1960).

        A fit that took up the variance of so many points took it from all these lags alike. What is left falls short by
        the 3ρ/n of a ratio of two sums (Marriott and Pope 1954).

        >>> found = Lags(np.array([0.88, 0.77, 0.68]), points=400.0).model(taken=38.0)
        >>> found.coefficients.size, round(float(found.coefficients[0]), 3), round(found.time)
        (1, 0.898, 19)
        """
        n = self.points
        left = max(n - taken, _LEFT * n)
        corrected = np.minimum((self.correlations * (left + _SHORT) + (n - left)) / n, _LARGEST)
        phi: list[float] = []
        innovation, best, chosen = 1.0, np.inf, (phi, 1.0)
        rho = corrected.tolist()
        for order, correlation in enumerate(rho, start=1):
            reflection = (correlation - sum(map(mul, phi, rho[: order - 1][::-1]))) / innovation
            if abs(reflection) > _LARGEST:
                break
            phi = [own - reflection * other for own, other in zip(phi, phi[::-1], strict=True)] + [reflection]
            innovation *= 1 - reflection**2
            criterion = n * log(innovation) + 2 * order
            if criterion < best and sum(phi) <= _LARGEST:
                best, chosen = criterion, (phi, innovation)
        return Dependence(np.array(chosen[0]), chosen[1], n)


def seen_lags(curve: Array, jump: Array) -> Lags | None:
    """Those of the residuals of a curve, or of its jump alone where neighbours go together plainly more there.

    >>> noise = np.random.default_rng(1).normal(size=2000)
    >>> jump = np.convolve(noise[900:1103], np.ones(4) / 2, mode="valid")
    >>> whole = np.concatenate([noise[:900], jump, noise[1103:]])
    >>> found = seen_lags(whole, jump)
    >>> round(found.points), seen_lags(noise, noise[900:1100]) is None
    (186, True)
    """
    everywhere, inside = Lags.of(curve), Lags.of(jump)
    if inside is None:
        return everywhere
    elsewhere = 0.0 if everywhere is None else float(everywhere.correlations[0])
    plain = float(inside.correlations[0]) > elsewhere + _PLAIN / np.sqrt(inside.points)
    return inside if plain else everywhere


def seen_in_plateaus(plateaus: Sequence[Array]) -> Dependence | None:
    """That of the residuals about a cubic in time on each plateau, None where there is none, or they are smooth.

    Differences over two points of what is smooth have four times the square of those over one; for noise it is less:
    1 + ρ₁ times for a correlation ρ₁^k.

    >>> noise = np.random.default_rng(1).normal(size=1004)
    >>> seen_in_plateaus([noise, noise[:19]]) is None, seen_in_plateaus([np.exp(-np.arange(99.0) / 20)]) is None
    (True, True)
    >>> round(seen_in_plateaus([np.convolve(noise, [0.9, 0.6, 0.4, 0.3, 0.2, 0.1], mode="valid")]).time)
    5
    """
    parts = [_about_a_trend(part) for part in plateaus if part.size >= _FEWEST]
    one, two = (sum(float(np.square(part[lag:] - part[:-lag]).sum()) for part in parts) for lag in (1, 2))
    if not two < _SMOOTH * one:
        return None
    lags = Lags.of(np.concatenate(parts))
    return None if lags is None else lags.model(taken=(_TREND + 1) * len(parts) * lags.model().time)


def _about_a_trend(series: Array) -> Array:
    """What is left of a polynomial in time."""
    powers, _ = np.linalg.qr(np.vander(np.linspace(-1, 1, series.size), _TREND + 1))
    return series - powers @ (powers.T @ series)
