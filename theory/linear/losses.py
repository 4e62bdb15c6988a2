"""Expected training and generalization loss of the linear student–teacher model as SymPy functions."""

from sympy import Expr, Integer, Rational, besseli, exp, oo, pi, sqrt
from sympy.core.function import ArgumentIndexError
from sympy.printing.pretty.stringpict import prettyForm
from sympy.printing.printer import Printer

from theory.linear.evaluation import generalization_loss_value, training_loss_value
from theory.linear.functions.marcum import MarcumQ1
from theory.linear.functions.skellam_tail import SkellamTail
from theory.linear.late_time import (
    generalization_remainder,
    hankel_coefficient,
    late_integral,
    published_generalization_loss,
    published_training_loss,
    training_remainder,
)
from theory.linear.spectral_average import SpectralAverage
from theory.linear.spectral_function import SpectralFunction

__all__ = ["GeneralizationLoss", "TrainingLoss"]


class _Loss(SpectralFunction):
    """What the two losses share: two arguments, a name, an expansion at late time."""

    nargs = 2
    _subscript = ""

    @classmethod
    def eval(cls, s: Expr, lam: Expr) -> Expr | None:
        """Return the closed value at s = 0, s = ∞, λ = 0 and λ = ∞, else None; reject a λ known to be negative."""
        return cls._special_value(cls._power, s, lam)

    def late_time(self, n: int = 1) -> Expr:
        """Return the late-time expansion."""
        raise NotImplementedError

    def late_time_remainder(self, n: int = 1) -> Expr:
        """Return a bound on the distance to `late_time(n)`."""
        raise NotImplementedError

    def _latex_name(self, printer: Printer, power: str) -> str:
        s, lam = (printer._print(argument) for argument in self.args)
        return rf"L_{{\mathrm{{{self._subscript}}}}}{power}\left({s}, {lam}\right)"

    def _pretty(self, printer: Printer) -> prettyForm:
        return printer._print_Function(self, func_name=f"L_{self._subscript}")


class TrainingLoss(_Loss, power=1):
    """Expected training loss L_train(s, λ) = e^{−(1+λ)s} I₁(2√λ s)/(√λ s) at dimensionless time s = 4η₀t.

    The average of M Eq. 8 over the Marchenko–Pastur law, ∫ ν e^{−νs} dMP(ν), for every λ > 0. Also the density of
    the busy period of an M/M/1 queue with arrival rate λ and service rate 1.

    Raises
    ------
    ValueError
        If λ is known to be negative. (Negative and complex s are the analytic continuation: both losses are entire.)

    Examples
    --------
    >>> from sympy import I, Rational, besseli, limit, oo, symbols
    >>> s, lam = symbols("s lambda", positive=True)
    >>> TrainingLoss(s, lam).rewrite(besseli)
    exp(s*(-lambda - 1))*besseli(1, 2*sqrt(lambda)*s)/(sqrt(lambda)*s)
    >>> TrainingLoss(0, lam), TrainingLoss(s, lam).diff(s)
    (1, -SpectralAverage(2, s, lambda))
    >>> TrainingLoss(2, Rational(1, 2)).evalf(40)
    0.1192317192431484978891866619118255412495
    >>> limit(s * (TrainingLoss(s, Rational(1, 4)) / GeneralizationLoss(s, Rational(1, 4)) - Rational(1, 4)), s, oo)
    3/2
    """

    _subscript = "train"
    _float_evaluator = "numerics.losses.training_loss"
    _value = staticmethod(training_loss_value)

    def _eval_rewrite_as_besseli(self, s: Expr, lam: Expr, **kwargs: object) -> Expr:
        return exp(-(1 + lam) * s) * besseli(1, 2 * sqrt(lam) * s) / (sqrt(lam) * s)

    def late_time(self, n: int = 1) -> Expr:
        """Return the first `n` terms of the expansion at s → ∞; n = 1 is the published form, M Eq. 10.

        e^{−(1−√λ)²s}/(2√π λ^{3/4} s^{3/2}) Σ_k (−1)^k a_k/(2√λ s)^k with Hankel's a_k of I₁; the relative error is
        O(s^{−n}), in size at most the first term left out once s√λ > n.

        >>> from theory.symbols import s, lam
        >>> TrainingLoss(s, lam).late_time()
        exp(-s*(1 - sqrt(lambda))**2)/(2*sqrt(pi)*lambda**(3/4)*s**(3/2))
        """
        s, lam = self.args
        return published_training_loss(s, lam) * sum(
            (hankel_coefficient(k) / (2 * sqrt(lam) * s) ** k for k in range(n)), Integer(0)
        )

    def late_time_remainder(self, n: int = 1) -> Expr:
        """Return a bound on |L_train − late_time(n)|, valid at every s > 0; see `theory.linear.late_time`.

        >>> from sympy import S
        >>> loss = TrainingLoss(S(100), Rational(1, 2))
        >>> [(loss.late_time_remainder(n) / loss).evalf(2) for n in (1, 2, 4)]
        [0.0053, 2.3e-5, 2.9e-9]
        """
        s, lam = self.args
        return training_remainder(s, lam, n)


class GeneralizationLoss(_Loss, power=0):
    """Expected generalization loss L_gen(s, λ) at dimensionless time s = 4η₀t, exact for every λ > 0.

    (1 − 1/λ) Q₁(√(2λs), √(2s)) + e^{−(1+λ)s}[I₀(z)/λ + I₁(z)/√λ], z = 2√λ s, Q₁ the Marcum Q-function: the average of
    M Eq. 8 over the Marchenko–Pastur law, ∫ e^{−νs} dMP(ν). It starts at 1 and ends on the plateau (1 − 1/λ)⁺. Also
    the probability that the busy period of an M/M/1 queue with arrival rate λ and service rate 1 outlasts s.

    Raises
    ------
    ValueError
        If λ is known to be negative. (Negative and complex s are the analytic continuation: both losses are entire.)

    Examples
    --------
    >>> from sympy import I, Rational, limit, oo, symbols
    >>> s, lam = symbols("s lambda", positive=True)
    >>> GeneralizationLoss(s, lam).diff(s) == -TrainingLoss(s, lam)
    True
    >>> GeneralizationLoss(0, lam), GeneralizationLoss(oo, 4)
    (1, 3/4)
    >>> GeneralizationLoss(10**9, Rational(999, 1000)).evalf(30)  # about 30 digits below what cancellation would leave
    8.35672283861670490113664670374e-117
    >>> limit(s * (sqrt(pi * s) * GeneralizationLoss(s, 1) - 1), s, oo)
    -1/16
    """

    _subscript = "gen"
    _float_evaluator = "numerics.losses.generalization_loss"
    _value = staticmethod(generalization_loss_value)

    def fdiff(self, argindex: int = 1) -> Expr:
        """∂L/∂s = −L_train (M Eq. 9) and ∂L/∂λ = [Q₁ − e^{−(1+λ)s}(I₀(z) + √λ I₁(z))]/λ², written with the losses."""
        s, lam = self.args
        if argindex == 1:
            return -TrainingLoss(s, lam)
        if argindex != 2:
            raise ArgumentIndexError(self, argindex)
        bessel = (1 + s * (1 + 3 * lam) / 2) * TrainingLoss(s, lam) - s * SpectralAverage(2, s, lam) / 2
        return (SkellamTail(s, lam) - bessel) / lam**2

    def _eval_rewrite_as_MarcumQ1(self, s: Expr, lam: Expr, **kwargs: object) -> Expr:  # noqa: N802
        z = 2 * sqrt(lam) * s
        bessel = exp(-(1 + lam) * s) * (besseli(0, z) / lam + besseli(1, z) / sqrt(lam))
        return (1 - 1 / lam) * MarcumQ1(sqrt(2 * lam * s), sqrt(2 * s)) + bessel

    _eval_rewrite_as_besseli = _eval_rewrite_as_MarcumQ1

    def _eval_rewrite_as_SkellamTail(self, s: Expr, lam: Expr, **kwargs: object) -> Expr:  # noqa: N802
        train, second = TrainingLoss(s, lam), SpectralAverage(2, s, lam)
        zeroth = train + s * ((1 + lam) * train - second) / 2  # e^{−(1+λ)s} I₀(z)
        return (1 - 1 / lam) * SkellamTail(s, lam) + zeroth / lam + s * train

    def late_time(self, n: int = 1) -> Expr:
        """Return the plateau plus the integral of the first `n` late-time terms of the training loss.

        Uniform in λ: with κ = (1−√λ)² each term integrates to κ^{k+1/2} Γ(−k−½, κs), written with erfc. n = 1 is
        (1−1/λ)⁺ + [e^{−x} − √(πx) erfc(√x)]/(√π λ^{3/4} √s), x = κs; without the plateau that is the published form.
        The expansion in powers of 1/s at one λ is `series(s, oo)`.

        >>> from theory.symbols import s, lam
        >>> GeneralizationLoss(s, lam).late_time().subs(lam, 1)
        1/(sqrt(pi)*sqrt(s))
        """
        s, lam = self.args
        total = published_generalization_loss(s, lam)
        prefactor = 1 / (2 * sqrt(pi) * lam ** Rational(3, 4))
        for k in range(1, n):
            total += prefactor * hankel_coefficient(k) / (2 * sqrt(lam)) ** k * late_integral(k, s, lam)
        return GeneralizationLoss(oo, lam) + total

    def late_time_remainder(self, n: int = 1) -> Expr:
        """Return a bound on |L_gen − late_time(n)|, valid at every s > 0; see `theory.linear.late_time`.

        >>> from sympy import S
        >>> loss = GeneralizationLoss(S(100), Rational(1, 2))
        >>> bool(abs((loss - loss.late_time(2)).evalf(30)) < loss.late_time_remainder(2).evalf(30))
        True
        """
        s, lam = self.args
        return generalization_remainder(s, lam, n)
