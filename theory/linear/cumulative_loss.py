"""The generalization loss summed over time, from which label noise gets its closed form."""

from sympy import Dummy, Eq, Expr, Integer, Piecewise, Rational, besseli, exp, integrate, oo, sqrt
from sympy.core.function import ArgumentIndexError
from sympy.printing.printer import Printer

from theory.linear.evaluation import cumulative_loss_value
from theory.linear.functions.marcum import MarcumQ1
from theory.linear.functions.skellam_tail import SkellamTail
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.spectral_average import SpectralAverage
from theory.linear.spectral_function import SpectralFunction

__all__ = ["CumulativeLoss"]


class CumulativeLoss(SpectralFunction, power=-1):
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
    >>> CumulativeLoss(s, 1).rewrite(besseli)
    2*s*(besseli(0, 2*s) + besseli(1, 2*s))*exp(-2*s) - 1/2 + exp(-2*s)*besseli(0, 2*s)/2
    >>> CumulativeLoss(200, Rational(1, 4)).evalf(15), CumulativeLoss(oo, Rational(1, 4))
    (1.33333333333333, 4/3)
    """

    nargs = 2
    _float_evaluator = "numerics.special_functions.cumulative_loss"
    _value = staticmethod(cumulative_loss_value)
    _sign = -1

    @classmethod
    def eval(cls, s: Expr, lam: Expr) -> Expr | None:
        """Return the closed value at s = 0, s = ∞, λ = 0 and λ = ∞, else None; reject a λ known to be negative."""
        if lam.is_extended_negative:
            raise ValueError(f"λ = d/N_train must be positive, got {lam}.")
        if s.is_zero:
            return Integer(0)
        if lam.is_zero:
            return 1 - exp(-s)
        if s is oo:
            return Piecewise((1 / (1 - lam), lam < 1), (oo, True))
        return s if lam is oo else None

    def fdiff(self, argindex: int = 1) -> Expr:
        """∂F/∂s = L_gen; ∂F/∂λ from the closed form, whose limit at λ = 1 is s(1 + L_gen)/2 − F."""
        s, lam = self.args
        gen = GeneralizationLoss(s, lam)
        if argindex == 1:
            return gen
        if argindex != 2:
            raise ArgumentIndexError(self, argindex)
        train, tail = TrainingLoss(s, lam), SkellamTail(s, lam)
        zeroth = train + s * ((1 + lam) * train - SpectralAverage(2, s, lam)) / 2  # e^{−(1+λ)s} I₀(z)
        inside = 1 - tail - s * zeroth - lam * s**2 * train - (1 - 2 * lam) * (self - s * gen)
        return Piecewise((s * (1 + gen) / 2 - self, Eq(lam, 1)), (s * gen.diff(lam) + inside / (lam * (1 - lam)), True))

    def _plateau(self, side: int) -> Expr:
        s, lam = self.args
        if side == 0:
            return Rational(-1, 2)
        return 1 / (1 - lam) if side < 0 else (1 - 1 / lam) * s + 1 / (lam * (lam - 1))

    def _early_coefficient(self, r: int) -> Expr:
        return self._average(Integer(0))._early_coefficient(r - 1) / r if r else Integer(0)

    def _sparse_coefficient(self, r: int) -> Expr:
        u = Dummy("u", positive=True)
        primitive = integrate(GeneralizationLoss(u, self._lam)._sparse_coefficient(r), u)
        return (primitive - primitive.subs(u, 0)).subs(u, self._time).expand()

    def _eval_is_positive(self) -> bool | None:
        return True if self._time.is_positive and self._lam.is_positive else None

    def _eval_rewrite_as_MarcumQ1(self, s: Expr, lam: Expr, **kwargs: object) -> Expr:  # noqa: N802
        marcum = MarcumQ1(sqrt(2 * lam * s), sqrt(2 * s))
        zeroth = exp(-(1 + lam) * s) * besseli(0, 2 * sqrt(lam) * s)
        gen = GeneralizationLoss(s, lam).rewrite(MarcumQ1)
        if (lam - 1).is_zero:
            return 2 * s * gen + (zeroth - 1) / 2
        return s * gen + (zeroth + lam - (1 + lam) * marcum) / (lam * (1 - lam))

    _eval_rewrite_as_besseli = _eval_rewrite_as_MarcumQ1

    def _eval_rewrite_as_Integral(self, *args: Expr, **kwargs: object) -> Expr:  # noqa: N802
        s, lam = args
        nu = Dummy("nu", positive=True)
        return MarchenkoPastur(lam).angular_expectation((1 - exp(-nu * s)) / nu, nu, at_zero=s)

    def _latex_name(self, printer: Printer, power: str) -> str:
        s, lam = (printer._print(argument) for argument in self.args)
        return rf"F{power}\left({s}, {lam}\right)"
