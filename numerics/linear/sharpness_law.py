"""The law S(G) of the linear model as numbers: relative sharpness and local exponent along a fixed threshold."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from numerics.accuracy import threshold_loss
from numerics.annotations import Array
from numerics.linear.flow import erfc_deficit

__all__ = ["SharpnessLaw", "sharpness_law"]


@dataclass(frozen=True)
class SharpnessLaw:
    """Points of S(G) at one ε, all of shape (n,): gap G, relative sharpness, d ln S/d ln G and (1−√λ)².

    >>> law = sharpness_law([0.5, 1.0, 2.0])
    >>> bool((np.diff(law.gap) < 0).all()), bool((np.diff(law.relative_sharpness) > 0).all())
    (True, True)
    """

    gap: Array
    relative_sharpness: Array
    exponent: Array
    slowest_decay: Array


def sharpness_law(x_train: ArrayLike, *, epsilon: float = 1e-10) -> SharpnessLaw:
    """S(G) in parametric form; the parameter is the training jump time in units of the slowest decay.

    x_train = (1−√λ)² 4η₀ t*_train. Small values are λ → 1 and large gaps. The generalization jump x_gen solves the
    threshold balance 2x^{−1/2} g(x) = ℓ x_train^{−1/2} e^{−x_train/3}, ℓ = (2√π L*)^{2/3}; see
    `theory.linear.jumps.sharpness_law` for the formulas and their derivation. λ^{3/4} is taken as 1, so the law is that
    of λ next to 1.

    Raises
    ------
    ValueError
        For x_train ≤ 0 or ε ≤ 0.

    Examples
    --------
    >>> law = sharpness_law([1.18, 8.4])  # the ends of the paper's range, λ = 1.003 and 1.1
    >>> law.gap.round(2), law.relative_sharpness.round(3), law.exponent.round(3)
    (array([8.13, 0.64]), array([0.497, 0.935]), array([-0.53 , -0.066]))
    """
    x = np.atleast_1d(np.asarray(x_train, dtype=np.float64))
    if not (x > 0).all():
        raise ValueError(f"Jump times must be positive, got x_train = {x[~(x > 0)].flat[0]}.")
    if not epsilon > 0:
        raise ValueError(f"The error threshold ε must be positive, got {epsilon}.")
    log_level = 2 / 3 * np.log(2 * np.sqrt(np.pi) * threshold_loss(epsilon))
    targets = log_level - 0.5 * np.log(x) - x / 3
    x_gen = np.array([_solve_balance(target) for target in targets])
    train, gen = 1 + 1.5 / x, 1 / (2 * x_gen * erfc_deficit(x_gen))
    speed = train / (3 * gen)
    along = (gen - 1 - 1.5 / x_gen) * speed + 1.5 / (x**2 * train)
    gap = x_gen / x - 1
    exponent = gap * along / (speed / x - x_gen / x**2)
    return SharpnessLaw(gap, gen / train, exponent, np.exp(log_level + 2 * x / 3) * x)


def _solve_balance(target: float) -> float:
    """x with ln(2x^{−1/2} g(x)) = target; the left side falls from +∞ to −∞."""

    def difference(y: float) -> float:
        x = np.exp(y)
        return float(np.log(2 * erfc_deficit(np.array(x))) - 0.5 * y - x - target)

    return float(np.exp(brentq(difference, -80.0, np.log(abs(target) + 10), xtol=1e-14, rtol=1e-14)))
