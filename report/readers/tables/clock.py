"""The time of a log: which column counts it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report.annotations import Array
from report.readers.column_names import column_words, is_loss, is_metric, named_column, names_measure
from report.readers.tables.column_numbers import column_numbers, hold_numbers
from report.readers.wording import listed

__all__ = ["Clock", "find_clock", "names_clock"]

_STEPS = (
    "step", "steps", "iteration", "iterations", "iter", "iters", "it", "its", "update", "updates", "timestep",
    "timesteps",
)  # fmt: skip
_BATCHES = ("batch", "batches")
_EPOCHS = ("epoch", "epochs", "ep")
_SEEN = {"tokens", "samples", "examples", "images", "sequences"}
_WALL = (
    "runtime", "elapsed", "walltime", "wall time", "relative time", "time", "seconds", "timestamp", "timestamps",
    "date", "datetime", "created at", "hours", "minutes",
)  # fmt: skip
_EPOCH, _LAST = 7, 20  # ranks
_UNIX = 1e8  # seconds since 1970 of a day in 1973; no training lasts that long


@dataclass(frozen=True)
class Clock:
    """The time of each row.

    Attributes
    ----------
    name
        Of the column; empty where the rows are counted.
    time
        Shape (n,), NaN where it is not known.
    kind
        `"step"`, `"epoch"`, `"wall"` for seconds, `"date"` for seconds from any day on, or `"row"`.
    notes
        What is to be said about the choice.

    Examples
    --------
    >>> Clock("", np.arange(1.0, 4.0), "row").notes
    ()
    """

    name: str
    time: Array
    kind: str
    notes: tuple[str, ...] = ()


def find_clock(columns: Mapping[str, NDArray[Any]], recorded: Sequence[NDArray[np.bool_]], given: str | None) -> Clock:
    """The column that is the time, as named or by its usual names: the finest that is known where the curves are.

    Steps go before epochs, and both before clocks on the wall, of which only the seconds since the first record are
    known. A clock that stands still is none, nor is one that only counts the records while another tells these apart.
    Steps that begin anew in each epoch are counted on. Without a name of a clock it is the only column that rises from
    row to row, in whole numbers and not always by 1; else there is an empty name and no time.

    Parameters
    ----------
    columns
        Of the log.
    recorded
        For each curve, in which rows it has a value.
    given
        The name where it is known.

    Raises
    ------
    ValueError
        For a column that does not exist, or has no times.

    Examples
    --------
    >>> log = {"epoch": np.array([0.0, 0.0, 1.0]), "step": np.array([5.0, 10.0, 15.0])}
    >>> find_clock(log, [np.ones(3, dtype=bool)], None).notes
    ('The time is step; --time epoch takes the other clock.',)
    """
    if given is not None:
        name = named_column(given, columns, "time")
        if not _holds_times(columns[name]):
            raise ValueError(f"Column {name!r} has no numbers and no dates, so that it is no time.")
        return _read(name, columns[name])
    found = _in_order(columns, recorded)
    if not found:
        counters = [name for name, values in columns.items() if _counts(name, values)]
        if len(counters) == 1:
            note = f"The time is {counters[0]}, which rises from row to row; --time NAME takes another column."
            return Clock(counters[0], columns[counters[0]].astype(np.float64), "step", (note,))
        return Clock("", np.full(len(next(iter(columns.values()))), np.nan), "row")
    clock = _known_best(found, recorded)
    epochs = [one for _, one in found if one.kind == "epoch"]
    if clock.kind == "step" and epochs and (total := _counted_on(clock.time, epochs[0].time)) is not None:
        note = f"{clock.name} begins anew in each {epochs[0].name}, and is counted on from one to the next."
        return replace(clock, time=total, notes=(note,))
    others = [one.name for _, one in found if one.kind in ("step", "epoch") and one.name != clock.name]
    if others and clock.kind in ("step", "epoch") and not clock.notes:
        which = f"--time {others[0]} takes the other clock"
        which = which if len(others) == 1 else f"other clocks are {listed(others)} (--time)"
        return replace(clock, notes=(f"The time is {clock.name}; {which}.",))
    return clock


def _in_order(columns: Mapping[str, NDArray[Any]], recorded: Sequence[NDArray[np.bool_]]) -> list[tuple[float, Clock]]:
    """The columns that move and are named like clocks, with their ranks, the finest first."""
    found = []
    for name, values in columns.items():
        rank = _rank(name, values)
        if rank is not None and _holds_times(values) and _moves((clock := _read(name, values)).time):
            found.append((rank, clock))
    telling = [one for _, one in found if one.kind in ("step", "epoch") and _tells_apart(one.time, recorded)]
    return sorted(found, key=lambda one: (_counts_records(one[1]) and len(telling) > 1, one[0]))


def _known_best(found: Sequence[tuple[float, Clock]], recorded: Sequence[NDArray[np.bool_]]) -> Clock:
    """The first that is known at all points of both curves, or the one that is known at most of them."""
    shares = [min([np.isfinite(one.time[rows]).mean() for rows in recorded if rows.any()] or [0.0]) for _, one in found]
    complete = [k for k, share in enumerate(shares) if share > 0.99]
    best = complete[0] if complete else int(np.argmax(shares))
    rank, clock = found[best]
    rivals = [found[k][1] for k in complete if k != best and found[k][0] == rank]
    names = [one.name for one in rivals if not _agree(one.time, clock.time)]
    if names:
        raise ValueError(
            f"Several columns could be the time: {listed([clock.name, *names])}. Name one with --time NAME."
        )
    passed = [one.name for _, one in found[:best]]
    if not passed:
        return clock
    note = f"The time is {clock.name}: {listed(passed)} {'is' if len(passed) == 1 else 'are'} not known for all points."
    return replace(clock, notes=(*clock.notes, note))


def names_clock(name: str, values: NDArray[Any]) -> bool:
    """Whether a column is plainly named like a clock, or holds dates; `warmup_steps` may be a knob.

    >>> [names_clock(name, np.arange(2.0)) for name in ("epoch", "global_step", "warmup_steps", "seed")]
    [True, True, False, False]
    """
    words = column_words(name)
    plainly = len(words) == 1 and words[0] in (*_STEPS, *_BATCHES, *_EPOCHS, "t")
    return values.dtype.kind == "M" or plainly or words == ("global", "step")


def _rank(name: str, values: NDArray[Any]) -> float | None:
    words = column_words(name)
    hidden = 0.5 * name.startswith("_")  # of a tool's own, as W&B's count of calls
    if values.dtype.kind == "M":
        return float(_LAST)
    if " ".join(words) in _WALL:
        return _LAST + 1 + _WALL.index(" ".join(words))
    if not words or is_loss(words) or names_measure(words) or names_measure(words, errors=True) or "lr" in words:
        return None
    if words[-1] in _STEPS:
        exact = words in (("global", "step"), ("step",), ("steps",))
        return (0 if words == ("global", "step") else 1 if exact else 2 if len(words) == 1 else 3) + hidden
    if words == ("t",):
        return 5.0
    if words[-1] in _BATCHES and len(words) == 1:
        return 6.0
    if words[-1] in _EPOCHS:
        return _EPOCH + 0.5 * (len(words) > 1) + hidden
    return _EPOCH + 2.0 if set(words) & _SEEN and set(words) <= _SEEN | {"seen", "num", "n", "total", "train"} else None


def _holds_times(values: NDArray[Any]) -> bool:
    return values.dtype.kind == "M" or hold_numbers(values)


def _read(name: str, values: NDArray[Any]) -> Clock:
    if values.dtype.kind == "M":
        known = ~np.isnat(values)
        seconds = (values - values[known].min()) / np.timedelta64(1, "us") / 1e6
        return Clock(name, seconds.astype(np.float64), "date")
    rank = _rank(name, values)
    numbers, note = column_numbers(name, values)
    kind = "epoch" if rank is not None and _EPOCH <= rank < _EPOCH + 2 else "step" if (rank or 0) < _LAST else "wall"
    if kind == "wall" and (first := np.nanmin(numbers)) > _UNIX:  # since 1970, in s, ms, µs or ns
        kind, numbers = "date", (numbers - first) / 1000 ** max(0, int(np.log10(first / _UNIX)) // 3)
    return Clock(name, numbers, kind, (note,) if note else ())


def _moves(time: Array) -> bool:
    known = time[np.isfinite(time)]
    return bool(known.size and known.max() > known.min())


def _counts_records(clock: Clock) -> bool:
    """Whether a tool's own step is the number of the record."""
    known = clock.time[np.isfinite(clock.time)]
    return clock.name.startswith("_") and clock.kind == "step" and bool(np.all(np.diff(known) == 1))


def _counts(name: str, values: NDArray[Any]) -> bool:
    """Whether a column rises from row to row in whole numbers, and not always by 1, so that it does not count rows."""
    if values.dtype.kind not in "iuf" or len(values) < 3 or is_metric(column_words(name)):
        return False
    strides = np.diff(values.astype(np.float64))
    return bool(np.all(np.mod(values, 1) == 0) and np.all(strides > 0) and np.any(strides > 1))


def _tells_apart(time: Array, recorded: Sequence[NDArray[np.bool_]]) -> bool:
    """Whether the points of each curve have times of their own, but for a few."""
    points = [time[rows & np.isfinite(time)] for rows in recorded]
    return all(np.unique(one).size >= 0.95 * one.size for one in points)


def _agree(one: Array, other: Array) -> bool:
    both = np.isfinite(one) & np.isfinite(other)
    return bool(np.array_equal(one[both], other[both]))


def _counted_on(step: Array, epoch: Array) -> "Array | None":
    """Steps within the epochs as steps of all of training, None where they are that already."""
    known = np.isfinite(step) & np.isfinite(epoch)
    falls, turns = np.diff(step[known]) < 0, np.diff(epoch[known])
    if falls.sum() < 2 or not np.array_equal(falls, turns != 0):
        return None
    if (turns < 0).any() and np.median(turns[turns > 0]) != 1:  # it does not count: a number that is turned
        return None
    first = float(step[known].min())
    length = float(step[known].max()) - first + 1
    return (epoch - min(float(epoch[known].min()), 1.0)) * length + step  # a log that begins late keeps its time
