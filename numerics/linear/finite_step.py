"""Exact expected losses of gradient descent with a finite step, in float64."""

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.linear.flow import plateau

__all__ = ["log_descent_generalization_loss", "log_descent_training_loss"]


def log_descent_training_loss(n: ArrayLike, h: ArrayLike, lam: ArrayLike) -> Array:
    """ln E ν(1 − hν)^{2n}, the training loss after n steps of gradient descent with h = 2η.

    a^m ₂F₁(−m/2, (1−m)/2; 2; (2h√λ/a)²), m = 2n, a = 1 − h(1+λ), evaluated as the integral
    (2/π) ∫_0^π sin²θ (1−hν)^m dθ, ν = 1 + λ − 2√λ cos θ, by the trapezoidal rule: positive terms, at any n. Gradient
    flow is h → 0 at fixed s = 2nh. `theory.DescentTrainingLoss` is the expression.

    Parameters
    ----------
    n, h, lam
        Number of steps ≥ 0, step h = 2η > 0, λ = d/N_train > 0, broadcast. Between whole numbers [(1−hν)²]ⁿ
        interpolates. For h(1+√λ)² > 2 the loss grows. Next to the edge of stability, where the fastest direction
        counts, rounding h costs 2n times its size.

    Raises
    ------
    ValueError
        For arguments out of these ranges.

    Examples
    --------
    >>> np.exp(log_descent_training_loss([0, 1, 1000], 0.02, 0.5))
    array([1.00000000e+00, 9.41100000e-01, 5.98567022e-05])
    >>> log_descent_training_loss(10**6, 0.02, 0.5).round(9)
    np.float64(-3451.047788853)
    """
    n, h, lam = _arguments(n, h, lam)
    return _log_average(2 * n, h, lam, training=True)


def log_descent_generalization_loss(n: ArrayLike, h: ArrayLike, lam: ArrayLike) -> Array:
    """ln E (1 − hν)^{2n}, the generalization loss after n steps, the plateau included; see `log_descent_training_loss`.

    >>> np.exp(log_descent_generalization_loss([0, 1, 1000], 0.02, 0.5))
    array([1.00000000e+00, 9.60600000e-01, 5.11065468e-04])
    >>> log_descent_generalization_loss(10**6, 0.02, 0.5).round(9)
    np.float64(-3448.592330656)
    """
    n, h, lam = _arguments(n, h, lam)
    with np.errstate(divide="ignore"):
        return np.logaddexp(_log_average(2 * n, h, lam, training=False), np.log(plateau(lam)))


def _log_average(m: Array, h: Array, lam: Array, *, training: bool) -> Array:
    """ln of (2/π) ∫_0^π sin²θ (1−hν)^m ν^{−1 or 0} dθ for even m."""
    root = np.sqrt(lam)
    low, width = ((lam - 1) / (1 + root)) ** 2, 4 * root
    peak = np.maximum(_log_power(m, h * low), _log_power(m, h * (low + width)))
    # On a contour shifted by B the power is at most its peak times e^{z (cosh B − 1)}: the flow's bound, with this z.
    z = m * h * width / 2 / (np.abs(1 - h * (1 + lam)) + h * width / 2)
    points = 4 * np.ceil(np.sqrt(80 * z) / 4 + 2)
    # At λ = 1 the first point is at ν = 0, where the power is 1.
    total = np.where((lam == 1) & (not training), 0.5 * np.exp(-np.maximum(peak, 0)), 0.0)
    for k in range(1, int(points.max(initial=0) / 4) + 1):
        fraction = np.where(4 * k == points, 0.5, np.where(4 * k < points, 1.0, 0.0))
        q = np.sin(np.pi * k / points) ** 2
        added = np.zeros_like(total)
        for share in (q, 1 - q):
            nu = low + width * share
            # At λ = 1 a point that has all of its own, where q comes back to 0, must not turn 0/0.
            weight = 4 * q * (1 - q) / (1.0 if training else np.maximum(nu, 1e-300))
            added += fraction * weight * np.exp(_log_power(m, h * nu) - peak)
        total += added
        if not (added > 1e-19 * total).any():
            break
    total *= 4 / points
    if not training:
        # The poles at ν = 0, where the power is 1; `theory.linear.evaluation.real_times` has the same term.
        sinh_beta = np.abs(lam - 1) / (2 * root)
        beta = np.arcsinh(sinh_beta)
        reached = (beta > 0) & (z * sinh_beta < points)
        exponent = np.where(reached, -peak - points * beta, -np.inf)
        total += 2 * sinh_beta / root * np.exp(exponent) / -np.expm1(-points * np.where(beta > 0, beta, 1.0))
    return peak + np.log(total)


def _log_power(m: Array, u: Array) -> Array:
    """ln |1 − u|^m, right next to u = 0 and u = 2."""
    with np.errstate(divide="ignore"):
        distance = np.log1p(np.where(u > 1, u - 2, -u))
    return m * np.where(m == 0, 0.0, distance)


def _arguments(n: ArrayLike, h: ArrayLike, lam: ArrayLike) -> tuple[Array, Array, Array]:
    n, h, lam = np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in (n, h, lam)))
    for rule, value, valid in (
        ("The number of steps must be finite and not negative, got n", n, np.isfinite(n) & (n >= 0)),
        ("The step must be positive and finite, got h", h, np.isfinite(h) & (h > 0)),
        ("λ = d/N_train must be positive and finite, got λ", lam, np.isfinite(lam) & (lam > 0)),
    ):
        if not valid.all():
            raise ValueError(f"{rule} = {value[~valid].flat[0]}.")
    return n, h, lam
