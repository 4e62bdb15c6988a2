"""Epochs: each goes once through the training set, and the curves are recorded after each."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from empirical.experiment.numbers import whole
from empirical.experiment.parts import add_part
from empirical.schedules.schedule import Leg, Schedule

__all__ = ["Epochs"]


@add_part
class Epochs(Schedule):
    """`epochs` passes through the training set, each in a fresh random order; the last batch of one may be short.

    Parameters
    ----------
    epochs
        ≥ 1.
    batch_size, stop_after, stop_level
        As in `Schedule`. With the whole training set in a batch an epoch is a step.

    Notes
    -----
    Source: M, section 3.2, and its published code.

    Examples
    --------
    >>> first, second = Epochs(epochs=2, batch_size=3).legs(4, np.random.default_rng(0))
    >>> first.time, first.orders, second.time
    (1, (array([2, 0, 1, 3]),), 2)
    """

    name: ClassVar[str] = "epochs"
    unit: ClassVar[str] = "epoch"
    minibatch_means: ClassVar[bool] = True

    epochs: int = whole(3000)

    @property
    def length(self) -> int:
        """The number of epochs."""
        return self.epochs

    @property
    def looks(self) -> int:
        """One after each epoch."""
        return self.epochs

    def times(self) -> tuple[int, ...]:
        """The end of each epoch."""
        return tuple(range(1, self.epochs + 1))

    def legs(self, samples: int, rng: np.random.Generator) -> Iterator[Leg]:
        """A leg an epoch."""
        for epoch in range(1, self.epochs + 1):
            yield Leg(epoch, (rng.permutation(samples),))
