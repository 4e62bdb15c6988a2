"""The losses at finite dimension d, to first order in 1/d, in float64."""

from math import factorial

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from numerics.annotations import Array
from numerics.linear.flow import log_generalization_loss, log_training_loss

__all__ = ["log_finite_size_generalization_loss", "log_finite_size_training_loss"]


def log_finite_size_generalization_loss(s: ArrayLike, lam: ArrayLike, d: ArrayLike) -> Array:
    """ln E L_gen for real Gaussian data of dimension d, to first order in 1/d; finite where the loss underflows.

    E L_gen = L_gen(∞) + (1/2d) e^{−(1+λ)s}[cosh z − I₀(z)] + O(1/d²), z = 2√λ s.
    The correction is the Laplace transform of the 1/d part of the real Wishart spectrum (Dumitriu and Edelman 2006);
    `theory.FiniteSizeGeneralizationLoss` is the expression.

    Parameters
    ----------
    s, lam, d
        Time ≥ 0, λ = d/N_train > 0 and dimension, broadcast; at least one direction and one sample, d ≥ max(1, λ).

    Raises
    ------
    ValueError
        For arguments out of these ranges.

    Examples
    --------
    >>> np.exp(log_finite_size_generalization_loss([0.0, 2.0, 1e4], 0.9, 100))
    array([1.00000000e+00, 3.65018468e-01, 9.49459053e-15])
    >>> log_finite_size_generalization_loss(1e9, 0.25, 1000)
    np.float64(-250000008.29407486)
    """
    s, lam, d, root, x = _arguments(s, lam, d)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        correction = np.log(_edge_average(2 * root * s)) - np.log(2 * d) - x
        return np.logaddexp(log_generalization_loss(s, lam), correction)


def log_finite_size_training_loss(s: ArrayLike, lam: ArrayLike, d: ArrayLike) -> Array:
    """ln E L_train at dimension d, minus the slope of the generalization loss in s; arguments as there.

    >>> np.exp(log_finite_size_training_loss([0.0, 2.0, 1e4], 0.9, 100))
    array([1.00000000e+00, 9.52395396e-02, 2.50587053e-17])
    >>> log_finite_size_training_loss(1e9, 0.25, 1000)
    np.float64(-250000009.68036923)
    """
    s, lam, d, root, x = _arguments(s, lam, d)
    infinite = log_training_loss(s, lam)
    with np.errstate(over="ignore", invalid="ignore"):
        z = 2 * root * s
        # (1+λ)(cosh z − I₀) − 2√λ (sinh z − I₁), so that nothing cancels at large z. For d ≥ max(1, λ) the second
        # part takes off less than a third of the loss.
        change = ((lam - 1) / (1 + root)) ** 2 * _edge_average(z) - 2 * root * _edge_difference(z)
        return infinite + np.log1p(change / (2 * d) * np.exp(-x - infinite))


def _edge_average(z: Array) -> Array:
    """e^{−z}(cosh z − I₀(z))."""
    direct = (1 + np.exp(-2 * z)) / 2 - special.i0e(z)
    small = np.minimum(z, 1.0)
    series = sum(_gap(k) * small**k for k in range(2, 20, 2))
    return np.where(z < 1, series * np.exp(-small), direct)


def _edge_difference(z: Array) -> Array:
    """e^{−z}(I₀(z) − I₁(z) − e^{−z}); at large z I₀ and I₁ cancel, and Hankel's series has the difference."""
    direct = special.i0e(z) - special.i1e(z) - np.exp(-2 * z)
    small, large = np.minimum(z, 1.0), np.maximum(z, 50.0)
    series = sum((-1) ** (k + 1) * _gap(k) * small**k for k in range(1, 20))
    late, first, second = np.zeros_like(large), 1.0, 1.0
    for k in range(1, 16):
        first, second = first * (2 * k - 1) ** 2 / (8 * k), second * ((2 * k - 1) ** 2 - 4) / (8 * k)
        late = late + (first - second) / large**k
    return np.where(z < 1, series * np.exp(-small), np.where(z > 50, late / np.sqrt(2 * np.pi * large), direct))


def _gap(k: int) -> float:
    """Coefficient of z^k in e^z − I₀(z) − I₁(z)."""
    return 1 / factorial(k) - 1 / (factorial(k // 2) * factorial(k - k // 2) * 2**k)


def _arguments(s: ArrayLike, lam: ArrayLike, d: ArrayLike) -> tuple[Array, Array, Array, Array, Array]:
    """The arguments, √λ and the decay exponent (1 − √λ)² s, broadcast."""
    s, lam, d = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in (s, lam, d)))
    for name, value, valid in (
        ("Time must be finite and not negative, got s", s, np.isfinite(s) & (s >= 0)),
        ("λ = d/N_train must be positive and finite, got λ", lam, np.isfinite(lam) & (lam > 0)),
        ("The dimension must leave one direction and one sample, d ≥ max(1, λ), got d", d, d >= np.maximum(1, lam)),
    ):
        if not valid.all():
            raise ValueError(f"{name} = {value[~valid].flat[0]}.")
    root = np.sqrt(lam)
    return s, lam, d, root, ((lam - 1) / (1 + root)) ** 2 * s
