"""The time of a run from the start of its training on, as far as its clock tells."""

import numpy as np

from report.annotations import Array
from report.readers.tables.clock import Clock

__all__ = ["from_the_start", "refuse_midnight"]

_DAY = 86400.0  # seconds


def from_the_start(clock: Clock, time: Array, offset: float | None) -> tuple[Array, tuple[str, ...]]:
    """The time of a run counted from the start of its training, as far as that is known, and what was done.

    Whole epochs that are counted from 0 are taken as epochs finished, so that the first ends at 1, in all runs of a log
    alike; an offset is added as it is, to dates after the first of this run was taken off.

    >>> from_the_start(Clock("epoch", np.arange(3.0), "epoch"), np.arange(3.0), None)[0]
    array([1., 2., 3.])
    """
    time = np.sort(time)
    if offset is not None:
        return time + offset - (time[0] if clock.kind == "date" else 0.0), ()
    notes = []
    distinct = np.unique(time)
    if clock.kind == "epoch" and _counts_from_0(clock.time):
        notes.append(
            f"{clock.name} counts from 0: each is taken as finished, 1 is added. --offset 0 leaves 0 as the start of "
            "training."
        )
        return time + 1, tuple(notes)
    if clock.kind == "date":
        notes.append(
            f"The time is {clock.name}, in seconds since the first record: the gap depends on when training began, "
            "which is not known. --offset N adds what passed before."
        )
        return time - time[0], tuple(notes)
    if clock.kind == "wall":
        notes.append(
            f"The time is {clock.name}, on a clock that may have been started at another time than training, and the "
            "gap depends on that. --offset N mends it."
        )
    early = np.diff(distinct[:4])
    if distinct.size > 3 and distinct[0] > 3 * early.max() and distinct[0] > 0.02 * distinct[-1]:
        notes.append(
            f"The log begins at {clock.name} {distinct[0]:g}, and what came before is missing. If it is not counted "
            "from the start of training, --offset N mends it."
        )
    elif distinct.size and distinct[0] < 0:
        notes.append(
            f"{clock.name} begins at {distinct[0]:g}, before the start of training; --offset {-distinct[0]:g} mends it."
        )
    return time, tuple(notes)


def refuse_midnight(clock: Clock, time: Array) -> None:
    """Raise ValueError where times of a run, in the order of the log, are those of a day that ends on the way.

    They fall by more than half a day, to before the first; sorted, the end of training would come before its start.

    >>> refuse_midnight(Clock("time", np.array([80000.0, 100.0]), "wall"), np.array([80000.0, 100.0]))
    Traceback (most recent call last):
        ...
    ValueError: time falls from 80000 to 100 s, as a time of day does at midnight; give dates, or --time a step.
    """
    known = time[np.isfinite(time)]
    falls = np.flatnonzero(np.diff(known) < -_DAY / 2)
    if clock.kind == "wall" and falls.size and known.max() < _DAY and known[falls + 1].min() < known[0] - _DAY / 100:
        before, after = known[falls[0]], known[falls[0] + 1]
        raise ValueError(
            f"{clock.name} falls from {before:.6g} to {after:.6g} s, as a time of day does at midnight; give dates, or "
            "--time a step."
        )


def _counts_from_0(time: Array) -> bool:
    """Whether the times of a log are 0, 1, 2, …, but for a few that are missing."""
    distinct = np.unique(time[np.isfinite(time)])
    if distinct.size < 2 or distinct[0] != 0 or np.any(distinct != np.round(distinct)):
        return False
    return bool(np.diff(distinct).min() == 1 == np.median(np.diff(distinct)))
