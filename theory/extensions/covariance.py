"""Inputs that are not white: losses for a covariance given by its spectrum, and for a signal in a subspace."""

from dataclasses import dataclass
from typing import Any

import mpmath
from sympy import Add, Eq, Expr, I, sympify

from theory.linear.variants.silverstein import companion_root, talbot_rule, working_digits
from theory.numbers import real_argument, to_float

__all__ = ["InputCovariance", "effective_lam"]


@dataclass(frozen=True)
class InputCovariance:
    """Inputs x ~ N(0, C) at λ = d/N: the share ``weight`` of the eigenvalues of C equals ``eigenvalue``.

    The companion transform v(z) = λ E 1/(ν − z) − (1 − λ)/z of the sample's spectrum solves Silverstein's equation
    z = −1/v + λ Σ wτ/(1 + τv) (Silverstein and Bai 1995). With a_j the share of E|D₀|² = 1 along the eigenvectors of
    τ_j, D₀ independent of the data, d → ∞, resolvents have deterministic equivalents (Ledoit and Péché 2011; Dobriban
    and Wager 2018), whose inverse Laplace transforms in s are the losses:

        D₀ᵀΣ(Σ−z)⁻¹D₀ → Σ_j a_j τ_j v/(1 + τ_j v),
        z₁z₂ D₀ᵀ(Σ−z₁)⁻¹C(Σ−z₂)⁻¹D₀ → Σ_j a_j τ_j/((1+τ_j v₁)(1+τ_j v₂)) / [1 − λ Σ w τ²v₁v₂/((1+τv₁)(1+τv₂))].

    The error on a fresh input is DᵀCD, so dL_gen/ds = −L_train (M9) holds for white inputs only.

    Parameters
    ----------
    lam
        λ = d/N > 0, with d the number of all inputs, those of variance 0 included.
    spectrum
        Pairs (eigenvalue ≥ 0, weight > 0); distinct eigenvalues, weights that sum to 1.
    signal
        Shares a_j; without them D₀ is isotropic, a = w.

    Raises
    ------
    ValueError
        If λ, an eigenvalue, a weight or a share is known to be out of range, or the weights or shares do not sum to 1.

    Examples
    --------
    >>> from sympy import Rational, Symbol
    >>> from theory import GeneralizationLoss
    >>> white = InputCovariance(2, [(1, 1)])
    >>> white.generalization_loss(3, 15), GeneralizationLoss(3, 2).evalf(15)
    (0.538195211179153, 0.538195211179153)
    >>> half = Rational(1, 2)
    >>> InputCovariance(half, [(3, half), (1, half)]).silverstein(Symbol("z"), Symbol("v"))
    Eq(z, 3/(4*(3*v + 1)) + 1/(4*(v + 1)) - 1/v)
    """

    lam: Any
    spectrum: Any
    signal: Any = None

    def __post_init__(self) -> None:
        lam = sympify(self.lam)
        spectrum = tuple((sympify(tau), sympify(weight)) for tau, weight in self.spectrum)
        weights = tuple(weight for _, weight in spectrum)
        signal = weights if self.signal is None else tuple(map(sympify, self.signal))
        if lam.is_extended_nonpositive:
            raise ValueError(f"λ = d/N_train must be positive, got {lam}.")
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
        for name, value in (("lam", lam), ("spectrum", spectrum), ("signal", signal)):
            object.__setattr__(self, name, value)

    def silverstein(self, z: Any, v: Any) -> Eq:
        """Silverstein's equation z = −1/v + λ Σ wτ/(1 + τv) for the companion transform v at z."""
        v = sympify(v)
        total = Add(*(weight * tau / (1 + tau * v) for tau, weight in self.spectrum))
        return Eq(sympify(z), -1 / v + self.lam * total, evaluate=False)

    def resolvent_signal(self, v: Any) -> Expr:
        """Laplace transform ∫ e^{zs} L_train(s) ds = Σ a_j τ_j v/(1 + τ_j v) as a function of v = v(z).

        >>> from sympy import Symbol
        >>> InputCovariance(1, [(2, 1)]).resolvent_signal(Symbol("v"))
        2*v/(2*v + 1)
        """
        v = sympify(v)
        pairs = zip(self.signal, self.spectrum, strict=True)
        return Add(*(share * tau * v / (1 + tau * v) for share, (tau, _) in pairs))

    def companion(self, z: Any, digits: int = 15) -> Expr:
        """Value of v(z) at a number z off the spectrum: the root with Im v · Im z > 0, or v > 0 for z < 0.

        Raises
        ------
        ValueError
            If z ≥ 0, where the spectrum may lie.

        Examples
        --------
        >>> InputCovariance(2, [(1, 1)]).companion(-1)  # λm(−1) + (1 − λ) = √2 − 1
        0.414213562373095
        """
        with mpmath.workdps(digits + 10):
            number = mpmath.mpmathify(sympify(z).evalf(digits + 10))
            if mpmath.im(number) == 0 and mpmath.re(number) >= 0:
                raise ValueError(f"The companion transform has values at z < 0 and at complex z, got {z}.")
            value = companion_root(number, *self._numbers())
            real, imaginary = (to_float(part(value), mpmath.mp.prec).evalf(digits) for part in (mpmath.re, mpmath.im))
        return real if imaginary == 0 else real + I * imaginary

    def training_loss(self, s: Any, digits: int = 15) -> Expr:
        """E D₀ᵀ Σ e^{−Σs} D₀ at a time s > 0 to about ``digits`` digits, by Talbot's inversion of `resolvent_signal`.

        Raises
        ------
        ValueError
            If s is not a positive number.

        Examples
        --------
        >>> from theory import TrainingLoss
        >>> InputCovariance(2, [(1, 1)]).training_loss(3), TrainingLoss(3, 2).evalf(15)
        (0.0184050682690832, 0.0184050682690832)
        """
        with mpmath.workdps(working_digits(digits)):
            lam, groups = self._numbers()
            total = mpmath.mpf(0)
            for z, factor in talbot_rule(_time(s), digits):
                v = companion_root(z, lam, groups)
                total += mpmath.re(factor * sum(share * tau * v / (1 + tau * v) for tau, _, share in groups))
            return to_float(total, mpmath.mp.prec).evalf(digits)

    def generalization_loss(self, s: Any, digits: int = 15) -> Expr:
        """E Dᵀ C D of D = e^{−Σs/2} D₀ at a time s > 0 to about ``digits`` digits, by Talbot's inversion in z₁ and z₂.

        The work grows as digits²: a fraction of a second for 15.

        Raises
        ------
        ValueError
            If s is not a positive number.

        Examples
        --------
        >>> from sympy import Rational
        >>> from theory import GeneralizationLoss
        >>> half = Rational(1, 2)
        >>> subspace = InputCovariance(3, [(1, half), (0, half)], signal=[1, 0])  # half of the inputs are always 0
        >>> subspace.generalization_loss(2), GeneralizationLoss(2, effective_lam(3, half)).evalf(15)
        (0.484833920420490, 0.484833920420490)
        """
        with mpmath.workdps(working_digits(digits)):
            lam, groups = self._numbers()
            half = [(z, companion_root(z, lam, groups), factor) for z, factor in talbot_rule(_time(s) / 2, digits)]
            total = mpmath.mpf(0)
            for z1, v1, factor1 in half:
                for z2, v2, factor2 in half:
                    for z, v, factor in ((z2, v2, factor2), tuple(map(mpmath.conj, (z2, v2, factor2)))):
                        sums = [
                            sum(tau * part / ((1 + tau * v1) * (1 + tau * v)) for tau, part in parts)
                            for parts in (
                                [(tau, share) for tau, _, share in groups],
                                [(tau, tau * weight) for tau, weight, _ in groups],
                            )
                        ]
                        total += mpmath.re(factor1 * factor * sums[0] / (1 - lam * v1 * v * sums[1]) / (z1 * z)) / 2
            return to_float(total, mpmath.mp.prec).evalf(digits)

    def _numbers(self) -> tuple[Any, list[tuple[Any, Any, Any]]]:
        """Return λ and (eigenvalue, weight, share) as mpmath numbers at the working precision."""
        prec = mpmath.mp.prec
        rows = [(tau, weight, share) for (tau, weight), share in zip(self.spectrum, self.signal, strict=True)]
        numbers = [[real_argument(entry, prec) for entry in row] for row in [(self.lam,), *rows]]
        if any(entry is None for row in numbers for entry in row):
            raise ValueError(f"Only a covariance of numbers has values, got {self}.")
        return numbers[0][0], [(row[0], row[1], row[2]) for row in numbers[1:]]


def effective_lam(lam: Any, fraction: Any) -> Expr:
    """The λ of a signal in a subspace of dimension ``fraction`` · d outside of which the inputs vanish: λ · fraction.

    Inputs of variance 0 reach neither data nor loss, so the losses are those of ``fraction`` · d white inputs. For
    inputs that are all white, confining D₀ to a subspace changes nothing: the expected losses depend on |D₀| alone.

    Examples
    --------
    >>> from sympy import Rational
    >>> effective_lam(3, Rational(1, 2))
    3/2
    """
    return sympify(lam) * sympify(fraction)


def _time(s: Any) -> Any:
    number = real_argument(sympify(s), mpmath.mp.prec)
    if number is None or number <= 0:
        raise ValueError(f"The losses are evaluated at a number s > 0, got {s}.")
    return number
