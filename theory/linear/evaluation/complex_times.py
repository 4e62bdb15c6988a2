"""Arbitrary-precision values at complex times: Bessel functions, the Marcum Q-function, the losses they make.

All of them are entire, so that closed forms hold everywhere. They are evaluated with more and more digits until two
precisions agree (`agreed`).

Q₁(a, b) = e^{−(a²+b²)/2} Σ_k r^k I_k(z), r = a/b, z = ab, is summed as it stands for small z. For large z its integral
(1/2π) ∮ e^{z cos θ} (1 − r cos θ)/(1 − 2r cos θ + r²) dθ is bent into the paths of steepest descent through θ = 0 and
θ = π. With y² = 2z sin²(θ/2), and with −z and −a in the place of z and a at θ = π, either is

    e^{−(b−a)²/2}/(π√(2z)) ∫ [b(b−a) + y²]/[(b−a)² + 2y²] e^{−y²}/√(1 − y²/2z) dy ,   −∞ < y < ∞ ,

for the trapezoidal rule of step h, which errs by e^{−π²/h²} and by what the poles at y = ±i(b−a)/√2 add. That is
known in closed form. In the half plane Re(b−a) < 0 the residue of the pole, 1, belongs to Q₁.
"""

import math
from collections.abc import Callable

import mpmath
from mpmath import mp

from theory.annotations import MpNumber

__all__ = ["agreed", "complex_decaying_part", "complex_marcum_q1", "is_complex", "scaled_bessel"]

_MOST_BITS = 1 << 18


def is_complex(*numbers: MpNumber) -> bool:
    """Whether one of the numbers has an imaginary part.

    >>> is_complex(1, 2.5, mpmath.mpc(3, 0)), is_complex(1, 2j)
    (False, True)
    """
    return any(isinstance(number, complex | mpmath.mpc) and number.imag != 0 for number in numbers)


def agreed(compute: Callable[[], MpNumber], digits: int, lost: int) -> MpNumber:
    """Value of `compute` at rising precision, once two agree to `digits` digits; `lost` bits are given beforehand.

    Raises
    ------
    ValueError
        If no two precisions up to 2^18 bits agree.

    Examples
    --------
    >>> print(mpmath.nstr(agreed(lambda: 1 - mpmath.cos(mpmath.mpf(2) ** -60), 15, 0), 15))
    0.0
    """
    bits = int(3.33 * digits) + lost + 30
    step = 30
    before = None
    while bits <= _MOST_BITS:
        with mp.workprec(bits):
            value = compute()
            if before is not None and abs(value - before) <= abs(value) * mpmath.mpf(10) ** -(digits + 1):
                return value
        before, bits, step = value, bits + step, 2 * step
    raise ValueError(f"{digits} digits take more than {_MOST_BITS} bits here: ask for fewer, or nearer to s = 0.")


def scaled_bessel(n: MpNumber, x: MpNumber) -> MpNumber:
    """e^{−x} I_n(x) at the working precision.

    >>> print(mpmath.nstr(scaled_bessel(0, 1j), 12))
    (0.413438074492 - 0.643891650881j)
    """
    with mp.workprec(mp.prec + 20 + max(0, mpmath.mag(x) if x else 0)):
        return mpmath.exp(-x) * mpmath.besseli(n, x)


def complex_decaying_part(s: MpNumber, lam: MpNumber) -> MpNumber:
    """L_gen(s) − (1 − 1/λ)⁺ for λ > 0 at the working precision, up to cancellation next to s = 0.

    >>> print(mpmath.nstr(complex_decaying_part(mpmath.mpc(2, 3), mpmath.mpf(1)), 12))
    (0.261583215083 - 0.13499714677j)
    """
    if lam > 1:  # D(s, λ) = D(λs, 1/λ)/λ
        return complex_decaying_part(lam * s, 1 / lam) / lam
    root = mpmath.sqrt(lam)
    decay = mpmath.exp(-((1 - root) ** 2) * s)
    zeroth, first = (decay * scaled_bessel(n, 2 * root * s) for n in (0, 1))
    total = zeroth / lam + first / root
    if lam == 1:
        return total
    time = mpmath.sqrt(2 * s)
    return (1 - 1 / lam) * complex_marcum_q1(root * time, time) + total


def complex_marcum_q1(a: MpNumber, b: MpNumber) -> MpNumber:
    """Q₁(a, b) at the working precision, up to cancellation.

    >>> print(mpmath.nstr(complex_marcum_q1(mpmath.mpc(1, 1), mpmath.mpf(2)), 12))
    (0.139076877452 + 0.28525257027j)
    """
    if b == 0:
        return mpmath.mpf(1)
    if a == 0:
        return mpmath.exp(-(b**2) / 2)
    a, b = (-number if (number.real, number.imag) < (0, 0) else number for number in map(mpmath.mpmathify, (a, b)))
    if a == b:
        return (1 + scaled_bessel(0, a**2)) / 2
    if 2 * abs(a * b) < 1.5 * mp.prec * mpmath.ln2:
        if abs(a) > abs(b):
            return 1 - _by_series(b, a) + mpmath.exp(-((a - b) ** 2) / 2) * scaled_bessel(0, a * b)
        return _by_series(a, b)
    return (1 if (b - a).real < 0 else 0) + _through_saddle(a, b) + _through_saddle(-a, b)


def _by_series(a: MpNumber, b: MpNumber) -> MpNumber:
    """e^{−(a²+b²)/2} Σ r^k I_k(z), |r| ≤ 1; I_k from their backward recurrence, with e^z = I₀ + 2Σ I_k as the scale."""
    if (a * b).real < 0:
        a = -a
    r, z = a / b, a * b
    last = _last_order(abs(z))
    above, here, total, norm = mpmath.mpf(0), mpmath.mpf(1), mpmath.mpf(0), mpmath.mpf(0)
    for k in range(last, 0, -1):
        total = total * r + here
        norm += here
        above, here = here, above + 2 * k / z * here
    return mpmath.exp(-((b - a) ** 2) / 2) * (total * r + here) / (here + 2 * norm)


def _last_order(size: MpNumber) -> int:
    """A J beyond which (size/2)^J/J! is below 2^{−2·prec} of e^{−size}, the least that e^z may be."""
    size, least, last = float(size), 1.4 * mp.prec, 8
    while last * math.log(size / 2) - math.lgamma(last + 1) > -least - 2 * size:
        last += 8 + last // 8
    return last


def _through_saddle(a: MpNumber, b: MpNumber) -> MpNumber:
    """The part of Q₁ from the path through the saddle at which the exponent is −(b−a)²/2."""
    apart, double = b - a, 2 * a * b
    reach = mp.prec * mpmath.ln2
    h = mpmath.pi / mpmath.sqrt(reach)
    factor = gauss = mpmath.exp(-(h**2))
    square = gauss**2
    total = b / apart / 2
    for k in range(1, int(reach / mpmath.pi) + 2):
        y2 = (k * h) ** 2
        total += gauss * (b * apart + y2) / (apart**2 + 2 * y2) / mpmath.sqrt(1 - y2 / double)
        factor *= square
        gauss *= factor
    total *= 2 * h
    # The poles y = ±i(b−a)/√2, taken in the upper half plane.
    toward = apart if apart.real >= 0 else -apart
    if toward.real / mpmath.sqrt(2) < mpmath.pi / h:
        y = 1j * toward / mpmath.sqrt(2)
        residue = (b * apart + y**2) / (4 * y) * mpmath.exp(-(y**2)) / mpmath.sqrt(1 - y**2 / double)
        total -= 4j * mpmath.pi * residue / mpmath.expm1(-2j * mpmath.pi * y / h)
    return mpmath.exp(-(apart**2) / 2) * total / (mpmath.pi * mpmath.sqrt(double))
