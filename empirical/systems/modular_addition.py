"""Concealed modular addition: the operation of P, hidden among spurious bits as in M."""

from typing import Any

from empirical.experiment.experiment import Experiment
from empirical.losses.cross_entropy import CrossEntropy
from empirical.models.two_layer import TwoLayer
from empirical.optimizers.sgd import SGD
from empirical.schedules.epochs import Epochs
from empirical.systems.system import System
from empirical.tasks.modular_addition import ModularAddition

__all__ = ["SYSTEM"]

_SMALL: dict[str, Any] = {
    "seed": (0, 1),
    "model.width": 200,
    "optimizer.learning_rate": 0.1,
    "task.train_samples": 500,
    "schedule.epochs": 600,
}

SYSTEM = System(
    name="modular_addition",
    title="Concealed modular addition",
    about="Two-layer networks that learn the sum of two symbols modulo p among spurious bits.",
    experiment=Experiment(
        task=ModularAddition(), model=TwoLayer(), loss=CrossEntropy(), optimizer=SGD(), schedule=Epochs(epochs=3000)
    ),
    columns={"input_size": "task.input_size"},
    # A knob each: spurious inputs, the modulus, weight decay. AdamW is the optimizer of P.
    presets={
        "quick": {**_SMALL, "task.input_size": (15, 20, 25, 30, 35, 40, 45), "optimizer.weight_decay": 3e-3},
        "modulus": {
            **_SMALL, "task.input_size": (40,), "task.modulus": (3, 5, 7, 11), "task.train_samples": 750,
            "optimizer.weight_decay": 1e-3, "schedule.epochs": 1500,
        },
        "adamw": {
            **_SMALL, "task.input_size": (20, 30, 40, 50), "optimizer": "adamw", "optimizer.learning_rate": 1e-3,
            "optimizer.weight_decay": (0.1, 1.0), "schedule.epochs": 1000,
        },
    },
)  # fmt: skip
