"""Small images of digits from large initial weights: O's experiment in seconds."""

from typing import Any

from empirical.experiment.experiment import Experiment
from empirical.losses.squared_error import OneHotSquaredError
from empirical.models.deep_mlp import DeepMLP
from empirical.optimizers.adamw import AdamW
from empirical.outcomes.outcome import final_value, steps_to
from empirical.schedules.steps import Steps
from empirical.systems.system import System
from empirical.tasks.images import Digits

__all__ = ["SYSTEM"]

_SEEDS: dict[str, Any] = {"seed": tuple(range(6))}

SYSTEM = System(
    name="digits",
    title="Digits from large initial weights",
    about="Deep networks whose initial weights are multiplied by α learn 200 of scikit-learn's digits of 8×8 pixels, "
    "after O's experiment with MNIST, with more weight decay, to be faster. A set counts as learned at an accuracy of "
    "0.85: with so few images new ones come to about 0.94 at best, and the ceiling of both curves is fitted.",
    experiment=Experiment(
        task=Digits(),
        model=DeepMLP(initial_scale=8.0),
        loss=OneHotSquaredError(reduction="mean"),
        optimizer=AdamW(learning_rate=3e-3, weight_decay=0.1),
        # Ends when both accuracies have been there for 40 looks: for half as long again where they came late, and until
        # the training set is fit where they came early. The smallest decay of the presets needs 1e4 steps.
        schedule=Steps(steps=50_000, growth=1.012, batch_size=200, stop_after=40, stop_level=0.85),
    ),
    columns={"initial_scale": "model.initial_scale", "weight_decay": "optimizer.weight_decay"},
    outcomes={"steps_to_fit": steps_to("train_accuracy", 0.99), "final_gen_accuracy": final_value("gen_accuracy")},
    level=0.85,
    ceiling="fit",
    presets={
        # Grokking and none.
        "quick": {"model.initial_scale": (1.0, 4.0, 8.0), "seed": (0, 1)},
        "initial_scale": {"model.initial_scale": (1.0, 2.0, 4.0, 5.0, 6.0, 7.0, 8.0), **_SEEDS},
        "weight_decay": {"optimizer.weight_decay": (0.03, 0.05, 0.1, 0.2, 0.4), **_SEEDS},
        "train_samples": {"task.train_samples": (100, 200, 400, 700), **_SEEDS},
        "learning_rate": {"optimizer.learning_rate": (0.002, 0.003, 0.006, 0.01), **_SEEDS},
    },
)
