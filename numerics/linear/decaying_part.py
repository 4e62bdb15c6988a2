"""The learned part of the losses in float64, as sums of positive terms: the kernels behind `numerics.losses`.

With ν = 1 + λ − 2√λ cos θ, q = sin²(θ/2), z = 2√λ s and x = (1−√λ)² s, the decaying part of the generalization loss is

    e^{−x}/√λ · (1/π) ∫_{−π}^{π} (1−q) 2zq/(2zq + x) e^{−2zq} dθ ,

evaluated by the trapezoidal rule, in θ for small z and in y = √(2zq) for large z, where the step no longer depends on
z. The poles at q = −x/2z come close to the path as λ → 1; the error that they cause is known in closed form and added
back, as in `theory.linear.evaluation.real_times`.
"""

import numpy as np
from numpy.typing import NDArray

from numerics.annotations import Array

__all__ = ["early_learned_share", "log_scaled_decaying_part"]


# For each band of z, up to where it reaches and with how many points the rule in θ errs by less than e^{−38}: the bound
# (N−1) arsinh(N/z) − (√(z²+N²) − z) of the shifted contour at the band's end.
_BANDS = ((0.5, 14), (1.5, 20), (3.0, 24), (6.0, 30), (11.0, 38), (19.0, 44))
_LATE = _BANDS[-1][0]  # from here on e^{−2z}, the error from the ends of the rule in y, is below e^{−38}, too
_STEP = 0.5  # the rule in y errs by e^{−π²/h²} = e^{−39.5}
_NODES = tuple(_STEP * k for k in range(1, 13))  # √(1 − y²/2z) is real at all of them; the next would add e^{−42}


def log_scaled_decaying_part(s: Array, root: Array, x: Array) -> Array:
    """Logarithm of e^x (L_gen − plateau) at times s > 0, root = √λ; `root` may be a single number.

    >>> log_scaled_decaying_part(np.array([1e9]), np.array(0.5), np.array([2.5e8])).round(6)
    array([-29.924396])
    """
    root = np.broadcast_to(root, s.shape) if root.ndim else root
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        z = 2 * root * s
        result = np.empty(s.shape)
        below = 0.0
        for end, points in _BANDS:
            inside = (z >= below) & (z < end)
            if inside.any():
                result[inside] = _sum_over_angles(z[inside], x[inside], points) / _part(root, inside)
            below = end
        late = ~(z < below)
        if late.any():
            part = _part(root, late)
            scale = np.pi * part * np.sqrt(part) * np.sqrt(s[late])
            result[late] = _sum_over_gaussian(z[late], x[late]) / scale
        # What underflows here stands beside x > 1e150, where it does not count.
        return np.log(np.maximum(result, 1e-300))


def early_learned_share(z: Array, x: Array) -> Array:
    """(1 − L_gen)/s for (1+√λ)² s < 1, to the last digits however small s is: E ν (1 − e^{−νs})/(νs).

    >>> early_learned_share(np.array([0.0]), np.array([0.0]))
    array([1.])
    """
    points = _BANDS[0][1]
    total = np.zeros(z.shape)
    for k in range(1, points // 2):
        q = np.sin(np.pi * k / points) ** 2
        u = np.maximum(x + (2 * q) * z, 1e-300)
        total += (-4 * q * (1 - q)) * np.expm1(-u) / u
    return 4 * total / points


def _sum_over_angles(z: Array, x: Array, points: int) -> Array:
    total = np.where(x == 0, 0.5, 0.0)
    for k in range(1, points // 2):
        q = np.sin(np.pi * k / points) ** 2
        t = (2 * q) * z
        term = np.exp(-t)
        term *= t
        t += x
        term /= t
        term *= 1 - q
        total += term
    total *= 4 / points
    delta = x / (2 * z)
    sinh_beta = 2 * np.sqrt(delta * (1 + delta))
    reached = (z * sinh_beta < points) & (delta > 0)
    if reached.any():
        beta = 2 * np.arcsinh(np.sqrt(delta[reached]))
        missed = 2 * sinh_beta[reached] * np.exp(x[reached] - points * beta) / -np.expm1(-points * beta)
        total[reached] += missed
    return total


def _sum_over_gaussian(z: Array, x: Array) -> Array:
    """∫ √(1 − y²/2z) y²/(y² + x) e^{−y²} dy."""
    narrow = 1 / (2 * z)
    total = np.where(x == 0, 0.5, 0.0)
    for y in _NODES:
        term = np.sqrt(1 - y**2 * narrow)
        term *= y**2 * np.exp(-(y**2))
        term /= y**2 + x
        total += term
    total *= 2 * _STEP
    reached = (x > 0) & (x < (np.pi / _STEP) ** 2)
    if reached.any():
        at = x[reached]
        root = np.sqrt(at)
        turn = (2 * np.pi / _STEP) * root
        missed = np.exp(at - turn) / -np.expm1(-turn)
        total[reached] += 2 * np.pi * root * np.sqrt(1 + at * narrow[reached]) * missed
    return total


def _part(values: Array, inside: NDArray[np.bool_]) -> Array:
    return values[inside] if values.ndim else values
