"""The generalization loss summed up over time, which is what label noise makes of it."""

from typing import Any

from sympy import Dummy, Expr, Function, Integer, Piecewise, Rational, besseli, exp, oo, sqrt
from sympy.printing.printer import Printer

from theory.linear.losses import GeneralizationLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.marcum import MarcumQ1
from theory.numbers import digits_of

__all__ = ["CumulativeLoss"]


class CumulativeLoss(Function):
    """F(s, λ) = ∫₀ˢ L_gen du = E (1 − e^{−νs})/ν, in closed form for every λ > 0.

    s L_gen + [e^{−(1+λ)s} I₀(z) + λ − (1+λ) Q₁(√(2λs), √(2s))]/(λ(1−λ)), z = 2√λ s; at λ = 1 it is
    2s L_gen + (e^{−2s} I₀(2s) − 1)/2. For λ < 1 it ends at E 1/ν = 1/(1−λ).

    Raises
    ------
    ValueError
        If λ is known to be negative.

    Examples
    --------
    >>> from sympy import Rational
    >>> from theory.symbols import lam, s
    >>> CumulativeLoss(s, lam).diff(s)
    GeneralizationLoss(s, lambda)
    >>> CumulativeLoss(s, 1)
    2*s*(besseli(0, 2*s) + besseli(1, 2*s))*exp(-2*s) - 1/2 + exp(-2*s)*besseli(0, 2*s)/2
    >>> CumulativeLoss(200, Rational(1, 4)).evalf(15), CumulativeLoss(oo, Rational(1, 4))
    (1.33333333333333, 4/3)
    """

    nargs = 2

    @classmethod
    def eval(cls, s: Expr, lam: Expr) -> Expr | None:
        """Return the closed value at s = 0, s = ∞ and λ = 1, else None; reject a λ known to be negative."""
        if lam.is_extended_negative:
            raise ValueError(f"λ = d/N_train must be positive, got {lam}.")
        if s.is_zero:
            return Integer(0)
        if s is oo:
            return Piecewise((1 / (1 - lam), lam < 1), (oo, True))
        if lam == 1:
            return 2 * s * GeneralizationLoss(s, lam) + (exp(-2 * s) * besseli(0, 2 * s) - 1) / 2
        return None

    def fdiff(self, argindex: int = 1) -> Expr:
        """∂F/∂s = L_gen; ∂F/∂λ from the closed form."""
        s, lam = self.args
        return GeneralizationLoss(s, lam) if argindex == 1 else self.rewrite(MarcumQ1).diff(lam)

    def _eval_rewrite_as_MarcumQ1(self, s: Expr, lam: Expr, **kwargs: Any) -> Expr:  # noqa: N802
        marcum = MarcumQ1(sqrt(2 * lam * s), sqrt(2 * s))
        bessel = exp(-(1 + lam) * s) * besseli(0, 2 * sqrt(lam) * s)
        return s * GeneralizationLoss(s, lam) + (bessel + lam - (1 + lam) * marcum) / (lam * (1 - lam))

    def _eval_rewrite_as_Integral(self, s: Expr, lam: Expr, **kwargs: Any) -> Expr:  # noqa: N802
        nu = Dummy("nu", positive=True)
        return MarchenkoPastur(lam).angular_expectation((1 - exp(-nu * s)) / nu, nu, at_zero=s)

    def _eval_evalf(self, prec: int) -> Expr | None:
        if any(not argument.is_number for argument in self.args):
            return None
        s, lam = (Rational(argument) if argument.is_Float else argument for argument in self.args)
        # Next to λ = 1 the closed form cancels; SymPy raises its precision until the digits are there.
        return CumulativeLoss(s, lam).rewrite(MarcumQ1).evalf(digits_of(prec), maxn=20 * digits_of(prec))

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.args[0].is_nonnegative and self.args[1].is_positive else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        s, lam = (printer._print(argument) for argument in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"F{power}\left({s}, {lam}\right)"

    def _mpmathcode(self, printer: Printer) -> str:
        return f"({printer._print(self.rewrite(MarcumQ1))})"
