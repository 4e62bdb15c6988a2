"""The regularized lower incomplete gamma function, which keeps its digits where it is small."""

import mpmath
from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Integer,
    Integral,
    Order,
    Rational,
    Symbol,
    erf,
    exp,
    factorial,
    gamma,
    oo,
    rf,
    sqrt,
    uppergamma,
)
from sympy import lowergamma as sympy_lowergamma
from sympy.printing.printer import Printer

from theory.functions.gamma_values import regularized_lower_gamma_value
from theory.generated_code import EvaluatorCode
from theory.numbers import digits_of, number_argument, to_number
from theory.requirements import positive, whole

__all__ = ["RegularizedLowerGamma"]

_NONE = Integer(0)


class RegularizedLowerGamma(EvaluatorCode, Function):
    """P(a, x) = γ(a, x)/Γ(a), the chi-square distribution function with 2a degrees of freedom at 2x; a > 0.

    SymPy writes γ(a, x) of whole and half-whole a as a sum that cancels at small x; this function stays as it is, and
    `expand_func` writes the sum. A third argument counts derivatives in a, which have no name of their own.

    Raises
    ------
    ValueError
        If a is known not to be positive.

    Examples
    --------
    >>> from sympy import expand_func, symbols
    >>> a, x = symbols("a x", positive=True)
    >>> RegularizedLowerGamma(Rational(1, 2), x), expand_func(RegularizedLowerGamma(1, x))
    (erf(sqrt(x)), 1 - exp(-x))
    >>> RegularizedLowerGamma(5, Rational(1, 10**6)).evalf(20)
    8.3333263888918650785e-33
    >>> RegularizedLowerGamma(a, x).diff(x), RegularizedLowerGamma(a, x).diff(a)
    (x**(a - 1)*exp(-x)/gamma(a), RegularizedLowerGamma(a, x, 1))
    """

    nargs = (2, 3)
    _float_evaluator = "numerics.special_functions.regularized_lower_gamma"

    @classmethod
    def eval(cls, a: Expr, x: Expr, order: Expr = _NONE) -> Expr | None:
        """Return the closed value at x = 0, x = ∞ and a = 1/2, else None."""
        positive(a, "The order a")
        whole(order, 0, "The number of derivatives")
        if x.is_zero:
            return Integer(0)
        if x is oo:
            return Integer(1) if order.is_zero else Integer(0)
        return erf(sqrt(x)) if order.is_zero and a == Rational(1, 2) else None

    @property
    def _order(self) -> Expr:
        """Number of derivatives in a that have been taken."""
        return self.args[2] if len(self.args) == 3 else Integer(0)

    def fdiff(self, argindex: int = 2) -> Expr:
        """∂P/∂x = x^{a−1} e^{−x}/Γ(a), or its derivatives in a; ∂P/∂a counts one up."""
        a, x = self.args[:2]
        if argindex == 1:
            return RegularizedLowerGamma(a, x, self._order + 1)
        varied = Dummy("a", positive=True)
        return (x ** (varied - 1) * exp(-x) / gamma(varied)).diff(varied, int(self._order)).subs(varied, a)

    def _eval_expand_func(self, **hints: object) -> Expr:
        """1 − e^{−x} Σ x^k/k! for whole a, erf √x − e^{−x} Σ x^{k+1/2}/Γ(k+3/2) for half-whole ones."""
        a, x = self.args[:2]
        if self._order != 0 or not (2 * a).is_Integer:
            return self
        if a.is_Integer:
            return 1 - Add(*(x**k / factorial(k) for k in range(int(a)))) * exp(-x)
        half = Rational(1, 2)
        return erf(sqrt(x)) - Add(*(x ** (k + half) / gamma(k + 3 * half) for k in range(int(a - half)))) * exp(-x)

    def _eval_rewrite_as_lowergamma(self, a: Expr, x: Expr, order: Expr = _NONE, **kwargs: object) -> Expr:
        return self if order != 0 else sympy_lowergamma(a, x) / gamma(a)

    def _eval_rewrite_as_uppergamma(self, a: Expr, x: Expr, order: Expr = _NONE, **kwargs: object) -> Expr:
        return self if order != 0 else 1 - uppergamma(a, x) / gamma(a)

    def _eval_rewrite_as_Integral(  # noqa: N802
        self, a: Expr, x: Expr, order: Expr = _NONE, **kwargs: object
    ) -> Expr:
        u = Dummy("u", positive=True)
        return self if order != 0 else Integral(u ** (a - 1) * exp(-u), (u, 0, x)) / gamma(a)

    def _eval_rewrite_as_tractable(
        self, a: Expr, x: Expr, order: Expr = _NONE, limitvar: Symbol | None = None, **kwargs: object
    ) -> Expr | None:
        """The elementary form, in which SymPy takes limits at x → ∞."""
        if limitvar is None or x.limit(limitvar, oo) is not oo or self._order != 0 or not (2 * a).is_Integer:
            return None
        return self._eval_expand_func().rewrite("tractable", deep=True, limitvar=limitvar)

    def _eval_nseries(self, x: Symbol, n: int, logx: Expr | None, cdir: int = 0) -> Expr:
        """x^a e^{−x}/Γ(a+1) Σ x^k/(a+1)_k where the argument vanishes."""
        a, argument = self.args[:2]
        if self._order != 0 or a.has(x) or not argument.limit(x, 0).is_zero:
            return super()._eval_nseries(x, n, logx, cdir)
        total = Add(*(argument**k / rf(a + 1, k) for k in range(n))) * exp(-argument)
        return argument**a / gamma(a + 1) * (total._eval_nseries(x, n, logx, cdir) + Order(x**n, x))

    def _eval_as_leading_term(self, x: Symbol, logx: Expr | None, cdir: int) -> Expr:
        a, argument = self.args[:2]
        end = argument.limit(x, 0)
        if end.is_zero and self._order == 0:
            return argument.as_leading_term(x, logx=logx, cdir=cdir) ** a / gamma(a + 1)
        return self.func(a, end, *self.args[2:])

    def _eval_evalf(self, prec: int) -> Expr | None:
        a, x = self.args[:2]
        rough = [number_argument(argument, 60) for argument in (a, x)]
        if None in rough or not self._order.is_Integer:
            return None
        extra = 30 + sum(max(0, int(mpmath.mag(number))) for number in rough if number)
        a, x = (number_argument(argument, prec + extra) for argument in (a, x))
        return to_number(regularized_lower_gamma_value(a, x, digits_of(prec), int(self._order)), prec)

    def _eval_is_real(self) -> bool | None:
        return True if self.args[0].is_positive and self.args[1].is_nonnegative else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self._order.is_zero and self.args[1].is_nonnegative else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        a, x = (printer._print(argument) for argument in self.args[:2])
        name, power = "P", "" if exp is None else f"^{{{exp}}}"
        if self._order != 0:
            times = "" if self._order == 1 else f"^{{{printer._print(self._order)}}}"
            name = rf"\partial_a{times} P"
            return rf"\left({name}\left({a}, {x}\right)\right){power}" if power else rf"{name}\left({a}, {x}\right)"
        return rf"{name}{power}\left({a}, {x}\right)"

    def _numpycode(self, printer: Printer) -> str:
        if self._order != 0:
            raise NotImplementedError("Derivatives of P(a, x) in a have code for mpmath only: lambdify with 'mpmath'.")
        return super()._numpycode(printer)

    def _mpmathcode(self, printer: Printer) -> str:
        a, x = (printer._print(argument) for argument in self.args[:2])
        function = printer._module_format("theory.functions.gamma_values.regularized_lower_gamma_value")
        return f"{function}({a}, {x}, {printer._module_format('mpmath.mp')}.dps, {printer._print(self._order)})"
