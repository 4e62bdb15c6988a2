"""Half the quantile of the chi-square law as a SymPy function that evaluates and differentiates."""

import mpmath
from sympy import Expr, Function, Integer, Rational, erfinv, exp, gamma, log, oo
from sympy.printing.printer import Printer

from theory.annotations import MpNumber
from theory.numbers import real_argument, to_float

__all__ = ["InverseLowerGamma", "inverse_lower_gamma_value"]

_HALF = Rational(1, 2)


class InverseLowerGamma(Function):
    """The x ≥ 0 at which γ(a, x)/Γ(a) equals p, 0 ≤ p < 1: half the chi-square quantile with 2a degrees of freedom.

    Examples
    --------
    >>> from sympy import lowergamma, symbols
    >>> a, p = symbols("a p", positive=True)
    >>> InverseLowerGamma(1, p), InverseLowerGamma(_HALF, p)
    (-log(1 - p), erfinv(p)**2)
    >>> x = InverseLowerGamma(5, Rational(1, 3))
    >>> x.evalf(30)
    3.80605451671231522559919755862
    >>> (lowergamma(5, x) / gamma(5)).evalf(25)
    0.3333333333333333333333333
    """

    nargs = 2

    @classmethod
    def eval(cls, a: Expr, p: Expr) -> Expr | None:
        """Return the closed value at p = 0, p = 1, a = 1/2 and a = 1, else None."""
        if p.is_zero:
            return Integer(0)
        if p == 1:
            return oo
        if a == 1:
            return -log(1 - p)
        return erfinv(p) ** 2 if a == _HALF else None

    def fdiff(self, argindex: int = 2) -> Expr:
        """∂x/∂p = Γ(a) x^{1−a} eˣ; the derivative in a is left as it is."""
        if argindex == 1:
            return super().fdiff(argindex)
        a, _ = self.args
        return gamma(a) * self ** (1 - a) * exp(self)

    def _eval_evalf(self, prec: int) -> Expr | None:
        a, p = (real_argument(argument, prec + 20) for argument in self.args)
        if a is None or p is None or a <= 0 or not 0 < p < 1:
            return None
        with mpmath.workprec(prec + 20):
            return to_float(inverse_lower_gamma_value(a, p, mpmath.mp.dps), prec)

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[1].is_positive else None

    def _mpmathcode(self, printer: Printer) -> str:
        a, p = (printer._print(argument) for argument in self.args)
        function = printer._module_format("theory.inverse_gamma.inverse_lower_gamma_value")
        return f"{function}({a}, {p}, {printer._module_format('mpmath.mp')}.dps)"


def inverse_lower_gamma_value(a: MpNumber, p: MpNumber, digits: int) -> mpmath.mpf:
    """Value of `InverseLowerGamma` to `digits` digits, by Newton's method on ln γ(a, eᵘ) in u = ln x.

    That function is concave and γ(a, x) ≤ xᵃ/a, so from xᵃ = p Γ(a+1) the iteration climbs to the root and never
    passes it.

    Examples
    --------
    >>> print(mpmath.nstr(inverse_lower_gamma_value(5, mpmath.mpf(1) / 2, 30), 20))
    4.6709088827959837203
    """
    with mpmath.workdps(digits + 15):
        a, p = mpmath.mpf(a), mpmath.mpf(p)
        u = (mpmath.log(p) + mpmath.loggamma(a + 1)) / a
        while True:
            x = mpmath.exp(u)
            below = mpmath.gammainc(a, 0, x, regularized=True)
            slope = mpmath.exp(a * u - x - mpmath.loggamma(a)) / below
            step = mpmath.log(p / below) / slope
            u += step
            if abs(step) < mpmath.mpf(10) ** -(digits + 5):
                return mpmath.exp(u)
