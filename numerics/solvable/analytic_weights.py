"""Numbers and draws of `theory.ModularWeights`: how many answers are right at a width, and the weights themselves."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from numerics.annotations import Array
from theory import ModularWeights

__all__ = ["AnalyticWeights", "analytic_weights", "modular_accuracy"]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)


@dataclass(frozen=True)
class AnalyticWeights:
    """Weights of N units that add modulo p; see `theory.ModularWeights`.

    Attributes
    ----------
    first, second
        U and V of every residue, shape (p, N).
    output
        W of every class, shape (p, N).

    Examples
    --------
    >>> weights = analytic_weights(200, 7, rng=np.random.default_rng(0))
    >>> weights.answers([3], [6]).tolist(), weights.accuracy()
    ([2], 1.0)
    """

    first: Array
    second: Array
    output: Array

    def answers(self, a: NDArray[np.int_] | list[int], b: NDArray[np.int_] | list[int]) -> NDArray[np.int_]:
        """The class of the largest output for each pair of residues."""
        found: NDArray[np.int_] = ((self.first[a] + self.second[b]) ** 2 @ self.output.T).argmax(axis=1)
        return found

    def accuracy(self) -> float:
        """The share of all pairs of residues whose sum is found."""
        p = len(self.output)
        a, b = np.divmod(np.arange(p * p), p)
        return float(np.mean(self.answers(a, b) == (a + b) % p))


def analytic_weights(width: int, modulus: int, *, rng: np.random.Generator, drawn: bool = False) -> AnalyticWeights:
    """Draw the phases of N units, and the order of their frequencies, each of 1, …, (p − 1)/2 before one comes again.

    Parameters
    ----------
    drawn
        Whether to draw each unit's frequency anew instead.

    Raises
    ------
    ValueError
        If the width is no whole number ≥ 1, or the modulus no odd one ≥ 3.

    Examples
    --------
    Each unit has one frequency, so that the inverse participation ratio is 1, the limit of trained networks:

    >>> from numerics import inverse_participation_ratio
    >>> weights = analytic_weights(20, 23, rng=np.random.default_rng(0))
    >>> round(inverse_participation_ratio(weights.first), 12)
    1.0
    """
    _check_sizes(width, modulus)
    half = (modulus - 1) // 2
    rounds = [rng.permutation(half) for _ in range(-(-width // half))]
    frequency = 1 + (rng.integers(half, size=width) if drawn else np.concatenate(rounds)[:width])
    phases = rng.uniform(0, 2 * np.pi, size=(2, width))
    angle = 2 * np.pi * (np.arange(modulus)[:, None] * frequency % modulus) / modulus
    return AnalyticWeights(*(np.cos(angle + phase) for phase in (*phases, phases.sum(axis=0))))


def modular_accuracy(width: int, modulus: int, *, order: int = 2, drawn: bool = False) -> float:
    """The share of right answers of N units that add modulo p: `theory.ModularWeights.accuracy`, and its next order.

    The second order in 1/√N has the answer's skewness, and a variance at wrong classes that grows with the answer's
    output x beyond its mean, (1 + b/8) N + coupling · x. The imbalance b of the frequencies is that of the units
    left over from the last full round of all of them, m of (p − 1)/2: m (1 − (m − 1)/((p − 3)/2))/N.

    Parameters
    ----------
    order
        1 for independent Gaussians, 2 for the correction.
    drawn
        Whether each unit's frequency is drawn anew, b = 1.

    Raises
    ------
    ValueError
        If a parameter makes no sense.

    Examples
    --------
    >>> weights = [analytic_weights(48, 97, rng=np.random.default_rng(seed)).accuracy() for seed in range(8)]
    >>> gauss, corrected = (modular_accuracy(48, 97, order=order) for order in (1, 2))
    >>> round(gauss, 3), round(corrected, 3), abs(float(np.mean(weights)) - corrected) < 0.03
    (0.813, 0.864, True)
    """
    if order not in (1, 2):
        raise ValueError(f"The order of the approximation must be 1 or 2, got {order}.")
    _check_sizes(width, modulus)
    half = (modulus - 1) // 2
    left = width % half if half > 1 else 0
    imbalance = 1.0 if drawn else left * (1 - (left - 1) / max(half - 1, 1)) / width
    theory = ModularWeights(modulus, imbalance=imbalance)
    own, wrong = (float(one(width)) for one in (theory.answer_variance, theory.wrong_variance))
    skewness, coupling = (float(theory.skewness(width)), float(theory.coupling())) if order == 2 else (0.0, 0.0)
    excess = np.sqrt(own) * _NODES
    # Outputs that add up to 0 are farther apart and vary more, both by p/(p − 1).
    share = modulus / (modulus - 1)
    ahead = (np.sqrt(share) * width / 2 + excess) / np.sqrt(np.maximum(wrong + coupling * excess, 1e-12))
    density = _WEIGHTS / _WEIGHTS.sum() * (1 + skewness / 6 * (_NODES**3 - 3 * _NODES))
    return float(np.clip(density @ ndtr(ahead) ** (modulus - 1), 0, 1))


def _check_sizes(width: int, modulus: int) -> None:
    if (
        not (isinstance(width, Integral) and isinstance(modulus, Integral))
        or width < 1
        or modulus < 3
        or not modulus % 2
    ):
        raise ValueError(f"Analytic weights need N ≥ 1 units and an odd modulus p ≥ 3, got N = {width}, p = {modulus}.")
