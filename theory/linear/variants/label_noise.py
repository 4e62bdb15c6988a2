"""Noise on the training labels: what the student learns that the teacher never said."""

from dataclasses import dataclass

from sympy import Expr, Integer, sympify

from theory.annotations import Sympifiable
from theory.linear.dynamics import Dynamics, Part, Parts
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.variants.variant import Variant
from theory.requirements import not_negative
from theory.symbols import nu

__all__ = ["LabelNoise"]


@dataclass(frozen=True)
class LabelNoise(Variant):
    """Labels Tᵀx + ξ with independent ξ of variance σ², in units of E|S₀ − T|².

    Training pushes the student along each eigenvector by Xᵀξ/N, of mean square σ²ν/N, to which it responds by r
    (`theory.linear.dynamics`). Summed over d directions, noise adds

    - generalization, on clean labels: σ²λ E ν r²; for gradient flow σ²λ[2F(s/2) − F(s)], F the `CumulativeLoss`;
    - training, on the noisy labels: σ²/N tr u² of the N × N matrix XXᵀ/N, σ²[1 − λ + λ E u²]; for gradient flow
      σ²[1 − λ(1 − L_gen)], which ends at σ²(1 − λ)⁺: with more inputs than samples the noise is learned by heart;
    - training, on the clean labels of the same inputs: σ²λ E ν²r²; for gradient flow σ²λ[1 − 2L_gen(s/2) + L_gen(s)].

    The generalization loss ends at (1−1/λ)⁺ + σ² min(λ,1)/|1−λ|. At λ = 1 it grows without end, as 2(√2 − 1)σ²√(s/π):
    the peak of double descent. Against fresh noisy labels add σ².

    Attributes
    ----------
    label_noise
        σ² ≥ 0.

    Raises
    ------
    ValueError
        If σ² is known to be negative.

    Examples
    --------
    >>> from sympy import Rational, oo
    >>> from theory import LinearStudent
    >>> from theory.symbols import lam, s
    >>> LinearStudent(lam).with_label_noise(0).generalization_loss(s) == GeneralizationLoss(s, lam)
    True
    >>> LinearStudent(Rational(1, 4)).with_label_noise(3).generalization_loss(400).evalf(15)  # σ²λ/(1 − λ)
    1.00000000000000
    >>> quarter, four, one = (LinearStudent(lam).with_label_noise(3) for lam in (Rational(1, 4), 4, 1))
    >>> [(student.training_plateau, student.generalization_plateau) for student in (quarter, four, one)]
    [(9/4, 1), (0, 7/4), (0, oo)]
    >>> [LinearStudent(lam).with_label_noise(1).clean_training_loss(oo) for lam in (Rational(1, 4), 4)]  # σ² min(λ, 1)
    [1/4, 1]
    """

    label_noise: Expr

    def __post_init__(self) -> None:
        super().__post_init__()
        not_negative(self.label_noise, "The noise variance σ²")

    def adds(self, dynamics: Dynamics) -> Parts | None:
        """The three sums over the spectrum; directions that no sample touches are not pushed."""
        if self.label_noise.is_zero:
            return None
        variance, lam, pushed = self.label_noise, dynamics.lam, nu * dynamics.response
        return Parts(
            training=Part(
                dynamics.unlearned**2,
                weight=variance * lam,
                constant=variance * (1 - lam),
                constant_square=variance**2 * lam * (1 - lam),
            ),
            generalization=Part(pushed**2 / nu, weight=variance * lam, untouched=Integer(0)),
            clean_training=Part(pushed**2, weight=variance * lam, untouched=Integer(0)),
        )

    def stopping_balance(self, s: Sympifiable, lam: Sympifiable) -> Expr:
        """Minus the slope of the flow's generalization loss, L_train(s) − σ²λ[L_gen(s/2) − L_gen(s)]: 0 where to stop.

        Examples
        --------
        >>> from theory import LinearStudent
        >>> from theory.symbols import s
        >>> loss = LinearStudent(1).with_label_noise(2).generalization_loss(s)
        >>> (loss.diff(s) + LabelNoise(2).stopping_balance(s, 1)).subs(s, 3).evalf(15, chop=True)
        0
        """
        s, lam = sympify(s), sympify(lam)
        excess = GeneralizationLoss(s / 2, lam) - GeneralizationLoss(s, lam)
        return TrainingLoss(s, lam) - self.label_noise * lam * excess
