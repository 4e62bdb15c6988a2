"""What one training run is: every number of its protocol, checked, and the name that follows from them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import operator
from dataclasses import dataclass
from typing import Protocol

_SMALLEST = {
    "input_size": 1,
    "seed": 0,
    "epochs": 1,
    "parity_bits": 1,
    "train_samples": 1,
    "gen_samples": 1,
    "width": 1,
    "batch_size": 1,
}


class Configuration(Protocol):
    """What the store of runs asks of a configuration, whatever the task: a file name and its content."""

    @property
    def file_name(self) -> str:
        """The run's file name; two configurations have the same name only if they are equal."""
        ...

    def to_json(self) -> str:
        """The whole configuration as one line of JSON with sorted keys."""
        ...


@dataclass(frozen=True, order=True)
class ParityRun:
    """One run of the concealed-parity experiment: a frozen, validated value that can be a dictionary key.

    A label is the parity of the first ``parity_bits`` of ``input_size`` fair 0/1 bits; the other bits are
    spurious. A network input_size → width ReLU → 2 learns ``train_samples`` labelled inputs by stochastic
    gradient descent and is watched on ``gen_samples`` others for ``epochs`` epochs.
    The defaults are the paper's (M, section 3.2).

    Parameters
    ----------
    input_size, seed
        Number of input bits n ≥ parity_bits; the seed of all random streams, ≥ 0.
    epochs, parity_bits, train_samples, gen_samples, width, batch_size
        Whole numbers of at least 1.
    learning_rate
        Step η > 0 of the descent, per step.
    weight_decay
        γ ≥ 0 in g + γ·w, PyTorch's convention; η·γ must stay below 1.

    Raises
    ------
    TypeError, ValueError
        One sentence with the rule, the value received and the way out.

    Examples
    --------
    >>> run = ParityRun(input_size=25, seed=0)
    >>> run.epochs, run.width
    (3000, 1000)
    >>> run.file_name
    'parity-n025-seed0000-6c67846e.nc'
    >>> ParityRun.from_json(run.to_json()) == run
    True
    """

    input_size: int
    seed: int
    epochs: int = 3000
    parity_bits: int = 3
    train_samples: int = 750
    gen_samples: int = 250
    width: int = 1000
    learning_rate: float = 1e-2
    weight_decay: float = 1e-2
    batch_size: int = 32

    def __post_init__(self) -> None:
        """Check every value, and make numpy's numbers Python's, so that equal runs have equal names."""
        for name, smallest in _SMALLEST.items():
            object.__setattr__(self, name, _whole_number(name, getattr(self, name), smallest))
        for name in ("learning_rate", "weight_decay"):
            object.__setattr__(self, name, _real_number(name, getattr(self, name)))
        if self.learning_rate == 0:
            raise ValueError("learning_rate must be positive, got 0.0; the paper's is 0.01.")
        if self.learning_rate * self.weight_decay >= 1:
            raise ValueError(
                f"learning_rate * weight_decay must be below 1, "
                f"got {self.learning_rate} * {self.weight_decay}; lower one of them."
            )
        if self.input_size < self.parity_bits:
            raise ValueError(
                f"input_size must be at least parity_bits, got {self.input_size} < {self.parity_bits}; "
                "raise input_size or lower parity_bits."
            )

    def to_json(self) -> str:
        """The configuration as one line of JSON with sorted keys, the task's name among them."""
        return json.dumps({"task": "parity", **dataclasses.asdict(self)}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> ParityRun:
        """The run that ``to_json`` wrote; ValueError if the text is of another task or not of this form."""
        values = json.loads(text)
        names = {field.name for field in dataclasses.fields(cls)}
        if not isinstance(values, dict) or values.pop("task", None) != "parity" or set(values) != names:
            raise ValueError(f"This is not the configuration of a parity run: {text[:200]}")
        return cls(**values)

    @property
    def file_name(self) -> str:
        """``parity-n<input size>-seed<seed>-<8 hexadecimal digits of the whole configuration>.nc``."""
        digest = hashlib.sha256(self.to_json().encode()).hexdigest()[:8]
        return f"parity-n{self.input_size:03d}-seed{self.seed:04d}-{digest}.nc"


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


def _real_number(name: str, value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, got {value!r}; write it as a float.") from None
    if not math.isfinite(number) or number < 0:
        raise ValueError(f"{name} must be finite and not negative, got {number}; the paper's is 0.01.")
    return number
