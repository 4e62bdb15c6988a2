"""What a change of the ideal linear student consists of."""

from dataclasses import dataclass, fields
from typing import ClassVar

from sympy import Basic, sympify

from theory.linear.dynamics import Dynamics, Parts

__all__ = ["Variant"]


@dataclass(frozen=True)
class Variant:
    """One change of the linear student; its fields are the parameters that it adds, under their public names.

    A new variant is a new subclass, joined to a student by `LinearStudent.with_variant`. It overrides `change`, where
    the dynamics, the spectrum or the start are others, or `adds`, where something is added to the losses, and checks
    its parameters in `__post_init__`. The order in which variants are joined does not matter.

    Examples
    --------
    A teacher with a part, of mean square δ², that no linear student can learn: an error on fresh inputs that stays.

    >>> from dataclasses import dataclass
    >>> from sympy import Expr, Integer
    >>> from theory import LinearStudent
    >>> from theory.linear.dynamics import Part
    >>> from theory.symbols import lam, s
    >>> @dataclass(frozen=True)
    ... class Unlearnable(Variant):
    ...     mismatch: Expr
    ...
    ...     def adds(self, dynamics):
    ...         nothing = Part(Integer(0))
    ...         return Parts(nothing, Part(Integer(0), constant=self.mismatch), nothing)
    >>> LinearStudent(lam).with_variant(Unlearnable(2)).generalization_loss(s)
    GeneralizationLoss(s, lambda) + 2
    """

    keeps_late_time: ClassVar[bool] = False
    """Whether the losses keep the late-time form C t^{−3/2} e^{−κt}, so that the jump times have closed forms."""

    def __post_init__(self) -> None:
        for name, value in self.parameters.items():
            object.__setattr__(self, name, sympify(value))

    @property
    def parameters(self) -> dict[str, Basic]:
        """The fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def change(self, dynamics: Dynamics) -> Dynamics:
        """Return the dynamics as this variant leaves them."""
        return dynamics

    def adds(self, dynamics: Dynamics) -> Parts | None:
        """What this variant adds to the losses, of the dynamics that all variants together have made."""
        return None
