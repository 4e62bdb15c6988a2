"""What every optimizer says: its rates, those of groups of parameters, the warm-up, and the filter of gradients."""

import abc
import dataclasses
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, ClassVar, Self

import torch

from empirical.experiment.numbers import checked, real, whole
from empirical.experiment.parts import Part

__all__ = ["Group", "Optimizer"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Group:
    """Parameters with a rate and a decay of their own.

    Parameters
    ----------
    name
        For the knob: `optimizer.groups.<name>.learning_rate`.
    parameters
        A pattern of their names in the module, `"embedding.*"`, say; several with commas between. None stands for the
        parameter of the group's own name and all below it, `"embedding, embedding.*"`.
    learning_rate, weight_decay
        In place of the optimizer's; None is the optimizer's own.

    Examples
    --------
    >>> group = Group(name="embedding", learning_rate=1e-3)
    >>> [group.holds(name) for name in ("embedding.weight", "embedding", "embedding_norm.weight")]
    [True, True, False]
    >>> Group(name="slow", parameters="embed*, head.bias").holds("head.bias")
    True
    """

    name: str
    parameters: str | None = None
    learning_rate: float | None = real(None, above=0, optional=True)
    weight_decay: float | None = real(None, optional=True)

    def __post_init__(self) -> None:
        """Check the numbers, and that the name can be a part of a knob's."""
        for field in dataclasses.fields(self):
            object.__setattr__(self, field.name, checked(field, getattr(self, field.name)))
        if not isinstance(self.parameters, str | None):
            raise TypeError(f"parameters must be a string, got {self.parameters!r}; put commas between patterns.")
        if not self.name.isidentifier() or self.name == "name":  # which is where a part's own name stands
            raise ValueError(f"A group's name must be a word of letters, digits and _, not 'name', got {self.name!r}.")

    @property
    def pattern(self) -> str:
        """The pattern of the parameters' names: as given, or by the group's own name."""
        return f"{self.name}, {self.name}.*" if self.parameters is None else self.parameters

    def holds(self, parameter: str) -> bool:
        """Whether the parameter of this name is one of the group."""
        return any(fnmatchcase(parameter, pattern.strip()) for pattern in self.pattern.split(","))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Optimizer(Part, abc.ABC):
    """By which steps is learned.

    An optimizer of your own says `build`, which makes a `torch.optim` optimizer of parameter groups.

    Parameters
    ----------
    learning_rate
        Step η > 0.
    weight_decay
        γ ≥ 0.
    warm_up
        Number of first steps over which the rates rise linearly: step k = 1, 2, … has min(1, k/warm_up) of them.
    filter_gain, filter_memory
        λ ≥ 0 and α in [0, 1) of F: the running mean h of the gradients, h ← αh + (1 − α)g from the first of them on, is
        added to each before its step, g ← g + λh. A gain of 0 filters nothing.
    groups
        Parameters with other rates, each in one group at most; all others have the optimizer's own.

    Examples
    --------
    >>> from empirical import SGD
    >>> sgd = SGD(learning_rate=0.1, groups=[Group(name="head", parameters="2.*", weight_decay=0.5)])
    >>> network = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    >>> built = sgd.build(sgd.parameter_groups(network.named_parameters()))
    >>> [(len(group["params"]), group["lr"], group["weight_decay"]) for group in built.param_groups]
    [(2, 0.1, 0.5), (2, 0.1, 0.01)]
    """

    kind: ClassVar[str] = "optimizer"

    learning_rate: float = real(1e-2, above=0)
    weight_decay: float = real(1e-2)
    warm_up: int = whole(0, least=0)
    filter_gain: float = real(0.0)
    filter_memory: float = real(0.98, below=1)
    groups: tuple[Group, ...] = ()

    def __post_init__(self) -> None:
        """Check every number, and that the decay of no group changes a sign."""
        super().__post_init__()
        if not isinstance(self.groups, tuple) or any(not isinstance(group, Group) for group in self.groups):
            raise TypeError(
                f"groups must be a list of Group, got {self.groups!r}; give each a name and its parameters."
            )
        object.__setattr__(self, "groups", tuple(sorted(self.groups, key=lambda group: group.name)))
        if len({group.name for group in self.groups}) < len(self.groups):
            raise ValueError(f"Groups must have different names, got {[group.name for group in self.groups]}.")
        rates = [(self.learning_rate, self.weight_decay), *map(self._rates, self.groups)]
        for rate, decay in rates:
            if rate * decay >= 1:
                raise ValueError(
                    f"learning_rate * weight_decay must be below 1, got {rate} * {decay}; lower one of them."
                )

    @abc.abstractmethod
    def build(self, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
        """The optimizer of these parameter groups, each with `params`, `lr` and `weight_decay`."""

    def parameter_groups(self, parameters: Iterable[tuple[str, torch.Tensor]]) -> list[dict[str, Any]]:
        """The parameters, given with their names, by group: first those of `groups`, last all others.

        Raises ValueError if a group would be empty, or a parameter be in two.
        """
        named = dict(parameters)
        others = dict(named)
        found = []
        for group in self.groups:
            mine = [name for name in named if group.holds(name)]
            if not mine:
                raise ValueError(
                    f"Group {group.name!r} must hold a parameter, and none is named like {group.pattern!r}; "
                    f"the model has {', '.join(named)}."
                )
            if twice := [name for name in mine if name not in others]:
                raise ValueError(f"A parameter must be in one group, {twice[0]} is in two; make the patterns narrower.")
            rate, decay = self._rates(group)
            found.append({"params": [others.pop(name) for name in mine], "lr": rate, "weight_decay": decay})
        if others:
            found.append({"params": list(others.values()), "lr": self.learning_rate, "weight_decay": self.weight_decay})
        return found

    def to_values(self) -> dict[str, Any]:
        """As of every part, the groups by their names."""
        groups = {group.name: dataclasses.asdict(group) for group in self.groups}
        return {**super().to_values(), "groups": {name: _without_name(group) for name, group in groups.items()}}

    @classmethod
    def from_values(cls, fields: Mapping[str, Any]) -> Self:
        """The optimizer with these fields."""
        groups = fields.get("groups", {})
        if isinstance(groups, Mapping):
            groups = tuple(_group(name, group) for name, group in groups.items())
        return cls(**{**fields, "groups": groups})

    def _rates(self, group: Group) -> tuple[float, float]:
        rate = self.learning_rate if group.learning_rate is None else group.learning_rate
        return rate, self.weight_decay if group.weight_decay is None else group.weight_decay


def _group(name: str, values: Any) -> Group:
    known = {field.name for field in dataclasses.fields(Group)} - {"name"}
    if not isinstance(values, Mapping) or set(values) != known:
        raise ValueError(
            f"Group {name!r} must have {', '.join(sorted(known))}, got {values!r}; another version wrote it."
        )
    return Group(name=name, **values)


def _without_name(group: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in group.items() if key != "name"}
