"""The phase of one run: was the training set learned, was the rest, and how much later."""

import math
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from empirical.experiment.experiment import Experiment
from empirical.measurement import experiment_of, run_curves

__all__ = ["PHASES", "PhaseRule", "first_crossing"]

PHASES: tuple[str, ...] = ("comprehension", "grokking", "memorisation", "confusion")
"""The phases of learning, from the one where nothing has to be waited for to the one where nothing comes."""


@dataclass(frozen=True)
class PhaseRule:
    """Which phase a run is in: two questions and a delay (U, section 4 and its table 1).

    Is the training accuracy at `level` or above within `limit`, is the validation accuracy, and is the delay of the
    second, steps_to_gen − steps_to_train, below `delay`?

    | training | validation | delay | phase |
    |---|---|---|---|
    | yes | yes | short | comprehension |
    | yes | yes | long | grokking |
    | yes | no | | memorisation |
    | no | no | | confusion |
    | no | yes | | comprehension |

    The last line is not in U's table. Such a run has generalized before it fit what it was shown, as a run with a
    negative delay has that is seen for longer, so nothing was memorised first; U's published code colours it like this,
    too.

    Parameters
    ----------
    level
        Accuracy that counts as learned, > 0 and ≤ 1.
    delay
        The shortest delay of grokking, in the unit of the run's schedule: one of exactly `delay` is long.
    limit
        The last step that counts; None is the length of the run. U's text says 1e5 steps, its published code ran 1e4,
        so that what came between the two was never seen.

    Raises
    ------
    ValueError
        For a level, a delay or a limit that is none.

    Notes
    -----
    A step is the first at which the curve is at `level` or above, as in U; it is known as finely as was looked. What is
    not kept from U's code is that a run which never gets there is given its last step.

    Examples
    --------
    >>> rule = PhaseRule()
    >>> rule.phase(1130, 1530), rule.phase(400, 5000), rule.phase(400, None), rule.phase(None, None)
    ('comprehension', 'grokking', 'memorisation', 'confusion')
    >>> PhaseRule(limit=1e4).phase(400, 20_000), PhaseRule(limit=1e5).phase(400, 20_000)
    ('memorisation', 'grokking')
    """

    level: float = 0.9
    delay: float = 1000.0
    limit: float | None = None

    def __post_init__(self) -> None:
        """Check the three numbers."""
        if not 0 < self.level <= 1:
            raise ValueError(f"level must be an accuracy above 0 and at most 1, got {self.level}; U's is 0.9.")
        if not 0 <= self.delay < math.inf:
            raise ValueError(f"delay must be finite and not negative, got {self.delay}; U's is 1000 steps.")
        if self.limit is not None and not 0 < self.limit < math.inf:
            raise ValueError(f"limit must be finite and positive, got {self.limit}; None is the length of the run.")

    def check(self, experiment: Experiment) -> None:
        """Raise ValueError with a sentence if a run of this experiment could end before its phase is decided.

        >>> from empirical import SYSTEMS
        >>> PhaseRule(limit=1e5).check(SYSTEMS["representation"].experiment)
        Traceback (most recent call last):
            ...
        ValueError: limit must be at most the length of the runs, got 100000 of 5000 steps; make the runs longer.
        """
        schedule = experiment.schedule
        if self.limit is not None and self.limit > schedule.length:
            raise ValueError(
                f"limit must be at most the length of the runs, got {self.limit:.15g} of {schedule.length} "
                f"{schedule.unit}s; make the runs longer."
            )
        if schedule.stop_after and schedule.stop_level < self.level:
            raise ValueError(
                f"level must be at most the one at which the runs stop, got {self.level:g} and "
                f"{schedule.stop_level:g}; raise schedule.stop_level."
            )

    def phase(self, steps_to_train: float | None, steps_to_gen: float | None) -> str:
        """The phase of a run that reached the level at these steps; None is never.

        >>> PhaseRule().phase(1000, 1999), PhaseRule().phase(1000, 2000), PhaseRule().phase(2000, 1000)
        ('comprehension', 'grokking', 'comprehension')
        """
        limit = math.inf if self.limit is None else self.limit
        trained = steps_to_train is not None and steps_to_train <= limit
        generalized = steps_to_gen is not None and steps_to_gen <= limit
        if not generalized:
            return "memorisation" if trained else "confusion"
        late = trained and steps_to_gen - steps_to_train >= self.delay  # type: ignore[operator]
        return "grokking" if late else "comprehension"

    def crossings(self, dataset: xr.Dataset) -> tuple[float | None, float | None]:
        """The steps at which a recorded run reached the level, in training and in validation; None is not by the limit.

        Raises
        ------
        ValueError
            If the run ended before the limit without an answer: it was shorter, or stopped at another level.

        Examples
        --------
        >>> from empirical import recorded_runs
        >>> PhaseRule().crossings(recorded_runs("quick")[0])
        (426.0, 562.0)
        """
        time, *curves = run_curves(dataset)
        experiment = experiment_of(dataset)
        limit = experiment.length if self.limit is None else self.limit
        steps = [first_crossing(time, curve, self.level) for curve in curves]
        if None in steps and time[-1] < limit:
            raise ValueError(
                f"A run must be seen until both accuracies reach {self.level:g}, or until the limit {limit:g}; "
                f"{experiment.file_name} ends at {time[-1]:g}; train it for longer, and let it stop at that level only."
            )
        train, gen = (step if step is not None and step <= limit else None for step in steps)
        return train, gen

    def of_run(self, dataset: xr.Dataset) -> str:
        """The phase of a recorded run; raises as `crossings`.

        >>> from empirical import recorded_runs
        >>> run = recorded_runs("quick")[0]
        >>> PhaseRule().of_run(run), PhaseRule(delay=100).of_run(run)
        ('comprehension', 'grokking')
        """
        return self.phase(*self.crossings(dataset))


def first_crossing(time: ArrayLike, accuracy: ArrayLike, level: float) -> float | None:
    """The first time at which an accuracy is at `level` or above; None is never.

    >>> first_crossing([0, 10, 20, 30], [0.1, 0.9, 0.8, 1.0], 0.9)
    10.0
    >>> first_crossing([0, 10], [0.1, 0.2], 0.9) is None
    True
    """
    # Files hold float32: nine of ten right answers are 0.9 there, too, but less than the float64 of that name.
    reached = np.asarray(accuracy, dtype=np.float32) >= np.float32(level)
    return float(np.asarray(time)[reached.argmax()]) if reached.any() else None
