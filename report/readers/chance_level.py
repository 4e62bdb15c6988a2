"""The level at which an accuracy starts: chance, one over the number of classes."""

import numpy as np
from numpy.typing import ArrayLike

from report.annotations import Array

__all__ = ["chance_level", "levels_off", "starts_at"]

_CLASSES = (2, 200)
_FEWEST = 20  # points of a curve, and
_PLATEAU = 8  # of its plateau


def chance_level(gen_accuracy: ArrayLike) -> float:
    """1/K if the generalization accuracy plainly starts on a plateau at 1/K, K = 2 … 200, and leaves it later; else 0.

    The plateau is the first half of the points before the accuracy has risen by a quarter of its way, eight or more,
    and the rise from there to the end is at least 0.3. Its mean has to be within 16 % of 1/K, as far as 250 samples may
    put two classes beside 1/2, with a standard error below a thirtieth of 1/K, and its two halves within 12 % of it;
    above ten classes also within 4 standard errors. A curve that starts low and rises slowly is not level, and one that
    starts at 0 has no plateau above. Of 4000 S-shaped curves from 0, with counts of 200 to 10,000 samples, correlated
    or not, none was taken for one from chance.

    Above some five classes 1/K and its neighbours are closer than that: K is the number nearest to the plateau.

    Examples
    --------
    >>> rise = np.linspace(0, 1, 50)
    >>> from_chance = [np.concatenate([np.full(50, 1 / k), 1 / k + (1 - 1 / k) * rise]) for k in (2, 97)]
    >>> [round(1 / chance_level(curve)) for curve in from_chance], chance_level(rise)
    ([2, 97], 0.0)
    """
    recorded = _known(gen_accuracy)
    if recorded.size < _FEWEST or recorded.min() < 0 or recorded.max() > 1:
        return 0.0
    start = float(np.median(recorded[:5]))
    top = float(np.median(recorded[-max(5, recorded.size // 20) :]))
    top = max(top, float(np.median(np.partition(recorded, -5)[-5:])))
    risen = np.flatnonzero(recorded > start + 0.25 * (top - start))
    if top - start < 0.3 or not risen.size or risen[0] < 2 * _PLATEAU:
        return 0.0
    plateau = recorded[: risen[0] // 2]
    level = float(plateau.mean())
    classes = round(1 / level) if level > 0 else 0
    if not _CLASSES[0] <= classes <= _CLASSES[1]:
        return 0.0
    error = float(np.std(np.diff(plateau))) / np.sqrt(2 * plateau.size)
    first, second = (float(half.mean()) for half in np.array_split(plateau, 2))
    level_enough = abs(second - first) <= min(0.12 / classes, 4 * error if classes > 10 else 1.0)
    at_chance = abs(level - 1 / classes) <= 0.16 / classes
    return 1 / classes if error < 1 / (30 * classes) and level_enough and at_chance else 0.0


def starts_at(gen_accuracy: ArrayLike, level: float) -> bool:
    """Whether the first tenth of the points, eight or more, has this level for its mean, to 16 %.

    It is asked of a run whose fellows plainly start there: of a run that never rises nothing else tells.

    >>> starts_at(np.full(50, 0.49), 0.5), starts_at(np.full(50, 0.1), 0.5), starts_at([0.5] * 5, 0.5)
    (True, False, False)
    """
    recorded = _known(gen_accuracy)
    begin = recorded[: max(_PLATEAU, recorded.size // 10)]
    return begin.size >= _PLATEAU and abs(float(begin.mean()) - level) <= 0.16 * level


def levels_off(accuracy: ArrayLike) -> float:
    """The level on which an accuracy plainly ends after a rise of 0.2 or more; NaN where it still moves, or never rose.

    Its last fifth, ten points or more, scatters by less than 0.05 and is level to a hundredth.

    >>> levels_off(np.clip(np.arange(100) / 50, 0, 0.4)), levels_off(np.arange(100) / 300)
    (0.4, nan)
    """
    recorded = _known(accuracy)
    end = recorded[-(recorded.size // 5) :]
    if end.size < 10:
        return np.nan
    first, second = (float(half.mean()) for half in np.array_split(end, 2))
    level = float(end.mean())
    plain = abs(second - first) < 0.01 and float(np.std(end)) < 0.05
    return round(level, 3) if plain and float(np.median(recorded[:5])) < level - 0.2 else np.nan


def _known(accuracy: ArrayLike) -> "Array":
    recorded = np.asarray(accuracy, dtype=np.float64)
    return recorded[np.isfinite(recorded)]
