"""MNIST from large initial weights: the experiment of O."""

from typing import Any

from empirical.experiment.experiment import Experiment
from empirical.losses.squared_error import OneHotSquaredError
from empirical.models.deep_mlp import DeepMLP
from empirical.optimizers.adamw import AdamW
from empirical.outcomes.outcome import final_value, steps_to
from empirical.schedules.steps import Steps
from empirical.systems.system import System
from empirical.tasks.images import Mnist

__all__ = ["SYSTEM"]

_SEEDS: dict[str, Any] = {"seed": (0, 1, 2)}

SYSTEM = System(
    name="mnist",
    title="MNIST from large initial weights",
    about="Deep networks whose initial weights are multiplied by α learn 1000 images of MNIST, in the protocol of O. A "
    "set counts as learned at an accuracy of 0.8: with so few images new ones come to about 0.9 at best, and the "
    "ceiling of both curves is fitted.",
    experiment=Experiment(
        task=Mnist(),
        model=DeepMLP(initial_scale=8.0),
        loss=OneHotSquaredError(reduction="mean"),
        optimizer=AdamW(learning_rate=1e-3, weight_decay=0.01),
        # O's 1e5 steps. A run ends when both accuracies have been there for 100 looks: for four fifths as long again
        # where they came late, and until the training set is fit where they came early.
        schedule=Steps(steps=100_000, growth=1.006, batch_size=200, stop_after=100, stop_level=0.8),
    ),
    columns={"initial_scale": "model.initial_scale", "weight_decay": "optimizer.weight_decay"},
    outcomes={"steps_to_fit": steps_to("train_accuracy", 0.99), "final_gen_accuracy": final_value("gen_accuracy")},
    level=0.8,
    ceiling="fit",
    presets={
        "quick": {"model.initial_scale": (1.0, 8.0), "optimizer.weight_decay": (0.3,), "seed": (0, 1)},
        # O's run, in its arithmetic.
        "omnigrok": {"model.arithmetic": "float64", "schedule.stop_after": 0, "seed": tuple(range(5))},
        "initial_scale": {
            "model.initial_scale": (1.0, 2.0, 4.0, 6.0, 8.0), "optimizer.weight_decay": (0.1,), **_SEEDS,
        },
        "weight_decay": {"optimizer.weight_decay": (0.05, 0.1, 0.2, 0.3), **_SEEDS},
    },
)  # fmt: skip
