"""Between SymPy's numbers and mpmath's, with the precision said explicitly."""

import mpmath
from sympy import Expr, Float

__all__ = ["digits_of", "real_argument", "to_float"]


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
