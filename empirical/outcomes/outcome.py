"""What is read off a recorded run: when a record first comes to a level, and where it ends."""

import math

import numpy as np
import xarray as xr

from empirical.annotations import Outcome
from empirical.curves import recorded_curve, steps_of

__all__ = ["check_level", "final_value", "steps_to"]


def steps_to(record: str, level: float) -> Outcome:
    """The outcome: steps of the optimizer until a record was first seen at or above a level; None if it never was.

    It is the time of a look, so that it may come late by up to the distance between two looks. A run in which the level
    never came is a censored time: it is longer than the run, whose length is the column `steps`.

    Parameters
    ----------
    record
        A curve of every run, or a record that the system asks for; one number a look.
    level
        Any finite number.

    Raises
    ------
    ValueError
        For another level; and, when a run is measured, where it has no such curve, or one of arrays.

    Examples
    --------
    >>> from empirical import recorded_runs
    >>> run = recorded_runs("quick")[0]
    >>> steps_to("gen_accuracy", 0.95)(run), steps_to("gen_accuracy", 2)(run)
    (14592, None)
    """
    level = float(level)
    if not math.isfinite(level):
        raise ValueError(f"level must be finite, got {level}; choose a value that the record {record} can have.")

    def outcome(dataset: xr.Dataset) -> int | None:
        values = _numbers(dataset, record, "steps_to")
        # A file holds 0.9 as the float32 next to it, which is below 0.9; NumPy rounds the level in the same way.
        (come,) = np.nonzero(values >= level)
        return int(steps_of(dataset)[come[0]]) if come.size else None

    return outcome


def final_value(record: str) -> Outcome:
    """The outcome: a record at the last look of the run, at which each is measured, whatever its `spacing`.

    Parameters, raises: as in `steps_to`.

    >>> from empirical import recorded_runs
    >>> final_value("gen_accuracy")(recorded_runs("quick")[0])
    1.0
    """

    def outcome(dataset: xr.Dataset) -> float:
        return float(_numbers(dataset, record, "final_value")[-1])

    return outcome


def check_level(level: float) -> None:
    """Raise ValueError with a sentence unless this is an accuracy that can count as learned.

    >>> check_level(1.5)
    Traceback (most recent call last):
        ...
    ValueError: level must be above 0 and at most 1, got 1.5; it is the accuracy that counts as learned.
    """
    if not 0 < level <= 1:
        raise ValueError(
            f"level must be above 0 and at most 1, got {level}; it is the accuracy that counts as learned."
        )


def _numbers(dataset: xr.Dataset, record: str, wanted_by: str) -> np.ndarray:
    values = recorded_curve(dataset, record, wanted_by=wanted_by)
    if values.ndim != 1:
        raise ValueError(
            f"{wanted_by} needs one number a look, got {record} with the shape {values.shape[1:]} at each; "
            "record a number, or write an outcome of your own."
        )
    return values
