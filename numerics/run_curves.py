"""The curves of one run with what it was: what every sweep of this room measures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numerics.annotations import Array, Asymptotes
from numerics.curves.measurement import measure
from numerics.curves.sharpness import Sharpness
from numerics.given_numbers import whole_number

__all__ = ["RunCurves", "checked_points"]

_MOST_POINTS = 10**7  # of which a fit takes a minute and a gigabyte


@dataclass(frozen=True)
class RunCurves:
    """Accuracies of one run of a system, solved or simulated; shape (n,) each.

    Attributes
    ----------
    time
        Times of the system's own clock.
    train_accuracy, gen_accuracy
        Accuracies at these times.
    columns
        What the run was, by name: its knob, or the realised λ, the size, the replica.
    status
        Why the run cannot generalize, where that is known beforehand.
    floor
        Accuracy from which both curves rise, or `"fit"`, or a pair of these; see `numerics.measure`.

    Examples
    --------
    >>> import numpy as np
    >>> run = RunCurves(np.arange(4.0), np.zeros(4), np.zeros(4), {"replica": 0})
    >>> run, run.measure().ok
    (RunCurves: 4 points, replica = 0, False)
    """

    time: Array
    train_accuracy: Array
    gen_accuracy: Array
    columns: Mapping[str, Any] = field(default_factory=dict)
    status: str | None = None
    floor: Asymptotes = 0.0

    def __repr__(self) -> str:
        columns = "".join(f", {name} = {value}" for name, value in self.columns.items())
        return f"RunCurves: {self.time.size} points{columns}"

    def measure(self) -> Sharpness:
        """Fit both curves, as everywhere."""
        return measure(self.time, self.train_accuracy, self.gen_accuracy, floor=self.floor)

    def row(self) -> dict[str, Any]:
        """Return the columns with the measures beside them, as one row of a table."""
        row = {**self.columns, **self.measure().row()}
        return row if self.status is None else {**row, "status": self.status}


def checked_points(points: int) -> int:
    """The number of recorded times, refused unless it is a whole number from 2 to ten million.

    >>> checked_points(0)
    Traceback (most recent call last):
    ValueError: The number of recorded points must be a whole number from 2 to 10000000, got 0.
    """
    return whole_number(points, "The number of recorded points", 2, _MOST_POINTS)
