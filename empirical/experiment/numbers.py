"""The numbers of a part: what they may be, checked when the part is made."""

import dataclasses
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from theory.suggestion import suggestion

__all__ = ["check_choice", "checked", "choice", "real", "whole"]

_CHECK = "check"


def whole(default: Any = dataclasses.MISSING, *, least: int = 1, optional: bool = False) -> Any:
    """A field for a whole number of at least `least`; with `optional` it may be None, too.

    >>> from empirical import Epochs
    >>> Epochs(epochs=0)
    Traceback (most recent call last):
        ...
    ValueError: epochs must be at least 1, got 0; choose a larger value.
    """

    def check(name: str, value: object) -> int | None:
        return None if optional and value is None else _whole_number(name, value, least)

    return dataclasses.field(default=default, metadata={_CHECK: check})


def real(
    default: Any = dataclasses.MISSING,
    *,
    least: float = 0.0,
    above: float = -math.inf,
    most: float = math.inf,
    below: float = math.inf,
    optional: bool = False,
) -> Any:
    """A field for a finite number with `least` ≤ number ≤ `most` and `above` < number < `below`.

    With `optional` it may be None, too.

    >>> from empirical import SGD
    >>> SGD(momentum=1.5)
    Traceback (most recent call last):
        ...
    ValueError: momentum must be below 1, got 1.5; the default is 0.0.
    """

    def check(name: str, value: object) -> float | None:
        if optional and value is None:
            return None
        number = _real_number(name, value)
        for bad, rule in (
            (number < least, "must not be negative" if least == 0 else f"must be at least {least}"),
            (number <= above, "must be positive" if above == 0 else f"must be above {above}"),
            (number > most, f"must be at most {most}"),
            (number >= below, f"must be below {below}"),
        ):
            if bad:
                way_out = "choose another value" if default is dataclasses.MISSING else f"the default is {default}"
                raise ValueError(f"{name} {rule}, got {number}; {way_out}.")
        return number

    return dataclasses.field(default=default, metadata={_CHECK: check})


def choice(default: str, options: tuple[str, ...]) -> Any:
    """A field for one of several names; where `"none"` is one, None is another word for it, as the shell has it.

    >>> from empirical import Transformer, TwoLayer
    >>> Transformer(layer_norm=None).layer_norm
    'none'
    >>> TwoLayer(activation="sine")
    Traceback (most recent call last):
        ...
    ValueError: activation must be one of relu, tanh, gelu; got 'sine'; use one of these names.
    """

    def check(name: str, value: object) -> object:
        chosen = "none" if value is None and "none" in options else value
        check_choice(name, chosen, options)
        return chosen

    return dataclasses.field(default=default, metadata={_CHECK: check})


def checked(field: dataclasses.Field[Any], value: object) -> object:
    """The value of a field as it is kept: checked, and numpy's numbers made Python's, so that equal parts are equal.

    A field without a check of its own is checked by its type, where that is `int`, `float`, `bool` or `str`.
    """
    check: Callable[[str, object], object] | None = field.metadata.get(_CHECK)
    if check is None:
        check = _CHECKS_BY_TYPE.get(field.type if isinstance(field.type, str) else getattr(field.type, "__name__", ""))
    return (check or _plain)(field.name, value)


def check_choice(name: str, value: object, options: tuple[str, ...]) -> None:
    """Raise ValueError with a sentence unless `value` is one of `options`."""
    if value not in options:
        raise ValueError(
            f"{name} must be one of {', '.join(options)}; got {value!r}; use one of these names."
            + suggestion(value, options)
        )


def _plain(name: str, value: Any) -> object:
    if isinstance(value, list | tuple):
        return tuple(_plain(name, one) for one in value)
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    if isinstance(value, float):
        return _real_number(name, value)
    if value is None or isinstance(value, bool | int | str) or dataclasses.is_dataclass(value):
        return value
    raise TypeError(f"{name} must be a number, a string or a tuple of these, got {value!r}; a file has to hold it.")


def _whole_number(name: str, value: object, least: float = -math.inf) -> int:
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, got {value!r}; write it as an integer.")
    if number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}; choose a larger value.")
    return number


def _real_number(name: str, value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, got {value!r}; write it as a float.") from None
    except OverflowError:
        number = math.inf
    if isinstance(value, bool | str):
        raise TypeError(f"{name} must be a number, got {value!r}; write it as a float.")
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite, got {number}; choose another value.")
    return number + 0.0  # of the two zeros the one: they are equal, and have to be written alike


def _flag(name: str, value: object) -> bool:
    if isinstance(value, np.bool | bool):
        return bool(value)
    raise TypeError(f"{name} must be True or False, got {value!r}; write one of these.")


def _word(name: str, value: object) -> str:
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{name} must be a string, got {value!r}; put it in quotes.")


_CHECKS_BY_TYPE: Mapping[str, Callable[[str, object], object]] = {
    "int": _whole_number,
    "float": _real_number,
    "bool": _flag,
    "str": _word,
}
