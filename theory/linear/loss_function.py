"""What both losses have in common as SymPy functions of (s, λ): special values, evaluation, series, printing."""

from typing import Any

import mpmath
from sympy import Dummy, Expr, Function, Integer, Order, Rational, Symbol, exp, factorial, oo, sympify
from sympy.printing.pretty.stringpict import prettyForm
from sympy.printing.printer import Printer

from theory.annotations import MpNumber, Sympifiable
from theory.linear.late_time import published_training_loss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.numbers import digits_of, real_argument, to_float

__all__ = ["LossFunction"]


class LossFunction(Function):
    """What both losses share: arguments, evaluation, printing."""

    nargs = 2
    _subscript = ""

    @classmethod
    def eval(cls, s: Expr, lam: Expr) -> Expr | None:
        """Return the closed value at s = 0, s = ∞, λ = 0 and λ = 1, else None; reject a λ known to be negative."""
        if lam.is_extended_negative:
            raise ValueError(f"λ = d/N_train must be positive, got {lam}.")
        if s.is_zero:
            return Integer(1)
        if lam.is_zero:  # infinitely many samples: the covariance is the identity
            return exp(-s)
        if s is oo:
            return cls._plateau(lam)
        return cls._at_lam_one(s) if lam is Integer(1) else None

    @staticmethod
    def _plateau(lam: Expr) -> Expr:
        raise NotImplementedError

    @staticmethod
    def _at_lam_one(s: Expr) -> Expr:
        raise NotImplementedError

    def late_time(self, n: int = 1) -> Expr:
        """Return the late-time expansion."""
        raise NotImplementedError

    def late_time_remainder(self, n: int = 1) -> Expr:
        """Return a bound on the distance to `late_time(n)`."""
        raise NotImplementedError

    def _eval_evalf(self, prec: int) -> Expr | None:
        s, lam = self.args
        if lam.is_Float:  # as the exact number that it is: in its own precision λ − 1 may be rounded
            lam = Rational(lam)
        rough_s, rough_excess = real_argument(s, 60), real_argument(lam - 1, 60)
        if rough_s is None or rough_excess is None:
            return None
        if rough_excess <= -1:
            return None
        # The loss carries e^{−(1−√λ)²s}: relative errors of s and λ − 1 come out multiplied by that exponent.
        extra = 20 + int(abs(rough_s) * (2 + abs(rough_excess)) + 1).bit_length()
        value = self._value(real_argument(s, prec + extra), real_argument(lam - 1, prec + extra), digits_of(prec))
        return to_float(value, prec)

    @staticmethod
    def _value(s: MpNumber, excess: MpNumber, digits: int) -> mpmath.mpf:
        raise NotImplementedError

    def _eval_rewrite_as_Integral(self, s: Expr, lam: Expr, **kwargs: Any) -> Expr:  # noqa: N802
        nu = Dummy("nu", positive=True)
        return MarchenkoPastur(lam).expectation(self._spectral_factor(nu) * exp(-nu * s), nu)

    @staticmethod
    def _spectral_factor(nu: Expr) -> Expr:
        raise NotImplementedError

    def series(
        self, x: Symbol | None = None, x0: Sympifiable = 0, n: int | None = 6, dir: str = "+", **kwargs: Any
    ) -> Expr:
        """Series in the time s: around 0 from the moments of the spectrum, around infinity `late_time`.

        SymPy's own route through its Bessel series at infinity has wrong signs, so it is not taken.
        """
        s, _ = self.args
        terms = 1 if n is None else n
        if isinstance(s, Symbol) and x in (None, s):
            if sympify(x0) is oo:
                return self._late_series(terms)
            if sympify(x0).is_zero:
                return self._early_sum(terms) + Order(s**terms, s)
        raise NotImplementedError(f"Series exist in the time s around 0 and infinity, got {self} in {x} around {x0}.")

    def _early_sum(self, n: int) -> Expr:
        """Σ_{k<n} (−s)^k/k! times the moments of the spectrum that the loss averages."""
        s, lam = self.args
        law = MarchenkoPastur(lam)
        first = 0 if self._spectral_factor(Integer(2)) == 1 else 1
        return sum(((-s) ** k * law.moment(k + first) / factorial(k) for k in range(n)), Integer(0))

    def _eval_nseries(self, x: Symbol, n: int, logx: Expr | None, cdir: int = 0) -> Expr:
        s, lam = self.args
        if lam.has(x) or not s.subs(x, 0).is_zero:
            raise NotImplementedError(f"{self} has a power series only around s = 0.")
        return self._early_sum(n).series(x, 0, n) if s != x else self._early_sum(n) + Order(x**n, x)

    def aseries(self, x: Symbol | None = None, n: int = 6, bound: int = 0, hir: bool = False) -> Expr:
        """Late-time series, as `series` around infinity."""
        return self.series(x, oo, n)

    def _late_series(self, n: int) -> Expr:
        return self.late_time(n)

    def _eval_rewrite_as_tractable(self, s: Expr, lam: Expr, limitvar: Any = None, **kwargs: Any) -> Expr | None:
        """Leading late-time behaviour, through which SymPy takes limits at s → ∞ for a number λ ≠ 1."""
        if limitvar is None or not lam.is_number or s.limit(limitvar, oo) is not oo:
            return None
        return self._plateau(lam) + published_training_loss(s, lam) / self._late_divisor(lam)

    @staticmethod
    def _late_divisor(lam: Expr) -> Expr:
        return Integer(1)

    def _eval_is_real(self) -> bool | None:
        return True if self.args[0].is_nonnegative and self.args[1].is_positive else None

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_nonnegative and self.args[1].is_positive else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        s, lam = (printer._print(arg) for arg in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"L_{{\mathrm{{{self._subscript}}}}}{power}\left({s}, {lam}\right)"

    def _pretty(self, printer: Printer) -> prettyForm:
        return printer._print_Function(self, func_name=f"L_{self._subscript}")

    # Generated code names the stable evaluators; nothing is imported until that code runs.
    def _numpycode(self, printer: Printer) -> str:
        s, lam = (printer._print(arg) for arg in self.args)
        return f"{printer._module_format('numerics.losses.' + self._evaluator)}({s}, {lam})"

    _scipycode = _numpycode

    def _mpmathcode(self, printer: Printer) -> str:
        s, lam = self.args
        # λ − 1 exactly: rounding it would cost a small λ its digits.
        fsub = printer._module_format("mpmath.fsub")
        excess = f"{fsub}({printer._print(lam)}, 1, exact=True)" if lam.is_Symbol else printer._print(lam - 1)
        function = printer._module_format(f"theory.linear.evaluation.{self._evaluator}_value")
        return f"{function}({printer._print(s)}, {excess}, {printer._module_format('mpmath.mp')}.dps)"

    _evaluator = ""
