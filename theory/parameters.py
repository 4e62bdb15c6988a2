"""What solvable systems share: parameters by name, and the same system with others."""

import dataclasses
from collections.abc import Mapping
from typing import Self

from sympy import Basic

from theory.annotations import Sympifiable
from theory.suggestion import suggestion

__all__ = ["Parametric"]


@dataclasses.dataclass(frozen=True)
class Parametric:
    """A frozen dataclass of parameters, of which another one is made by name."""

    @property
    def parameters(self) -> Mapping[str, Basic]:
        """What the system is made of, by name."""
        return {one.name: getattr(self, one.name) for one in dataclasses.fields(self) if one.init}

    def replace(self, **changes: Sympifiable) -> Self:
        """Return the same system with other parameters.

        Raises
        ------
        ValueError
            If there is no parameter of this name.
        """
        if unknown := [name for name in changes if name not in self.parameters]:
            raise ValueError(
                f"The system has no parameter {unknown[0]!r}; it has {', '.join(self.parameters)}."
                + suggestion(unknown[0], self.parameters)
            )
        return dataclasses.replace(self, **changes)
