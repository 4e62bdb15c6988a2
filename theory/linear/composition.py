"""The parameters of the linear student and the variants that are joined to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from sympy import Basic, Expr

from theory.annotations import Sympifiable
from theory.linear.variants.batches import Batches
from theory.linear.variants.covariance import InputCovariance
from theory.linear.variants.finite_size import FiniteSize
from theory.linear.variants.finite_step import FiniteStep
from theory.linear.variants.initial_scale import InitialScale
from theory.linear.variants.label_noise import LabelNoise
from theory.linear.variants.momentum import Momentum
from theory.linear.variants.outputs import Outputs
from theory.linear.variants.published import Published
from theory.linear.variants.variant import Variant
from theory.linear.variants.weight_decay import WeightDecay
from theory.requirements import positive
from theory.suggestion import suggestion
from theory.symbols import epsilon as _epsilon
from theory.symbols import eta0 as _eta0

__all__ = ["Composition"]


@dataclass(frozen=True)
class Composition:
    """Parameters and variants of a linear model; the `with_…` methods return it with one thing changed.

    They combine in any order. What the model then does is said by `LinearStudent`.

    Attributes
    ----------
    lam
        λ = d/N_train > 0.
    epsilon
        Squared error ε below which an answer is correct.
    eta0
        Rate η₀ of gradient flow per step.
    variants
        What has been changed.

    Raises
    ------
    ValueError
        If λ, ε or η₀ is known not to be positive.
    """

    lam: Expr
    epsilon: Expr = field(default=_epsilon, kw_only=True)
    eta0: Expr = field(default=_eta0, kw_only=True)
    variants: tuple[Variant, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        for name, rule in (("lam", "λ = d/N_train"), ("epsilon", "The threshold ε"), ("eta0", "The rate η₀")):
            object.__setattr__(self, name, positive(getattr(self, name), rule))

    def with_variant(self, variant: Variant) -> Self:
        """Return the student with this variant, in place of one of the same kind; the order does not matter.

        >>> from theory import LinearStudent
        >>> one, other = LinearStudent(2).with_outputs(3), LinearStudent(2).with_label_noise(1)
        >>> one.with_label_noise(1) == other.with_outputs(3)
        True
        """
        others = [present for present in self.variants if type(present) is not type(variant)]
        variants = sorted([*others, variant], key=lambda present: type(present).__name__)
        return replace(self, variants=tuple(variants))

    def with_weight_decay(self, gamma: Sympifiable) -> Self:
        """Return the student trained on the loss plus (γ/2)|S|²; see `WeightDecay`.

        >>> from theory import LinearStudent
        >>> from sympy import Rational
        >>> LinearStudent(2).with_weight_decay(Rational(1, 10)).generalization_plateau.evalf(6)
        0.250956
        """
        return self.with_variant(WeightDecay(gamma))

    def with_label_noise(self, variance: Sympifiable) -> Self:
        """Return the student trained on labels with noise of this variance; see `LabelNoise`.

        >>> from theory import LinearStudent
        >>> LinearStudent(4).with_label_noise(3).generalization_plateau
        7/4
        """
        return self.with_variant(LabelNoise(variance))

    def with_outputs(self, d_out: Sympifiable) -> Self:
        """Return the student with d_out outputs, trained on their mean; see `Outputs`.

        >>> from theory import LinearStudent
        >>> from theory.symbols import lam, s
        >>> LinearStudent(lam).with_outputs(3).generalization_loss(s)
        GeneralizationLoss(s/3, lambda)/3
        """
        return self.with_variant(Outputs(d_out))

    def with_initial_scale(self, alpha: Sympifiable) -> Self:
        """Return the student that starts at αS₀; see `InitialScale`.

        >>> from theory import LinearStudent
        >>> from theory.symbols import lam, s
        >>> LinearStudent(lam).with_initial_scale(3).generalization_loss(s)
        5*GeneralizationLoss(s, lambda)
        """
        return self.with_variant(InitialScale(alpha))

    def with_covariance(
        self, spectrum: Sequence[tuple[Sympifiable, Sympifiable]], signal: Sequence[Sympifiable] | None = None
    ) -> Self:
        """Return the student of inputs that are not white, given by (eigenvalue, weight); see `InputCovariance`.

        >>> from theory import LinearStudent
        >>> from sympy import Rational
        >>> half = Rational(1, 2)
        >>> LinearStudent(half).with_covariance([(2, half), (1, half)]).generalization_loss(1).evalf(8)
        0.48314421
        """
        return self.with_variant(InputCovariance(spectrum, signal))

    def with_finite_step(self) -> Self:
        """Return the student trained by gradient descent, t steps of η₀; see `FiniteStep`.

        >>> from theory import LinearStudent
        >>> from theory.symbols import lam, s
        >>> LinearStudent(lam, eta0=1).with_finite_step().training_loss(s)
        DescentTrainingLoss(s/4, 2, lambda)
        """
        return self.with_variant(FiniteStep())

    def with_batches(self, batch_fraction: Sympifiable) -> Self:
        """Return the student trained by stochastic gradient descent on a share b = B/N at a time; see `Batches`.

        >>> from theory import LinearStudent
        >>> from theory.symbols import lam, s
        >>> LinearStudent(lam).with_batches(1).training_loss(s)
        TrainingLoss(s, lambda)
        """
        return self.with_variant(Batches(batch_fraction))

    def with_momentum(self, beta: Sympifiable) -> Self:
        """Return the student trained by gradient descent with momentum, t steps of η₀; see `Momentum`.

        >>> from theory import LinearStudent
        >>> from theory.symbols import lam, s
        >>> LinearStudent(lam, eta0=1).with_momentum(0.5).training_loss(s)
        MomentumAverage(1, s/4, 2, 0.5, lambda)
        """
        return self.with_variant(Momentum(beta))

    def with_size(self, d: Sympifiable) -> Self:
        """Return the student of d inputs, to first order in 1/d; see `FiniteSize`.

        >>> from theory import LinearStudent
        >>> from theory.symbols import lam, s
        >>> LinearStudent(lam).with_size(100).training_loss(s)
        FiniteSizeTrainingLoss(s, lambda, 100)
        """
        return self.with_variant(FiniteSize(d))

    def published(self) -> Self:
        """Return the student in the late-time forms without the plateau, as M plots them; see `Published`.

        >>> from theory import LinearStudent
        >>> from theory.symbols import lam, s
        >>> LinearStudent(lam).published().training_loss(s)
        exp(-s*(1 - sqrt(lambda))**2)/(2*sqrt(pi)*lambda**(3/4)*s**(3/2))
        """
        return self.with_variant(Published())

    @property
    def parameters(self) -> Mapping[str, Basic]:
        """λ, ε, η₀ and what the variants add, by name.

        >>> from theory import LinearStudent
        >>> list(LinearStudent(2).with_weight_decay(1).with_outputs(3).parameters)
        ['lam', 'epsilon', 'eta0', 'outputs', 'weight_decay']
        """
        own = {"lam": self.lam, "epsilon": self.epsilon, "eta0": self.eta0}
        return own | {name: value for variant in self.variants for name, value in variant.parameters.items()}

    def replace(self, **changes: Sympifiable) -> Self:
        """Return the same student with other parameters.

        Raises
        ------
        ValueError
            If the student has no parameter of that name.

        Examples
        --------
        >>> from theory import LinearStudent
        >>> LinearStudent(2).with_outputs(3).replace(outputs=5, lam=4).parameters["outputs"]
        5
        """
        if unknown := changes.keys() - self.parameters.keys():
            known = ", ".join(self.parameters)
            raise ValueError(
                f"The student has no parameter {min(unknown)!r}, only {known}; add it by its with_ method."
                + suggestion(min(unknown), self.parameters)
            )
        variants = tuple(
            replace(variant, **{name: value for name, value in changes.items() if name in variant.parameters})
            for variant in self.variants
        )
        own = {name: value for name, value in changes.items() if name in ("lam", "epsilon", "eta0")}
        return replace(self, **own, variants=variants)
