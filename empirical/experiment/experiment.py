"""An experiment: task, model, loss, optimizer, schedule and seed, as one value that names a file."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Self, cast

from empirical.annotations import Knob
from empirical.experiment.knobs import find_knob, knobs_of, turned
from empirical.experiment.known_parts import find_part, part_from_values
from empirical.experiment.numbers import whole
from empirical.experiment.parts import KINDS, check_part
from empirical.losses.loss import Loss
from empirical.models.model import Model
from empirical.optimizers.optimizer import Optimizer
from empirical.schedules.schedule import Schedule
from empirical.tasks.task import Task

__all__ = ["Experiment", "sort_key"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Experiment:
    """One training run, all of it: a frozen, validated value that can be a dictionary key.

    Parameters
    ----------
    task, model, loss, optimizer, schedule
        The parts; each has numbers of its own.
    seed
        Of all random streams, ≥ 0.

    Raises
    ------
    TypeError, ValueError
        With one sentence, if a part is not of its kind or not known by its name, or the parts do not fit each other.

    Examples
    --------
    >>> from empirical import SYSTEMS
    >>> experiment = SYSTEMS["parity"].experiment.replace({"input_size": 25, "optimizer.weight_decay": 0.1})
    >>> experiment.task
    Parity(train_samples=750, gen_samples=250, label_noise=0.0, input_size=25, parity_bits=3)
    >>> experiment.knobs()["optimizer.weight_decay"], experiment.chance
    (0.1, 0.5)
    >>> Experiment.from_json(experiment.to_json()) == experiment
    True
    """

    task: Task
    model: Model
    loss: Loss
    optimizer: Optimizer
    schedule: Schedule
    seed: int = whole(0, least=0)

    def __post_init__(self) -> None:
        """Check the parts, each by itself and together."""
        for kind in KINDS:
            check_part(kind, getattr(self, kind))
        seed = dataclasses.fields(self)[-1]
        object.__setattr__(self, "seed", seed.metadata["check"]("seed", self.seed))
        self.loss.check_task(self.task.classes)

    @property
    def chance(self) -> float:
        """The accuracy of guessing, which is the floor of the curves."""
        return self.loss.chance(self.task.classes)

    @property
    def length(self) -> int:
        """How long it takes, in the schedule's unit."""
        return self.schedule.length

    def to_values(self) -> dict[str, Any]:
        """All parts with their numbers, nested as in a file."""
        return {kind: getattr(self, kind).to_values() for kind in KINDS} | {"seed": self.seed}

    def knobs(self) -> dict[str, Knob]:
        """Every number by its dotted name, and every part's name by its kind."""
        return knobs_of(self.to_values())

    def replace(self, knobs: Mapping[str, Knob]) -> Self:
        """The experiment with knobs turned, each by its dotted name, or by its last words where only one has them.

        The name of a part, `{"optimizer": "adamw"}`, exchanges it. Its numbers begin at their defaults; those that
        two optimizers or two schedules have in common are kept.

        Raises
        ------
        ValueError, TypeError
            For a name that is no knob, or a value that it cannot have.

        Examples
        --------
        >>> from empirical import SYSTEMS
        >>> parity = SYSTEMS["parity"].experiment
        >>> parity.replace({"optimizer": "adamw", "beta2": 0.98, "weight_decay": 1.0}).optimizer.beta2
        0.98
        """
        values = self.to_values()
        for kind in KINDS:
            if kind in knobs and knobs[kind] != values[kind]["name"]:
                values[kind] = _exchanged(kind, str(knobs[kind]), values[kind])
        known = knobs_of(values)
        found: dict[str, str] = {}
        for name, value in knobs.items():
            knob = find_knob(name, known)
            if knob in found:
                raise ValueError(f"Each knob can be turned once, got {knob} as {found[knob]} and as {name}.")
            found[knob] = name
            if knob not in KINDS:
                values = turned(values, knob, value)
        return self.from_values(values)

    def to_json(self) -> str:
        """The whole experiment as one line of JSON with sorted keys."""
        return json.dumps(self.to_values(), sort_keys=True)

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """The experiment that `to_values` describes; ValueError if its names are others."""
        if not isinstance(values, Mapping) or set(values) != {*KINDS, "seed"}:
            raise ValueError(f"An experiment must have {', '.join(KINDS)} and seed, got {str(values)[:200]}.")
        parts = cast(dict[str, Any], {kind: part_from_values(kind, values[kind]) for kind in KINDS})
        return cls(**parts, seed=values["seed"])

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The experiment that `to_json` wrote; ValueError if the text is none."""
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            values = text
        try:
            return cls.from_values(values)
        except (TypeError, OverflowError) as reason:  # as a value in a program it would be of another type
            raise ValueError(str(reason)) from reason

    @property
    def file_name(self) -> str:
        """`<task>-<16 hexadecimal digits of the whole configuration>.nc`; equal only for equal experiments."""
        return f"{self.task.name}-{hashlib.sha256(self.to_json().encode()).hexdigest()[:16]}.nc"

    def protocol(self) -> tuple[tuple[str, Knob], ...]:
        """Every knob but the seed: equal for runs that may be trained side by side."""
        return tuple((name, value) for name, value in self.knobs().items() if name != "seed")


def sort_key(experiment: Experiment, first: tuple[str, ...] = ()) -> tuple[Any, ...]:
    """Order experiments by the knobs named first, then by all others as they are written, last by the seed."""
    knobs = experiment.knobs()
    ordered = [knobs.get(name) for name in first] + [value for name, value in knobs.items() if name != "seed"]
    return (*map(_rank, ordered), experiment.seed)


def _rank(value: Knob) -> tuple[int, float, str]:
    """Numbers first, then words, then None, which stands for all there is."""
    if value is None:
        return 2, 0.0, ""
    return (0, float(value), "") if isinstance(value, int | float) else (1, 0.0, str(value))


def _exchanged(kind: str, name: str, before: Mapping[str, Any]) -> dict[str, Any]:
    part = find_part(kind, name)
    # A rate is a rate by any rule; but the width of one model is not that of another.
    kept = before if kind in ("optimizer", "schedule") else {}
    fields = {field.name: kept[field.name] for field in dataclasses.fields(part) if field.name in kept}
    return part.from_values(fields).to_values()
