"""Half the quantile of the chi-square law as a SymPy function that evaluates and differentiates."""

import mpmath
from sympy import Expr, Function, Integer, Rational, erfinv, exp, gamma, log, oo
from sympy.printing.printer import Printer

from theory.functions.gamma_values import inverse_lower_gamma_value
from theory.functions.lower_gamma import RegularizedLowerGamma
from theory.generated_code import EvaluatorCode
from theory.numbers import digits_of, real_argument, to_float
from theory.requirements import positive

__all__ = ["InverseLowerGamma"]

_HALF, _EDGE = Rational(1, 2), Rational(1, 10**6)


class InverseLowerGamma(EvaluatorCode, Function):
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
    _float_evaluator = "numerics.special_functions.inverse_lower_gamma"
    _precise_evaluator = "theory.functions.gamma_values.inverse_lower_gamma_value"

    @classmethod
    def eval(cls, a: Expr, p: Expr) -> Expr | None:
        """Return the closed value at p = 0, p = 1, a = 1/2 and a = 1, else None."""
        positive(a, "The order a")
        if p.is_extended_negative or (1 - p).is_extended_negative or p.is_extended_real is False:
            raise ValueError(f"The probability p must lie between 0 and 1, got {p}.")
        if p.is_zero:
            return Integer(0)
        if p == 1:
            return oo
        # SymPy's values of the closed forms lose their digits next to p = 0 and p = 1, those of this function do not.
        if p.is_number and not _EDGE < p < 1 - _EDGE:
            return None
        if a == 1:
            return -log(1 - p)
        return erfinv(p) ** 2 if a == _HALF else None

    def fdiff(self, argindex: int = 2) -> Expr:
        """∂x/∂p = Γ(a) x^{1−a} eˣ and ∂x/∂a = −∂x/∂p ∂P/∂a, from P(a, x) = p."""
        a, _ = self.args
        slope = gamma(a) * self ** (1 - a) * exp(self)
        return slope if argindex == 2 else -slope * RegularizedLowerGamma(a, self, 1)

    def _eval_evalf(self, prec: int) -> Expr | None:
        a, p = self.args
        order, rest = real_argument(a, 60), real_argument(1 - p, 60)
        if order is None or rest is None or order <= 0 or not p.is_extended_positive or rest <= 0:
            return None
        # Next to p = 1 the digits of 1 − p count.
        bits = prec + 30 + max(0, -int(mpmath.mag(rest))) + max(0, int(mpmath.mag(order)))
        value = inverse_lower_gamma_value(real_argument(a, bits), real_argument(p, bits), digits_of(prec))
        return to_float(value, prec)

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[1].is_positive else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        a, p = (printer._print(argument) for argument in self.args)
        value = rf"P^{{-1}}\left({a}, {p}\right)"
        return value if exp is None else rf"\left({value}\right)^{{{exp}}}"
