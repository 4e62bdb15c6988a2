"""Types that several files of this room share."""

from collections.abc import Callable, Mapping

import numpy as np

__all__ = ["Knob", "Knobs", "Parameters", "Progress"]

# A value that a knob may have: what JSON can hold and compare.
Knob = int | float | str | bool | None

# Values by the dotted name of their knob, `optimizer.weight_decay`, say.
Knobs = Mapping[str, Knob]

# The numbers of one model by the name of the tensor, in float64 and in PyTorch's shapes.
Parameters = dict[str, np.ndarray]

# Called as `progress(done, total)`, in epochs or steps over all runs.
Progress = Callable[[int, int], None]
