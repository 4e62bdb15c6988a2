"""Accuracy of the linear student: the probability that its squared error stays below a threshold."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

__all__ = ["accuracy", "accuracy_from_log_loss", "threshold_loss"]


def accuracy(loss: ArrayLike, epsilon: float) -> NDArray[np.float64]:
    """Accuracy A = erf(√(ε/(2L))) of a student with one output and expected squared error L (M Eq. 7).

    >>> accuracy([0.0, 2.198109338317732, 1e12], 1.0).round(6)
    array([1.e+00, 5.e-01, 1.e-06])
    """
    with np.errstate(divide="ignore"):
        return accuracy_from_log_loss(np.log(np.asarray(loss, dtype=np.float64)), epsilon)


def accuracy_from_log_loss(log_loss: ArrayLike, epsilon: float) -> NDArray[np.float64]:
    """Accuracy from ln L, right also where L underflows.

    >>> accuracy_from_log_loss([-1e6, 0.0], 1e-10).round(9)
    array([1.000e+00, 7.979e-06])
    """
    if not (np.isfinite(epsilon) and epsilon > 0):
        raise ValueError(f"The error threshold ε must be positive and finite, got {epsilon}.")
    exponent = 0.5 * (np.log(epsilon / 2) - np.asarray(log_loss, dtype=np.float64))
    return special.erf(np.exp(np.minimum(exponent, 300.0)))


def threshold_loss(epsilon: float, level: float = 0.5) -> float:
    """Loss at which the accuracy equals ``level``: L = ε/(2 erfinv(level)²), 2.198109 ε at one half.

    >>> threshold_loss(1.0)
    2.198109338317732
    """
    if not 0 < level < 1:
        raise ValueError(f"The accuracy level must lie strictly between 0 and 1, got {level}.")
    return float(epsilon / (2 * special.erfinv(level) ** 2))
