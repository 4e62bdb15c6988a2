"""The Marcum Q-function of order one as a SymPy function: values, derivatives, and limits at infinity."""

from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Integer,
    Integral,
    Order,
    Poly,
    Symbol,
    besseli,
    ceiling,
    exp,
    oo,
    pi,
    simplify,
    sqrt,
)
from sympy.printing.printer import Printer

from theory.generated_code import EvaluatorCode
from theory.linear.evaluation import marcum_q1_value
from theory.linear.functions.scaled_bessel import ScaledBesselI, hankel_sum
from theory.numbers import digits_of, number_argument, to_number

__all__ = ["MarcumQ1"]


class MarcumQ1(EvaluatorCode, Function):
    """Marcum Q-function Q₁(a, b) = ∫_b^∞ x e^{−(x²+a²)/2} I₀(ax) dx for a, b ≥ 0.

    It is the survival function at b² of a noncentral chi-square law with two degrees of freedom and
    noncentrality a².

    Examples
    --------
    >>> from sympy import limit, symbols
    >>> a, b = symbols("a b", positive=True)
    >>> MarcumQ1(a, 0), MarcumQ1(0, b), MarcumQ1(a, a)
    (1, exp(-b**2/2), ScaledBesselI(0, a**2)/2 + 1/2)
    >>> MarcumQ1(a, b).diff(b)
    -b*exp(-(a - b)**2/2)*ScaledBesselI(0, a*b)
    >>> MarcumQ1(1, 2).evalf(30)
    0.269012060035909996678516959220
    >>> limit(exp(b**2 / 2) * MarcumQ1(b, 2 * b), b, oo), limit(MarcumQ1(3 * b, 2 * b), b, oo)
    (0, 1)
    """

    nargs = 2
    _float_evaluator = "numerics.special_functions.marcum_q1"
    _precise_evaluator = "theory.linear.evaluation.marcum_q1_value"

    @classmethod
    def eval(cls, a: Expr, b: Expr) -> Expr | None:
        """Return the closed value at b = 0, a = 0, a = b, a = ∞ and b = ∞, else None."""
        for value in (a, b):
            if value.is_extended_negative:
                raise ValueError(f"Q₁(a, b) is defined here for a, b ≥ 0, got {value}.")
        if b.is_zero:
            return Integer(1)
        if b is oo and a is not oo:
            return Integer(0)
        if a is oo and b is not oo:
            return Integer(1)
        if a.is_zero:
            return exp(-(b**2) / 2)
        if a == b:
            return (1 + ScaledBesselI(0, a**2)) / 2
        return None

    def fdiff(self, argindex: int = 1) -> Expr:
        """∂Q₁/∂a = b e^{−(a²+b²)/2} I₁(ab), ∂Q₁/∂b = −b e^{−(a²+b²)/2} I₀(ab)."""
        a, b = self.args
        weight = b * exp(-((a - b) ** 2) / 2)
        return weight * ScaledBesselI(1, a * b) if argindex == 1 else -weight * ScaledBesselI(0, a * b)

    def _eval_evalf(self, prec: int) -> Expr | None:
        a, b = (number_argument(arg, 60) for arg in self.args)
        if a is None or b is None:
            return None
        # The value falls like e^{−(b−a)²/2}: the arguments need as many more bits as that exponent has.
        extra = 20 + 2 * int(abs(b - a) + 1).bit_length() + int(abs(a) + abs(b) + 1).bit_length()
        a, b = (number_argument(arg, prec + extra) for arg in self.args)
        return to_number(marcum_q1_value(a, b, digits_of(prec)), prec)

    def _eval_rewrite_as_Integral(self, a: Expr, b: Expr, **kwargs: object) -> Expr:  # noqa: N802
        x = Dummy("x", positive=True)
        return Integral(x * exp(-(x**2 + a**2) / 2) * besseli(0, a * x), (x, b, oo))

    def _eval_rewrite_as_tractable(
        self, a: Expr, b: Expr, limitvar: Symbol | None = None, **kwargs: object
    ) -> Expr | None:
        """e^{−(b−a)²/2} Σ_k (a/b)^k e^{−ab}I_k(ab) for a < b, and by symmetry for a > b."""
        if limitvar is None or not any(argument.limit(limitvar, oo) is oo for argument in (a, b)):
            return None
        if not a.has(limitvar):
            return exp(-((b - a) ** 2) / 2) * _FarTail(a, b) / sqrt(2 * pi * a * b)
        if not b.has(limitvar):
            here = ScaledBesselI(0, a * b).rewrite("tractable", limitvar=limitvar)
            far = _FarTail(b, a) / sqrt(2 * pi * a * b)
            return 1 + exp(-((a - b) ** 2) / 2) * (here - far)
        ratio = simplify(a / b)
        if ratio.has(limitvar) or not ((ratio - 1).is_positive or (ratio - 1).is_negative):
            raise NotImplementedError(
                f"The limit of {self} is known where a/b is constant and known to lie above or below 1, got {ratio}."
            )
        below = ratio if (ratio - 1).is_negative else 1 / ratio
        tail = _RayTail(below, a * b) / sqrt(2 * pi * a * b)
        peak = exp(-(simplify((a - b) ** 2 / b**2) * b**2) / 2)
        if below == ratio:
            return peak * tail
        return 1 + peak * (ScaledBesselI(0, a * b).rewrite("tractable", limitvar=limitvar) - tail)

    def _eval_is_real(self) -> bool | None:
        return True if all(arg.is_nonnegative for arg in self.args) else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if all(arg.is_nonnegative for arg in self.args) else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        a, b = (printer._print(arg) for arg in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"Q_{{1}}{power}\left({a}, {b}\right)"


class _RayTail(Function):
    """√(2πy) Σ_k r^k e^{−y}I_k(y) for Gruntz's algorithm, at a fixed 0 < r < 1 with y → ∞.

    Hankel's coefficients are polynomials in k, whose sums over r^k are derivatives of 1/(1−r).
    """

    nargs = 2

    def _eval_aseries(self, n: int, args0: tuple[Expr, ...], x: Symbol, logx: Expr | None) -> Expr:
        r, y = self.args
        if args0[1] is not oo:
            return super()._eval_aseries(n, args0, x, logx)
        k, q, n = Symbol("k", integer=True), Dummy("q", positive=True), int(ceiling(n))
        sums = [1 / (1 - q)]
        for _ in range(2 * n + 2):
            sums.append((q * sums[-1].diff(q)).factor())
        in_k = Poly(hankel_sum(k, y, n + 1).expand(), k)
        total = Add(*(factor * sums[power].subs(q, r) for (power,), factor in in_k.terms()))
        return total._eval_nseries(x, n, logx) + Order(y ** -(n + 1), x)

    def _eval_as_leading_term(self, x: Symbol, logx: Expr | None, cdir: int) -> Expr:
        return 1 / (1 - self.args[0])

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[1].is_positive else None


class _FarTail(Function):
    """√(2πab) Σ_k (a/b)^k e^{−ab}I_k(ab) for Gruntz's algorithm, at a fixed a with b → ∞."""

    nargs = 2

    def _eval_aseries(self, n: int, args0: tuple[Expr, ...], x: Symbol, logx: Expr | None) -> Expr:
        a, b = self.args
        if args0[1] is not oo:
            return super()._eval_aseries(n, args0, x, logx)
        n = int(ceiling(n))
        terms = [(a / b) ** k * hankel_sum(Integer(k), a * b, n + 1 - k) for k in range(n + 1)]
        return Add(*terms)._eval_nseries(x, n, logx) + Order(b ** -(n + 1), x)

    def _eval_as_leading_term(self, x: Symbol, logx: Expr | None, cdir: int) -> Expr:
        return Integer(1)

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[1].is_positive else None
