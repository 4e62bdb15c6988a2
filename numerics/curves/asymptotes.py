"""Floor and ceiling as they are given: a number, or the word `"fit"`; one for both curves of a run, or one for each."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from numerics.annotations import Array
from numerics.given_numbers import real_number

__all__ = ["asymptote", "asymptote_pair", "seen_asymptotes"]

_SEEN = 0.02  # share of the points that may lie beyond what is seen of an asymptote


def asymptote(name: str, value: Any) -> float | None:
    """The number, or None for one to be fitted.

    >>> asymptote("ceiling", 1), asymptote("ceiling", "fit")
    (1.0, None)
    >>> asymptote("ceiling", "free")
    Traceback (most recent call last):
        ...
    ValueError: ceiling must be a number or "fit", got 'free'.
    """
    if value is None or (isinstance(value, str) and value == "fit"):
        return None
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        raise ValueError(f'{name} must be a number or "fit", got {value!r}.')
    number = real_number(value)
    if not np.isfinite(number):
        raise ValueError(f'{name} must be a finite number, got {number}; "fit" finds it.')
    return number


def asymptote_pair(name: str, given: Any) -> tuple[float | None, float | None]:
    """Those of the training and of the generalization curve.

    >>> asymptote_pair("ceiling", 0.9), asymptote_pair("ceiling", (1.0, "fit"))
    ((0.9, 0.9), (1.0, None))
    """
    if isinstance(given, Sequence | np.ndarray) and not isinstance(given, str):
        if len(given) != 2:
            raise ValueError(f"{name} must be one value or a pair (training, generalization), got {given!r}.")
        return asymptote(f"{name} of training", given[0]), asymptote(f"{name} of generalization", given[1])
    return asymptote(name, given), asymptote(name, given)


def seen_asymptotes(accuracy: Array, floor: float | None, ceiling: float | None) -> tuple[float, float]:
    """The asymptotes, those that are None as the accuracies show them: 2 % of them may lie beyond.

    >>> seen_asymptotes(np.repeat([0.1, 0.8], 50), None, 1.0)
    (0.1, 1.0)
    """
    low = float(np.quantile(accuracy, _SEEN)) if floor is None else floor
    high = float(np.quantile(accuracy, 1 - _SEEN)) if ceiling is None else ceiling
    return low, high
