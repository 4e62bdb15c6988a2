"""Concealed parity: the experiment of M, section 3.2."""

from typing import Any

from empirical.experiment.experiment import Experiment
from empirical.losses.cross_entropy import CrossEntropy
from empirical.models.two_layer import TwoLayer
from empirical.optimizers.sgd import SGD
from empirical.schedules.epochs import Epochs
from empirical.systems.system import System
from empirical.tasks.parity import Parity

__all__ = ["SYSTEM"]

_MIDDLE: dict[str, Any] = {"task.input_size": (35,), "seed": (0, 1, 2)}

SYSTEM = System(
    name="parity",
    title="Parity networks",
    about="Two-layer networks that learn the parity of a few bits among spurious ones, in the protocol of M.",
    experiment=Experiment(
        task=Parity(), model=TwoLayer(), loss=CrossEntropy(), optimizer=SGD(), schedule=Epochs(epochs=3000)
    ),
    columns={"input_size": "task.input_size"},
    # The paper's runs, some of them that show the trend in two minutes, and the paper's with more seeds; then the same
    # question with another knob than the number of spurious bits, at the middle of the paper's input sizes.
    presets={
        "quick": {"task.input_size": (25, 30, 35, 40, 45), "seed": (0, 1)},
        "paper": {"task.input_size": tuple(range(25, 46)), "seed": (0, 1, 2)},
        "ten_seeds": {"task.input_size": tuple(range(25, 46)), "seed": tuple(range(10))},
        "weight_decay": {**_MIDDLE, "optimizer.weight_decay": (0.003, 0.005, 0.01, 0.02, 0.03)},
        "learning_rate": {**_MIDDLE, "optimizer.learning_rate": (0.005, 0.01, 0.02, 0.03, 0.05)},
        "initial_scale": {**_MIDDLE, "model.initial_scale": (0.5, 1.0, 1.5, 2.0, 4.0)},
        "train_samples": {**_MIDDLE, "task.train_samples": (600, 750, 1000, 1500)},
        "width": {**_MIDDLE, "model.width": (50, 100, 200, 400, 1000)},
        "parity_bits": {**_MIDDLE, "task.input_size": (20,), "task.parity_bits": (2, 3, 4)},
    },
)
