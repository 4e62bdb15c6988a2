"""Where the time of a log falls back: another run, a run that was resumed, or rows in another order."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from report.annotations import Array
from report.readers.wording import counted

__all__ = ["Recorded", "conflicts", "runs_in_order"]

_FEW = 0.05  # share of the points
_POINTS = 3  # of a run, on average: fewer are rows in no order
_SAME = 1e-6  # difference of accuracies that were written with other digits

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Recorded:
    """One curve in the order of the log: rows in which it was recorded, times and values, shape (n,) each.

    >>> Recorded(np.arange(2), np.array([1.0, 2.0]), np.zeros(2)).time.size
    2
    """

    rows: Rows
    time: Array
    values: Array

    def part(self, chosen: NDArray[Any] | slice) -> "Recorded":
        """Some of the points, in the order of their indices or of a slice, or those that a mask marks."""
        return Recorded(self.rows[chosen], self.time[chosen], self.values[chosen])


def conflicts(curve: Recorded) -> bool:
    """Whether many times are repeated, and some with another value, or by a time that falls back.

    One other value is enough: accuracies of several runs are alike while they stand at their floor and ceiling.

    >>> t = np.array([1.0, 1.0, 2.0, 2.0])
    >>> [conflicts(Recorded(np.arange(4), t, np.array(values))) for values in ([0.0, 0, 1, 1], [0.0, 0, 1, 0.5])]
    [False, True]
    """
    return _often_repeats(curve) and bool(np.any(np.diff(curve.time) < 0) or _disagreeing(curve).size)


def runs_in_order(train: Recorded, gen: Recorded, name: str) -> tuple[list[tuple[Recorded, Recorded]], tuple[str, ...]]:
    """The curves of each run, one after the other in the log, with times that increase; and what was done.

    Where the time begins anew another run begins. Where it falls back part of the way a run was resumed, and the later
    branch replaces the earlier one from there on. Rows that only stand in another order are sorted.

    Parameters
    ----------
    train, gen
        The curves as recorded.
    name
        Of the time.

    Raises
    ------
    ValueError
        Where points of several runs are mixed.

    Examples
    --------
    >>> t = np.array([1.0, 2.0, 3.0, 1.0, 2.0, 3.0])
    >>> curve = Recorded(np.arange(6), t, np.array([0, 0.5, 1, 0, 0, 1]))
    >>> runs, notes = runs_in_order(curve, curve, "step")
    >>> len(runs), notes
    (2, ('step begins anew 1 time: 2 runs one after the other.',))
    """
    if all(map(_newest_first, (train, gen))):
        train, gen = train.part(slice(None, None, -1)), gen.part(slice(None, None, -1))
    falls = [_falls(curve) for curve in (train, gen)]
    if falls[0].size == falls[1].size:
        # The curve that is recorded earlier tells better whether the time begins anew.
        early = train if _first(train) <= _first(gen) else gen
        anew = _begin_anew(early, falls[0] if early is train else falls[1])
        both = [anew, anew]
    else:
        both = [_begin_anew(curve, found) for curve, found in zip((train, gen), falls, strict=True)]
    cuts = [found[new] for found, new in zip(falls, both, strict=True)]
    if cuts[0].size != cuts[1].size:
        raise ValueError(
            f"{name} begins anew {cuts[0].size} times for training and {cuts[1].size} times for generalization, so "
            "that it is not known which belong together; name the column that tells runs apart with --run COLUMN."
        )
    if cuts[0].size and train.time.size < _POINTS * (cuts[0].size + 1):
        raise ValueError(_mixed(name))
    split = [np.split(np.arange(curve.time.size), cut) for curve, cut in zip((train, gen), cuts, strict=True)]
    runs, notes = [], []
    for own_train, own_gen in zip(*split, strict=True):
        one, said = _one_run(train.part(own_train), gen.part(own_gen), name)
        runs.append(one)
        notes += said
    if cuts[0].size:
        times = counted(cuts[0].size, "time")
        notes.insert(0, f"{name} begins anew {times}: {cuts[0].size + 1} runs one after the other.")
    return runs, tuple(dict.fromkeys(notes))


def _first(curve: Recorded) -> float:
    return float(curve.time[0]) if curve.time.size else np.inf


def _newest_first(curve: Recorded) -> bool:
    """Whether the time falls all the way, as in a log that was written or sorted from its end."""
    strides = np.diff(curve.time)
    return bool(np.all(strides <= 0) and np.any(strides < 0))


def _falls(curve: Recorded) -> Rows:
    """Points before which the time falls, none where the rows only stand in another order."""
    falls = np.flatnonzero(np.diff(curve.time) < 0) + 1
    if not falls.size or (np.unique(curve.time).size == curve.time.size and _only_unsorted(curve, falls)):
        return falls[:0]
    return falls


def _only_unsorted(curve: Recorded, falls: Rows) -> bool:
    """Whether no time comes twice, and the falls are too many for resumed runs or between stretches of their own."""
    first, last = curve.time[np.append(0, falls)], curve.time[np.append(falls, curve.time.size) - 1]
    apart = bool(np.all(np.sort(last)[:-1] < np.sort(first)[1:]))
    return apart or falls.size > max(1, _FEW * curve.time.size)


def _begin_anew(curve: Recorded, falls: Rows) -> NDArray[np.bool_]:
    """Which falls go back to where the curve began, give or take a record or a hundredth of the time."""
    if not falls.size:
        return np.zeros(0, dtype=bool)
    first, second = float(curve.time[0]), float(curve.time[min(1, falls[0] - 1)])
    near = max(second, first + 0.01 * (float(curve.time.max()) - first))
    return np.asarray(curve.time[falls] <= near)


def _one_run(train: Recorded, gen: Recorded, name: str) -> tuple[tuple[Recorded, Recorded], list[str]]:
    """The curves of one run: what was resumed replaced, sorted, each time once."""
    notes = []
    curves = [train, gen]
    falls = [_falls(curve) for curve in curves]
    if sum(map(len, falls)) > max(2, 2 * _FEW * (train.time.size + gen.time.size)):
        raise ValueError(_mixed(name))
    # Where one curve stands after the other in the log, neither says what came before a point of the other.
    mingled = train.rows.size and gen.rows.size and train.rows[0] < gen.rows[-1] and gen.rows[0] < train.rows[-1]
    marks = [
        (k, int(curve.rows[point]), float(curve.time[point])) for k, curve in enumerate(curves) for point in falls[k]
    ]
    if marks:
        for k, curve in enumerate(curves):
            keep = np.ones(curve.time.size, dtype=bool)
            for of, row, time in marks:
                if of == k or mingled:
                    keep &= ~((curve.rows < row) & (curve.time >= time))
            curves[k] = curve.part(keep)
        times = sorted({time for _, _, time in marks})
        notes.append(
            f"The run was resumed: {name} falls back to {', '.join(f'{time:g}' for time in times[:5])}"
            f"{', …' * (len(times) > 5)}, and what comes later in the log replaces all that was recorded from there on."
        )
    for k, curve in enumerate(curves):
        if np.any(np.diff(curve.time) < 0):
            notes.append(f"The rows are not in the order of {name}, and were sorted.")
            curve = curve.part(np.argsort(curve.time, kind="stable"))
        repeated = _disagreeing(curve)
        if repeated.size and _often_repeats(curve):
            raise ValueError(_mixed(name))
        if repeated.size:
            notes.append(
                f"{counted(repeated.size, 'value')} of {name}, such as {repeated[0]:g}, stand"
                f"{'s' * (repeated.size == 1)} twice with different accuracies; the later is taken."
            )
        curves[k] = curve.part(np.append(np.diff(curve.time) > 0, True)) if curve.time.size else curve
    return (curves[0], curves[1]), notes


def _often_repeats(curve: Recorded) -> bool:
    """Whether a time comes again for more than a few points."""
    distinct = np.unique(curve.time).size
    return curve.time.size - distinct > _FEW * distinct


def _disagreeing(curve: Recorded) -> Array:
    """The times that come with different values."""
    if np.all(np.diff(curve.time) > 0):
        return curve.time[:0]
    order = np.lexsort((curve.values, curve.time))
    time, values = curve.time[order], curve.values[order]
    differ = (np.diff(time) == 0) & (np.diff(values) > _SAME)
    return np.unique(time[1:][differ])


def _mixed(name: str) -> str:
    return (
        f"Each {name} comes several times with different accuracies, and no column tells what differs. If these are "
        "several runs, name the column that tells them apart with --run COLUMN, or write a file a run; if they are "
        f"several records of one {name}, name a finer clock with --time COLUMN."
    )
