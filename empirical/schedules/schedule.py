"""What every schedule says: the legs of a training, at whose ends the curves are recorded."""

import abc
import dataclasses
import math
from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from empirical.experiment.numbers import real, whole
from empirical.experiment.parts import Part

__all__ = ["Leg", "Schedule"]


@dataclasses.dataclass(frozen=True)
class Leg:
    """A stretch of training between two looks.

    Attributes
    ----------
    time
        Where it ends, in the schedule's unit.
    orders
        Numbers of training samples in the order in which they are taken, one array a stretch of batches, whose last
        may be short; None is all of them, as one batch, in the order of the set.

    Examples
    --------
    >>> Leg(time=2, orders=(None, None))  # two steps on the whole set
    Leg(time=2, orders=(None, None))
    """

    time: int
    orders: tuple[np.ndarray | None, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Schedule(Part, abc.ABC):
    """For how long is learned, in which batches, and when is looked.

    Parameters
    ----------
    batch_size
        Samples a step; None is the whole training set.
    stop_after, stop_level
        End the run once both accuracies have been at or above `stop_level` at `stop_after` successive looks, 4 or
        more; with 0 the run goes to its end. Up to the stop the curves are the full run's.
    """

    kind: ClassVar[str] = "schedule"
    unit: ClassVar[str]
    """The unit of time: `"epoch"` or `"step"`."""
    minibatch_means: ClassVar[bool]
    """Whether accuracies are means over minibatches, the training's while the weights move, as in M."""

    batch_size: int | None = whole(32, optional=True)
    stop_after: int = whole(0, least=0)
    stop_level: float = real(1.0, above=0, most=1)

    def __post_init__(self) -> None:
        """Check that a stop leaves a curve that can be fitted."""
        super().__post_init__()
        if 0 < self.stop_after < 4:
            raise ValueError(
                f"stop_after must be 0 or at least 4, got {self.stop_after}; "
                "a curve with fewer points cannot be fitted."
            )

    @property
    @abc.abstractmethod
    def length(self) -> int:
        """The end of the run, in the schedule's unit."""

    @property
    @abc.abstractmethod
    def looks(self) -> int:
        """How often the curves are recorded."""

    def times(self) -> tuple[int, ...]:
        """When the curves are recorded, in the schedule's unit; of a run that stopped so many of the first.

        >>> from empirical import Epochs
        >>> Epochs(epochs=3).times()
        (1, 2, 3)
        """
        return tuple(leg.time for leg in self.legs(1, np.random.default_rng(0)))

    def steps_a_unit(self, samples: int) -> int:
        """Steps of the optimizer in one unit of time: 1, or the batches of an epoch of so many samples.

        >>> from empirical import Epochs, Steps
        >>> [one.steps_a_unit(750) for one in (Epochs(batch_size=32), Epochs(batch_size=None), Steps())]
        [24, 1, 1]
        """
        return 1 if self.unit == "step" or self.batch_size is None else math.ceil(samples / self.batch_size)

    @abc.abstractmethod
    def legs(self, samples: int, rng: np.random.Generator) -> Iterator[Leg]:
        """The legs of the training of a set of so many samples."""
