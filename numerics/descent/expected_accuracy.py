"""The expected accuracy of a linear student whose data are given, over all Gaussian starts, exactly."""

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array

__all__ = ["expected_accuracy"]

_TAIL = 8.0  # standard deviations beyond which an error is left to rounding
_SMALL = 1e-12  # of the integrand where it is cut off
_POINTS = 20_000


def expected_accuracy(shares: ArrayLike, epsilon: float) -> float:
    """E erf(√(ε/2L)) over L = Σ c_i g_i², g_i independent and N(0, 1), by one integral.

    The accuracy is the chance that |y| < √ε for y ~ N(0, L) (M Eq. 7), and of y only the characteristic function is
    averaged, E e^{−k²L/2} = Π (1 + k²c_i)^{−1/2}:

        E A = (2/π) ∫₀^∞ sin(k√ε)/k · Π_i (1 + k²c_i)^{−1/2} dk,

    by the midpoint rule, whose error is the chance of an error beyond 2π/step. At d inputs of spectrum ν_i the shares
    are e^{−ν_i s}/d on fresh inputs and ν_i e^{−ν_i s}/d on training inputs. The first order in 1/d of this, averaged
    over data, are the accuracies of `theory.LinearStudent.with_size`.

    Parameters
    ----------
    shares
        c_i ≥ 0, shape (d,): the expected part of the loss along each direction.
    epsilon
        Squared error ε below which an answer is correct.

    Raises
    ------
    ValueError
        If a share is negative or not finite, all are 0, ε ≤ 0, or so few directions are left that the integral needs
        more than 20,000 points.

    Examples
    --------
    >>> round(expected_accuracy(np.full(10**4, 1e-4), 1.0), 4)  # the loss is next to 1: erf(√½)
    0.6827
    >>> round(expected_accuracy(np.full(20, 0.05), 1.0), 4)
    0.6943
    """
    c = np.atleast_1d(np.asarray(shares, dtype=np.float64))
    if not (np.isfinite(c) & (c >= 0)).all() or not c.max() > 0 or not (np.isfinite(epsilon) and epsilon > 0):
        raise ValueError("Need shares of the loss that are finite, not negative and not all 0, and ε > 0.")
    c, edge = c / c.max(), float(np.sqrt(epsilon / c.max()))
    last = 1.0
    while _averages(c, np.array([last]))[0] > _SMALL and last < 1e6:
        last *= 1.25
    step = 2 * np.pi / (2 * edge + _TAIL * np.sqrt(c.sum() + 10 * np.sqrt((c**2).sum()) + 40))
    if last / step > _POINTS:
        raise ValueError(
            f"The integral over {int((c > 1e-3).sum())} directions that matter does not end within {_POINTS} points: "
            "average erf(√(ε/2L)) over drawn starts instead."
        )
    k = step * (np.arange(int(last / step) + 1) + 0.5)
    return float(2 / np.pi * step * (np.sin(k * edge) / k * _averages(c, k)).sum())


def _averages(c: Array, k: Array) -> Array:
    """Π (1 + k²c_i)^{−1/2}."""
    return np.exp(-0.5 * np.log1p(np.multiply.outer(k**2, c)).sum(axis=1))
