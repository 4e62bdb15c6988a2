"""What is read off a recorded run: when a record comes to a level, where it ends, its peak and its falls."""

import math

import numpy as np
import xarray as xr

from empirical.annotations import Outcome
from empirical.curves import recorded_curve, steps_of
from numerics import crossing_time

__all__ = ["check_level", "final_value", "loss_descents", "peak", "steps_to"]


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
        come = crossing_time(steps_of(dataset), values, level).not_after
        return int(come) if math.isfinite(come) else None

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


def peak(record: str) -> Outcome:
    """The outcome: the largest finite value of a record during the run; None where it has none.

    Parameters, raises: as in `steps_to`.

    >>> from empirical import recorded_runs
    >>> peak("gen_accuracy")(recorded_runs("quick")[0])
    1.0
    """

    def outcome(dataset: xr.Dataset) -> float | None:
        values = _numbers(dataset, record, "peak")
        finite = values[np.isfinite(values)]
        return float(finite.max()) if finite.size else None

    return outcome


def loss_descents(record: str, factor: float = 1.5) -> Outcome:
    """The outcome: how often a record falls by more than a factor, with a rise by more than it between two falls.

    1 is a loss that falls and stays down, or that first rises; 2 is a double descent: it falls, rises and falls again.
    What is smaller than the factor, as the scatter of minibatches, is no rise and no fall. Looks at which the record is
    not finite are left out.

    Parameters
    ----------
    record
        As in `steps_to`, of values that are not negative.
    factor
        Above 1; the ratio of the value before a fall to that after it.

    Raises
    ------
    ValueError
        For another factor; and, when a run is measured, as in `steps_to`.

    Examples
    --------
    >>> loss_descents("gen_loss")(xr.Dataset({"gen_loss": ("step", [4.6, 2.3, 20.0, 0.1])}))
    2
    """
    factor = float(factor)
    if not 1 < factor < math.inf:
        raise ValueError(f"factor must be finite and above 1, got {factor}; 2 counts falls to less than a half.")

    def outcome(dataset: xr.Dataset) -> int:
        values = _numbers(dataset, record, "loss_descents")
        descents, falling, extreme = 0, False, -math.inf
        for value in values[np.isfinite(values)].tolist():
            if not falling and value < extreme / factor:
                descents, falling, extreme = descents + 1, True, value
            elif falling and value > extreme * factor:
                falling, extreme = False, value
            else:
                extreme = min(extreme, value) if falling else max(extreme, value)
        return descents

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
