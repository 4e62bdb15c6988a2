"""What every task says: its examples, their shapes, and how many classes there are to guess from."""

import abc
import dataclasses
from typing import ClassVar

import numpy as np

from empirical.examples import Examples, Signature
from empirical.experiment.numbers import real, whole
from empirical.experiment.parts import Part
from empirical.randomness import Streams

__all__ = ["SampledTask", "Task"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Task(Part, abc.ABC):
    """What is learned. A task of your own says its `signature`, its `classes`, and how to draw its two sets.

    Examples
    --------
    >>> import numpy as np
    >>> from empirical import add_part, draw_streams
    >>> @add_part
    ... class Majority(Task):
    ...     name = "majority"
    ...     bits: int = 5
    ...     classes = 2
    ...     @property
    ...     def signature(self):
    ...         return Signature(inputs=(self.bits,), outputs=2)
    ...     def draw(self, streams):
    ...         inputs = streams.data.integers(2, size=(30, self.bits))
    ...         labels = (2 * inputs.sum(axis=1) > self.bits).astype(int)
    ...         return Examples(inputs, labels).split(20, rng=streams.split)
    >>> train, gen = Majority().draw(draw_streams(0))
    >>> len(train), len(gen)
    (20, 10)
    """

    kind: ClassVar[str] = "task"

    @property
    @abc.abstractmethod
    def signature(self) -> Signature:
        """The shapes of inputs and outputs."""

    @property
    @abc.abstractmethod
    def classes(self) -> int | None:
        """Number of classes; None where values are learned."""

    @property
    def entropy(self) -> tuple[int, ...]:
        """Whole numbers that name the random streams beside the seed; by default none.

        Tasks with other such numbers have unrelated data and initial weights under one seed.
        """
        return ()

    @abc.abstractmethod
    def draw(self, streams: Streams) -> tuple[Examples, Examples]:
        """The training and the validation set."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class SampledTask(Task):
    """A task whose examples are drawn from a distribution: so many for training, so many for validation.

    Parameters
    ----------
    train_samples, gen_samples
        Whole numbers of at least 1.
    label_noise
        Fraction in [0, 1] of the training labels that are exchanged for another class; validation labels stay true.
    """

    train_samples: int = whole(750)
    gen_samples: int = whole(250)
    label_noise: float = real(0.0, most=1.0)

    def __post_init__(self) -> None:
        """Check every number, and that there are classes to exchange."""
        super().__post_init__()
        if self.label_noise and self.classes is None:
            raise ValueError(f"label_noise exchanges classes, got {self.label_noise} for values; leave it at 0.")

    @abc.abstractmethod
    def sample(self, samples: int, rng: np.random.Generator) -> Examples:
        """So many examples."""

    def draw(self, streams: Streams) -> tuple[Examples, Examples]:
        """The training set, with its wrong labels, and the validation set."""
        examples = self.sample(self.train_samples + self.gen_samples, streams.data)
        train, gen = examples.split(self.train_samples, rng=streams.split)
        if self.label_noise == 0 or self.classes is None:
            return train, gen
        return train.with_wrong_labels(self.label_noise, self.classes, rng=streams.label_noise), gen
