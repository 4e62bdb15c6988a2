"""Averages over the Marchenko–Pastur law as SymPy functions: values, derivatives, integrals, code."""

from collections.abc import Callable
from typing import ClassVar, Literal

from sympy import Dummy, Expr, Integer, Max, Poly, Rational, Symbol, exp, oo, sqrt, sympify
from sympy.core.function import ArgumentIndexError
from sympy.printing.printer import Printer

from theory.annotations import MpNumber, Sympifiable
from theory.generated_code import EvaluatorCode
from theory.linear.functions.spectral_series import SpectralSeries
from theory.linear.functions.time_integral import TimeIntegral
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.numbers import digits_of, number_argument, real_argument, to_number

__all__ = ["SpectralFunction"]


class SpectralFunction(EvaluatorCode, SpectralSeries):
    """E ν^k e^{−νs} over the Marchenko–Pastur law of λ; a subclass says what k, s and λ are among its arguments."""

    _of_power: ClassVar[dict[int | str, type["SpectralFunction"]]] = {}
    """The classes that have a name of their own, by their k, and the one for any other k."""
    _value: ClassVar[Callable[..., MpNumber]]
    """Value in multiple precision, of whole arguments before the time, time, λ − 1 and the digits asked for."""

    def __init_subclass__(cls, power: int | Literal["any"] | None = None, **options: object) -> None:
        super().__init_subclass__(**options)
        if power is not None:
            SpectralFunction._of_power[power] = cls
        if isinstance(power, int):
            cls._power = Integer(power)

    def _average(self, power: Expr) -> Expr:
        """The average with another k ≥ 0 at the same s and λ, and for k = −1 that of (1 − e^{−νs})/ν."""
        named = self._of_power.get(int(power)) if power.is_Integer else None
        return self._of_power["any"](power, *self.args[-2:]) if named is None else named(*self.args[-2:])

    @classmethod
    def _special_value(cls, power: Expr, s: Expr, lam: Expr) -> Expr | None:
        """Return the value at s = 0, s = ∞, λ = 0 and λ = ∞, else None; reject a λ known to be negative."""
        if lam.is_extended_negative:
            raise ValueError(f"λ = d/N_train must be positive, got {lam}.")
        if s.is_zero and power.is_Integer:
            return Integer(1) if lam.is_zero else MarchenkoPastur(lam).moment(int(power))
        if lam.is_zero:  # infinitely many samples: the covariance is the identity
            return exp(-s)
        if s is oo:
            return Max(0, 1 - 1 / lam) if power.is_zero else Integer(0)
        if lam is oo and s.is_extended_positive:
            return Integer(1) if power.is_zero else Integer(0)
        return None

    def fdiff(self, argindex: int = 1) -> Expr:
        """∂/∂s lowers by one more ν; ∂/∂λ of k ≥ 1 follows from 2λ ∂L_train/∂λ = s(1−λ)L_train + s ∂L_train/∂s.

        With M_k = E ν^k e^{−νs}: ∂M_k/∂s = −M_{k+1} and
        ∂M_k/∂λ = {s[(1−λ)M_k − M_{k+1}] + (k−1)[M_k − (1−λ)M_{k−1}]}/(2λ).
        """
        s, lam, k = self._time, self._lam, self._power
        above, last = self._average(k + 1), len(self.args)
        if argindex == last - 1:
            return -above
        if argindex != last:
            raise ArgumentIndexError(self, argindex)
        total = s * ((1 - lam) * self - above)
        if k != 1:
            total += (k - 1) * (self - (1 - lam) * self._average(k - 1))
        return total / (2 * lam)

    # --- values -------------------------------------------------------------------------------------------------------

    def _eval_evalf(self, prec: int) -> Expr | None:
        s, lam = self._time, self._lam
        if lam.is_Float:  # as the exact number that it is: in its own precision λ − 1 may be rounded
            lam = Rational(lam)
        rough_s, rough_excess = number_argument(s, 60), real_argument(lam - 1, 60)
        if rough_s is None or rough_excess is None or not self._power.is_Integer:
            return None
        if rough_excess <= -1:
            return None
        # The loss carries e^{−(1−√λ)²s}: relative errors of s and λ − 1 come out multiplied by that exponent.
        extra = 20 + int(abs(rough_s) * (2 + abs(rough_excess)) + 1).bit_length()
        s, excess = number_argument(s, prec + extra), real_argument(lam - 1, prec + extra)
        return to_number(self._value(*map(int, self.args[:-2]), s, excess, digits_of(prec)), prec)

    def _eval_rewrite_as_Integral(self, *args: Expr, **kwargs: object) -> Expr:  # noqa: N802
        nu = Dummy("nu", positive=True)
        return MarchenkoPastur(self._lam).expectation(nu**self._power * exp(-nu * self._time), nu)

    def _eval_is_real(self) -> bool | None:
        return True if self._time.is_real and self._lam.is_positive else None

    def _eval_is_positive(self) -> bool | None:
        return True if self._time.is_real and self._lam.is_positive else None

    # --- integrals ----------------------------------------------------------------------------------------------------

    def _eval_Integral(self, *symbols: object, **assumptions: object) -> Expr:  # noqa: N802
        return TimeIntegral(self, *symbols, **assumptions)

    def antiderivative(self, x: Symbol) -> Expr | None:
        """An antiderivative in x of this average where its time is linear in x, else None.

        >>> from theory import GeneralizationLoss, TrainingLoss
        >>> from theory.symbols import lam, s
        >>> TrainingLoss(2 * s, lam).antiderivative(s), GeneralizationLoss(s, lam).antiderivative(s)
        (-GeneralizationLoss(2*s, lambda)/2, CumulativeLoss(s, lambda))
        """
        if self._lam.has(x) or not self._time.is_polynomial(x):
            return None
        slope, *rest = Poly(self._time, x).all_coeffs()
        if len(rest) != 1 or not self._power.is_Integer:
            return None
        total = self._average(self._power - 1)
        return (total if self._power.is_zero else -total) / slope

    def laplace_transform(self, p: Sympifiable) -> Expr:
        """∫_0^∞ e^{−ps} E ν^k e^{−νs} ds = E ν^k/(ν + p), by the Stieltjes transform of the law.

        E 1/(ν + p) = m(−p), and E ν^k/(ν + p) = E ν^{k−1} − p E ν^{k−1}/(ν + p). Of the training loss it is the
        transform of a busy period, [1 + λ + p − √((1+λ+p)² − 4λ)]/(2λ).

        Examples
        --------
        >>> from sympy import Rational, symbols
        >>> from theory import GeneralizationLoss, TrainingLoss
        >>> from theory.symbols import lam, s
        >>> p = symbols("p", positive=True)
        >>> TrainingLoss(s, lam).laplace_transform(p)
        (lambda + p - sqrt(-4*lambda + (lambda + p + 1)**2) + 1)/(2*lambda)
        >>> GeneralizationLoss(s, Rational(1, 2)).laplace_transform(1)
        -3/2 + sqrt(17)/2
        """
        p, lam = sympify(p), self._lam
        scale, variable = self._time.as_independent(*self._time.free_symbols, as_Add=False)
        if not variable.is_Symbol or lam.has(variable):
            raise NotImplementedError(
                f"The Laplace transform is taken of a time that is a multiple of a symbol, got {self}."
            )
        p = p / scale
        low, high = MarchenkoPastur(lam).support
        root = sqrt((1 + lam + p) ** 2 - 4 * lam) if p.is_extended_nonnegative else sqrt(low + p) * sqrt(high + p)
        total = (1 + lam + p - root) / (2 * lam)
        if self._power.is_zero:
            return (1 - total) / (p * scale)
        for k in range(1, int(self._power)):
            total = MarchenkoPastur(lam).moment(k) - p * total
        return total / scale

    # --- print and code -----------------------------------------------------------------------------------------------

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        return self._latex_name(printer, "" if exp is None else f"^{{{exp}}}")

    def _latex_name(self, printer: Printer, power: str) -> str:
        raise NotImplementedError

    @property
    def _precise_evaluator(self) -> str:  # type: ignore[override]
        return f"theory.linear.evaluation.{self._value.__name__}"

    def _precise_arguments(self, printer: Printer) -> list[str]:
        """With λ − 1 in the place of λ, exactly: rounding it would cost a small λ its digits."""
        lam, fsub = self._lam, printer._module_format("mpmath.fsub")
        excess = f"{fsub}({printer._print(lam)}, 1, exact=True)" if lam.is_Symbol else printer._print(lam - 1)
        return [*map(printer._print, self.args[:-1]), excess]
