"""Arbitrary-precision values of the losses, without cancellation.

Substitute ν = 1 + λ − 2√λ cos θ in the integral of e^{−νs} over the Marchenko–Pastur density. With
q = sin²(θ/2), z = 2√λ s and δ = (1−√λ)²/(4√λ) the decaying part of the generalization loss is

    e^{−(1−√λ)² s} / √λ · (1/π) ∫_{−π}^{π} (1−q) q/(q+δ) e^{−2zq} dθ ,

a positive periodic integrand, so the N-point trapezoidal rule converges geometrically and adds only positive
terms. Its one obstacle is the pair of poles at θ = ±iβ, β = ½|ln λ|, which comes close to the real axis as
λ → 1. The error that it causes is known in closed form (close the contour of each Fourier coefficient around
the pole), positive too, and simply added back. Shifting the contour to Im θ = B = arsinh(N/z) bounds the
rest by exp(z(cosh B − 1) − NB).
"""

from typing import Any

import mpmath
from mpmath import mp

__all__ = ["decaying_part_value", "generalization_loss_value", "marcum_q1_value", "training_loss_value"]

_GUARD_BITS = 30


def training_loss_value(s: Any, excess: Any, digits: int) -> Any:
    """Return L_train(s, 1 + excess) = e^{−(1+λ)s} I₁(2√λ s)/(√λ s), correct to ``digits`` digits.

    The second argument is λ − 1, not λ: next to λ = 1 that difference carries all the information. Both
    arguments are converted to mpmath numbers as they are, so give them with at least ``digits`` digits.

    >>> import mpmath
    >>> print(mpmath.nstr(training_loss_value(2, -0.5, 30), 20))
    0.11923171924314849789
    """
    with mp.workprec(_precision(digits, s, excess)):
        s, excess, lam, decay = _arguments(s, excess)
        if s == 0:
            return mpmath.mpf(1)
        z = 2 * mpmath.sqrt(lam) * s
        # Only the magnitude of I₁ grows; its relative accuracy is mpmath's, so nothing cancels here.
        return 2 * mpmath.exp(-(decay + z)) * mpmath.besseli(1, z) / z


def decaying_part_value(s: Any, excess: Any, digits: int) -> Any:
    """Return L_gen(s) − (1 − 1/λ)⁺ for λ = 1 + excess, correct to ``digits`` digits at any s ≥ 0.

    >>> import mpmath
    >>> print(mpmath.nstr(decaying_part_value(0, 1, 30), 20))  # 1/λ of the directions decay
    0.5
    """
    with mp.workprec(_precision(digits, s, excess)):
        s, excess, lam, decay = _arguments(s, excess)
        root = mpmath.sqrt(lam)
        z = 2 * root * s
        delta = (excess / (1 + root)) ** 2 / (4 * root)
        tolerance = (mp.prec - _GUARD_BITS // 2) * mpmath.ln2
        points = _points(abs(z), tolerance)
        total = mpmath.mpf(1 if delta == 0 else 0) / 2
        for k in range(1, (points + 1) // 2):
            q = mpmath.sin(mpmath.pi * k / points) ** 2
            if 2 * z * q > tolerance + 10:  # never for s < 0, the analytic continuation
                break
            total += (1 - q) * q / (q + delta) * mpmath.exp(-2 * z * q)
        return mpmath.exp(-decay) / root * (4 * total / points + _pole(z, excess, root, decay, points))


def generalization_loss_value(s: Any, excess: Any, digits: int) -> Any:
    """Return L_gen(s, 1 + excess) = (1 − 1/λ)⁺ + decaying part, correct to ``digits`` digits.

    >>> import mpmath
    >>> print(mpmath.nstr(generalization_loss_value(10**9, 3, 30), 20))  # the plateau 1 − 1/λ
    0.75
    """
    with mp.workprec(_precision(digits, s, excess)):
        excess = mpmath.mpmathify(excess)
        plateau = excess / (1 + excess) if excess > 0 else mpmath.mpf(0)
        return plateau + decaying_part_value(s, excess, digits + 5)


def marcum_q1_value(a: Any, b: Any, digits: int) -> Any:
    """Return the Marcum Q-function Q₁(a, b) for a, b ≥ 0, correct to ``digits`` digits relative to its size.

    For a ≤ b it sums e^{−(a²+b²)/2} Σ_{k≥0} (a/b)^k I_k(ab) through its integral; for a > b the symmetry
    Q₁(a, b) + Q₁(b, a) = 1 + e^{−(a²+b²)/2} I₀(ab) leads back to that case.

    >>> import mpmath
    >>> print(mpmath.nstr(marcum_q1_value(1, 1, 30), 20))  # (1 + e^{−1} I₀(1))/2
    0.73287980379682021825
    """
    with mp.workprec(60):
        growth = 2 * mpmath.mag(1 + mpmath.mpmathify(a) ** 2 + mpmath.mpmathify(b) ** 2)
    with mp.workprec(int((digits + 5) * 3.33) + growth + _GUARD_BITS):
        a, b = mpmath.mpmathify(a), mpmath.mpmathify(b)
        if b == 0:
            return mpmath.mpf(1)
        if a == 0:
            return mpmath.exp(-(b**2) / 2)
        if a <= b:
            return _q_tail(a, b)
        return 1 - _q_tail(b, a) + mpmath.exp(-((a - b) ** 2) / 2 - a * b) * mpmath.besseli(0, a * b)


def _q_tail(a: Any, b: Any) -> Any:
    """Q₁ for a ≤ b. With r = a/b and y = ab, Σ r^k I_k(y) = (1/2π) ∫ e^{y cos θ} [1 + P(θ)]/2 dθ.

    P = (1−r²)/(1 − 2r cos θ + r²) is the Poisson kernel, with poles at θ = ±iβ, β = −ln r. What they add to the
    trapezoidal rule, 1/(e^{Nβ}−1) in units of e^{(b−a)²/2}, cancels the point θ = 0 when β → 0, so the two
    are taken together with as many more bits as they lose.
    """
    r, y = a / b, a * b
    tolerance = (mp.prec - _GUARD_BITS // 2) * mpmath.ln2
    points = _points(y, tolerance)
    total = mpmath.mpf(1) / (2 * points)
    for k in range(1, points // 2 + 1):
        q = mpmath.sin(mpmath.pi * k / points) ** 2
        if 2 * y * q > tolerance + 10:
            break
        weight = mpmath.mpf(1 if 2 * k == points else 2) / points
        total += weight * (1 - r + 2 * r * q) / ((1 - r) ** 2 + 4 * r * q) * mpmath.exp(-2 * y * q)
    peak = mpmath.exp(-((b - a) ** 2) / 2)
    if a == b:
        return peak * total + mpmath.mpf(1) / 2
    with mp.workprec(mp.prec - mpmath.mag((b - a) / b) + mpmath.mag(points)):
        beta = mpmath.log1p((b - a) / a)
        center = mpmath.exp(-((b - a) ** 2) / 2) * mpmath.coth(beta / 2) / (2 * points)
        if beta < mpmath.asinh(points / y):
            center -= 1 / mpmath.expm1(points * beta)
    return peak * total + center


def _arguments(s: Any, excess: Any) -> tuple[Any, Any, Any, Any]:
    """Return s, λ − 1, λ and the decay exponent (1 − √λ)² s as mpmath numbers at the working precision."""
    s, excess = mpmath.mpmathify(s), mpmath.mpmathify(excess)
    lam = 1 + excess
    return s, excess, lam, (excess / (1 + mpmath.sqrt(lam))) ** 2 * s


def _precision(digits: int, s: Any, excess: Any) -> int:
    """Bits that leave ``digits`` digits after the exponentials have multiplied rounding errors by s and λs."""
    with mp.workprec(60):
        growth = mpmath.mag(1 + abs(mpmath.mpmathify(s)) * (2 + abs(mpmath.mpmathify(excess))))
    return int(digits * 3.33) + 3 + growth + _GUARD_BITS


def _points(z: Any, tolerance: Any) -> int:
    """Smallest even count N whose error bound (N−1) arsinh(N/z) − (√(z²+N²) − z) passes ``tolerance``."""

    def bound(n: int) -> Any:
        return (n - 1) * mpmath.asinh(n / z) - n**2 / (mpmath.sqrt(z**2 + mpmath.mpf(n) ** 2) + z)

    if z == 0:
        return 8
    with mp.workprec(60):
        z, tolerance = +mpmath.mpf(z), +mpmath.mpf(tolerance)
        low, high = 2, 8
        while bound(high) < tolerance:
            low, high = high, 2 * high
        while high - low > max(2, high // 64):
            middle = (low + high) // 2
            low, high = (middle, high) if bound(middle) < tolerance else (low, middle)
    return high + high % 2


def _pole(z: Any, excess: Any, root: Any, decay: Any, points: int) -> Any:
    """What the trapezoidal rule misses through the poles at ±iβ: 2 sinh β e^{x}/(e^{Nβ} − 1)."""
    beta = abs(mpmath.log1p(excess)) / 2
    if beta == 0 or (z != 0 and beta >= mpmath.asinh(points / abs(z))):
        return mpmath.mpf(0)
    return abs(excess) / root * mpmath.exp(decay - points * beta) / -mpmath.expm1(-points * beta)
