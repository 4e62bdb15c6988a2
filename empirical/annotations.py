"""Names of types that several files of this room share."""

from collections.abc import Callable
from typing import TypeVar

# What is trained together, and what comes of it.
Group = TypeVar("Group")
Result = TypeVar("Result")

# Trains a group; it calls its second argument with the units (epochs or steps) just done, which may raise to end it.
Train = Callable[[Group, Callable[[int], None]], Result]

# A progress callback: progress(units done, units in all), counted over all runs.
Progress = Callable[[int, int], None]
