"""The first correction to the infinite-size losses at finite d, and where the infinite-size theory may be trusted."""

from dataclasses import dataclass
from typing import Any

from sympy import (
    Dummy,
    Expr,
    Function,
    Integer,
    Rational,
    Symbol,
    besseli,
    cosh,
    exp,
    oo,
    pi,
    sinh,
    sqrt,
    sympify,
)
from sympy.printing.printer import Printer

from theory.annotations import Sympifiable
from theory.linear.angular_integral import AngularIntegral
from theory.linear.dynamics import Dynamics
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.variants.variant import Variant
from theory.numbers import digits_of

__all__ = ["FiniteSize", "FiniteSizeGeneralizationLoss", "FiniteSizeTrainingLoss"]

_TENTH = Rational(1, 10)


@dataclass(frozen=True)
class FiniteSize(Variant):
    """Real Gaussian data of a finite dimension d, to first order in 1/d.

    E tr f(Σ)/d = E f(ν) + (1/2d)[(f(ν₋) + f(ν₊))/2 − (1/π)∫ f(ν(θ)) dθ] + O(1/d²): the 1/d part of the real Wishart
    spectrum is half a delta function at each edge of the support minus the arcsine law between them (Dumitriu and
    Edelman 2006). All losses are averages over the spectrum, so all of them are corrected alike.

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
        _check_size(self.d)

    def change(self, dynamics: Dynamics) -> Dynamics:
        """The corrected spectrum, and the two losses that have a closed form."""
        return dynamics.with_spectrum(_CorrectedSpectrum(MarchenkoPastur(dynamics.lam), self.d), self._average)

    def _average(self, dynamics: Dynamics, power: int, order: int) -> Expr | None:
        loss = {0: FiniteSizeGeneralizationLoss, 1: FiniteSizeTrainingLoss}.get(power)
        return loss and loss(order * dynamics.time / 2, dynamics.lam, self.d)

    def late_relative_correction(self, s: Sympifiable, lam: Sympifiable) -> Expr:
        """Correction divided by the decaying part of L_gen at late time: (√π/2) λ^{3/4} (1−√λ)² s^{3/2}/d.

        It grows with time: the slowest direction of a finite sample is not the edge of the infinite spectrum.

        Examples
        --------
        >>> FiniteSize(1000).late_relative_correction(10**4, Rational(9, 10)).evalf(6)
        2.15647
        """
        s, lam = sympify(s), sympify(lam)
        return sqrt(pi) / 2 * lam ** Rational(3, 4) * (1 - sqrt(lam)) ** 2 * s ** Rational(3, 2) / self.d

    @staticmethod
    def needed(s: Sympifiable, lam: Sympifiable, tolerance: Sympifiable = _TENTH) -> Expr:
        """Dimension d at which the correction at time s is `tolerance` of the loss; trust a jump at s for larger d.

        Examples
        --------
        >>> FiniteSize.needed(10**4, Rational(9, 10)).evalf(6)
        21564.7
        """
        return FiniteSize(Integer(1)).late_relative_correction(s, lam) / sympify(tolerance)


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
        edges = (f.subs(nu, low) + f.subs(nu, high)) / 2
        return self.law.angular_expectation(f, nu, at_zero) + (edges - between) / (2 * self.d)

    def inverse_moment(self, k: int, c: Expr) -> Expr:
        """The same correction; of the arcsine law E 1/(ν+c) = 1/√P, E 1/(ν+c)² = (1+λ+c)/P^{3/2}, P = (ν₋+c)(ν₊+c)."""
        moment = self.law.inverse_moment(k, c)
        if k == 0:
            return moment
        low, high = (edge + c for edge in self.law.support)
        between = 1 / sqrt(low * high) if k == 1 else (low + high) / 2 / (low * high) ** Rational(3, 2)
        return moment + ((low**-k + high**-k) / 2 - between) / (2 * self.d)


class _FiniteSizeLoss(Function):
    nargs = 3

    @classmethod
    def eval(cls, s: Expr, lam: Expr, d: Expr) -> Expr | None:
        """Return the closed value at s = 0, s = ∞ and d = ∞, else None; reject what is known to be out of range."""
        _check_size(d)
        if s.is_zero or s is oo or d is oo:
            return cls._infinite(s, lam)
        if lam.is_extended_negative:
            raise ValueError(f"λ = d/N_train must be positive, got {lam}.")
        return None

    def fdiff(self, argindex: int = 1) -> Expr:
        """Derivative of the closed form."""
        return self.rewrite(besseli).diff(self.args[argindex - 1])

    def _eval_rewrite_as_besseli(self, s: Expr, lam: Expr, d: Expr, **kwargs: Any) -> Expr:
        return self._infinite(s, lam) + exp(-(1 + lam) * s) * self._shape(s, lam) / (2 * d)

    def _eval_evalf(self, prec: int) -> Expr | None:
        if any(not argument.is_number for argument in self.args):
            return None
        s, lam, d = (Rational(argument) if argument.is_Float else argument for argument in self.args)
        return self.func(s, lam, d).rewrite(besseli).evalf(digits_of(prec), maxn=20 * digits_of(prec))

    def _eval_is_real(self) -> bool | None:
        return True if all(argument.is_positive for argument in self.args) else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        s, lam, d = (printer._print(argument) for argument in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"L_{{\mathrm{{{self._subscript}}}}}{power}\left({s}, {lam}; {d}\right)"

    def _mpmathcode(self, printer: Printer) -> str:
        return f"({printer._print(self.rewrite(besseli))})"


class FiniteSizeGeneralizationLoss(_FiniteSizeLoss):
    """E L_gen for real Gaussian data of dimension d: L_gen + (1/2d) e^{−(1+λ)s}[cosh z − I₀(z)] + O(1/d²), z = 2√λ s.

    Raises
    ------
    ValueError
        If λ is known to be negative or d not to be positive.

    Examples
    --------
    >>> from sympy import symbols
    >>> s, lam, d = symbols("s lambda d", positive=True)
    >>> correction = FiniteSizeGeneralizationLoss(s, lam, d).rewrite(besseli) - GeneralizationLoss(s, lam)
    >>> correction.series(s, 0, 3).removeO()  # the second moment is 1 + λ + λ/d, the first exact
    lambda*s**2/(2*d)
    """

    _subscript, _infinite = "gen", GeneralizationLoss

    @staticmethod
    def _shape(s: Expr, lam: Expr) -> Expr:
        z = 2 * sqrt(lam) * s
        return cosh(z) - besseli(0, z)

    def fdiff(self, argindex: int = 1) -> Expr:
        """∂L_gen/∂s = −L_train at any size; otherwise the derivative of the closed form."""
        return -FiniteSizeTrainingLoss(*self.args) if argindex == 1 else super().fdiff(argindex)


class FiniteSizeTrainingLoss(_FiniteSizeLoss):
    """E L_train at dimension d, minus the derivative of the generalization loss in s, up to O(1/d²).

    L_train + (1/2d) e^{−(1+λ)s}{(1+λ)[cosh z − I₀(z)] − 2√λ[sinh z − I₁(z)]}, z = 2√λ s.

    Raises
    ------
    ValueError
        If λ is known to be negative or d not to be positive.

    Examples
    --------
    >>> from sympy import symbols
    >>> s, lam, d = symbols("s lambda d", positive=True)
    >>> gen, train = FiniteSizeGeneralizationLoss(s, lam, d), FiniteSizeTrainingLoss(s, lam, d)
    >>> gen.diff(s) + train
    0
    >>> (gen.rewrite(besseli).diff(s) + train.rewrite(besseli)).expand()
    0
    """

    _subscript, _infinite = "train", TrainingLoss

    @staticmethod
    def _shape(s: Expr, lam: Expr) -> Expr:
        z = 2 * sqrt(lam) * s
        return (1 + lam) * (cosh(z) - besseli(0, z)) - 2 * sqrt(lam) * (sinh(z) - besseli(1, z))


def _check_size(d: Expr) -> None:
    if d.is_extended_nonpositive:
        raise ValueError(f"The size d must be positive, got {d}.")
