"""Probability that one Poisson count is at least another, which the generalization loss is made of."""

from sympy import Expr, Function, Integer, Symbol, exp, sqrt
from sympy.printing.printer import Printer

from theory.generated_code import EvaluatorCode
from theory.linear.functions.marcum import MarcumQ1
from theory.linear.spectral_average import SpectralAverage
from theory.numbers import number_argument

__all__ = ["SkellamTail"]


class SkellamTail(EvaluatorCode, Function):
    """P(A ≥ B) of independent Poisson counts A of mean λs and B of mean s: Q₁(√(2λs), √(2s)).

    In the M/M/1 queue of the busy period, the probability that by time s at least as many customers have arrived as
    the server could have served. It enters ∂L_gen/∂λ, and its own derivatives stay among the losses.

    Examples
    --------
    >>> from sympy import limit, oo
    >>> from theory.symbols import lam, s
    >>> SkellamTail(s, lam).diff(lam)
    s**2*TrainingLoss(s, lambda)
    >>> SkellamTail(s, lam).rewrite(MarcumQ1)
    MarcumQ1(sqrt(2)*sqrt(lambda)*sqrt(s), sqrt(2)*sqrt(s))
    >>> [limit(SkellamTail(s, at), s, oo) for at in (1 / Integer(2), 1, 2)]
    [0, 1/2, 1]
    """

    nargs = 2
    _float_evaluator = "numerics.special_functions.skellam_tail"

    @classmethod
    def eval(cls, s: Expr, lam: Expr) -> Expr | None:
        """Return the closed value at s = 0 and at λ = 0, else None; reject a λ known to be negative."""
        if lam.is_extended_negative:
            raise ValueError(f"λ = d/N_train must be positive, got {lam}.")
        if s.is_zero:
            return Integer(1)
        return exp(-s) if lam.is_zero else None

    def fdiff(self, argindex: int = 1) -> Expr:
        """∂/∂s = e^{−(1+λ)s}[√λ I₁(z) − I₀(z)] and ∂/∂λ = s² L_train, z = 2√λ s, written with the losses."""
        s, lam = self.args
        train = SpectralAverage(1, s, lam)
        if argindex == 2:
            return s**2 * train
        return s * (SpectralAverage(2, s, lam) - (1 - lam) * train) / 2 - train

    def _eval_rewrite_as_MarcumQ1(self, s: Expr, lam: Expr, **kwargs: object) -> Expr:  # noqa: N802
        return MarcumQ1(sqrt(2 * lam * s), sqrt(2 * s))

    _eval_rewrite_as_besseli = _eval_rewrite_as_MarcumQ1

    def _eval_rewrite_as_tractable(
        self, s: Expr, lam: Expr, limitvar: Symbol | None = None, **kwargs: object
    ) -> Expr | None:
        if limitvar is None:
            return None
        return MarcumQ1(sqrt(2 * lam * s), sqrt(2 * s)).rewrite("tractable", limitvar=limitvar)

    def _eval_evalf(self, prec: int) -> Expr | None:
        s, lam = (number_argument(argument, 60) for argument in self.args)
        if s is None or lam is None:
            return None
        return self._eval_rewrite_as_MarcumQ1(*self.args)._eval_evalf(prec)

    def _eval_is_real(self) -> bool | None:
        return True if self.args[0].is_real and self.args[1].is_nonnegative else None

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_nonnegative and self.args[1].is_nonnegative else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        return str(printer._print(self._eval_rewrite_as_MarcumQ1(*self.args) ** (1 if exp is None else Symbol(exp))))

    def _mpmathcode(self, printer: Printer) -> str:
        return f"({printer._print(self._eval_rewrite_as_MarcumQ1(*self.args))})"
