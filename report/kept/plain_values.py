"""Settings, and the law over them, in the types that JSON has, and back."""

import base64
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import numpy as np

from numerics import CurveFit, FitStatus, RandomEffects, Sharpness, SharpnessTable
from numerics.curves.accuracy_curve import AccuracyCurve
from report.claim import Claim
from report.knob_sweep import KnobSweep
from report.law.answer import Sentence
from report.law.heterogeneity import Heterogeneity
from report.law.knob_slope import KnobSlope
from report.law.law import Law
from report.law.prediction import Prediction
from report.law.shape_misfit import ShapeMisfit
from report.setting import Companion, Example, Section, Setting, Style

__all__ = ["from_plain", "to_plain"]

_KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        AccuracyCurve, Claim, Companion, CurveFit, Example, FitStatus, Heterogeneity, KnobSlope, KnobSweep, Law,
        Prediction, RandomEffects, Section, Sentence, Setting, ShapeMisfit, Sharpness, SharpnessTable, Style,
    )
}  # fmt: skip
"""What is written with its name and made again from its fields; nothing else is."""

_KIND = ""  # no column and no field is called so


def to_plain(value: Any) -> Any:
    """The value in plain types: an object of its fields, an array of its bytes, a list as a tuple is.

    Fields that are functions are left out. Raises TypeError for a value of another kind.

    >>> to_plain((np.float64(0.5), "ok", {"n": 3}))
    [0.5, 'ok', {'n': 3}]
    >>> to_plain({1, 2})
    Traceback (most recent call last):
        ...
    TypeError: A set cannot be kept: {1, 2}.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Enum) and type(value).__name__ in _KINDS:
        return {_KIND: type(value).__name__, "name": value.name}
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, np.ndarray) and value.dtype.kind in "bif":
        array = np.ascontiguousarray(value)
        text = base64.b64encode(array.tobytes()).decode("ascii")
        return {_KIND: "array", "dtype": array.dtype.str, "shape": list(array.shape), "bytes": text}
    if isinstance(value, tuple | list):
        return [to_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(name): to_plain(one) for name, one in value.items()}
    if is_dataclass(value) and type(value).__name__ in _KINDS:
        held = {one.name: getattr(value, one.name) for one in fields(value)}
        return {_KIND: type(value).__name__} | {
            name: to_plain(one) for name, one in held.items() if not callable(one) or is_dataclass(one)
        }
    raise TypeError(f"A {type(value).__name__} cannot be kept: {value!r}.")


def from_plain(plain: Any, **functions: Any) -> Any:
    """The value again, with tuples for lists; `functions` stand in for the fields that were left out.

    >>> from_plain(to_plain(Style("black", "o")))
    Style(color='black', marker='o', line='-')
    >>> from_plain(to_plain({"t": np.arange(3.0)}))
    {'t': array([0., 1., 2.])}
    """
    if isinstance(plain, list):
        return tuple(from_plain(one, **functions) for one in plain)
    if not isinstance(plain, dict):
        return plain
    if _KIND not in plain:
        return {name: from_plain(one, **functions) for name, one in plain.items()}
    if plain[_KIND] == "array":
        array = np.frombuffer(base64.b64decode(plain["bytes"]), dtype=plain["dtype"])
        return array.reshape(plain["shape"]).copy()
    kind = _KINDS[plain[_KIND]]
    if issubclass(kind, Enum):
        return kind[plain["name"]]
    held = {name: from_plain(one, **functions) for name, one in plain.items() if name != _KIND}
    missing = {one.name for one in fields(kind)} & functions.keys() - held.keys()
    return kind(**held, **{name: functions[name] for name in missing})
