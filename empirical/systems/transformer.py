"""Transformers that learn the table of a binary operation, in the protocols of T, N and P."""

from typing import Any

from empirical.experiment.experiment import Experiment
from empirical.losses.cross_entropy import CrossEntropy
from empirical.models.transformer import Transformer
from empirical.optimizers.adamw import AdamW
from empirical.outcomes.outcome import final_value, loss_descents
from empirical.schedules.steps import Steps
from empirical.systems.system import System
from empirical.tasks.binary_table import BinaryTable

__all__ = ["SYSTEM"]

_LIMIT: dict[str, Any] = {"schedule.steps": 12_000}  # of the runs that come with the package
_SHORT: dict[str, Any] = {"schedule.steps": 8000}
_WITHOUT_DECAY: dict[str, Any] = {**_SHORT, "optimizer.weight_decay": (0.0,), "seed": (0,)}

# One layer without LayerNorm, from a Gaussian start, on the whole training set.
_NANDA: dict[str, Any] = {
    "task.modulus": 113, "task.train_fraction": (0.3,),
    "model.signs": "equals", "model.layer_norm": "none", "model.final_norm": False, "model.activation": "relu",
    "model.initialization": "gaussian", "model.attention_bias": False, "model.unembedding_bias": False,
    "optimizer.beta2": 0.98, "optimizer.warm_up": 10, "schedule.batch_size": None, "schedule.replacement": False,
}  # fmt: skip

# Two layers, as in P's published code.
_POWER: dict[str, Any] = {
    "task.modulus": 97, "task.train_fraction": (0.5,),
    "model.layers": 2, "model.signs": "operator", "model.positions": "sinusoidal", "model.final_norm": False,
    "model.activation": "relu", "model.attention_bias": False, "model.unembedding_bias": False,
    "optimizer.beta2": 0.98, "optimizer.warm_up": 10, "schedule.replacement": False,
}  # fmt: skip

SYSTEM = System(
    name="transformer",
    title="Transformers on operation tables",
    about="Transformers of one layer learn the table of an operation on residues from a part of it.",
    # In the published code of T: nothing but `a b` is read, LayerNorm stands after each sum and once more before the
    # read-out, MLPs have GELU, batches are drawn with replacement, and β₂ is PyTorch's own.
    experiment=Experiment(
        task=BinaryTable(modulus=53),
        model=Transformer(signs="none", layer_norm="post", activation="gelu", unembedding_bias=True),
        loss=CrossEntropy(),
        optimizer=AdamW(weight_decay=1.0),
        schedule=Steps(steps=50_000, batch_size=512, replacement=True, stop_after=10, stop_level=0.99),
    ),
    columns={
        "modulus": "task.modulus", "train_fraction": "task.train_fraction", "weight_decay": "optimizer.weight_decay",
    },
    records=("weight_norm",),
    outcomes={"final_gen_accuracy": final_value("gen_accuracy"), "gen_loss_descents": loss_descents("gen_loss")},
    presets={
        "quick": {"task.train_fraction": (0.6, 0.7, 0.8), "seed": (0, 1)},
        # What comes with the package: most of the table to little more than is needed, and less than that.
        "train_fraction": {**_LIMIT, "task.train_fraction": (0.4, 0.5, 0.6, 0.8), "seed": (0, 1, 2, 3)},
        "train_fraction_97": {
            **_LIMIT, "task.modulus": 97, "task.train_fraction": (0.4, 0.5, 0.7), "seed": (0, 1, 2),
        },
        "few_rows": {**_LIMIT, "task.modulus": (53, 97), "task.train_fraction": (0.3,), "seed": (0, 1)},
        # A decay with which they generalize; none, and so much that the training set itself is hard to fit.
        "weight_decay": {**_LIMIT, "optimizer.weight_decay": (0.3, 1.0, 2.0), "seed": (0, 1, 2)},
        "extreme_decay": {**_LIMIT, "optimizer.weight_decay": (0.0, 3.0), "seed": (0, 1)},
        # P's operations, and multiplication; those of permutations have five times as many rows.
        "operations": {
            **_SHORT, "task.train_fraction": (0.7,), "seed": (0,),
            "task.operation": (
                "addition", "subtraction", "multiplication", "division", "x/y if y odd else x-y", "x^2+y^2",
                "x^2+xy+y^2", "x^2+xy+y^2+x", "x^3+xy", "x^3+xy^2+y",
            ),
        },
        "permutations": {
            "schedule.steps": 20_000, "task.train_fraction": (0.7,), "seed": (0,),
            "task.operation": ("s5", "s5_conjugation", "s5_sandwich"),
        },
        # One intervention each, in place of the weight decay.
        "dropout": {**_WITHOUT_DECAY, "model.dropout": (0.1,)},
        "full_batch": {**_WITHOUT_DECAY, "schedule.batch_size": (None,)},
        # The filter of F and its like, a larger learning rate, without weight decay and with it.
        "gradient_filter": {
            **_SHORT, "optimizer.filter_gain": (2.0,), "optimizer.weight_decay": (0.0, 1.0), "seed": (0, 1, 2),
        },
        "learning_rate": {
            **_SHORT, "optimizer.learning_rate": (3e-4, 3e-3), "optimizer.weight_decay": (0.0, 1.0), "seed": (0,),
        },
        # T's figure: seven seeds of each table.
        "truong": {"task.modulus": (53, 97, 127), "task.train_fraction": (0.5,), "seed": tuple(range(7))},
        "nanda": {**_NANDA, "seed": (0, 1, 2, 3)},
        "power": {**_POWER, "task.operation": ("division",), "seed": (0, 1, 2, 3)},
    },
)  # fmt: skip
