"""Names of types that many files of this room share."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Progress"]

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
"""Called with (done, total) after each finished piece of long work."""
