"""What every solvable system offers: curves in time, plateaus, jump times and parameters."""

from collections.abc import Mapping
from typing import Protocol, Self, runtime_checkable

from sympy import Basic, Expr

from theory.annotations import Sympifiable

__all__ = ["NoClosedFormError", "SolvableSystem"]


class NoClosedFormError(ValueError):
    """What was asked for has no closed form; the message says what, why, and the way out."""


@runtime_checkable
class SolvableSystem(Protocol):
    """A model of learning whose curves are known exactly.

    What has no closed form raises `NoClosedFormError`, with a sentence that says what, why, and the way out.

    Examples
    --------
    >>> from theory import LinearStudent
    >>> isinstance(LinearStudent(2), SolvableSystem)
    True
    """

    @property
    def parameters(self) -> Mapping[str, Basic]:
        """The numbers that make the system, by name; each is a number or an expression."""
        ...

    def replace(self, **changes: Sympifiable) -> Self:
        """Return the same system with other parameters."""
        ...

    def training_curve(self, t: Sympifiable) -> Expr:
        """Training accuracy, from 0 to 1, at time t of the system's own clock."""
        ...

    def generalization_curve(self, t: Sympifiable) -> Expr:
        """Generalization accuracy, from 0 to 1, at time t of the system's own clock."""
        ...

    @property
    def training_plateau(self) -> Expr:
        """The training loss for t → ∞."""
        ...

    @property
    def generalization_plateau(self) -> Expr:
        """The generalization loss for t → ∞."""
        ...

    def training_jump_time(self) -> Expr:
        """Time at which half of the training answers are correct."""
        ...

    def generalization_jump_time(self) -> Expr:
        """Time at which half of the fresh answers are correct."""
        ...

    @property
    def horizon(self) -> Expr:
        """A time by which both curves have jumped."""
        ...
