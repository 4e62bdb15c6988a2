"""Types that several files of this room share."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Asymptote", "Asymptotes", "Progress", "ProgressOption"]

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
"""Called with (done, total) after each finished piece of long work."""
ProgressOption = Progress | bool | None
"""The argument `progress` of long work: such a function, True for a bar on standard error, None or False for none."""

Asymptote = float | Literal["fit"] | None
"""Where a curve begins or ends: a number, or `"fit"` for one that is fitted; None means the same."""

Asymptotes = Asymptote | tuple[Asymptote, Asymptote]
"""One for both curves of a run, or a pair (training, generalization)."""
