"""The linear student of finite size, trained by real gradient descent like any network."""

from typing import Any

from empirical.experiment.experiment import Experiment
from empirical.losses.squared_error import SquaredError
from empirical.models.linear import Linear
from empirical.optimizers.sgd import SGD
from empirical.schedules.epochs import Epochs
from empirical.systems.system import System
from empirical.tasks.linear_teacher import LinearTeacher

__all__ = ["SYSTEM"]

_DESCENT: dict[str, Any] = {"seed": (0, 1), "optimizer.learning_rate": 0.1, "schedule.epochs": 6000}

SYSTEM = System(
    name="linear_student",
    title="The linear student, trained",
    about="Linear regression to a random teacher by full-batch gradient descent in float64; an epoch is a step.",
    # Steps of the mean squared error: S − T ← (1 − 2ηΣ)(S − T), Σ = (1/N) Σ xxᵀ (L, section 2; M, section 3.1).
    experiment=Experiment(
        task=LinearTeacher(),
        model=Linear(),
        loss=SquaredError(epsilon=1e-6),
        optimizer=SGD(weight_decay=0.0),
        schedule=Epochs(epochs=3000, batch_size=None),
    ),
    columns={"input_size": "task.input_size"},
    # λ from 0.6 to 0.8 by the number of inputs or of samples; the initial scale.
    presets={
        "quick": {**_DESCENT, "task.input_size": (72, 80, 88, 96), "task.train_samples": 120},
        "train_samples": {**_DESCENT, "task.input_size": (90,), "task.train_samples": (112, 120, 135, 150)},
        "initial_scale": {
            **_DESCENT, "task.input_size": (90,), "task.train_samples": 120, "model.initial_scale": (0.3, 1, 3, 10),
        },
    },
)  # fmt: skip
