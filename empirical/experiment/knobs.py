"""Knobs: the numbers of nested values by dotted names, read, found by their last word, and turned."""

from collections.abc import Iterable, Mapping
from typing import Any

from empirical.annotations import Knob
from theory.suggestion import suggestion

__all__ = ["find_knob", "knobs_of", "turned"]


def knobs_of(values: Mapping[str, Any]) -> dict[str, Knob]:
    """Every number of nested values by its dotted name; a part's own name is the knob of the part.

    >>> knobs_of({"optimizer": {"name": "sgd", "weight_decay": 0.1}, "seed": 0})
    {'optimizer': 'sgd', 'optimizer.weight_decay': 0.1, 'seed': 0}
    """
    found: dict[str, Knob] = {}
    for name, value in values.items():
        if not isinstance(value, Mapping):
            found[name] = value
            continue
        if "name" in value:
            found[name] = value["name"]
        inner = knobs_of({key: one for key, one in value.items() if key != "name"})
        found |= {f"{name}.{key}": one for key, one in inner.items()}
    return found


def find_knob(name: str, known: Iterable[str]) -> str:
    """The knob of this name, or the only one whose last words it is.

    Raises
    ------
    ValueError
        If there is none, or more than one.

    Examples
    --------
    >>> known = ["task.input_size", "optimizer.weight_decay", "optimizer.groups.head.weight_decay"]
    >>> find_knob("input_size", known), find_knob("head.weight_decay", known)
    ('task.input_size', 'optimizer.groups.head.weight_decay')
    """
    known = list(known)
    if name in known:
        return name
    found = [knob for knob in known if knob.endswith(f".{name}")]
    nearest = min((knob.count(".") for knob in found), default=0)
    found = [knob for knob in found if knob.count(".") == nearest]  # a part's own number before that of a group
    if len(found) == 1:
        return found[0]
    if found:
        raise ValueError(f"{name!r} could be {' or '.join(found)}; write it out.")
    raise ValueError(
        f"A knob must be one of {', '.join(known)}; got {name!r}; use one of these names.{suggestion(name, known)}"
    )


def turned(values: Mapping[str, Any], knob: str, value: Knob) -> dict[str, Any]:
    """The nested values with one knob at another value.

    >>> turned({"optimizer": {"name": "sgd", "weight_decay": 0.1}}, "optimizer.weight_decay", 0.5)
    {'optimizer': {'name': 'sgd', 'weight_decay': 0.5}}
    """
    first, _, rest = knob.partition(".")
    return {**values, first: turned(values[first], rest, value) if rest else value}
