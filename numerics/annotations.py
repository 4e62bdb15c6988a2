"""Types that several files of this room share."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Progress"]

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
