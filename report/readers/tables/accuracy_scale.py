"""Two accuracies as fractions: percent and error rates are turned, and what is no accuracy is refused."""

from collections.abc import Mapping

import numpy as np

from report.annotations import Array
from report.readers.column_names import column_words

__all__ = ["as_fractions", "refusal"]

_ROUNDING = 1e-6


def as_fractions(values: Mapping[str, Array], *, errors: bool = False) -> tuple[dict[str, Array], tuple[str, ...]]:
    """The columns, by name, as accuracies from 0 to 1, and what was done to them.

    Values up to 100 are percent; it takes one above 20 to tell, in either column, or one above 1.5 and a % in a name.
    A column that stays below 1 next to one in percent may be either, and is taken for a fraction where it goes from low
    to high and has no % in its name. Whole numbers of what is correct are counts, and left as they are.

    Raises
    ------
    ValueError
        Where it cannot be told whether values are percent.

    Examples
    --------
    >>> as_fractions({"acc": np.array([1.0, 99.0]), "val_acc": np.array([2.0, 10.0])})[1]
    ('acc and val_acc are percent, divided by 100.',)
    """
    highest = {name: _highest(column) for name, column in values.items()}
    least = 1.5 if any("%" in name for name in values) else 20
    sure = any(least < high <= 100 + _ROUNDING for high in highest.values())
    percent = [
        name
        for name, high in highest.items()
        if sure and (1.5 < high <= 100 + _ROUNDING or "%" in name) and not _are_counts(name, values[name])
    ]
    for name, column in values.items():
        if percent and name not in percent and not _plainly_fraction(column):
            raise ValueError(
                f"{' and '.join(percent)} is in percent and {name} is between {np.nanmin(column):g} and "
                f"{highest[name]:g}, which may be percent or a fraction; write both in the same unit."
            )
    turned = {name: column / 100 if name in percent else column for name, column in values.items()}
    notes = (
        [f"{' and '.join(percent)} {'are' if len(percent) > 1 else 'is'} percent, divided by 100."] if percent else []
    )
    if errors:
        turned = {name: 1 - column for name, column in turned.items()}
        notes.append(f"{' and '.join(values)} are read as error rates: accuracy = 1 − error.")
    return {name: _rounded(column) for name, column in turned.items()}, tuple(notes)


def refusal(name: str, accuracy: Array) -> str:
    """Why these values are no accuracy, empty if they may be.

    >>> refusal("train", np.array([5.5, 0.1]))
    'train has values from 0.1 to 5.5: an accuracy is from 0 to 1, or to 100 in percent; is it a loss?'
    """
    low, high = float(np.nanmin(accuracy)), float(np.nanmax(accuracy))
    if low >= 0 and high <= 1:
        return ""
    whole = np.all(np.mod(accuracy[np.isfinite(accuracy)], 1) == 0)
    return f"{name} has values from {low:g} to {high:g}: an accuracy is from 0 to 1, or to 100 in percent; is it " + (
        "a count? Divide it by the number of samples." if low >= 0 and whole else "a loss?"
    )


def _highest(column: Array) -> float:
    return float(np.nanmax(column)) if np.isfinite(column).any() else np.nan


def _rounded(column: Array) -> Array:
    """What is outside of 0 to 1 by rounding alone is put on the edge."""
    near = (column > -_ROUNDING) & (column < 1 + _ROUNDING)
    return np.where(near, np.clip(column, 0, 1), column)


def _plainly_fraction(column: Array) -> bool:
    known = column[np.isfinite(column)]
    if not known.size or known.max() > 1 + _ROUNDING:
        return True  # nothing to tell, or too large for either
    end = max(1, known.size // 10)
    return bool(known.max() <= 0.1 or (np.median(known[:end]) < 0.2 and np.median(known[-end:]) > 0.5))


def _are_counts(name: str, column: Array) -> bool:
    known = column[np.isfinite(column)]
    return column_words(name)[-1:] == ("correct",) and "%" not in name and bool(np.all(np.mod(known, 1) == 0))
