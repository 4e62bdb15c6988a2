"""The level at which an accuracy starts when there are two classes to guess from."""

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["chance_level"]


def chance_level(gen_accuracy: ArrayLike) -> float:
    """1/2 if the generalization accuracy plainly starts on a plateau at 1/2, as with two classes, else 0.

    The first twentieth of the recorded points (at least five) must average 1/2 within 0.05 and stay within 0.15 of it,
    and the curve must leave that plateau later. Other chance levels are for the user to say.

    Examples
    --------
    >>> rise = np.linspace(0, 1, 50)
    >>> chance_level(np.concatenate([np.full(50, 0.5), 0.5 + 0.5 * rise])), chance_level(rise)
    (0.5, 0.0)
    """
    recorded = np.asarray(gen_accuracy, dtype=np.float64)
    recorded = recorded[~np.isnan(recorded)]
    start = recorded[: max(5, recorded.size // 20)]
    if recorded.size < 20 or recorded.max() < 0.75 or recorded.max() > 1.5:
        return 0.0
    on_plateau = abs(start.mean() - 0.5) < 0.05 and np.abs(start - 0.5).max() < 0.15
    return 0.5 if on_plateau else 0.0
