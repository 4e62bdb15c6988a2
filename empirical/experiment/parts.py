"""Parts of an experiment: frozen values with a name, known by it to files and to the command line."""

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

from empirical.experiment.numbers import checked
from theory.suggestion import suggestion

__all__ = ["KINDS", "Part", "add_part", "check_part", "find_part", "part_from_values", "part_names"]

KINDS = ("task", "model", "loss", "optimizer", "schedule")
"""What an experiment is made of, besides its seed."""

_PartClass = TypeVar("_PartClass", bound="type[Part]")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Part:
    """A frozen, validated value: what is learned, by which model, by which loss, by which steps, for how long.

    A part is a frozen dataclass whose fields are numbers, strings, None, or tuples of these; `whole`, `real` and
    `choice` make fields that check what they are given. `kind` says which part of an experiment it is, `name` which one
    of its kind.
    """

    kind: ClassVar[str]
    name: ClassVar[str]

    def __post_init__(self) -> None:
        """Check every field."""
        for field in dataclasses.fields(self):
            object.__setattr__(self, field.name, checked(field, getattr(self, field.name)))

    def to_values(self) -> dict[str, Any]:
        """The part's name and its fields, as JSON holds them."""
        return {"name": self.name} | {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    @classmethod
    def from_values(cls, fields: Mapping[str, Any]) -> Self:
        """The part with these fields, as JSON holds them."""
        return cls(**fields)

    def replace(self, **changes: Any) -> Self:
        """The same part with other values.

        >>> from empirical import SGD
        >>> changed = SGD(learning_rate=0.1).replace(weight_decay=0.5)
        >>> changed.learning_rate, changed.weight_decay
        (0.1, 0.5)
        """
        return dataclasses.replace(self, **changes)


_added: dict[tuple[str, str], type[Part]] = {}


@dataclass_transform(kw_only_default=True, frozen_default=True)
def add_part(part: _PartClass) -> _PartClass:
    """Make a task, model, loss, optimizer or schedule known by its name; returns the class, so that it decorates one.

    A class that is no dataclass yet becomes one, frozen and with keywords only. Files, sweeps and the command line then
    find the part. Adding the same class twice is no error, as when its module is loaded again in another process.

    Raises
    ------
    TypeError
        If it is no subclass of one of the kinds, or has no `name` of its own.
    ValueError
        If its name is no word, or another part of its kind has that name.

    Examples
    --------
    >>> import torch
    >>> from empirical import Model, add_part
    >>> @add_part
    ... class Bilinear(Model):
    ...     name = "bilinear"
    ...     rank: int = 4
    ...     def build(self, signature):
    ...         return torch.nn.Bilinear(*signature.inputs, signature.outputs)
    >>> Bilinear(rank=2).to_values()
    {'name': 'bilinear', 'initial_scale': 1.0, 'arithmetic': 'float32', 'rank': 2}
    """
    if not (isinstance(part, type) and issubclass(part, Part) and getattr(part, "kind", None) in KINDS):
        raise TypeError(f"A part must be a subclass of Task, Model, Loss, Optimizer or Schedule, got {part!r}.")
    if "__dataclass_fields__" not in vars(part):
        dataclasses.dataclass(frozen=True, kw_only=True)(part)  # in place
    if not isinstance(vars(part).get("name"), str) or "name" in _fields(part):
        raise TypeError(
            f'{part.__name__} must have a name of its own that is no field; write `name = "..."`, without a type, in '
            "its body."
        )
    if not part.name.isidentifier():
        raise ValueError(f"A part's name must be a word of letters, digits and _, got {part.name!r}.")
    known = _added.get((part.kind, part.name))
    if known is not None and (_where(known) != _where(part) or _fields(known) != _fields(part)):
        raise ValueError(f"There is a {part.kind} {part.name!r} already, {_where(known)}; choose another name.")
    _added[part.kind, part.name] = part
    return part


def find_part(kind: str, name: str) -> type[Part]:
    """The class of a part by its kind and name; ValueError with the known names if there is none.

    >>> find_part("optimizer", "adamw").__name__
    'AdamW'
    """
    if (kind, name) not in _added:
        raise ValueError(
            f"{kind} must be one of {', '.join(part_names(kind))}; got {name!r}; "
            "one of your own has to be added before it is used (`add_part`, `--load`)."
            + suggestion(name, part_names(kind))
        )
    return _added[kind, name]


def check_part(kind: str, part: object) -> None:
    """Raise TypeError with a sentence unless this is a part of that kind which is known by its name.

    A file has nothing but the name: under that of another class it would be taken for that one's.
    """
    if not (isinstance(part, Part) and part.kind == kind):
        raise TypeError(f"{kind} must be a {kind.capitalize()}, got {part!r}; subclass {kind.capitalize()}.")
    known = _added.get((kind, part.name))
    if known is None or _where(known) != _where(type(part)):
        raise TypeError(
            f"{kind} {part.name!r} is not known as {type(part).__name__}; put @add_part above the class and give it a "
            "name of its own."
        )


def part_names(kind: str) -> tuple[str, ...]:
    """The names of all parts of a kind, in alphabetical order.

    >>> part_names("schedule")
    ('epochs', 'steps')
    """
    return tuple(sorted(name for of_kind, name in _added if of_kind == kind))


def part_from_values(kind: str, values: Mapping[str, Any]) -> Part:
    """The part that `Part.to_values` describes; ValueError if there is none with this name, or with these fields.

    >>> part_from_values("loss", {"name": "squared_error", "epsilon": 0.1})
    SquaredError(epsilon=0.1)
    """
    if not isinstance(values, Mapping):
        raise ValueError(
            f"{kind} must be a part with its name and numbers, got {values!r}; another version wrote this."
        )
    fields = dict(values)
    part = find_part(kind, str(fields.pop("name", "")))
    if set(fields) != _fields(part):
        raise ValueError(
            f"{kind} {part.name!r} must have the numbers {', '.join(sorted(_fields(part)))}, "
            f"got {', '.join(sorted(fields))}; another version wrote this."
        )
    return part.from_values(fields)


def _where(part: type[Part]) -> str:
    """The class by module and name; a script has another module name in the processes that it starts."""
    return f"{part.__module__.replace('__mp_main__', '__main__')}.{part.__qualname__}"


def _fields(part: type[Part]) -> set[str]:
    return {field.name for field in dataclasses.fields(part)}
