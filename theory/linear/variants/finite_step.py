"""Gradient descent with a finite step as a variant: its memory, and its distance from the flow."""

from dataclasses import dataclass

from sympy import Dummy, Expr, Integer, sympify

from theory.annotations import Sympifiable
from theory.linear.dynamics import Dynamics
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.variants.descent_losses import DescentGeneralizationLoss, DescentTrainingLoss
from theory.linear.variants.variant import Variant
from theory.requirements import positive

__all__ = ["FiniteStep"]


@dataclass(frozen=True)
class FiniteStep(Variant):
    """Gradient descent in n = t steps of η₀ in place of the flow: x = (1 − h(ν + c))^n with h = 2η₀, s = 4η₀t = 2nh.

    It decays only for h(1+√λ)² < 2. The fixed point, hence every plateau, is the flow's.

    Examples
    --------
    >>> from sympy import Rational
    >>> from theory import LinearStudent
    >>> from theory.symbols import lam, t
    >>> student = LinearStudent(lam, eta0=Rational(1, 100)).with_finite_step()
    >>> student.training_loss(4 * student.eta0 * t)
    DescentTrainingLoss(t, 1/50, lambda)
    """

    def change(self, dynamics: Dynamics) -> Dynamics:
        """The memory, and the two losses that have a closed form."""
        return dynamics.with_memory(_memory, _average)

    @staticmethod
    def flow_distance(s: Sympifiable, h: Sympifiable, lam: Sympifiable) -> tuple[Expr, Expr]:
        """Leading difference of gradient descent from the flow at equal s = 2nh: training and generalization loss.

        (1 − hν)^{2n} = e^{−νs}(1 − s h ν²/2 + O(h²)), so the losses fall faster than the flow's by (sh/2) ∂²L/∂s².

        Examples
        --------
        >>> from sympy import Rational
        >>> from theory.symbols import lam, s
        >>> train, gen = FiniteStep.flow_distance(s, Rational(1, 100), lam)
        >>> gen.subs({s: 2, lam: Rational(1, 2)}).evalf(10)
        -0.0008636721415
        """
        s, h, lam = sympify(s), positive(h, "The step h"), positive(lam, "λ = d/N_train")
        x = Dummy("x", positive=True)
        train, gen = TrainingLoss(x, lam).diff(x, 2), GeneralizationLoss(x, lam).diff(x, 2)
        return (-s * h / 2 * train).subs(x, s), (-s * h / 2 * gen).subs(x, s)


def _steps(dynamics: Dynamics) -> tuple[Expr, Expr]:
    return dynamics.time / (4 * dynamics.eta0), 2 * dynamics.eta0


def _memory(dynamics: Dynamics, rate: Expr) -> Expr:
    n, h = _steps(dynamics)
    return (1 - h * rate) ** n


def _average(dynamics: Dynamics, power: int, order: int) -> Expr | None:
    loss = {0: DescentGeneralizationLoss, 1: DescentTrainingLoss}.get(power)
    if loss is None or order not in (0, 2):
        return None
    return loss(*_steps(dynamics), dynamics.lam) if order else Integer(1)
