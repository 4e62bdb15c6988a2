"""Types that several files of this room share."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Progress", "ProgressOption"]

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
"""Called with (done, total) after each finished piece of long work."""
ProgressOption = Progress | bool | None
"""The argument `progress` of long work: such a function, True for a bar on standard error, None or False for none."""
