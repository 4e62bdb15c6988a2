"""A system: an experiment with a name, presets that turn its knobs, and what its runs and tables should have."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numerics
from empirical.annotations import Asymptote, Outcome
from empirical.experiment.experiment import Experiment, sort_key
from empirical.experiment.knobs import find_knob
from empirical.experiment.numbers import check_choice
from empirical.outcomes.outcome import check_level

__all__ = ["System", "several"]

_COLUMNS = (
    "steps_to_train",
    "steps_to_gen",
    "steps",
    "first_gap",
    "first_gap_bound",
    "lasting_gap",
    "lasting_gap_bound",
    *numerics.measure(range(4), [0] * 4, [0] * 4).row(),
)


@dataclass(frozen=True)
class System:
    """What is trained under one name.

    Attributes
    ----------
    name
        As given to `sweep` and to `groksharp train`.
    experiment
        The parts with their usual numbers.
    title, about
        A few words for a heading, and a sentence for the report.
    presets
        By name, one of them `"quick"`: values of knobs, one or several each, `"seed"` among them. Several make every
        combination a run.
    columns
        Knobs that are columns of every table, by the short name of the column.
    records
        Names of the records that its runs should have.
    outcomes
        Further numbers that are read off each run, by the name of their column: functions of a run's dataset to a
        number, or to None where there is none, such as `steps_to` makes.
    level
        The accuracy that counts as learned, in `steps_to_train` and `steps_to_gen`.
    ceiling
        The accuracy at which its curves end, as in `numerics.measure`: `"fit"` where not all can be learned.

    Raises
    ------
    TypeError, ValueError
        If there is no experiment, a level that is no accuracy, a ceiling that no curve can have, or an outcome under
        the name of another column.

    Examples
    --------
    >>> from empirical import SYSTEMS
    >>> parity = SYSTEMS["parity"]
    >>> parity.time_unit, dict(parity.columns), len(parity.experiments("paper"))
    ('epoch', {'input_size': 'task.input_size'}, 63)
    """

    name: str
    experiment: Experiment
    title: str = ""
    about: str = ""
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {"quick": {"seed": (0, 1, 2)}})
    columns: Mapping[str, str] = field(default_factory=dict)
    records: tuple[str, ...] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    level: float = 0.99
    ceiling: Asymptote | tuple[Asymptote, Asymptote] = 1.0

    def __post_init__(self) -> None:
        """Check that there is something to train, and that each column has one meaning."""
        if not isinstance(self.experiment, Experiment):
            raise TypeError(f"experiment must be an Experiment, got {self.experiment!r}; make one of its parts.")
        check_level(self.level)
        numerics.measure(range(4), [0] * 4, [0] * 4, floor=self.experiment.chance, ceiling=self.ceiling)
        for name, outcome in self.outcomes.items():
            if name in (*_COLUMNS, *self.columns, *self.knobs):
                raise ValueError(f"There is a column {name!r} already; choose another name for the outcome.")
            if not callable(outcome):
                raise TypeError(f"outcome {name!r} must be a function of a run's dataset, got {outcome!r}.")

    @property
    def time_unit(self) -> str:
        """`"epoch"` or `"step"`."""
        return self.experiment.schedule.unit

    @property
    def knobs(self) -> tuple[str, ...]:
        """The dotted names of all that can be turned."""
        return tuple(self.experiment.knobs())

    def experiments(self, preset: str | None = None, **knobs: Any) -> list[Experiment]:
        """The experiments of a sweep, in order: every combination of the values, each once.

        Parameters
        ----------
        preset
            Values to begin with; None is the experiment as it is.
        **knobs
            One value or several each, in place of the preset's, by dotted names (`**{"model.width": [50, 100]}`) or by
            the last word where only one number has it.

        Raises
        ------
        ValueError, TypeError
            For an unknown preset or knob, no value, or a value that it cannot have.

        Examples
        --------
        >>> from empirical import SYSTEMS
        >>> sweep = SYSTEMS["parity"].experiments(input_size=[30, 25], weight_decay=[0.01, 0.1])
        >>> [(one.task.input_size, one.optimizer.weight_decay) for one in sweep]
        [(25, 0.01), (25, 0.1), (30, 0.01), (30, 0.1)]
        """
        turns = self._preset(preset)
        known = self._all_knobs({**turns, **knobs})
        chosen = {find_knob(name, known): several(name, values) for name, values in turns.items()}
        given: dict[str, str] = {}
        for name, values in knobs.items():
            knob = find_knob(name, known)
            if knob in given:
                raise ValueError(f"Each knob can be turned once, got {knob} as {given[knob]} and as {name}.")
            given[knob] = name
            chosen[knob] = several(name, values)
        combinations = itertools.product(*chosen.values())
        found = {self.experiment.replace(dict(zip(chosen, values, strict=True))) for values in combinations}
        return sorted(found, key=lambda one: sort_key(one, tuple(self.columns.values())))

    def includes(self, experiment: Experiment) -> bool:
        """Whether an experiment has this system's task, model and loss."""
        mine = self.experiment
        return all(getattr(mine, kind).name == getattr(experiment, kind).name for kind in ("task", "model", "loss"))

    def _preset(self, name: str | None) -> Mapping[str, Any]:
        if name is None:
            return {}
        check_choice("preset", name, tuple(self.presets))
        return self.presets[name]

    def _all_knobs(self, turns: Mapping[str, Any]) -> tuple[str, ...]:
        """The names of all knobs, those of parts that are exchanged included."""
        exchanged = [
            self.experiment.replace({kind: name}).knobs()
            for kind in ("task", "model", "loss", "optimizer", "schedule")
            for name in (several(kind, turns[kind]) if kind in turns else ())
        ]
        return tuple(dict.fromkeys(itertools.chain(self.knobs, *exchanged)))


def several(name: str, values: Any) -> list[Any]:
    """The values of a knob, given one or several; ValueError if there is none.

    >>> several("width", 50), several("activation", "relu"), several("seed", range(2))
    ([50], ['relu'], [0, 1])
    """
    one = isinstance(values, str) or not isinstance(values, Iterable) or getattr(values, "ndim", 1) == 0
    found = [values] if one else list(values)
    if not found:
        raise ValueError(f"{name} must have at least one value, got none; a preset is a start.")
    return found
