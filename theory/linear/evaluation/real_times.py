"""Arbitrary-precision values of the losses at real times, without cancellation.

Put ν = 1 + λ − 2√λ cos θ into the integral of e^{−νs} over the Marchenko–Pastur density, and let z = 2√λ s,
x = (1−√λ)² s, r = min(√λ, 1/√λ). Both losses carry the factor e^{−x}, which stays outside. What it multiplies is

    training:        (2/z) e^{−z} I₁(z)
    decaying part:   min(1, 1/λ) (2/z) e^{−z} Σ_{j≥1} j r^{j−1} I_j(z) ,

sums of positive terms. (The second is the Marcum form with I_{j−1} − I_{j+1} = (2j/z) I_j summed by parts.) For small
z the Bessel functions come from their backward recurrence in whole numbers, with e^z = I₀ + 2Σ I_j as the scale.

For large z, sin(θ/2) = y/√(2z) turns both into integrals over e^{−y²}, again with positive integrands:

    training:        (8/π) (2z)^{−3/2} ∫ y² √(1 − y²/2z) e^{−y²} dy
    decaying part:   2/(π √λ √(2z)) ∫ √(1 − y²/2z) y²/(y² + x) e^{−y²} dy ,   −√(2z) < y < √(2z) ,

and the trapezoidal rule of step h errs by e^{−π²/h²} and by e^{−2z} from the ends. Its one obstacle is the pair of
poles at y = ±i√x, which comes close to the real axis as λ → 1. The error that it causes is known in closed form
(close the contour around the pole), positive too, and simply added back.
"""

import math
from numbers import Rational

import mpmath
from mpmath import mp

from theory.annotations import MpNumber

__all__ = ["real_decaying_part", "real_marcum_q1", "real_training_loss"]

_GUARD_BITS = 30


def real_training_loss(s: MpNumber, excess: MpNumber, digits: int) -> mpmath.mpf:
    """Return L_train(s, 1 + excess) at a real time, correct to `digits` digits.

    >>> print(mpmath.nstr(real_training_loss(2, -0.5, 30), 20))
    0.11923171924314849789
    """
    with mp.workprec(_precision(digits, s, excess)):
        s, excess, lam, decay = _arguments(s, excess)
        if s == 0:
            return mpmath.mpf(1)
        z = 2 * mpmath.sqrt(lam) * s
        if _is_late(z):
            value = 8 / mp.pi * (2 * z) ** mpmath.mpf("-1.5") * _gaussian_integral(z, None)
        else:
            value = _bessel_sums(z, mpmath.mpf(0))[0]
        return value * _outer_exponential(z, decay)


def real_decaying_part(s: MpNumber, excess: MpNumber, digits: int) -> mpmath.mpf:
    """Return L_gen(s) − (1 − 1/λ)⁺ at a real time for λ = 1 + excess, correct to `digits` digits.

    >>> print(mpmath.nstr(real_decaying_part(0, 1, 30), 20))  # 1/λ of the directions decay
    0.5
    """
    with mp.workprec(_precision(digits, s, excess)):
        s, excess, lam, decay = _arguments(s, excess)
        if s == 0:
            return min(mpmath.mpf(1), 1 / lam)
        root = mpmath.sqrt(lam)
        z = 2 * root * s
        if _is_late(z):
            value = 2 / (mp.pi * root * mpmath.sqrt(2 * z)) * _gaussian_integral(z, decay)
        else:
            value = _bessel_sums(z, min(root, 1 / root))[1] * min(mpmath.mpf(1), 1 / lam)
        return value * _outer_exponential(z, decay)


def real_marcum_q1(a: MpNumber, b: MpNumber, digits: int) -> mpmath.mpf:
    """Return the Marcum Q-function Q₁(a, b) for real a, b ≥ 0, correct to `digits` digits relative to its size.

    For a ≤ b it sums e^{−(a²+b²)/2} Σ_{k≥0} (a/b)^k I_k(ab) through its integral; for a > b the symmetry
    Q₁(a, b) + Q₁(b, a) = 1 + e^{−(a²+b²)/2} I₀(ab) leads back to that case.

    >>> print(mpmath.nstr(real_marcum_q1(1, 1, 30), 20))  # (1 + e^{−1} I₀(1))/2
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


def _q_tail(a: MpNumber, b: MpNumber) -> mpmath.mpf:
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


def _arguments(s: MpNumber, excess: MpNumber) -> tuple[MpNumber, MpNumber, MpNumber, MpNumber]:
    """Return s, λ − 1, λ and the decay exponent (1 − √λ)² s as mpmath numbers at the working precision."""
    # A λ next to 0 is in the last bits of λ − 1.
    exact = isinstance(excess, Rational)
    lam = mpmath.mpmathify(1 + excess) if exact else +mpmath.fadd(1, mpmath.mpmathify(excess), exact=True)
    s, excess = mpmath.mpmathify(s), mpmath.mpmathify(excess)
    return s, excess, lam, (excess / (1 + mpmath.sqrt(lam))) ** 2 * s


def _precision(digits: int, s: MpNumber, excess: MpNumber) -> int:
    """Bits that leave `digits` digits after the exponentials have multiplied rounding errors by their exponents."""
    with mp.workprec(60):
        s, excess, lam, decay = _arguments(s, excess)
        exponent = decay if s >= 0 else decay - 4 * mpmath.sqrt(lam) * s
        growth = max(0, mpmath.mag(exponent))
    return int(digits * 3.33) + 3 + growth + _GUARD_BITS


def _outer_exponential(z: MpNumber, decay: MpNumber) -> mpmath.mpf:
    """e^{−x}; for s < 0, the analytic continuation, the spectrum's other edge leads: e^{(1+√λ)²|s|} = e^{−x+2|z|}."""
    return mpmath.exp(-decay - 2 * min(z, mpmath.mpf(0)))


def _is_late(z: MpNumber) -> bool:
    return 2 * z > mp.prec * math.log(2)


def _bessel_sums(z: MpNumber, ratio: MpNumber) -> tuple[MpNumber, MpNumber]:
    """Return (2/z) e^{−z} I₁(z) and (2/z) e^{−z} Σ_{j≥1} j ratio^{j−1} I_j(z) for 0 ≤ ratio ≤ 1.

    For z < 0 with |z| in the exponential, where the sum alternates and cancels as |z|.
    """
    ratio, z = (ratio, z) if z > 0 else (-ratio, -z)
    bits = mp.prec + 2 * abs(mpmath.mag(z)) + 20
    step, ratio = _whole(2 / z, bits), _whole(ratio, bits)
    # The start is arbitrary, but large enough for the first steps, which multiply it by about 2J/z only.
    above, here, total, norm = 0, 1 << abs(mpmath.mag(z)) + 20, 0, 0
    for j in range(_bessel_count(z, bits), 0, -1):
        total = (total * ratio >> bits) + j * here
        norm += here
        above, here = here, above + (j * step * here >> bits)
    scale = 2 / (z * (here + 2 * norm))
    return above * scale, total * scale


def _bessel_count(z: MpNumber, bits: int) -> int:
    """A count J with e^{−z} I_J(z) ≤ exp(−[J arsinh(J/z) − √(z²+J²) + z]) below 2^{−bits}."""
    z = max(float(z), 1e-300)
    low, high = 2, 8
    while _bessel_bound(high, z) < bits * math.log(2):
        low, high = high, 2 * high
    while high - low > max(1, high // 64):
        middle = (low + high) // 2
        low, high = (middle, high) if _bessel_bound(middle, z) < bits * math.log(2) else (low, middle)
    return high


def _bessel_bound(j: int, z: float) -> float:
    return j * math.asinh(j / z) - j**2 / (math.hypot(z, j) + z)


def _gaussian_integral(z: MpNumber, x: MpNumber | None) -> mpmath.mpf:
    """∫ √(1 − y²/2z) y² w e^{−y²} dy with w = 1/(y² + x), or with w = 1 for x = None."""
    bits = mp.prec + 20
    one = 1 << bits
    # e^{−π²/h²} and the first term left out are below 2^{−prec}; h = n/2^m makes every y² a whole number of 4^{−m}.
    exponent = mp.prec * math.log(2)
    m = 6 + int(exponent).bit_length() // 2
    n = int(2**m * math.pi / math.sqrt(exponent))
    last = int(2**m * math.sqrt(exponent) / n)
    # y²/(y² + x) as y²/((y² + x)/(1 + x)) over 1 + x: of order one at any x.
    share, rest = (0, one) if x is None else (_whole(1 / (1 + x), bits), _whole(x / (1 + x), bits))
    narrow = _whole(1 / (2 * z), bits + 64)
    gauss = _whole(mpmath.exp(-mpmath.ldexp(n * n, -2 * m)), bits)  # e^{−h²}, then e^{−h²k²}, by e^{−h²(2k+1)}
    factor, square = gauss, gauss * gauss >> bits
    total = one >> 1 if x == 0 else 0
    for k in range(1, last + 1):
        y = n * n * k * k  # 4^m y²
        weight = (y << 2 * bits) // (y * share + (rest << 2 * m))
        root = math.isqrt((one - (y * narrow >> 64 + 2 * m)) << bits)
        total += (gauss * root >> bits) * weight >> bits
        factor = factor * square >> bits
        gauss = gauss * factor >> bits
    h = mpmath.ldexp(n, -m)
    value = 2 * h * mpmath.ldexp(total, -bits)
    return value if x is None else value / (1 + x) + _pole(z, x, h)


def _pole(z: MpNumber, x: MpNumber, h: MpNumber) -> mpmath.mpf:
    """What the trapezoidal rule misses through the poles at ±i√x: 2π√x √(1 + x/2z) e^{x}/(e^{2π√x/h} − 1)."""
    root = mpmath.sqrt(x)
    if root == 0 or root * h > mp.pi:
        return mpmath.mpf(0)
    turn = 2 * mp.pi * root / h
    return 2 * mp.pi * root * mpmath.sqrt(1 + x / (2 * z)) * mpmath.exp(x - turn) / -mpmath.expm1(-turn)


def _whole(number: MpNumber, bits: int) -> int:
    return int(mpmath.ldexp(number, bits))


def _points(z: MpNumber, tolerance: MpNumber) -> int:
    """Smallest even count N whose error bound (N−1) arsinh(N/z) − (√(z²+N²) − z) passes `tolerance`."""

    def bound(n: int) -> mpmath.mpf:
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
