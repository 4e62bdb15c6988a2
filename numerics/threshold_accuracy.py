"""Accuracy of the linear student: the probability that its squared error stays below a threshold."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from numerics.annotations import Array
from numerics.given_numbers import positive_number, real_number

__all__ = ["accuracy", "accuracy_from_log_loss", "accuracy_shift", "threshold_loss"]


def accuracy(loss: ArrayLike, epsilon: float, *, d_out: int = 1) -> Array:
    """Accuracy of a student whose errors on fresh inputs have variance L: the share with squared error below ε.

    A = erf(√(ε/(2L))) for one output (M Eq. 7). For d_out outputs, whose mean squared error must be below ε,
    A = γ(d_out/2, d_out ε/(2L))/Γ(d_out/2) (L).

    Raises
    ------
    ValueError
        For ε ≤ 0 or a number of outputs that is not a whole number ≥ 1.

    Examples
    --------
    >>> accuracy([0.0, 2.198109338317732, 1e12], 1.0).round(6)
    array([1.e+00, 5.e-01, 1.e-06])
    >>> accuracy([0.5, 1.0, 2.0], 1.0, d_out=1000).round(6)
    array([1.      , 0.505947, 0.      ])
    """
    _check(epsilon, d_out)
    with np.errstate(divide="ignore", over="ignore"):
        return _accuracy_at(epsilon / (2 * np.asarray(loss, dtype=np.float64)), d_out)


def accuracy_from_log_loss(log_loss: ArrayLike, epsilon: float, *, d_out: int = 1) -> Array:
    """Accuracy from ln L, right also where L underflows; errors as for `accuracy`.

    >>> accuracy_from_log_loss([-1e6, 0.0], 1e-10).round(9)
    array([1.000e+00, 7.979e-06])
    """
    _check(epsilon, d_out)
    # A loss so small that ε/(2L) would overflow is answered with certainty.
    exponent = np.minimum(np.log(epsilon) - np.log(2) - np.asarray(log_loss, dtype=np.float64), 600.0)
    return _accuracy_at(np.exp(exponent), d_out)


def accuracy_shift(log_loss: ArrayLike, log_variance: ArrayLike, epsilon: float, *, d_out: int = 1) -> Array:
    """½A″(L) Var L: what random losses add to the accuracy at their mean L, to first order in Var L/L².

    x^{d_out/2} e^{−x} (d_out/2 + 1 − x)/(2Γ(d_out/2)) · Var L/L², x = d_out ε/(2L); errors as for `accuracy`.

    >>> accuracy_shift(np.log([2e-3, 1e-2]), np.log([1e-8, 1e-6]), 3e-3).round(6)
    array([0.000216, 0.001269])
    """
    _check(epsilon, d_out)
    half, log_loss = d_out / 2, np.asarray(log_loss, dtype=np.float64)
    log_x = np.minimum(np.log(half * epsilon) - log_loss, 600.0)
    x = np.exp(log_x)
    size = np.exp(half * log_x - x + np.asarray(log_variance, dtype=np.float64) - 2 * log_loss - special.gammaln(half))
    return np.asarray(size * (half + 1 - x) / 2)


def _accuracy_at(ratio: Array, d_out: int) -> Array:
    """Accuracy where ε/(2L) is `ratio`."""
    return special.erf(np.sqrt(ratio)) if d_out == 1 else special.gammainc(d_out / 2, d_out * ratio)


def _check(epsilon: float, d_out: int) -> None:
    positive_number(epsilon, "The error threshold ε")
    number = real_number(d_out)
    if not (1 <= number < np.inf and number == int(number)):
        raise ValueError(f"The number of outputs must be a whole number ≥ 1, got {d_out}.")


def threshold_loss(epsilon: float, level: float = 0.5, *, d_out: int = 1) -> float:
    """Loss at which the accuracy equals `level`: L = ε/(2 erfinv(level)²), 2.198109 ε at one half.

    For more outputs d_out ε/(2x), x the inverse of the regularized incomplete gamma function.

    >>> threshold_loss(1.0), threshold_loss(1.0, d_out=10)
    (2.198109338317732, 1.0704554778227708)
    """
    if not 0 < level < 1:
        raise ValueError(f"The accuracy level must lie strictly between 0 and 1, got {level}.")
    _check(epsilon, d_out)
    if d_out == 1:
        return float(epsilon) / (2 * float(special.erfinv(level)) ** 2)
    return float(d_out * epsilon / (2 * special.gammaincinv(d_out / 2, level)))
