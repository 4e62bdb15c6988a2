"""Accuracies as whole numbers: means over minibatches are multiples of a fraction that is known beforehand."""

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["accuracy_denominator", "from_lattice", "to_lattice"]


def accuracy_denominator(samples: int, batch_size: int) -> int:
    """The whole number q of which every protocol accuracy is a multiple of 1/q.

    A protocol accuracy is (1/B) Σ_b k_b/m_b over B minibatches of m_b samples, k_b of them right: a multiple of
    1/(B·lcm(m₁, …, m_B)), and all m_b are the batch size but maybe the last.

    >>> accuracy_denominator(750, 32) == 24 * math.lcm(32, 14), accuracy_denominator(250, 32) == 8 * math.lcm(32, 26)
    (True, True)
    """
    full, last = divmod(samples, batch_size)
    sizes = [batch_size] * bool(full) + [last] * bool(last)
    return (full + bool(last)) * math.lcm(*sizes)


def to_lattice(accuracies: NDArray[np.float32], denominator: int) -> NDArray[np.uint16]:
    """The numerators of float32 accuracies with this denominator; nothing is lost.

    Raises ValueError if `from_lattice` would not give back the same floats, bit for bit.

    >>> to_lattice(np.float32([0.5, 1.0]), 3328)
    array([1664, 3328], dtype=uint16)
    """
    if denominator > np.iinfo(np.uint16).max:
        raise ValueError(f"denominator must fit 16 bits, got {denominator}; keep these accuracies as floats.")
    nearest = np.rint(np.multiply(accuracies, denominator, dtype=np.float64))
    numerators = np.nan_to_num(nearest).clip(0, denominator).astype(np.uint16)
    lost = from_lattice(numerators, denominator) != accuracies
    if lost.any():
        raise ValueError(
            f"accuracies must be multiples of 1/{denominator}, got {accuracies[lost][0]!s}; "
            "these are not means over minibatches of this size."
        )
    return numerators


def from_lattice(numerators: NDArray[np.uint16], denominator: int) -> NDArray[np.float32]:
    """The accuracies: numerator/denominator, rounded once.

    >>> from_lattice(np.uint16([1664, 3328]), 3328)
    array([0.5, 1. ], dtype=float32)
    """
    return np.divide(numerators, denominator, dtype=np.float64).astype(np.float32)
