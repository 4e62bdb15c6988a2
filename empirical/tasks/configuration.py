"""What one training run is: every number of its protocol, checked, and the name that follows from them."""

from __future__ import annotations

import abc
import dataclasses
import hashlib
import json
import math
import operator
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, Self

from empirical.engines.activations import ACTIVATIONS
from empirical.engines.losses import CrossEntropy, Loss
from empirical.engines.weights import LinearWeights, Weights, draw_weights
from empirical.tasks.examples import Examples
from empirical.tasks.randomness import Streams

__all__ = ["OPTIMIZERS", "Configuration", "NetworkRun", "TrainingRun", "added", "check_choice"]

OPTIMIZERS = ("sgd", "adamw")


class Configuration(Protocol):
    """What the store of runs asks of a configuration, whatever the task: a file name and its content."""

    @property
    def file_name(self) -> str:
        """The run's file name; two configurations have the same name only if they are equal."""
        ...

    def to_json(self) -> str:
        """The whole configuration as one line of JSON with sorted keys."""
        ...


def added(default: Any) -> Any:
    """A field that is left out of the JSON at its default, so that runs from before it keep their names."""
    return dataclasses.field(default=default, metadata={"added": True})


@dataclass(frozen=True)
class TrainingRun(abc.ABC):
    """The protocol of one run, without what belongs to a task: a frozen, validated value that orders and hashes.

    A task is a subclass: it adds its own numbers and says how to draw examples and initial weights, which loss is
    trained, and how often a guess is right. The engines and the records ask for no more.

    Parameters
    ----------
    input_size, seed
        Number n of inputs; the seed of all random streams, ≥ 0.
    epochs, train_samples, gen_samples
        Whole numbers of at least 1.
    learning_rate
        Step η > 0 of the descent, per step.
    weight_decay
        γ ≥ 0: g + γ·w with ``"sgd"``, decoupled with ``"adamw"``, as in PyTorch; η·γ must stay below 1.
    batch_size
        Samples a step; None is the whole training set.
    initial_scale
        Factor α > 0 on all initial weights (O; 1 leaves them as they are).
    optimizer
        ``"sgd"`` or ``"adamw"``; ``beta1``, ``beta2`` and ``adam_epsilon`` belong to the latter.
    stop_after, stop_level
        End the run once both accuracies of the protocol have been at or above ``stop_level`` in ``stop_after``
        successive epochs, 4 or more; with 0 all ``epochs`` are done. Up to the stop the curves are the full run's.

    Raises
    ------
    TypeError, ValueError
        One sentence with the rule, the value received and the way out.
    """

    # The task's name; keywords of ``sweep_task`` by the name of a preset, one of them "quick"; the arithmetic's type.
    task: ClassVar[str]
    presets: ClassVar[Mapping[str, dict[str, Any]]] = MappingProxyType({})
    arithmetic: ClassVar[str] = "float32"

    input_size: int
    seed: int
    _: KW_ONLY
    epochs: int = 3000
    train_samples: int = 750
    gen_samples: int = 250
    learning_rate: float = 1e-2
    weight_decay: float = 1e-2
    batch_size: int | None = 32
    initial_scale: float = added(1.0)
    optimizer: str = added("sgd")
    beta1: float = added(0.9)
    beta2: float = added(0.999)
    adam_epsilon: float = added(1e-8)
    stop_after: int = added(0)
    stop_level: float = added(0.99)

    def __post_init__(self) -> None:
        """Check every value, and make numpy's numbers Python's, so that equal runs have equal names."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            # A task's module may have its annotations as text or as types.
            if field.type in ("int", int) or (field.type in ("int | None", int | None) and value is not None):
                smallest = 0 if field.name in ("seed", "stop_after") else 1
                object.__setattr__(self, field.name, _whole_number(field.name, value, smallest))
            elif field.type in ("float", float):
                object.__setattr__(self, field.name, _real_number(field.name, value, field.default))
        for name in ("learning_rate", "initial_scale"):
            if getattr(self, name) == 0:
                raise ValueError(f"{name} must be positive, got 0.0; the default is {_DEFAULTS[name]}.")
        if self.learning_rate * self.weight_decay >= 1:
            raise ValueError(
                f"learning_rate * weight_decay must be below 1, "
                f"got {self.learning_rate} * {self.weight_decay}; lower one of them."
            )
        check_choice("optimizer", self.optimizer, OPTIMIZERS)
        for name in ("beta1", "beta2"):
            if getattr(self, name) >= 1:
                raise ValueError(
                    f"{name} must be below 1, got {getattr(self, name)}; the default is {_DEFAULTS[name]}."
                )
        if self.optimizer != "adamw":
            for name in ("beta1", "beta2", "adam_epsilon"):
                if getattr(self, name) != _DEFAULTS[name]:
                    raise ValueError(
                        f"{name} belongs to optimizer 'adamw', got {getattr(self, name)} for {self.optimizer!r}; "
                        "leave it out or take 'adamw'."
                    )
        if 0 < self.stop_after < 4:
            raise ValueError(
                f"stop_after must be 0 or at least 4, got {self.stop_after}; a curve with fewer points can't be fitted."
            )
        if not self.stop_level <= 1:
            raise ValueError(f"stop_level must be at most 1, got {self.stop_level}; it is an accuracy.")
        if self.stop_level != _DEFAULTS["stop_level"] and not self.stop_after:
            raise ValueError(f"stop_level needs stop_after, got {self.stop_level} alone; say after how many epochs.")

    @property
    @abc.abstractmethod
    def loss(self) -> Loss:
        """What is trained, and what counts as right."""

    @property
    @abc.abstractmethod
    def chance(self) -> float:
        """The accuracy of guessing: the floor of the curves."""

    @abc.abstractmethod
    def draw_examples(self, streams: Streams) -> Examples:
        """``train_samples + gen_samples`` examples, by the stream of the data."""

    @abc.abstractmethod
    def draw_start(self, streams: Streams) -> Weights | LinearWeights:
        """The initial weights, by their own stream."""

    def examples(self, streams: Streams) -> tuple[Examples, Examples]:
        """The training and the validation set."""
        return self.draw_examples(streams).split(self.train_samples, rng=streams.split)

    def to_json(self) -> str:
        """The configuration as one line of JSON with sorted keys, the task's name among them."""
        values = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if not (field.metadata.get("added") and getattr(self, field.name) == field.default)
        }
        return json.dumps({"task": self.task, **values}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The run that ``to_json`` wrote; ValueError if the text is of another task or not of this form."""
        values = json.loads(text)
        fields = dataclasses.fields(cls)
        needed = {field.name for field in fields if not field.metadata.get("added")}
        if (
            not isinstance(values, dict)
            or values.pop("task", None) != cls.task
            or not needed <= set(values) <= {field.name for field in fields}
        ):
            raise ValueError(f"This is not the configuration of a {cls.task} run: {text[:200]}")
        return cls(**values)

    @property
    def file_name(self) -> str:
        """``<task>-n<input size>-seed<seed>-<8 hexadecimal digits of the whole configuration>.nc``."""
        digest = hashlib.sha256(self.to_json().encode()).hexdigest()[:8]
        return f"{self.task}-n{self.input_size:03d}-seed{self.seed:04d}-{digest}.nc"

    def protocol(self) -> dict[str, Any]:
        """Every value but the seed, by name; equal for runs that may be trained together.

        >>> from empirical import ParityRun
        >>> one, other = ParityRun(25, 0), ParityRun(25, 1)
        >>> one == other, one.protocol() == other.protocol(), one.protocol()["optimizer"]
        (False, True, 'sgd')
        """
        values = dataclasses.asdict(self)
        del values["seed"]
        return {"task": self.task, **values}

    def __lt__(self, other: TrainingRun) -> bool:
        """Order by task, input size, the rest of the protocol, and last the seed."""
        return self._order() < other._order()

    def _order(self) -> tuple[Any, ...]:
        # None, the whole training set, comes after every number.
        return (*((value is None, value or 0) for value in self.protocol().values()), self.seed)


_DEFAULTS: Mapping[str, Any] = {field.name: field.default for field in dataclasses.fields(TrainingRun)}


@dataclass(frozen=True, kw_only=True)
class NetworkRun(TrainingRun):
    """A run of a two-layer network input_size → width → classes that is trained on the cross-entropy.

    Parameters
    ----------
    width
        Number of hidden units, ≥ 1.
    activation
        ``"relu"``, ``"tanh"`` or ``"gelu"``.
    label_noise
        Fraction in [0, 1] of the training labels that are exchanged for another class; validation labels stay true.
    """

    width: int = 1000
    activation: str = added("relu")
    label_noise: float = added(0.0)

    def __post_init__(self) -> None:
        """Check what the network adds."""
        super().__post_init__()
        check_choice("activation", self.activation, tuple(ACTIVATIONS))
        if self.label_noise > 1:
            raise ValueError(f"label_noise must be at most 1, got {self.label_noise}; it is a fraction of the labels.")

    @property
    @abc.abstractmethod
    def classes(self) -> int:
        """Number of classes."""

    @property
    def loss(self) -> Loss:
        """The cross-entropy."""
        return CrossEntropy()

    @property
    def chance(self) -> float:
        """One over the number of classes.

        >>> from empirical import ModularAdditionRun
        >>> ModularAdditionRun(20, 0, modulus=4).chance
        0.25
        """
        return 1 / self.classes

    def draw_start(self, streams: Streams) -> Weights:
        """Xavier-uniform weights times ``initial_scale``."""
        weights = draw_weights(self.input_size, self.width, outputs=self.classes, rng=streams.weights)
        return weights.scaled(self.initial_scale)

    def examples(self, streams: Streams) -> tuple[Examples, Examples]:
        """The training set, with its wrong labels, and the validation set."""
        train, gen = super().examples(streams)
        return train.with_wrong_labels(self.label_noise, self.classes, rng=streams.label_noise), gen


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Raise ValueError with a sentence unless ``value`` is one of ``choices``."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}; got {value!r}; use one of these names.")


def _whole_number(name: str, value: object, smallest: int) -> int:
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, got {value!r}; write it as an integer.")
    if number < smallest:
        raise ValueError(f"{name} must be at least {smallest}, got {number}; choose a larger value.")
    return number


def _real_number(name: str, value: object, default: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, got {value!r}; write it as a float.") from None
    if not math.isfinite(number) or number < 0:
        raise ValueError(f"{name} must be finite and not negative, got {number}; the default is {default}.")
    return number
