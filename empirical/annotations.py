"""Types that several files of this room share."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Asymptote", "Ceiling", "Group", "Knob", "Outcome", "Parameters", "Progress", "Result", "Train"]

# A value that a knob may have: what JSON can hold and compare.
Knob = int | float | str | bool | None

# Where curves end, as in `numerics.measure`, or where those of the run's system do.
Asymptote = float | Literal["fit"] | None
Ceiling = Asymptote | tuple[Asymptote, Asymptote] | Literal["system"]

# The numbers of one model by the name of the tensor, in float64 and in PyTorch's shapes.
Parameters = dict[str, np.ndarray]

# What is trained together, and what comes of it.
Group = TypeVar("Group")
Result = TypeVar("Result")

# Trains a group; it calls its second argument with the epochs or steps just done, which may raise to end it.
Train = Callable[[Group, Callable[[int], None]], Result]

# Called as `progress(done, total)`, in epochs or steps over all runs.
Progress = Callable[[int, int], None]

# A number that is read off a recorded run, or None where there is none.
Outcome = Callable[["xr.Dataset"], float | None]
