"""Exact expected losses of gradient descent with momentum, in float64."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.linear.flow import plateau

__all__ = ["heavy_ball", "log_heavy_ball", "log_momentum_average", "momentum_average"]

_NUMBERS_AT_ONCE = 1 << 18
_NOTHING = 45.0  # e^{−45} of the slowest direction is no longer seen


def log_momentum_average(k: int, n: ArrayLike, h: float, beta: float, lam: float) -> Array:
    """ln E ν^k x_n² after n steps of momentum β with h = 2η₀: ln L_train for k = 1, ln L_gen for k = 0.

    The trapezoidal rule over the angle of the spectrum. As x_n² is a polynomial of degree 2n in ν, n + 2 points are
    exact; once the waves have died away beside the slow directions, as many as those need, some √n, are enough.

    Parameters
    ----------
    k
        0 or 1.
    n
        Numbers of steps ≥ 0, any shape.
    h, beta, lam
        Step 2η₀ > 0, momentum 0 ≤ β < 1 and λ > 0.

    Raises
    ------
    ValueError
        Where the losses do not fall, h(1+√λ)² ≥ 2(1 + β).

    Examples
    --------
    >>> np.exp(log_momentum_average(1, [0, 3, 1000], 0.02, 0.5, 0.5)).round(8)
    array([1.000000e+00, 7.720963e-01, 6.600000e-07])
    """
    steps = np.asarray(n, dtype=np.float64)
    root = np.sqrt(lam)
    low = ((lam - 1) / (1 + root)) ** 2
    high = low + 4 * root
    if not h * high < 2 * (1 + beta):
        raise ValueError(
            f"Gradient descent with momentum β = {beta} diverges: h(1+√λ)² = {h * high:.3g} must be below "
            "2(1 + β); take a smaller η₀."
        )
    flat = steps.reshape(-1)
    points = _points(flat, h, beta, low, high)
    found = np.empty(flat.size)
    for count in np.unique(points):
        places = np.flatnonzero(points == count)
        q = np.sin(np.pi * np.arange(count) / (2 * count)) ** 2
        nu = low + 4 * root * q
        weight = np.where(nu > 0, 8 * q * (1 - q) * np.where(nu > 0, nu, 1.0) ** (k - 1), 1.0 - k) / count
        rate = -2 * _log_root(h * nu, beta)
        seen = (weight > 0) & (flat[places].min() * (rate - rate.min()) < 2 * _NOTHING)
        nu, weight = nu[seen], weight[seen]
        size = max(1, _NUMBERS_AT_ONCE // nu.size)
        for first in range(0, places.size, size):
            part = places[first : first + size]
            logs = 2 * log_heavy_ball(flat[part, None], h * nu, beta)
            peak = logs.max(axis=1)
            total = np.exp(logs - peak[:, None]) @ weight
            if k == 0 and lam != 1:
                # The pole at ν = 0; the same term as in `numerics.linear.finite_step`.
                ratio = min(lam, 1 / lam)
                exponent = count * np.log(ratio) - peak
                alias = (1 / np.sqrt(ratio) - np.sqrt(ratio)) / root * np.exp(np.minimum(exponent, 0.0))
                total += np.where(exponent < 0, alias / -np.expm1(count * np.log(ratio)), 0.0)
            found[part] = peak + np.log(total)
    if k == 0 and lam > 1:
        found = np.logaddexp(found, np.log(plateau(lam)))
    return found.reshape(steps.shape)


def momentum_average(k: ArrayLike, n: ArrayLike, h: ArrayLike, beta: ArrayLike, lam: ArrayLike) -> Any:
    """E ν^k x_n², what generated code calls: `log_momentum_average` for single k, h, β and λ.

    >>> momentum_average(0, [0, 1], 0.02, 0.5, 0.5)
    array([1.    , 0.9606])
    """
    single = (float(np.unique(value).item()) for value in (h, beta, lam))
    return np.exp(log_momentum_average(int(np.unique(k).item()), n, *single))


def heavy_ball(n: ArrayLike, u: ArrayLike, beta: float) -> Any:
    """x_n of x_{n+1} = (1 + β − u)x_n − βx_{n−1} from x_0 = 1 and x_1 = 1 − u, for whole n.

    >>> heavy_ball([0, 1, 2], 0.5, 0.25)
    array([1.   , 0.5  , 0.125])
    """
    with np.errstate(under="ignore"):
        sign, log_size = _sign_and_log(np.asarray(n, dtype=np.float64), np.asarray(u, dtype=np.float64), float(beta))
        return sign * np.exp(log_size)


def log_heavy_ball(n: ArrayLike, u: ArrayLike, beta: float) -> Array:
    """ln |x_n| of `heavy_ball`, right next to u = 0 and finite where x_n underflows.

    >>> log_heavy_ball(1e6, [1e-9, 0.1], 0.5).round(6)
    array([-2.00000000e-03, -3.46572855e+05])
    """
    return _sign_and_log(np.asarray(n, dtype=np.float64), np.asarray(u, dtype=np.float64), float(beta))[1]


def _sign_and_log(n: Array, u: Array, beta: float) -> tuple[Array, Array]:
    """Sign of x_n and ln |x_n|; what depends on u alone is computed at its shape."""
    middle, half = (1 + beta - u) / 2, np.sqrt(beta)
    square = middle**2 - beta
    waves, double = square < 0, square == 0
    # Two powers: the larger root R and the other one β/R, of one sign.
    apart = np.sqrt(np.where(waves, 1.0, square))
    root = np.where(middle > 0, middle + apart, middle - apart)
    root = np.where(root == 0, 1.0, root)
    share = (1 - u - beta / root) / np.where(double, 1.0, root - beta / root)
    share = np.where(double, 1.0, share)
    with np.errstate(divide="ignore", under="ignore", invalid="ignore"):
        log_root = _log_root(u, beta)
        log_ratio = np.log(beta / root**2)
        bracket = share + (1 - share) * np.exp(np.where(n == 0, 0.0, n * log_ratio))
        bracket = bracket + np.where(double, n * ((1 - u) / root - 1), 0.0)
        # β^{n/2} times the wave sin((n+1)φ) − √β sin nφ, over sin φ.
        angle = np.arccos(np.clip(middle / max(half, 1e-300), -1.0, 1.0))
        ahead = np.arctan2(np.sin(angle), np.cos(angle) - half)
        height = np.hypot(np.sin(angle), np.cos(angle) - half) / np.where(waves, np.sin(angle), 1.0)
        factor = np.where(waves, height * np.sin(n * angle + ahead), bracket)
        log_size = np.where(n == 0, 0.0, n * log_root) + np.log(np.abs(factor))
    return np.sign(factor) * np.where(~waves & (root < 0) & (n % 2 == 1), -1.0, 1.0), log_size


def _log_root(u: Array, beta: float) -> Array:
    """ln of the size of the larger root: what a step makes of the error at late time."""
    middle = (1 + beta - u) / 2
    square = middle**2 - beta
    apart = np.sqrt(np.maximum(square, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        # 1 − R next to u = 0, where R is next to 1.
        near = np.log1p(-2 * np.minimum(u, 1 + beta) / (1 - beta + u + 2 * apart))
        return np.where(square < 0, np.log(beta) / 2, np.where(middle > 0, near, np.log(np.abs(middle - apart))))


def _points(n: Array, h: float, beta: float, low: float, high: float) -> Array:
    """Points of the rule after each number of steps, rounded up to a quarter of a power of two."""
    exact = n + 2
    edges = np.array([low, high])
    gap = (1 + beta - h * edges) ** 2 / 4 - beta
    if (gap > 0).any():
        slow = -2 * _log_root(h * edges, beta)[gap > 0].min()
        width = n * h * (high - low) / np.sqrt(gap[gap > 0].min()) / 2
        settled = (beta == 0) | (n * (-np.log(max(beta, 1e-300)) - slow) > _NOTHING)
        exact = np.where(settled, np.minimum(exact, 64 + 12 * np.sqrt(width)), exact)
    step = 2.0 ** np.maximum(np.floor(np.log2(exact)) - 2, 3)
    return (np.ceil(exact / step) * step).astype(np.int64)
