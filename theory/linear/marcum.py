"""The Marcum Q-function of order one as a SymPy function that evaluates and differentiates."""

from typing import Any

from sympy import Dummy, Expr, Function, Integer, Integral, Rational, besseli, exp, oo
from sympy.printing.printer import Printer

from theory.linear.evaluation import marcum_q1_value
from theory.numbers import digits_of, real_argument, to_float

__all__ = ["MarcumQ1"]


class MarcumQ1(Function):
    """Marcum Q-function Q₁(a, b) = ∫_b^∞ x e^{−(x²+a²)/2} I₀(ax) dx for a, b ≥ 0.

    It is the survival function at b² of a noncentral chi-square law with two degrees of freedom and
    noncentrality a².

    Examples
    --------
    >>> from sympy import symbols
    >>> a, b = symbols("a b", positive=True)
    >>> MarcumQ1(a, 0), MarcumQ1(0, b), MarcumQ1(a, a)
    (1, exp(-b**2/2), 1/2 + exp(-a**2)*besseli(0, a**2)/2)
    >>> MarcumQ1(a, b).diff(b)
    -b*exp(-a**2/2 - b**2/2)*besseli(0, a*b)
    >>> MarcumQ1(1, 2).evalf(30)
    0.269012060035909996678516959220
    """

    nargs = 2

    @classmethod
    def eval(cls, a: Expr, b: Expr) -> Expr | None:
        """Return the closed value at b = 0, a = 0, a = b and b = ∞, else None."""
        for value in (a, b):
            if value.is_extended_negative:
                raise ValueError(f"Q₁(a, b) is defined here for a, b ≥ 0, got {value}.")
        if b.is_zero:
            return Integer(1)
        if b is oo:
            return Integer(0)
        if a.is_zero:
            return exp(-(b**2) / 2)
        if a == b:
            return Rational(1, 2) + exp(-(a**2)) * besseli(0, a**2) / 2
        return None

    def fdiff(self, argindex: int = 1) -> Expr:
        """∂Q₁/∂a = b e^{−(a²+b²)/2} I₁(ab), ∂Q₁/∂b = −b e^{−(a²+b²)/2} I₀(ab)."""
        a, b = self.args
        weight = b * exp(-(a**2) / 2 - b**2 / 2)
        return weight * besseli(1, a * b) if argindex == 1 else -weight * besseli(0, a * b)

    def _eval_evalf(self, prec: int) -> Expr | None:
        a, b = (real_argument(arg, prec) for arg in self.args)
        if a is None or b is None:
            return None
        # The value falls like e^{−(b−a)²/2}: the arguments need as many more bits as that exponent has.
        extra = 20 + 2 * int(abs(b - a) + 1).bit_length() + int(a + b + 1).bit_length()
        a, b = (real_argument(arg, prec + extra) for arg in self.args)
        return to_float(marcum_q1_value(a, b, digits_of(prec)), prec)

    def _eval_rewrite_as_Integral(self, a: Expr, b: Expr, **kwargs: Any) -> Expr:  # noqa: N802
        x = Dummy("x", positive=True)
        return Integral(x * exp(-(x**2 + a**2) / 2) * besseli(0, a * x), (x, b, oo))

    def _eval_is_real(self) -> bool | None:
        return True if all(arg.is_nonnegative for arg in self.args) else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if all(arg.is_nonnegative for arg in self.args) else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        a, b = (printer._print(arg) for arg in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"Q_{{1}}{power}\left({a}, {b}\right)"

    def _mpmathcode(self, printer: Printer) -> str:
        a, b = (printer._print(arg) for arg in self.args)
        function = printer._module_format("theory.linear.evaluation.marcum_q1_value")
        return f"{function}({a}, {b}, {printer._module_format('mpmath.mp')}.dps)"
