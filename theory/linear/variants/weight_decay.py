"""Weight decay: the losses, and the plateaus on which they end."""

from dataclasses import dataclass, replace

from sympy import Expr, Piecewise, Rational, sqrt, sympify

from theory.annotations import Sympifiable
from theory.linear.dynamics import Dynamics
from theory.linear.variants.variant import Variant
from theory.requirements import not_negative

__all__ = ["WeightDecay"]


@dataclass(frozen=True)
class WeightDecay(Variant):
    """Training on the loss plus (γ/2)|S|², a pull c = γ/2 of the student towards zero (L).

    Along an eigenvector dS/dt = −2η₀[ν(S − T) + cS], so that with x = e^{−(ν+c)s/2} the error is
    D = xS₀ − T(νx + c)/(ν + c), S₀ and T independent with E|S₀|² = E|T|² = ½, and the losses are

        ½ E q [e^{−(ν+c)s} + ((ν e^{−(ν+c)s/2} + c)/(ν+c))²],   q = ν in training, 1 in generalization.

    The penalty itself is not part of the loss. They end at ½c² E q/(ν+c)²: with R = √((ν₋+c)(ν₊+c)) and
    Q = (1−λ)² + c(1+λ) at c²/(R(R + 1 + λ + c)) and ½(1−1/λ)⁺ + c²/(R(Q + |1−λ|R)), which are ½c²(m − c m′) and ½c² m′,
    m the Stieltjes transform of the spectrum at −c. For λ > 1 the directions that no
    sample touches add (1 − 1/λ)(1 + e^{−cs})/2 to the generalization loss: the student forgets its start there.

    Attributes
    ----------
    weight_decay
        γ ≥ 0.

    Raises
    ------
    ValueError
        If γ is known to be negative.

    Examples
    --------
    >>> from theory import LinearStudent
    >>> student = LinearStudent(Rational(1, 2))
    >>> hardly = student.with_weight_decay(Rational(1, 10**9))
    >>> hardly.generalization_loss(2).evalf(8), student.generalization_loss(2).evalf(8)
    (0.26759075, 0.26759075)
    >>> decayed = student.with_weight_decay(Rational(1, 100))
    >>> decayed.training_plateau.evalf(10), decayed.generalization_plateau.evalf(10)
    (2.404290689e-5, 9.431293366e-5)
    """

    weight_decay: Expr

    def __post_init__(self) -> None:
        super().__post_init__()
        not_negative(self.weight_decay, "The weight decay γ")

    def change(self, dynamics: Dynamics) -> Dynamics:
        """The pull c = γ/2."""
        return replace(dynamics, pull=self.weight_decay / 2)

    def small_decay_plateaus(self, lam: Sympifiable) -> tuple[Expr, Expr]:
        """Leading plateaus (training, generalization) for γ → 0, on either side of λ = 1.

        λ < 1: γ²/(8(1−λ)) and γ²/(8(1−λ)³), half of what L prints. λ > 1: γ²/(8λ(λ−1)) and (1 − 1/λ)/2, which is half
        of the plateau without weight decay. λ = 1: (γ/2)^{3/2}/4 and (γ/2)^{1/2}/4.

        Examples
        --------
        >>> from sympy import Symbol
        >>> decay = WeightDecay(Symbol("gamma", positive=True))
        >>> decay.small_decay_plateaus(Rational(1, 2))
        (gamma**2/4, gamma**2)
        >>> decay.small_decay_plateaus(4)
        (gamma**2/96, 3/8)
        """
        lam, gamma = sympify(lam), self.weight_decay
        c = gamma / 2
        train = Piecewise(
            (gamma**2 / (8 * (1 - lam)), lam < 1),
            (gamma**2 / (8 * lam * (lam - 1)), lam > 1),
            (c ** Rational(3, 2) / 4, True),
        )
        gen = Piecewise((gamma**2 / (8 * (1 - lam) ** 3), lam < 1), ((1 - 1 / lam) / 2, lam > 1), (sqrt(c) / 4, True))
        return train, gen

    def printed_plateaus(self, lam: Sympifiable) -> tuple[Expr, Expr]:
        """The plateaus as L prints them for λ < 1, γ ≪ 1, γ²/(4(1−λ)) and γ²/(4(1−λ)³): twice too large.

        Examples
        --------
        >>> from theory import LinearStudent
        >>> half, gamma = Rational(1, 2), Rational(1, 10**4)
        >>> train, gen = WeightDecay(gamma).printed_plateaus(half)
        >>> gen / LinearStudent(half).with_weight_decay(gamma).generalization_plateau.evalf(5)
        2.0012
        """
        lam, gamma = sympify(lam), self.weight_decay
        return gamma**2 / (4 * (1 - lam)), gamma**2 / (4 * (1 - lam) ** 3)
