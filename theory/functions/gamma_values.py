"""The regularized incomplete gamma function and its inverse in numbers, with relative digits on both sides."""

import mpmath

from theory.annotations import MpNumber

__all__ = ["inverse_lower_gamma_value", "regularized_lower_gamma_value"]


def regularized_lower_gamma_value(a: MpNumber, x: MpNumber, digits: int, order: int = 0) -> MpNumber:
    """P(a, x) = γ(a, x)/Γ(a), or its derivative in a of this order, to `digits` digits.

    >>> print(mpmath.nstr(regularized_lower_gamma_value(5, mpmath.mpf(10) ** -60, 20), 15))
    8.33333333333333e-303
    """
    with mpmath.workdps(digits + 15 + _magnitude(a) + _magnitude(x)):
        a, x = mpmath.mpmathify(a), mpmath.mpmathify(x)
        if order:
            if not x:
                return mpmath.mpf(0)
            return mpmath.diff(lambda b: _lower(b, x), a, order)
        return _lower(a, x)


def inverse_lower_gamma_value(a: MpNumber, p: MpNumber, digits: int) -> mpmath.mpf:
    """The x at which P(a, x) = p, 0 ≤ p ≤ 1, to `digits` digits of p as it is.

    Newton's method, from a side on which it never passes the root. For p ≤ 1/2 on ln P(a, eᵘ), concave in u, from
    xᵃ = p Γ(a+1), as P ≤ xᵃ/Γ(a+1). For larger p on ln(1 − P), concave in x, which the first step leaves on the right.

    Examples
    --------
    >>> print(mpmath.nstr(inverse_lower_gamma_value(5, mpmath.mpf(1) / 2, 30), 20))
    4.6709088827959837203
    >>> print(mpmath.nstr(inverse_lower_gamma_value(5, mpmath.mpf(2) ** -1000, 30), 20))
    1.6212019461513703223e-60
    """
    with mpmath.workdps(digits + 20 + _magnitude(a)):
        a, p = mpmath.mpmathify(a), mpmath.mpmathify(p)
        q = mpmath.fsub(1, p, exact=True)
        if not p or not q:
            return mpmath.mpf(0) if not p else mpmath.inf
        accuracy = mpmath.mpf(10) ** -(digits + 5)
        x = mpmath.exp((mpmath.log(p) + mpmath.loggamma(a + 1)) / a)
        if p > 0.5:
            x = max(x, a)
        while True:
            density = mpmath.exp((a - 1) * mpmath.log(x) - x - mpmath.loggamma(a))
            if p <= 0.5:
                below = _lower(a, x)
                step = mpmath.expm1(mpmath.log(p / below) * below / (density * x)) * x
            else:
                above = _upper(a, x)
                step = mpmath.log(above / q) * above / density
                step = max(step, -x / 2)
            x += step
            if abs(step) < accuracy * x:
                return x


def _lower(a: MpNumber, x: MpNumber) -> MpNumber:
    """x^a e^{−x}/Γ(a+1) Σ x^k/(a+1)_k, whose terms are positive for x > 0, or 1 − Q where Q counts for little."""
    if not x:
        return mpmath.mpf(0)
    real = not (mpmath.im(x) or mpmath.im(a))
    if real and x > a + 1 and x > a + 10 * mpmath.sqrt(a + mpmath.mp.dps):
        return 1 - _upper(a, x)
    total = term = mpmath.mpf(1)
    k = 0
    while abs(term) > abs(total) * mpmath.ldexp(1, -mpmath.mp.prec) or (abs(x) > abs(a + k)):
        k += 1
        term *= x / (a + k)
        total += term
    return total * mpmath.exp(a * mpmath.log(x) - x - mpmath.loggamma(a + 1))


def _upper(a: MpNumber, x: MpNumber) -> MpNumber:
    """Q = 1 − P: by its continued fraction (Lentz) for x > a + 1, where it may be small."""
    if x <= a + 1:
        return 1 - _lower(a, x)
    b = x + 1 - a
    c, d = mpmath.inf, 1 / b
    value, k = d, 0
    while True:
        k += 1
        numerator = -k * (k - a)
        b += 2
        d = 1 / (numerator * d + b)
        c = b + (numerator / c if c != mpmath.inf else 0)
        change = c * d
        value *= change
        if abs(change - 1) < mpmath.ldexp(1, 4 - mpmath.mp.prec):
            return value * mpmath.exp(a * mpmath.log(x) - x - mpmath.loggamma(a))


def _magnitude(number: MpNumber) -> int:
    """Decimal digits before the point."""
    return max(0, int(mpmath.mag(number) / 3.3)) if number else 0
