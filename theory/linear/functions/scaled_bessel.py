"""The modified Bessel function without its exponential growth, with the right series at infinity."""

import mpmath
from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Integer,
    Integral,
    Order,
    Symbol,
    besseli,
    ceiling,
    cos,
    exp,
    factorial,
    oo,
    pi,
    sqrt,
)
from sympy.core.function import ArgumentIndexError
from sympy.printing.printer import Printer

from theory.generated_code import EvaluatorCode
from theory.linear.evaluation import scaled_bessel_i_value
from theory.numbers import digits_of, number_argument, to_number

__all__ = ["ScaledBesselI", "hankel_sum"]


class ScaledBesselI(EvaluatorCode, Function):
    """Exponentially scaled modified Bessel function e^{−x} I_n(x).

    It does not overflow, and its series at infinity, (2πx)^{−1/2} Σ (−1)^m a_m(n)/x^m with Hankel's a_m, has the right
    signs, which SymPy's series of `besseli` has not.

    Examples
    --------
    >>> from sympy import limit, symbols
    >>> x = symbols("x", positive=True)
    >>> ScaledBesselI(1, x).diff(x)
    ScaledBesselI(0, x)/2 - ScaledBesselI(1, x) + ScaledBesselI(2, x)/2
    >>> ScaledBesselI(1, x).rewrite(besseli)
    exp(-x)*besseli(1, x)
    >>> limit(x * (sqrt(2 * pi * x) * ScaledBesselI(1, x) - 1), x, oo)
    -3/8
    >>> ScaledBesselI(1, 10**6).evalf(20)
    0.00039894213079803077631
    """

    nargs = 2
    _float_evaluator = "numerics.special_functions.scaled_bessel_i"
    _precise_evaluator = "theory.linear.evaluation.scaled_bessel_i_value"

    @classmethod
    def eval(cls, n: Expr, x: Expr) -> Expr | None:
        """Return the closed value at x = 0 and x = ∞; whole orders are brought to n ≥ 0."""
        if n.is_Integer and n.is_negative:
            return cls(-n, x)
        if x.is_zero and n.is_Integer:
            return Integer(1) if n.is_zero else Integer(0)
        return Integer(0) if x is oo else None

    def fdiff(self, argindex: int = 2) -> Expr:
        """∂/∂x = (e^{−x}I_{n−1} + e^{−x}I_{n+1})/2 − e^{−x}I_n."""
        n, x = self.args
        if argindex == 1:
            raise ArgumentIndexError(self, argindex)
        if n.is_zero:
            return ScaledBesselI(1, x) - self
        return (ScaledBesselI(n - 1, x) + ScaledBesselI(n + 1, x)) / 2 - self

    def _eval_rewrite_as_besseli(self, n: Expr, x: Expr, **kwargs: object) -> Expr:
        return exp(-x) * besseli(n, x)

    def _eval_rewrite_as_Integral(self, n: Expr, x: Expr, **kwargs: object) -> Expr:  # noqa: N802
        if not n.is_integer:
            return self
        theta = Dummy("theta", real=True)
        return Integral(exp(x * (cos(theta) - 1)) * cos(n * theta), (theta, 0, pi)) / pi

    def _eval_rewrite_as_tractable(
        self, n: Expr, x: Expr, limitvar: Symbol | None = None, **kwargs: object
    ) -> Expr | None:
        if limitvar is None or n.has(limitvar) or x.limit(limitvar, oo) is not oo:
            return None
        return _BesselTail(n, x) / sqrt(2 * pi * x)

    def _eval_aseries(self, n: int, args0: tuple[Expr, ...], x: Symbol, logx: Expr | None) -> Expr:
        order, argument = self.args
        if args0[1] is not oo:
            return super()._eval_aseries(n, args0, x, logx)
        count = int(ceiling(n)) + 1
        tail = hankel_sum(order, argument, count)._eval_nseries(x, n, logx) + Order(argument**-count, x)
        return (tail / sqrt(2 * pi * argument)).expand()

    def _eval_as_leading_term(self, x: Symbol, logx: Expr | None, cdir: int) -> Expr:
        n, argument = self.args
        end = argument.limit(x, 0)
        if end is oo:
            return (1 / sqrt(2 * pi * argument)).as_leading_term(x, logx=logx, cdir=cdir)
        if end.is_zero and n.is_Integer:
            return (argument.as_leading_term(x, logx=logx, cdir=cdir) / 2) ** n / factorial(n)
        return self.subs(x, 0)

    def _eval_evalf(self, prec: int) -> Expr | None:
        n, x = (number_argument(argument, prec + 20) for argument in self.args)
        if n is None or x is None:
            return None
        # The exponential multiplies the relative error of x by |x|.
        x = number_argument(self.args[1], prec + 20 + max(0, mpmath.mag(x)))
        return to_number(scaled_bessel_i_value(n, x, digits_of(prec)), prec)

    def _eval_is_real(self) -> bool | None:
        return True if self.args[0].is_integer and self.args[1].is_real else None

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_nonnegative and self.args[1].is_positive else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        n, x = (printer._print(argument) for argument in self.args)
        product = rf"e^{{- {x}}} I_{{{n}}}\left({x}\right)"
        return product if exp is None else rf"\left({product}\right)^{{{exp}}}"


def hankel_sum(n: Expr, x: Expr, count: int) -> Expr:
    """Σ_{m<count} (−1)^m a_m(n)/x^m, a_m = Π_{j≤m} (4n² − (2j−1)²)/(m! 8^m).

    >>> hankel_sum(Integer(1), Symbol("x"), 3)
    1 - 3/(8*x) - 15/(128*x**2)
    """
    terms = [Integer(1)]
    for m in range(1, count):
        terms.append(-terms[-1] * (4 * n**2 - (2 * m - 1) ** 2) / (8 * m * x))
    return Add(*terms)


class _BesselTail(Function):
    """√(2πx) e^{−x} I_n(x) for Gruntz's algorithm, 1 at infinity."""

    nargs = 2

    def _eval_aseries(self, n: int, args0: tuple[Expr, ...], x: Symbol, logx: Expr | None) -> Expr:
        order, argument = self.args
        if args0[1] is not oo:
            return super()._eval_aseries(n, args0, x, logx)
        count = int(ceiling(n)) + 1
        return hankel_sum(order, argument, count)._eval_nseries(x, n, logx) + Order(argument**-count, x)

    def _eval_as_leading_term(self, x: Symbol, logx: Expr | None, cdir: int) -> Expr:
        return Integer(1)

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[1].is_positive else None
