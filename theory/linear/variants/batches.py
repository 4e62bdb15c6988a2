"""Stochastic gradient descent: the noise of random batches as another law of the eigenvalues."""

from dataclasses import dataclass

from sympy import Expr, Integer, Piecewise, Symbol, exp, oo, sqrt, sympify

from theory.annotations import Sympifiable
from theory.linear.dynamics import Dynamics, flow_average
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.variants.variant import Variant
from theory.requirements import positive
from theory.symbols import nu
from theory.systems import NoClosedFormError

__all__ = ["Batches"]

_RATIO = "λ = d/N_train"


@dataclass(frozen=True)
class Batches(Variant):
    """Each step on B = bN of the N samples, drawn anew at random without repetition; b = 1 is the whole data set.

    Along an eigenvector the square of the error falls like the flow's and grows by the variance of the batch's
    gradient, h²(1/B − 1/N) ν L_train with h = 2η₀. With steps and batches small at fixed c = η₀λ(1/b − 1), d → ∞,
    Volterra's equations follow (Paquette, Lee, Pedregosa and Paquette 2021), F the losses of the flow:

        L_train(s) = F_train(s) + c ∫₀ˢ E ν² e^{−ν(s−u)} L_train(u) du,
        L_gen(s)   = F_gen(s)   + c ∫₀ˢ E ν e^{−ν(s−u)} L_train(u) du.

    The Laplace transform φ(p) of F_train solves λφ² − (1 + λ + p)φ + 1 = 0, that of L_train is φ/(1 − c + cpφ). Its
    cut and its pole are again an average over a spectrum: the law of Marchenko and Pastur weighted with w(ν), and for
    c > c* = √λ/(1 − √λ + λ) one eigenvalue ν* below its edge,

        w = (1−c)²/[(1−c)² − c(1−c)(1 + 1/λ)ν + cν²/λ],    ν* = (1−c)[1 + λ + √((1+λ)² − 4λ/c)]/2,
        L_gen = E_w e^{−νs},    L_train = E_w ν e^{−νs}/(1 − c),    dL_gen/ds = −(1 − c) L_train.

    Plateaus stay. Up to c* the losses decay at the rate of the edge, beyond it at ν*; at c = 1, where c times the
    integral of the kernel is 1, they no longer fall. With real steps they stop to fall at η₀ = `critical_rate`.

    Attributes
    ----------
    batch_fraction
        b = B/N, 0 < b ≤ 1.

    Raises
    ------
    ValueError
        If b is known to be out of range, or c of the student not to be below 1.

    Examples
    --------
    >>> from sympy import Rational
    >>> from theory import GeneralizationLoss, LinearStudent
    >>> from theory.symbols import s
    >>> half = Rational(1, 2)
    >>> student = LinearStudent(half, eta0=Rational(1, 100))
    >>> student.with_batches(1).generalization_loss(s)
    GeneralizationLoss(s, 1/2)
    >>> noisy = student.with_batches(Rational(1, 101))
    >>> noisy.training_loss(2).evalf(10), noisy.generalization_loss(2).evalf(10)
    (0.3098137904, 0.4361014043)
    >>> (noisy.generalization_loss(s).diff(s) / noisy.training_loss(s)).subs(s, 2).evalf(10)  # c − 1
    -0.5000000000
    """

    batch_fraction: Expr

    def __post_init__(self) -> None:
        super().__post_init__()
        b = positive(self.batch_fraction, "The batch fraction b = B/N")
        if (b - 1).is_extended_positive:
            raise ValueError(f"The batch fraction b = B/N must not be above 1, got {b}.")

    def change(self, dynamics: Dynamics) -> Dynamics:
        """The two losses in place of the averages."""
        return dynamics.with_spectrum(_NoisySpectrum(), self._average)

    def noise(self, lam: Sympifiable, eta0: Sympifiable) -> Expr:
        """c = η₀λ(1/b − 1) = η₀d(1/B − 1/N), the strength of the noise: stable below 1.

        >>> from sympy import Rational
        >>> Batches(Rational(1, 100)).noise(Rational(1, 2), Rational(1, 99))
        1/2
        """
        return positive(eta0, "The rate η₀") * positive(lam, _RATIO) * (1 / self.batch_fraction - 1)

    def critical_rate(self, lam: Sympifiable) -> Expr:
        """Largest stable η₀ of real steps: 1/(1/(1−b) + λ/b), and 1/(1+√λ)² for b ≥ √λ/(1+√λ).

        In the first the noise grows, as 1 = λ(1/b − 1) E hν/(2 − hν) with h = 2η₀; in the second the fastest direction
        diverges, as with the whole data set. So larger batches allow larger steps up to a critical one only.

        >>> from sympy import Rational
        >>> [Batches(Rational(1, n)).critical_rate(1) for n in (1, 2, 4, 100)]
        [1/4, 1/4, 3/16, 99/10000]
        """
        lam, b = positive(lam, _RATIO), self.batch_fraction
        root = sqrt(lam)
        return Piecewise((1 / (1 + root) ** 2, b >= root / (1 + root)), (1 / (1 / (1 - b) + lam / b), True))

    @staticmethod
    def critical_noise(lam: Sympifiable) -> Expr:
        """c* = √λ/(1 − √λ + λ), beyond which the noise and not the edge of the spectrum decays last.

        >>> Batches.critical_noise(4)
        2/3
        """
        lam = positive(lam, _RATIO)
        return sqrt(lam) / (1 - sqrt(lam) + lam)

    @staticmethod
    def noise_decay(lam: Sympifiable, noise: Sympifiable) -> Expr:
        """ν* = (1−c)[1 + λ + √((1+λ)² − 4λ/c)]/2, the rate in s of what noise keeps alive, for c* < c < 1.

        The root of c E ν²/(ν − ν*) = 1, Malthus' exponent of a population with this kernel. It is (1−√λ)² at c* and
        tends to (1−c) max(1, λ) for c → 1.

        >>> from sympy import Rational
        >>> Batches.noise_decay(4, Rational(2, 3)), Batches.noise_decay(4, Rational(4, 5))
        (1, sqrt(5)/10 + 1/2)
        """
        lam, c = positive(lam, _RATIO), positive(noise, "The noise c")
        return (1 - c) / 2 * (1 + lam + sqrt((1 + lam) ** 2 - 4 * lam / c))

    @staticmethod
    def noise_heights(lam: Sympifiable, noise: Sympifiable) -> tuple[Expr, Expr]:
        """Factors of e^{−ν*s} in training and generalization for c > c*: a = (1/c)(1 − ν*/S) and a(1−c)/ν*.

        S = √((1+λ)² − 4λ/c). Both losses then are one exponential at late time: S_rel → 1 at a gap that stays.

        >>> from sympy import Rational
        >>> [height.evalf(6) for height in Batches.noise_heights(4, Rational(4, 5))]
        [0.845492, 0.233688]
        """
        lam, c = positive(lam, _RATIO), positive(noise, "The noise c")
        rate = Batches.noise_decay(lam, c)
        train = (1 - rate / sqrt((1 + lam) ** 2 - 4 * lam / c)) / c
        return train, train * (1 - c) / rate

    @staticmethod
    def late_factors(lam: Sympifiable, noise: Sympifiable) -> tuple[Expr, Expr]:
        """What noise multiplies the late training and generalization loss of the flow by, for c < c*.

        (1−c)/(1−c/c*)² and (1−c)²/(1−c/c*)²: the training loss is left 1/(1−c) times as high against the other, so the
        gap shrinks; next to λ = 1, where c* → 1, the generalization loss does not feel the noise.

        >>> from sympy import Rational
        >>> Batches.late_factors(1, Rational(1, 2))
        (2, 1)
        """
        c = positive(noise, "The noise c")
        train = (1 - c) / (1 - c / Batches.critical_noise(lam)) ** 2
        return train, (1 - c) * train

    def _average(self, dynamics: Dynamics, power: int, order: int) -> Expr | None:
        if order != 2 or power not in (0, 1):
            return None
        lam, s = dynamics.lam, dynamics.time
        c = self.noise(lam, dynamics.eta0)
        if (c - 1).is_extended_nonnegative:
            raise ValueError(
                f"The losses must fall, which takes c = η₀λ(1/b − 1) below 1, got c = {c}; take a smaller η₀ or larger "
                "batches."
            )
        law = MarchenkoPastur(lam)
        if c.is_zero:
            return flow_average(dynamics, power, order)
        if s is oo:
            return law.atom if power == 0 else Integer(0)
        if s.is_zero:
            return Integer(1)
        weight = (1 - c) ** 2 / ((1 - c) ** 2 - c * (1 - c) * (1 + 1 / lam) * nu + c * nu**2 / lam)
        if power:
            weight = nu * weight / (1 - c)
        height = self.noise_heights(lam, c)[1 - power]
        beyond = Piecewise((height * exp(-self.noise_decay(lam, c) * s), c > self.critical_noise(lam)), (0, True))
        return law.angular_expectation(weight * exp(-nu * s), nu) + beyond


@dataclass(frozen=True)
class _NoisySpectrum:
    """The weighted spectrum, known for the error of the start only."""

    is_complete = False
    atom = Integer(0)

    def __str__(self) -> str:
        return "random batches"

    def angular_expectation(self, f: Expr, nu: Symbol, at_zero: Expr | None = None) -> Expr:
        raise NoClosedFormError(
            "With random batches the losses are known for small steps without momentum, without weight decay and on "
            "clean labels only: leave out the batches or the other variants, or simulate."
        )

    def inverse_moment(self, k: int, c: Expr) -> Expr:
        return self.angular_expectation(sympify(c), nu)
