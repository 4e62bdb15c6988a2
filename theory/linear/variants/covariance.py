"""Inputs that are not white: losses for a covariance given by its spectrum, and for a signal in a subspace."""

from dataclasses import dataclass

import mpmath
from sympy import Add, Eq, Expr, Function, I, Integer, Symbol, Tuple, oo, sympify
from sympy.core.cache import cacheit
from sympy.printing.printer import Printer

from theory.annotations import MpNumber, Sympifiable
from theory.generated_code import EvaluatorCode
from theory.linear.dynamics import Dynamics
from theory.linear.variants.covariance_values import covariance_generalization_value, covariance_training_value
from theory.linear.variants.silverstein import Groups, companion_root
from theory.linear.variants.variant import Variant
from theory.numbers import digits_of, number_argument, real_argument, to_float, to_number
from theory.requirements import positive, whole
from theory.systems import NoClosedFormError

__all__ = ["CovarianceGeneralizationLoss", "CovarianceTrainingLoss", "InputCovariance"]

_NONE = Integer(0)


@dataclass(frozen=True)
class InputCovariance(Variant):
    """Inputs x ~ N(0, C): the share `weight` of the eigenvalues of C equals `eigenvalue`.

    The companion transform v(z) = λ E 1/(ν − z) − (1 − λ)/z of the sample's spectrum solves Silverstein's equation
    z = −1/v + λ Σ wτ/(1 + τv) (Silverstein and Bai 1995). With a_j the share of E|D₀|² = 1 along the eigenvectors of
    τ_j, D₀ independent of the data, d → ∞, resolvents have deterministic equivalents (Ledoit and Péché 2011; Dobriban
    and Wager 2018), whose inverse Laplace transforms in s are the losses:

        D₀ᵀΣ(Σ−z)⁻¹D₀ → Σ_j a_j τ_j v/(1 + τ_j v),
        z₁z₂ D₀ᵀ(Σ−z₁)⁻¹C(Σ−z₂)⁻¹D₀ → Σ_j a_j τ_j/((1+τ_j v₁)(1+τ_j v₂)) / [1 − λ Σ w τ²v₁v₂/((1+τv₁)(1+τv₂))].

    The error on a fresh input is DᵀCD, so dL_gen/ds = −L_train (M9) holds for white inputs only. λ counts all inputs,
    those of variance 0 included.

    Attributes
    ----------
    spectrum
        Pairs (eigenvalue ≥ 0, weight > 0); distinct eigenvalues, weights that sum to 1.
    signal
        Shares a_j; without them D₀ is isotropic, a = w.

    Raises
    ------
    ValueError
        If an eigenvalue, a weight or a share is known to be out of range, or the weights or shares do not sum to 1.

    Examples
    --------
    >>> from sympy import Rational, Symbol
    >>> from theory import GeneralizationLoss, LinearStudent
    >>> LinearStudent(2).with_covariance([(1, 1)]).generalization_loss(3).evalf(15), GeneralizationLoss(3, 2).evalf(15)
    (0.538195211179153, 0.538195211179153)
    >>> half = Rational(1, 2)
    >>> InputCovariance([(3, half), (1, half)]).silverstein(Symbol("z"), Symbol("v"), half)
    Eq(z, 3/(4*(3*v + 1)) + 1/(4*(v + 1)) - 1/v)
    """

    spectrum: Tuple
    signal: Tuple = None  # the weights

    def __post_init__(self) -> None:
        spectrum = Tuple(*(Tuple(*pair) for pair in self.spectrum))
        weights = Tuple(*(weight for _, weight in spectrum))
        signal = weights if self.signal is None else Tuple(*self.signal)
        if len({tau for tau, _ in spectrum}) < len(spectrum):
            raise ValueError(f"Eigenvalues must be distinct, add up the weights of equal ones; got {spectrum}.")
        if any(tau.is_extended_negative or weight.is_extended_nonpositive for tau, weight in spectrum):
            raise ValueError(f"Eigenvalues must not be negative and weights must be positive, got {spectrum}.")
        if len(signal) != len(spectrum) or any(share.is_extended_negative for share in signal):
            raise ValueError(f"The signal needs one share ≥ 0 for each eigenvalue, got {signal} for {spectrum}.")
        for name, parts in (("weights", weights), ("shares of the signal", signal)):
            total = Add(*parts)
            if total.is_number and abs(total - 1) > 1e-12:
                raise ValueError(f"The {name} must sum to 1, got {total}.")
        object.__setattr__(self, "spectrum", spectrum)
        object.__setattr__(self, "signal", signal)

    def change(self, dynamics: Dynamics) -> Dynamics:
        """The two losses in place of the averages."""
        return dynamics.with_spectrum(_SampleSpectrum(), self._average)

    def _average(self, dynamics: Dynamics, power: int, order: int) -> Expr | None:
        loss = {0: CovarianceGeneralizationLoss, 1: CovarianceTrainingLoss}.get(power)
        return loss(dynamics.time, dynamics.lam, self.spectrum, self.signal) if loss and order == 2 else None

    def silverstein(self, z: Sympifiable, v: Sympifiable, lam: Sympifiable) -> Eq:
        """Silverstein's equation z = −1/v + λ Σ wτ/(1 + τv) for the companion transform v at z."""
        v = sympify(v)
        total = Add(*(weight * tau / (1 + tau * v) for tau, weight in self.spectrum))
        return Eq(sympify(z), -1 / v + sympify(lam) * total, evaluate=False)

    def resolvent_signal(self, v: Sympifiable) -> Expr:
        """Laplace transform ∫ e^{zs} L_train(s) ds = Σ a_j τ_j v/(1 + τ_j v) as a function of v = v(z).

        >>> from sympy import Symbol
        >>> InputCovariance([(2, 1)]).resolvent_signal(Symbol("v"))
        2*v/(2*v + 1)
        """
        v = sympify(v)
        pairs = zip(self.signal, self.spectrum, strict=True)
        return Add(*(share * tau * v / (1 + tau * v) for share, (tau, _) in pairs))

    def companion(self, z: Sympifiable, lam: Sympifiable, digits: int = 15) -> Expr:
        """Value of v(z) at a number z off the spectrum: the root with Im v · Im z > 0, or v > 0 for z < 0.

        Raises
        ------
        ValueError
            If z ≥ 0, where the spectrum may lie, or anything else is not a number.

        Examples
        --------
        >>> InputCovariance([(1, 1)]).companion(-1, 2)  # λm(−1) + (1 − λ) = √2 − 1
        0.414213562373095
        """
        with mpmath.workdps(digits + 10):
            number = mpmath.mpmathify(sympify(z).evalf(digits + 10))
            if mpmath.im(number) == 0 and mpmath.re(number) >= 0:
                raise ValueError(f"The companion transform has values at z < 0 and at complex z, got {z}.")
            value = companion_root(number, *_numbers(sympify(lam), self.spectrum, self.signal))
            real, imaginary = (to_float(part(value), mpmath.mp.prec).evalf(digits) for part in (mpmath.re, mpmath.im))
        return real if imaginary == 0 else real + I * imaginary

    @staticmethod
    def effective_lam(lam: Sympifiable, fraction: Sympifiable) -> Expr:
        """λ · fraction, of a signal in a subspace of dimension `fraction` · d outside of which the inputs vanish.

        Inputs of variance 0 reach neither data nor loss, so the losses are those of `fraction` · d white inputs. For
        inputs that are all white, confining D₀ to a subspace changes nothing: the expected losses depend on |D₀| alone.

        Examples
        --------
        >>> from sympy import Rational
        >>> InputCovariance.effective_lam(3, Rational(1, 2))
        3/2
        """
        return sympify(lam) * sympify(fraction)


@dataclass(frozen=True)
class _SampleSpectrum:
    """The sample's spectrum, known through its transforms: only the error of the start has an average."""

    is_complete = False
    atom = Integer(0)

    def __str__(self) -> str:
        return "inputs that are not white"

    def angular_expectation(self, f: Expr, nu: Symbol, at_zero: Expr | None = None) -> Expr:
        raise NoClosedFormError(
            "For inputs that are not white the losses are known for gradient flow without weight decay on clean labels "
            "only: leave out the covariance or the other variants, or simulate."
        )

    def inverse_moment(self, k: int, c: Expr) -> Expr:
        return self.angular_expectation(c, Symbol("nu"))


class _CovarianceLoss(EvaluatorCode, Function):
    nargs = (4, 5)

    @classmethod
    def eval(cls, s: Expr, lam: Expr, spectrum: Tuple, signal: Tuple, order: Expr = _NONE) -> Expr | None:
        """Return the closed value at s = 0 and, where all is learned, 0 at s = ∞; reject what is out of range."""
        positive(lam, "λ = d/N_train")
        whole(order, 0, "The number of derivatives")
        if order.is_zero:
            if s.is_zero:
                return Add(*(share * tau for share, (tau, _) in zip(signal, spectrum, strict=True)))
            return Integer(0) if s is oo and cls._is_learned(lam, spectrum) else None
        return Integer(0) if s is oo else None

    @staticmethod
    def _is_learned(lam: Expr, spectrum: Tuple) -> bool:
        """Whether the training loss, which this is unless said otherwise, is known to end at zero."""
        return True

    @property
    def _order(self) -> Expr:
        """Number of derivatives in s that have been taken."""
        return self.args[4] if len(self.args) == 5 else Integer(0)

    def _eval_derivative(self, x: Symbol) -> Expr:
        """Of the next order in s; in λ and the covariance there is none in closed form."""
        if Tuple(*self.args[1:]).has(x):
            raise NoClosedFormError(
                "The losses for a covariance have derivatives in s only: difference them in λ, τ or the weights."
            )
        return self.func(*self.args[:4], self._order + 1) * self.args[0].diff(x)

    def _eval_evalf(self, prec: int) -> Expr | None:
        s, lam, spectrum, signal = self.args[:4]
        if (
            not (s.is_number and lam.is_number and self._order.is_Integer)
            or spectrum.free_symbols | signal.free_symbols
        ):
            return None
        # Rounded up, so that one value serves the several precisions that SymPy asks for in turn.
        return to_number(_value(self, -(-prec // 32) * 32), prec)

    def _eval_is_positive(self) -> bool | None:
        s, _, spectrum, signal = self.args[:4]
        seen = any((share * tau).is_positive for share, (tau, _) in zip(signal, spectrum, strict=True))
        return True if self._order.is_even and s.is_nonnegative and s.is_finite and seen else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.args[0].is_nonnegative and self._order.is_even else None

    def _eval_is_real(self) -> bool | None:
        return True if self.args[0].is_extended_real else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        s, lam = (printer._print(argument) for argument in self.args[:2])
        power = "" if exp is None else f"^{{{exp}}}"
        name = rf"L_{{\mathrm{{{self._subscript}}}}}"
        if self._order != 0:
            name = rf"\partial_s^{{{printer._print(self._order)}}} {name}"
            power = ""
        value = rf"{name}{power}\left({s}, {lam}; C\right)"
        return value if exp is None or not self._order else rf"\left({value}\right)^{{{exp}}}"

    def _mpmathcode(self, printer: Printer) -> str:
        s, lam, spectrum, signal = self.args[:4]
        groups = Tuple(*(Tuple(*pair, share) for pair, share in zip(spectrum, signal, strict=True)))
        arguments = ", ".join(printer._print(argument) for argument in (s, lam, groups))
        function = printer._module_format(f"theory.linear.variants.covariance_values.{self._value.__name__}")
        return f"{function}({arguments}, {printer._module_format('mpmath.mp')}.dps, {printer._print(self._order)})"

    def _numpycode(self, printer: Printer) -> str:
        name = self._value.__name__.removesuffix("_value") + "_loss"
        arguments = ", ".join(printer._print(argument) for argument in (*self.args[:4], self._order))
        return f"{printer._module_format('numerics.special_functions.' + name)}({arguments})"


class CovarianceTrainingLoss(_CovarianceLoss):
    """E D₀ᵀ Σ e^{−Σs} D₀ for inputs of any covariance, by Talbot's inversion of `InputCovariance.resolvent_signal`.

    Its arguments are s, λ, the spectrum as pairs (eigenvalue, weight), the shares of the signal and, of a derivative
    in s, its order. The digits are relative, at any s > 0; complex s near 0 evaluate as well.

    Raises
    ------
    ValueError
        If λ is known not to be positive.

    Examples
    --------
    >>> from theory import TrainingLoss
    >>> CovarianceTrainingLoss(3, 2, ((1, 1),), (1,)).evalf(15), TrainingLoss(3, 2).evalf(15)
    (0.0184050682690832, 0.0184050682690832)
    >>> CovarianceTrainingLoss(10**6, 2, ((1, 1),), (1,)).evalf(15), TrainingLoss(10**6, 2).evalf(15)
    (1.17938475322376e-74523, 1.17938475322376e-74523)
    """

    _subscript = "train"

    _value = staticmethod(covariance_training_value)


class CovarianceGeneralizationLoss(_CovarianceLoss):
    """E Dᵀ C D of D = e^{−Σs/2} D₀ for inputs of any covariance, by Talbot's inversion in z₁ and z₂.

    Its arguments are s, λ, the spectrum as pairs (eigenvalue, weight), the shares of the signal and, of a derivative
    in s, its order. The work grows as the square of the digits: a fraction of a second for 15. At s = ∞ it is what is
    never learned, both z → 0. The digits are relative to each of plateau, the parts that fall like e^{−ν₋s/2}, and
    those that fall like e^{−ν₋s}.

    Raises
    ------
    ValueError
        If λ is known not to be positive.

    Examples
    --------
    >>> from sympy import Rational
    >>> from theory import GeneralizationLoss
    >>> half = Rational(1, 2)  # of the inputs are always 0
    >>> subspace = CovarianceGeneralizationLoss(2, 3, ((1, half), (0, half)), (1, 0))
    >>> subspace.evalf(15), GeneralizationLoss(2, 3 * half).evalf(15)
    (0.484833920420490, 0.484833920420490)
    >>> CovarianceGeneralizationLoss(oo, 3, ((1, half), (0, half)), (1, 0)).evalf(15)
    0.333333333333333
    """

    _subscript = "gen"

    @staticmethod
    def _is_learned(lam: Expr, spectrum: Tuple) -> bool:
        touched = lam * Add(*(weight for tau, weight in spectrum if not tau.is_zero))
        return bool((touched - 1).is_extended_nonpositive)

    _value = staticmethod(covariance_generalization_value)


@cacheit
def _value(loss: _CovarianceLoss, prec: int) -> MpNumber:
    s, lam, spectrum, signal = loss.args[:4]
    # What the exponent −ν₋s takes from the digits of λ and of the covariance.
    rough = mpmath.mpf(1) if s is oo else number_argument(s, 60)
    working = int(prec * 2.5) + 100 + (4 * max(0, int(mpmath.mag(rough))) if rough else 0)
    with mpmath.workprec(working):
        lam, groups = _numbers(lam, spectrum, signal)
        time = mpmath.inf if s is oo else number_argument(s, working)
    if time == 0:  # where only derivatives are asked for, which are continuous
        time = mpmath.ldexp(1, -2 * prec)
    return loss._value(time, lam, groups, digits_of(prec), int(loss._order))


def _numbers(lam: Expr, spectrum: Tuple, signal: Tuple) -> tuple[MpNumber, Groups]:
    """Return λ and (eigenvalue, weight, share) as mpmath numbers at the working precision."""
    prec = mpmath.mp.prec
    rows = [(tau, weight, share) for (tau, weight), share in zip(spectrum, signal, strict=True)]
    numbers = [[real_argument(entry, prec) for entry in row] for row in [(lam,), *rows]]
    if any(entry is None for row in numbers for entry in row):
        raise ValueError(f"Only a covariance of numbers has values, got λ = {lam}, {spectrum}, {signal}.")
    return numbers[0][0], [(row[0], row[1], row[2]) for row in numbers[1:]]
