"""Steps: the curves are recorded at each of the first, then thinner, always at the last."""

import itertools
from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from empirical.experiment.numbers import real, whole
from empirical.experiment.parts import add_part
from empirical.schedules.schedule import Leg, Schedule

__all__ = ["Steps"]

_SAMPLES_AT_ONCE = 1 << 15  # of a long leg: what is gathered from the training set at a time


@add_part
class Steps(Schedule):
    """`steps` steps; curves are recorded before the first, after each of the first `dense`, then at a growing distance.

    Accuracies and losses are those of the whole sets, with the weights as they are then.

    Parameters
    ----------
    steps
        ≥ 1.
    dense
        Number of first steps after each of which is looked.
    growth
        Beyond them each look is at least so many times as late as the one before; 1 looks after every step.
    replacement
        Whether each batch is drawn afresh from the whole set; else the set is gone through in random order, again and
        again, and no batch is short.
    batch_size, stop_after, stop_level
        As in `Schedule`; by default the whole training set.

    Examples
    --------
    >>> Steps(steps=100, dense=4, growth=1.5).times()
    (0, 1, 2, 3, 4, 6, 9, 14, 21, 32, 48, 72, 100)
    """

    name: ClassVar[str] = "steps"
    unit: ClassVar[str] = "step"
    minibatch_means: ClassVar[bool] = False

    batch_size: int | None = whole(None, optional=True)
    steps: int = whole(10_000)
    dense: int = whole(100, least=0)
    growth: float = real(1.02, least=1.0)
    replacement: bool = False

    @property
    def length(self) -> int:
        """The number of steps."""
        return self.steps

    @property
    def looks(self) -> int:
        """As many as `times`."""
        return len(self.times())

    def times(self) -> tuple[int, ...]:
        """The steps after which the curves are recorded."""
        times = list(range(min(self.dense, self.steps) + 1))
        while times[-1] < self.steps:
            times.append(min(self.steps, max(times[-1] + 1, int(np.ceil(times[-1] * self.growth)))))
        return tuple(times)

    def legs(self, samples: int, rng: np.random.Generator) -> Iterator[Leg]:
        """A leg from each recorded step to the next; the first has no step in it."""
        times = self.times()
        yield Leg(0, ())
        size = self.batch_size
        if size is None or (size >= samples and not self.replacement):
            for before, time in itertools.pairwise(times):
                yield Leg(time, (None,) * (time - before))
            return
        stream = self._stream(samples, size, rng)
        at_once = max(1, _SAMPLES_AT_ONCE // size)
        for before, time in itertools.pairwise(times):
            counts = [min(at_once, time - start) for start in range(before, time, at_once)]
            yield Leg(time, tuple(np.concatenate([next(stream) for _ in range(count)]) for count in counts))

    def _stream(self, samples: int, size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
        """One batch after the other, for ever."""
        if self.replacement:
            while True:
                yield rng.integers(samples, size=size)
        left = np.empty(0, dtype=np.int64)
        while True:
            while left.size < size:
                left = np.concatenate([left, rng.permutation(samples)])
            yield left[:size]
            left = left[size:]
