"""Arbitrary-precision values of the functions of the linear student, at real and complex times.

λ comes as λ − 1: next to λ = 1 that difference carries all the information. Arguments are taken as they are, so give
them with at least as many digits as you ask for; fractions are exact. Digits are relative to the size of the value.
"""

import mpmath
from mpmath import mp

from theory.annotations import MpNumber
from theory.linear.evaluation.complex_times import (
    agreed,
    complex_decaying_part,
    complex_marcum_q1,
    is_complex,
    scaled_bessel,
)
from theory.linear.evaluation.real_times import real_decaying_part, real_marcum_q1, real_training_loss

__all__ = [
    "cumulative_loss_value",
    "decaying_part_value",
    "generalization_loss_value",
    "marcum_q1_value",
    "scaled_bessel_i_value",
    "spectral_average_value",
    "training_loss_value",
]


def training_loss_value(s: MpNumber, excess: MpNumber, digits: int) -> MpNumber:
    """Return L_train(s, 1 + excess) = e^{−(1+λ)s} I₁(2√λ s)/(√λ s), correct to `digits` digits.

    >>> print(mpmath.nstr(training_loss_value(2, -0.5, 30), 20))
    0.11923171924314849789
    >>> print(mpmath.nstr(training_loss_value(2 + 3j, -0.5, 30), 10))
    (-0.005065230078 - 0.05588576692j)
    """
    if s == mp.inf:
        return mpmath.mpf(0)
    if not is_complex(s, excess):
        return real_training_loss(_real(s), _real(excess), digits)
    return agreed(lambda: _training(s, excess), digits, _lost(s, excess))


def decaying_part_value(s: MpNumber, excess: MpNumber, digits: int) -> MpNumber:
    """Return L_gen(s) − (1 − 1/λ)⁺ for λ = 1 + excess, correct to `digits` digits at any s.

    >>> print(mpmath.nstr(decaying_part_value(0, 1, 30), 20))  # 1/λ of the directions decay
    0.5
    """
    if s == mp.inf:
        return mpmath.mpf(0)
    if not is_complex(s, excess):
        return real_decaying_part(_real(s), _real(excess), digits)
    return agreed(lambda: complex_decaying_part(mpmath.mpmathify(s), _lam(excess)), digits, _lost(s, excess))


def generalization_loss_value(s: MpNumber, excess: MpNumber, digits: int) -> MpNumber:
    """Return L_gen(s, 1 + excess) = (1 − 1/λ)⁺ + decaying part, correct to `digits` digits.

    >>> print(mpmath.nstr(generalization_loss_value(10**9, 3, 30), 20))  # the plateau 1 − 1/λ
    0.75
    """
    if is_complex(s, excess):
        return agreed(lambda: _generalization(s, excess), digits, _lost(s, excess))
    excess = _real(excess)
    decaying = decaying_part_value(s, excess, digits + 5)
    with mp.workdps(digits + 10):
        excess = mpmath.mpmathify(excess)
        return excess / (1 + excess) + decaying if excess > 0 else +decaying


def spectral_average_value(k: int, s: MpNumber, excess: MpNumber, digits: int) -> MpNumber:
    """Return E ν^k e^{−νs} over the Marchenko–Pastur law of λ = 1 + excess, whole k ≥ 0, to `digits` digits.

    With M_k for it, M₂ = (1+λ)M₁ − 2e^{−(1+λ)s}I₂(2√λ s)/s, and then
    s M_{k+3} = [k+3+2(1+λ)s] M_{k+2} − [2k(1+λ) + (1−λ)²s + 3(1+λ)] M_{k+1} + k(1−λ)² M_k.

    >>> [mpmath.nstr(spectral_average_value(3, s, 1, 30), 12) for s in (0, 50)]
    ['11.0', '3.66720538656e-9']
    """
    if k == 0:
        return generalization_loss_value(s, excess, digits)
    if k == 1:
        return training_loss_value(s, excess, digits)
    if s == mp.inf:
        return mpmath.mpf(0)
    lost = (k + 2) * _lost(s, excess)
    if s == 0:
        return agreed(lambda: _moment(k, _lam(excess)), digits, lost)
    return agreed(lambda: _higher_average(k, s, excess), digits, lost)


def cumulative_loss_value(s: MpNumber, excess: MpNumber, digits: int) -> MpNumber:
    """Return ∫₀ˢ L_gen = E (1 − e^{−νs})/ν for λ = 1 + excess, correct to `digits` digits.

    s L_gen + [e^{−(1+λ)s} I₀(z) + λ − (1+λ) Q₁]/(λ(1−λ)), z = 2√λ s, with as many more digits as cancel next to λ = 1,
    where it is 2s L_gen + (e^{−2s} I₀(2s) − 1)/2.

    >>> print(mpmath.nstr(cumulative_loss_value(200, -0.75, 30), 20))  # 1/(1 − λ)
    1.3333333333333333333
    >>> with mpmath.workdps(40):
    ...     print(*(mpmath.nstr(cumulative_loss_value(3, at, 20), 15) for at in (0, mpmath.mpf(10) ** -20)))
    1.49558206800984 1.49558206800984
    """
    if s == 0:
        return mpmath.mpf(0)
    if s == mp.inf:
        return 1 / -mpmath.mpmathify(excess) if excess < 0 else mp.inf
    return agreed(lambda: _cumulative(s, excess), digits, 3 * _lost(s, excess))


def marcum_q1_value(a: MpNumber, b: MpNumber, digits: int) -> MpNumber:
    """Return the Marcum Q-function Q₁(a, b), correct to `digits` digits relative to its size.

    It is entire in a² and in b², so that signs do not matter.

    >>> print(mpmath.nstr(marcum_q1_value(1, 1, 30), 20))  # (1 + e^{−1} I₀(1))/2
    0.73287980379682021825
    >>> print(mpmath.nstr(marcum_q1_value(1 + 1j, 2, 30), 12))
    (0.139076877452 + 0.28525257027j)
    """
    if not is_complex(a, b):
        return real_marcum_q1(_size(_real(a)), _size(_real(b)), digits)
    with mp.workprec(60):
        lost = 2 * mpmath.mag(2 + abs(mpmath.mpmathify(a)) ** 2 + abs(mpmath.mpmathify(b)) ** 2)
    return agreed(lambda: complex_marcum_q1(mpmath.mpmathify(a), mpmath.mpmathify(b)), digits, lost)


def scaled_bessel_i_value(n: MpNumber, x: MpNumber, digits: int) -> MpNumber:
    """Return e^{−x} I_n(x) for real or complex x, correct to `digits` digits.

    >>> print(mpmath.nstr(scaled_bessel_i_value(0, 10**12, 30), 20))
    3.9894228040148254572e-7
    """
    return agreed(lambda: scaled_bessel(n, mpmath.mpmathify(x)), digits, 0)


def _real(number: MpNumber) -> MpNumber:
    return number.real if isinstance(number, complex | mpmath.mpc) else number


def _size(number: MpNumber) -> MpNumber:
    """|number| with all of its digits, which `abs` rounds."""
    return number if number >= 0 else mpmath.fneg(mpmath.mpmathify(number), exact=True)


def _lam(excess: MpNumber) -> MpNumber:
    """λ at the working precision: next to 0 it is in the last bits of λ − 1."""
    lam = mpmath.mpmathify(excess) + 1
    if is_complex(lam) or lam.real <= 0:
        raise ValueError(f"λ = d/N_train must be a positive number, got λ = {mpmath.nstr(lam)}.")
    return lam.real


def _lost(s: MpNumber, excess: MpNumber) -> int:
    """Bits that closed forms may lose through the sizes of s, λ and λ − 1, and exponentials through that of (1+λ)s."""
    numbers = [mpmath.mpmathify(s), mpmath.mpmathify(excess)]
    with mp.workprec(2000 if abs(numbers[1] + 1) < 0.5 else 60):
        numbers.append(numbers[1] + 1)
    return sum(abs(mpmath.mag(number)) for number in numbers if number != 0) + 10


def _bessel(n: int, s: MpNumber, lam: MpNumber) -> MpNumber:
    """e^{−(1+λ)s} I_n(2√λ s)."""
    root = mpmath.sqrt(lam)
    return mpmath.exp(-((1 - root) ** 2) * s) * scaled_bessel(n, 2 * root * s)


def _training(s: MpNumber, excess: MpNumber) -> MpNumber:
    s, lam = mpmath.mpmathify(s), _lam(excess)
    return _bessel(1, s, lam) / (mpmath.sqrt(lam) * s)


def _generalization(s: MpNumber, excess: MpNumber) -> MpNumber:
    lam = _lam(excess)
    return complex_decaying_part(mpmath.mpmathify(s), lam) + max(mpmath.mpf(0), 1 - 1 / lam)


def _higher_average(k: int, s: MpNumber, excess: MpNumber) -> MpNumber:
    s, lam = mpmath.mpmathify(s), _lam(excess)
    below, here = mpmath.mpf(0), _training(s, excess)
    above = (1 + lam) * here - 2 * _bessel(2, s, lam) / s
    for j in range(k - 2):
        total = (j + 3 + 2 * (1 + lam) * s) * above - (2 * j * (1 + lam) + (1 - lam) ** 2 * s + 3 * (1 + lam)) * here
        total += j * (1 - lam) ** 2 * below
        below, here, above = here, above, total / s
    return above


def _moment(k: int, lam: MpNumber) -> MpNumber:
    """E ν^k = Σ_j N(k, j) λ^{j−1}, Narayana's numbers."""
    return sum(mpmath.binomial(k, j) * mpmath.binomial(k, j - 1) / k * lam ** (j - 1) for j in range(1, k + 1))


def _cumulative(s: MpNumber, excess: MpNumber) -> MpNumber:
    at, lam, digits = mpmath.mpmathify(s), _lam(excess), mp.dps
    zeroth = _bessel(0, at, lam)
    loss = _generalization(s, excess) if is_complex(s) else generalization_loss_value(s, excess, digits)
    if lam == 1:
        return 2 * at * loss + (zeroth - 1) / 2
    time = mpmath.sqrt(2 * at)
    if is_complex(time):
        tail = complex_marcum_q1(mpmath.sqrt(lam) * time, time)
    else:
        tail = real_marcum_q1(mpmath.sqrt(lam) * time, time, digits)
    if not is_complex(s):
        tail = tail.real
    return at * loss + (zeroth + lam - (1 + lam) * tail) / (lam * (1 - lam))
