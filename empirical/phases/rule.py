"""The phase of one run: was the training set learned, was the rest, and how much later."""

import math
from dataclasses import dataclass

import xarray as xr

from empirical.curves import accuracy_names, experiment_of, run_curves, steps_of
from empirical.experiment.experiment import Experiment
from empirical.outcomes.outcome import check_level, steps_to

__all__ = ["PHASES", "PhaseRule"]

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
        The shortest delay of grokking, in steps of the optimizer: one of exactly `delay` is long.
    limit
        The last step that counts; None is the length of the run. U's text says 1e5 steps, its published code ran 1e4,
        so that what came between the two was never seen.

    Raises
    ------
    ValueError
        For a level, a delay or a limit that is none.

    Notes
    -----
    A step is that of the first look at which the curve is at `level` or above, as in U; it is known as finely as was
    looked. What is not kept from U's code is that a run which never gets there is given its last step.

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
        check_level(self.level)
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
        if self.limit is not None and schedule.unit == "step" and self.limit > schedule.length:
            raise ValueError(
                f"limit must be at most the length of the runs, got {self.limit:.15g} of {schedule.length} steps; "
                "make the runs longer."
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
        >>> PhaseRule().crossings(recorded_runs("quick")[0])  # an epoch is 24 steps
        (10224, 13488)
        """
        found = [steps_to(name, self.level)(dataset) for name in accuracy_names("protocol")]
        if None in found:
            self._check_end(dataset)
        limit = math.inf if self.limit is None else self.limit
        train, gen = (step if step is not None and step <= limit else None for step in found)
        return train, gen

    def of_run(self, dataset: xr.Dataset) -> str:
        """The phase of a recorded run; raises as `crossings`.

        >>> from empirical import recorded_runs
        >>> run = recorded_runs("quick")[0]
        >>> PhaseRule().of_run(run), PhaseRule(delay=5000).of_run(run)
        ('grokking', 'comprehension')
        """
        return self.phase(*self.crossings(dataset))

    def _check_end(self, dataset: xr.Dataset) -> None:
        """Raise ValueError unless a run without an answer was seen until the limit."""
        experiment = experiment_of(dataset)
        if self.limit is None:
            end, unit = float(run_curves(dataset)[0][-1]), experiment.schedule.unit
            limit = float(experiment.length)
        else:
            end, unit, limit = float(steps_of(dataset)[-1]), "step", self.limit
        if end < limit:
            raise ValueError(
                f"A run must be seen until both accuracies reach {self.level:g}, or until {unit} {limit:.15g}; "
                f"{experiment.file_name} ends at {end:.15g}; train it for longer, and let it stop at that level only."
            )
