"""The linear student of finite size, trained by real gradient descent like any network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from empirical.engines.losses import Loss, SquaredError
from empirical.engines.weights import LinearWeights
from empirical.tasks.configuration import TrainingRun
from empirical.tasks.examples import Examples
from empirical.tasks.randomness import Streams

__all__ = ["LinearStudentRun", "draw_linear_teacher"]

_DESCENT: dict[str, Any] = {"seeds": (0, 1), "learning_rate": 0.1, "epochs": 6000}


@dataclass(frozen=True, kw_only=True)
class LinearStudentRun(TrainingRun):
    """One run of the linear student–teacher model: d Gaussian inputs, N samples, no bias, one output.

    Targets are T·x of a random teacher. The student S descends the mean of (S·x − T·x)² over the training set, by
    default all of it in each step (an epoch is then a step): S − T ← (1 − 2ηΣ)(S − T) with Σ = (1/N) Σ xxᵀ. An
    answer is right where its squared error is below ``epsilon``. S and T start Gaussian with E|S|² = α²/2,
    α = ``initial_scale``, and E|T|² = 1/2, so that E|S − T|² = 1 for α = 1. Arithmetic is float64.

    Parameters
    ----------
    input_size, seed
        d ≥ 1; the seed of all random streams, ≥ 0.
    train_samples
        N; λ = d/N must be at most 1 for the student to generalize.
    epsilon
        Threshold ε > 0.
    epochs, learning_rate, weight_decay, batch_size, ...
        The protocol, as in ``TrainingRun``.

    Raises
    ------
    TypeError, ValueError
        One sentence with the rule, the value received and the way out.

    Notes
    -----
    Sources: L, section 2; M, section 3.1.

    Examples
    --------
    >>> run = LinearStudentRun(input_size=90, seed=0, train_samples=100)
    >>> run.batch_size is None, run.chance
    (True, 0.0)
    """

    task: ClassVar[str] = "linear_student"
    arithmetic: ClassVar[str] = "float64"
    # λ from 0.6 to 0.8 by the number of inputs or of samples; the initial scale.
    presets: ClassVar[Mapping[str, dict[str, Any]]] = MappingProxyType(
        {
            "quick": {"input_sizes": (72, 80, 88, 96), "train_samples": 120, **_DESCENT},
            "train_samples": {"input_sizes": (90,), "train_samples": (112, 120, 135, 150), **_DESCENT},
            "initial_scale": {"input_sizes": (90,), "train_samples": 120, "initial_scale": (0.3, 1, 3, 10), **_DESCENT},
        }
    )

    batch_size: int | None = None
    weight_decay: float = 0.0
    epsilon: float = 1e-6

    def __post_init__(self) -> None:
        """Check the threshold."""
        super().__post_init__()
        if self.epsilon == 0:
            raise ValueError("epsilon must be positive, got 0.0; the paper's is 1e-10.")

    @property
    def loss(self) -> Loss:
        """The squared error with its threshold."""
        return SquaredError(self.epsilon)

    @property
    def chance(self) -> float:
        """Nothing is right by chance."""
        return 0.0

    def draw_examples(self, streams: Streams) -> Examples:
        """Gaussian inputs with a random teacher's targets."""
        return draw_linear_teacher(self.train_samples + self.gen_samples, self.input_size, rng=streams.data)

    def draw_start(self, streams: Streams) -> LinearWeights:
        """A Gaussian student times ``initial_scale``."""
        student = streams.weights.standard_normal((self.input_size, 1)) / np.sqrt(2 * self.input_size)
        return LinearWeights(student).scaled(self.initial_scale)


def draw_linear_teacher(samples: int, input_size: int, *, rng: np.random.Generator) -> Examples:
    """Inputs x ~ N(0, I_d) with the values T·x of one teacher T ~ N(0, I_d/(2d)).

    Returns inputs (samples, d) and values (samples, 1).

    >>> examples = draw_linear_teacher(6, 4, rng=np.random.default_rng(0))
    >>> teacher, residual, *_ = np.linalg.lstsq(examples.inputs, examples.labels)
    >>> teacher.shape, bool(residual.max() < 1e-25)
    ((4, 1), True)
    """
    teacher = rng.standard_normal((input_size, 1)) / np.sqrt(2 * input_size)
    inputs = rng.standard_normal((samples, input_size))
    return Examples(inputs, inputs @ teacher)
