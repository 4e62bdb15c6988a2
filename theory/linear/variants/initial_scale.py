"""The scale α of the initial student: a larger start is a smaller threshold."""

from dataclasses import dataclass, replace
from typing import ClassVar

from sympy import Expr, log, sympify

from theory.annotations import Sympifiable
from theory.linear.dynamics import Dynamics
from theory.linear.variants.variant import Variant

__all__ = ["InitialScale"]


@dataclass(frozen=True)
class InitialScale(Variant):
    """The student starts at αS₀ (L). The losses are linear in |D₀|², so without decay all grow by (1 + α²)/2.

    Attributes
    ----------
    initial_scale
        α.

    Examples
    --------
    >>> from theory import LinearStudent
    >>> from theory.symbols import lam, s
    >>> LinearStudent(lam).with_initial_scale(8).training_loss(s)
    65*TrainingLoss(s, lambda)/2
    """

    initial_scale: Expr

    keeps_late_time: ClassVar[bool] = True

    def change(self, dynamics: Dynamics) -> Dynamics:
        """E|αS₀|² = α²/2."""
        return replace(dynamics, start=self.initial_scale**2 * dynamics.start)

    @property
    def initial_error(self) -> Expr:
        """E|αS₀ − T|² = (1 + α²)/2 for independent S₀ and T of equal norm, normalized to E|S₀ − T|² = 1.

        Examples
        --------
        >>> [InitialScale(alpha).initial_error for alpha in (1, 0, 8)]
        [1, 1/2, 65/2]
        """
        return (1 + self.initial_scale**2) / 2

    def effective_epsilon(self, epsilon: Sympifiable) -> Expr:
        """Threshold 2ε/(1 + α²) at which the unscaled losses have the accuracy of the scaled ones (L).

        Examples
        --------
        >>> from theory import accuracy
        >>> from theory.symbols import epsilon
        >>> scale = InitialScale(3)
        >>> accuracy(scale.initial_error, epsilon) == accuracy(1, scale.effective_epsilon(epsilon))
        True
        """
        return sympify(epsilon) / self.initial_error

    def sensitivity(self, time: Sympifiable, rate: Sympifiable) -> Expr:
        """dt*/d ln α = 2α²/(1 + α²)/(κ + 3/(2t*)) of a late jump time t*, of a loss C t^{−3/2} e^{−κt}.

        In the exponential regime, κt* ≫ 1, both jumps move by the same time, so that a larger start lowers the
        relative gap; in the power-law regime t* itself is multiplied, and the gap stays.

        Examples
        --------
        >>> from sympy import Symbol
        >>> from theory import jump_time
        >>> alpha = Symbol("alpha", positive=True)
        >>> scale = InitialScale(alpha)
        >>> star = jump_time(2, 1, scale.effective_epsilon(1))
        >>> exact = star.diff(alpha) * alpha
        >>> [f.subs(alpha, 3).evalf(15) for f in (exact, scale.sensitivity(star, 1))]
        [0.928681207277602, 0.928681207277602]
        """
        time, rate, square = sympify(time), sympify(rate), self.initial_scale**2
        return 2 * square / (1 + square) / (rate + 3 / (2 * time))

    def delay(self, rate: Sympifiable) -> Expr:
        """Delay ln((1 + α²)/2)/κ of both jumps in the exponential regime: the absolute gap does not move.

        Examples
        --------
        >>> InitialScale(1).delay(2), InitialScale(3).delay(1)
        (0, log(5))
        """
        return log(self.initial_error) / sympify(rate)
