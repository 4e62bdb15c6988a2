"""The first correction to the infinite-size losses at finite d, and where the infinite-size theory may be trusted."""

from dataclasses import dataclass
from typing import Any

from sympy import Dummy, Expr, Function, Integer, Ne, Piecewise, Rational, Symbol, besseli, log, oo, pi, sqrt
from sympy.printing.printer import Printer

from theory.annotations import Sympifiable
from theory.functions.scaled_erfc import ScaledErfc
from theory.generated_code import EvaluatorCode
from theory.linear.angular_integral import AngularIntegral
from theory.linear.dynamics import Dynamics
from theory.linear.late_time import root_of_decay
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.spectral_average import SpectralAverage
from theory.linear.variants.edge_excess import EdgeExcess
from theory.linear.variants.variant import Variant
from theory.numbers import digits_of
from theory.requirements import positive

__all__ = ["FiniteSize", "FiniteSizeGeneralizationLoss", "FiniteSizeTrainingLoss"]

_TENTH = Rational(1, 10)


@dataclass(frozen=True)
class FiniteSize(Variant):
    """Real Gaussian data of a finite dimension d, to first order in 1/d.

    E tr f(Σ)/d = E f(ν) + (1/2d)[(f(ν₋) + f(ν₊))/2 − (1/π)∫ f(ν(θ)) dθ] + O(1/d²): the 1/d part of the real Wishart
    spectrum is half a delta function at each edge of the support minus the arcsine law between them (Dumitriu and
    Edelman 2006). All losses are averages over the spectrum, so all of them are corrected alike.

    The accuracies are expected accuracies: of a start that is Gaussian the loss of a given spectrum varies by
    Var L = (2/d) E v(ν)², v(ν) the loss along an eigenvector, e^{−νs} or νe^{−νs}, and the spectrum itself adds
    O(1/d²), so that E A(L) = A(E L) + ½A″(E L) Var L + O(1/d²). A start of fixed norm would vary by
    (2/d)[E v² − (E v)²]. Where Var L is no longer small against L², first order says nothing, and the sum may leave
    the interval from 0 to 1.

    Attributes
    ----------
    d
        Number of inputs, d > 0.

    Raises
    ------
    ValueError
        If d is known not to be positive.

    Examples
    --------
    >>> from theory import LinearStudent
    >>> from theory.symbols import lam, s
    >>> LinearStudent(lam).with_size(100).generalization_loss(s)
    FiniteSizeGeneralizationLoss(s, lambda, 100)
    """

    d: Expr

    def __post_init__(self) -> None:
        super().__post_init__()
        positive(self.d, "The size d", finite=False)

    def change(self, dynamics: Dynamics) -> Dynamics:
        """The corrected spectrum, and the two losses that have a closed form."""
        return dynamics.with_spectrum(_CorrectedSpectrum(MarchenkoPastur(dynamics.lam), self.d), self._average)

    def _average(self, dynamics: Dynamics, power: int, order: int) -> Expr | None:
        if power < 0:
            return None
        s, lam = order * dynamics.time / 2, dynamics.lam
        loss = {0: FiniteSizeGeneralizationLoss, 1: FiniteSizeTrainingLoss}.get(power)
        return (
            loss(s, lam, self.d) if loss else SpectralAverage(power, s, lam) + EdgeExcess(power, s, lam) / (2 * self.d)
        )

    def late_relative_correction(self, s: Sympifiable, lam: Sympifiable) -> Expr:
        """Correction divided by the decaying part of L_gen for √λ s ≫ 1, uniformly in λ:

            e^{−x}[1 − 1/√(π√λ s)] / (4d D),   D = [e^{−x} − √(πx) erfc √x]/(√π λ^{3/4} √s),   x = (1−√λ)²s,

        D the late-time form of the decaying part and the bracket that of 2e^{−z}[cosh z − I₀(z)], z = 2√λ s, both with
        a relative error of order 1/(√λ s). For x ≫ 1 it is (√π/2) λ^{3/4} (1−√λ)² s^{3/2}/d, at λ = 1 it is
        (√(πs) − 1)/(4d). It grows with time: the slowest direction of a finite sample is not the edge of the infinite
        spectrum. Before s = 1/(π√λ), where this form is negative, the correction is below max(1, λ)/(18d).

        Raises
        ------
        ValueError
            If s or λ is known not to be positive.

        Examples
        --------
        >>> FiniteSize(1000).late_relative_correction(10**4, Rational(9, 10)).evalf(6)
        2.26199
        >>> FiniteSize(1000).late_relative_correction(10**4, 1)
        -1/4000 + sqrt(pi)/40
        """
        s, lam = positive(s, "The time s"), positive(lam, "λ = d/N_train")
        root = root_of_decay(s, lam)
        # e^{−x} is divided out of both, so that it neither under- nor overflows.
        fallen = 1 - sqrt(pi) * root * ScaledErfc(root)
        return (sqrt(pi) * lam ** Rational(3, 4) * sqrt(s) - sqrt(lam)) / (4 * self.d * fallen)

    @staticmethod
    def needed(s: Sympifiable, lam: Sympifiable, tolerance: Sympifiable = _TENTH) -> Expr:
        """Dimension d at which the correction at time s is `tolerance` of the loss; trust a jump at s for larger d.

        Raises
        ------
        ValueError
            If s, λ or the tolerance is known not to be positive.

        Examples
        --------
        >>> FiniteSize.needed(10**4, Rational(9, 10)).evalf(6)
        22619.9
        """
        tolerance = positive(tolerance, "The tolerance")
        return FiniteSize(Integer(1)).late_relative_correction(s, lam) / tolerance

    @staticmethod
    def block_size(s: Sympifiable, lam: Sympifiable, tolerance: Sympifiable) -> Expr:
        """Steps k of Lanczos' method, begun at D₀, that leave P(|J| ≥ 2k) = `tolerance` of the losses at time s:

            k = [ℓ/3 + √(ℓ²/9 + 4√λ s ℓ)]/2,   ℓ = ln(2/tolerance),

        J the end of the walk that e^{−νs} is in the angle of the spectrum, by Bernstein's inequality. No size is in
        it: of data of any dimension a block of k rows and columns is all that gradient flow sees until s.

        Raises
        ------
        ValueError
            If s, λ or the tolerance is known not to be positive.

        Examples
        --------
        >>> FiniteSize.block_size(10**4, Rational(9, 10), Rational(1, 10**12)).evalf(4)
        523.1
        """
        s, lam = positive(s, "The time s"), positive(lam, "λ = d/N_train")
        wanted = log(2 / positive(tolerance, "The tolerance"))
        return (wanted / 3 + sqrt(wanted**2 / 9 + 4 * sqrt(lam) * s * wanted)) / 2


@dataclass(frozen=True)
class _CorrectedSpectrum:
    law: MarchenkoPastur
    d: Expr

    is_complete = True

    def __str__(self) -> str:
        return f"a finite size d = {self.d}"

    @property
    def atom(self) -> Expr:
        return self.law.atom

    def angular_expectation(self, f: Expr, nu: Symbol, at_zero: Expr | None = None) -> Expr:
        low, high = self.law.support
        theta = Dummy("theta", positive=True)
        between = AngularIntegral(f.subs(nu, self.law.eigenvalue(theta)) / pi, (theta, 0, pi))
        lowest = f.subs(nu, low)
        if at_zero is not None and not low.is_nonzero:  # the edge is at 0 for λ = 1
            lowest = at_zero if low.is_zero else Piecewise((lowest, Ne(self.law.lam, 1)), (at_zero, True))
        edges = (lowest + f.subs(nu, high)) / 2
        return self.law.angular_expectation(f, nu, at_zero) + (edges - between) / (2 * self.d)

    def inverse_moment(self, k: int, c: Expr) -> Expr:
        """The same correction; of the arcsine law E 1/(ν+c) = 1/√P, E 1/(ν+c)² = (1+λ+c)/P^{3/2}, P = (ν₋+c)(ν₊+c)."""
        moment = self.law.inverse_moment(k, c)
        if k == 0 or moment is oo:
            return moment
        low, high = (edge + c for edge in self.law.support)
        between = 1 / sqrt(low * high) if k == 1 else (low + high) / 2 / (low * high) ** Rational(3, 2)
        corrected = moment + ((low**-k + high**-k) / 2 - between) / (2 * self.d)
        if c.is_zero and (self.law.lam - 1).is_zero is None:
            return Piecewise((corrected, Ne(self.law.lam, 1)), (oo, True))
        return corrected


class _FiniteSizeLoss(EvaluatorCode, Function):
    nargs = 3

    @classmethod
    def eval(cls, s: Expr, lam: Expr, d: Expr) -> Expr | None:
        """Return the closed value at s = 0, s = ∞ and d = ∞, else None; reject what is known to be out of range."""
        positive(d, "The size d", finite=False)
        positive(lam, "λ = d/N_train")
        return cls._infinite(s, lam) if s.is_zero or s is oo or d is oo else None

    def fdiff(self, argindex: int = 1) -> Expr:
        """Derivatives of the loss at infinite size and of the `EdgeExcess`, each of which has its own."""
        x = Dummy("x", positive=True)
        varied = [x if k == argindex else argument for k, argument in enumerate(self.args, 1)]
        return _split(self.func, *varied).diff(x).subs(x, self.args[argindex - 1])

    def _eval_rewrite_as_EdgeExcess(self, s: Expr, lam: Expr, d: Expr, **kwargs: Any) -> Expr:  # noqa: N802
        return _split(self.func, s, lam, d)

    def _eval_rewrite_as_besseli(self, s: Expr, lam: Expr, d: Expr, **kwargs: Any) -> Expr:
        return self._infinite(s, lam) + EdgeExcess(self._order, s, lam).rewrite(besseli) / (2 * d)

    def _eval_evalf(self, prec: int) -> Expr | None:
        if any(not argument.is_number for argument in self.args):
            return None
        exact = (Rational(argument) if argument.is_Float else argument for argument in self.args)
        return _split(self.func, *exact).evalf(digits_of(prec))

    def _eval_is_real(self) -> bool | None:
        return True if all(argument.is_positive for argument in self.args) else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        s, lam, d = (printer._print(argument) for argument in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"L_{{\mathrm{{{self._subscript}}}}}{power}\left({s}, {lam}; {d}\right)"

    # Generated code evaluates the two parts, which have stable evaluators of their own.
    def _numpycode(self, printer: Printer) -> str:
        return f"({printer._print(_split(self.func, *self.args))})"

    _mpmathcode = _numpycode


def _split(loss: type[_FiniteSizeLoss], s: Expr, lam: Expr, d: Expr) -> Expr:
    return loss._infinite(s, lam) + EdgeExcess(loss._order, s, lam) / (2 * d)


class FiniteSizeGeneralizationLoss(_FiniteSizeLoss):
    """E L_gen for real Gaussian data of dimension d: L_gen + (1/2d) e^{−(1+λ)s}[cosh z − I₀(z)] + O(1/d²), z = 2√λ s.

    At λ = 1 and s → ∞ the terms of this series in 1/d do not fall: there the value at s = ∞ is that of a sample, 0.

    Raises
    ------
    ValueError
        If λ or d is known not to be positive.

    Examples
    --------
    >>> from sympy import symbols
    >>> s, lam, d = symbols("s lambda d", positive=True)
    >>> loss = FiniteSizeGeneralizationLoss(s, lam, d)
    >>> loss.rewrite(EdgeExcess)
    GeneralizationLoss(s, lambda) + EdgeExcess(0, s, lambda)/(2*d)
    >>> (loss.rewrite(besseli) - GeneralizationLoss(s, lam)).series(s, 0, 3).removeO()  # E ν² is 1 + λ + λ/d
    lambda*s**2/(2*d)
    """

    _subscript, _infinite, _order = "gen", GeneralizationLoss, 0

    def fdiff(self, argindex: int = 1) -> Expr:
        """∂L_gen/∂s = −L_train at any size; otherwise as for the training loss."""
        return -FiniteSizeTrainingLoss(*self.args) if argindex == 1 else super().fdiff(argindex)


class FiniteSizeTrainingLoss(_FiniteSizeLoss):
    """E L_train at dimension d, minus the derivative of the generalization loss in s, up to O(1/d²).

    L_train + (1/2d) e^{−(1+λ)s}{(1+λ)[cosh z − I₀(z)] − 2√λ[sinh z − I₁(z)]}, z = 2√λ s.

    Raises
    ------
    ValueError
        If λ or d is known not to be positive.

    Examples
    --------
    >>> from sympy import symbols
    >>> s, lam, d = symbols("s lambda d", positive=True)
    >>> gen, train = FiniteSizeGeneralizationLoss(s, lam, d), FiniteSizeTrainingLoss(s, lam, d)
    >>> gen.diff(s) + train
    0
    >>> train.rewrite(EdgeExcess)
    TrainingLoss(s, lambda) + EdgeExcess(1, s, lambda)/(2*d)
    """

    _subscript, _infinite, _order = "train", TrainingLoss, 1
