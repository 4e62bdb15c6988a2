"""Tables of binary operations learned by quadratic networks, in the protocol of D."""

from typing import Any

from empirical.experiment.experiment import Experiment
from empirical.losses.squared_error import OneHotSquaredError
from empirical.models.quadratic_mlp import QuadraticMLP
from empirical.optimizers.adamw import AdamW
from empirical.outcomes.outcome import final_value, loss_descents
from empirical.schedules.steps import Steps
from empirical.systems.system import System
from empirical.tasks.binary_table import BinaryTable

__all__ = ["SYSTEM"]

_SMALL: dict[str, Any] = {"task.modulus": 31, "model.width": 256, "optimizer.weight_decay": 5.0}
_SMALLER: dict[str, Any] = {"task.modulus": 23, "model.width": 100}
_THREE: dict[str, Any] = {**_SMALL, "seed": (0, 1, 2)}
_TEN: dict[str, Any] = {"seed": tuple(range(10))}

SYSTEM = System(
    name="quadratic_mlp",
    title="Quadratic networks on tables",
    about="Two-layer networks with quadratic units and no bias learn the table of a binary operation, modular addition "
    "by default, by squared errors to one-hot results, in the protocol of D.",
    experiment=Experiment(
        task=BinaryTable(),
        model=QuadraticMLP(),
        loss=OneHotSquaredError(reduction="mean"),
        optimizer=AdamW(learning_rate=0.01, weight_decay=5.0, beta2=0.98),
        # A jump within the first steps can only be fitted where each of them is seen.
        schedule=Steps(steps=10_000, dense=200, growth=1.01, stop_after=25, stop_level=0.99),
    ),
    columns={"train_fraction": "task.train_fraction"},
    records=("weight_norm",),
    outcomes={"final_gen_accuracy": final_value("gen_accuracy"), "gen_loss_descents": loss_descents("gen_loss")},
    presets={
        # A share of the table each, in a quarter of a minute.
        "quick": {**_SMALL, "task.train_fraction": (0.4, 0.5, 0.6, 0.7, 0.8), "seed": (0, 1, 2)},
        # D: 20 steps to train, 50 to generalize.
        "published": _TEN,
        # The same network as it is usually initialized, under a small decay: 30 and 1900 steps.
        "standard": {**_SMALLER, "model.initialization": "standard", "optimizer.weight_decay": 0.5, **_TEN},
        # K: plain gradient descent and nothing that regularizes: 2110 and 2750 steps.
        "unregularized": {
            **_SMALLER, "task.train_fraction": 0.9, "model.initialization": "mean_field", "optimizer": "sgd",
            "optimizer.learning_rate": 1000.0, "optimizer.weight_decay": 0.0, **_TEN,
        },
        # From a share at which nothing generalizes to nearly all of the table.
        "train_fraction": {
            **_SMALL, "task.train_fraction": (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9),
            "seed": tuple(range(8)),
        },
        # From none to so much that the training set itself is hard to fit.
        "weight_decay": {
            **_SMALL, "optimizer.weight_decay": (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0),
            "seed": tuple(range(8)),
        },
        # What else may be turned at that size, half of the table being learned.
        "learning_rate": {**_THREE, "optimizer.learning_rate": (0.001, 0.002, 0.005, 0.01, 0.02, 0.05)},
        "width": {**_THREE, "model.width": (64, 128, 256, 512, 1024)},
        "initial_scale": {**_THREE, "model.initial_scale": (0.5, 1.0, 1.5, 2.0, 3.0)},
        "modulus": {**_THREE, "task.modulus": (19, 23, 31, 43, 59)},
        # P's operations on residues, with its modulus.
        "operations": {
            "task.operation": (
                "addition", "subtraction", "division", "x/y if y odd else x-y", "x^2+y^2", "x^2+xy+y^2",
                "x^2+xy+y^2+x", "x^3+xy", "x^3+xy^2+y",
            ),
            "schedule.steps": 3000,
        },
    },
)  # fmt: skip
