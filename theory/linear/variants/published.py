"""The late-time forms without the plateau, as M plots them."""

from dataclasses import dataclass
from typing import ClassVar

from sympy import Expr, Integer, Symbol, oo

from theory.linear.dynamics import Dynamics
from theory.linear.late_time import published_generalization_loss, published_training_loss
from theory.linear.variants.variant import Variant
from theory.systems import NoClosedFormError

__all__ = ["Published"]


@dataclass(frozen=True)
class Published(Variant):
    """The late-time training loss (M Eq. 10) and its integral (M Eq. 9), in which the plateau of λ > 1 is missing.

    Examples
    --------
    >>> from theory import LinearStudent
    >>> from theory.symbols import lam, s
    >>> LinearStudent(lam).published().training_loss(s) == published_training_loss(s, lam)
    True
    >>> LinearStudent(4).published().generalization_plateau, LinearStudent(4).generalization_plateau
    (0, 3/4)
    """

    keeps_late_time: ClassVar[bool] = True

    def change(self, dynamics: Dynamics) -> Dynamics:
        """The two forms in place of the averages."""
        return dynamics.with_spectrum(_LateSpectrum(), _late_average)


def _late_average(dynamics: Dynamics, power: int, order: int) -> Expr | None:
    if order != 2 or power not in (0, 1):
        return None
    if dynamics.time is oo:
        return Integer(0)
    if dynamics.time.is_zero:  # the forms of late time grow without end towards the start
        return oo
    form = published_training_loss if power else published_generalization_loss
    return form(dynamics.time, dynamics.lam)


@dataclass(frozen=True)
class _LateSpectrum:
    """The edge of the spectrum alone: only the error of the start has an average."""

    is_complete = False
    atom = Integer(0)

    def __str__(self) -> str:
        return "the published late-time forms"

    def angular_expectation(self, f: Expr, nu: Symbol, at_zero: Expr | None = None) -> Expr:
        raise NoClosedFormError(
            "The published late-time forms exist for gradient flow without weight decay on clean labels only: "
            "leave out published() or the other variants."
        )

    def inverse_moment(self, k: int, c: Expr) -> Expr:
        return self.angular_expectation(c, Symbol("nu"))
