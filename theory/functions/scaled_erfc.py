"""The complementary error function without its exponential decay."""

import mpmath
from sympy import Expr, Function, Integer, Symbol, erfc, exp, oo, pi, sqrt
from sympy.core.function import ArgumentIndexError
from sympy.printing.printer import Printer

from theory.annotations import MpNumber
from theory.generated_code import EvaluatorCode
from theory.numbers import digits_of, number_argument, to_number

__all__ = ["ScaledErfc", "scaled_erfc_value"]


class ScaledErfc(EvaluatorCode, Function):
    """e^{y²} erfc(y), which neither over- nor underflows for y ≥ 0: 1 at y = 0 and 1/(√π y) for y → ∞.

    Examples
    --------
    >>> from sympy import symbols
    >>> y = symbols("y", positive=True)
    >>> ScaledErfc(y).diff(y), ScaledErfc(y).rewrite(erfc)
    (2*y*ScaledErfc(y) - 2/sqrt(pi), exp(y**2)*erfc(y))
    >>> ScaledErfc(10**6).evalf(20)
    5.6418958354747419216e-7
    """

    nargs = 1
    _float_evaluator = "numerics.special_functions.scaled_erfc"
    _precise_evaluator = "theory.functions.scaled_erfc.scaled_erfc_value"

    @classmethod
    def eval(cls, y: Expr) -> Expr | None:
        """Return the value at y = 0 and y = ∞, else None."""
        if y.is_zero:
            return Integer(1)
        return Integer(0) if y is oo else None

    def fdiff(self, argindex: int = 1) -> Expr:
        """∂/∂y = 2y e^{y²} erfc(y) − 2/√π."""
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        return 2 * self.args[0] * self - 2 / sqrt(pi)

    def _eval_rewrite_as_erfc(self, y: Expr, **kwargs: object) -> Expr:
        return exp(y**2) * erfc(y)

    def _eval_rewrite_as_tractable(self, y: Expr, limitvar: Symbol | None = None, **kwargs: object) -> Expr | None:
        """SymPy's own series at infinity, where the argument is known to go there."""
        if limitvar is None or not y.has(limitvar):
            return None
        end = y.limit(limitvar, oo)
        if end is not oo and end.free_symbols:
            raise NotImplementedError(f"The limit depends on whether {end} is finite: give the symbols in it values.")
        return self.rewrite(erfc).rewrite("tractable", deep=True, limitvar=limitvar) if end is oo else None

    def _eval_evalf(self, prec: int) -> Expr | None:
        rough = number_argument(self.args[0], 60)
        if rough is None:
            return None
        y = number_argument(self.args[0], prec + 20 + 2 * max(0, int(mpmath.mag(rough))))
        return to_number(scaled_erfc_value(y, digits_of(prec)), prec)

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_real else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        value = rf"\operatorname{{erfcx}}\left({printer._print(self.args[0])}\right)"
        return value if exp is None else rf"{value}^{{{exp}}}"


def scaled_erfc_value(y: MpNumber, digits: int) -> MpNumber:
    """Value of `ScaledErfc` to `digits` digits.

    >>> print(mpmath.nstr(scaled_erfc_value(mpmath.mpf(10) ** 6, 20), 15))
    5.64189583547474e-7
    """
    with mpmath.workdps(digits + 10):
        y = mpmath.mpmathify(y)
    with mpmath.workdps(digits + 10 + 2 * max(0, int(mpmath.mag(y) / 3.3)) if y else digits):
        return mpmath.exp(y**2) * mpmath.erfc(y)
