"""Between SymPy's numbers and mpmath's, with the precision said explicitly."""

import mpmath
from sympy import Expr, Float, I

from theory.annotations import MpNumber

__all__ = ["digits_of", "number_argument", "real_argument", "to_float", "to_number"]


def real_argument(argument: Expr, prec: int) -> mpmath.mpf | None:
    """Value of a real number as an mpmath number with `prec` bits; None for anything symbolic or complex."""
    if not argument.is_number:
        return None
    value = argument.evalf(int(prec / 3.32) + 2)
    return value._to_mpmath(prec) if value.is_Float or value.is_Rational else None


def digits_of(prec: int) -> int:
    """Decimal digits that cover `prec` bits."""
    return int(prec / 3.32) + 2


def to_float(value: mpmath.mpf, prec: int) -> Float:
    """An mpmath number as a SymPy Float of `prec` bits."""
    with mpmath.workprec(prec):
        return Float._new((+value)._mpf_, prec)


def number_argument(argument: Expr, prec: int) -> mpmath.mpf | mpmath.mpc | None:
    """Value of a real or complex number as an mpmath number with `prec` bits; None for anything symbolic.

    >>> from sympy import sqrt
    >>> number_argument(1 + sqrt(2) * I, 60)
    mpc(real='1.0', imag='1.4142135623730951')
    """
    if not argument.is_number:
        return None
    parts = [real_argument(part, prec) for part in argument.as_real_imag()]
    if None in parts:
        return None
    real, imaginary = parts
    return real if imaginary == 0 else mpmath.mpc(real, imaginary)


def to_number(value: MpNumber, prec: int) -> Expr:
    """An mpmath number, real or complex, as a SymPy number of `prec` bits."""
    if not isinstance(value, mpmath.mpc):
        return to_float(value, prec)
    return to_float(value.real, prec) + I * to_float(value.imag, prec)
