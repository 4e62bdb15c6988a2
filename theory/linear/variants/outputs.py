"""More than one output: the losses on a slower clock, and the accuracy as a chi-square probability."""

from dataclasses import dataclass, replace
from typing import ClassVar

from sympy import Expr

from theory.linear.dynamics import Dynamics
from theory.linear.variants.variant import Variant
from theory.threshold_accuracy import check_outputs

__all__ = ["Outputs"]


@dataclass(frozen=True)
class Outputs(Variant):
    """A student with d_out outputs, trained on the mean over them: L → (1/d_out) L(η₀/d_out) (L).

    The error D₀ is a d × d_out matrix with E‖D₀‖² = 1 in all, and everything that is descended on, penalty included, is
    the mean over the outputs: its height and its gradient are divided by d_out. Like |D₀|², the variance of label
    noise is the sum over the outputs. The slope of the generalization loss in s is −L_train/d_out. An answer is correct
    if its squared error, averaged over the outputs, is below ε: `theory.accuracy` with `outputs`.

    Attributes
    ----------
    outputs
        d_out.

    Raises
    ------
    ValueError
        If d_out is known not to be a whole number ≥ 1.

    Examples
    --------
    >>> from theory import LinearStudent
    >>> from theory.symbols import lam, s
    >>> LinearStudent(lam).with_outputs(1).training_loss(s), LinearStudent(lam).with_outputs(3).training_loss(s)
    (TrainingLoss(s, lambda), TrainingLoss(s/3, lambda)/3)
    """

    outputs: Expr

    keeps_late_time: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_outputs(self.outputs)

    def change(self, dynamics: Dynamics) -> Dynamics:
        """The clock runs d_out times slower, the losses are d_out times smaller."""
        time, eta0, height = (value / self.outputs for value in (dynamics.time, dynamics.eta0, dynamics.height))
        return replace(dynamics, time=time, eta0=eta0, height=height)
