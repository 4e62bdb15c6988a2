"""Transformers that learn the table of a binary operation: P, N and T."""

from typing import Any

from empirical.experiment.experiment import Experiment
from empirical.losses.cross_entropy import CrossEntropy
from empirical.models.transformer import Transformer
from empirical.optimizers.adamw import AdamW
from empirical.schedules.steps import Steps
from empirical.systems.system import System
from empirical.tasks.binary_table import BinaryTable

__all__ = ["SYSTEM"]

_TRUONG: dict[str, Any] = {
    "model.signs": "none", "model.layer_norm": "post", "model.activation": "gelu", "model.unembedding_bias": True,
    "optimizer.beta2": 0.999,
}  # fmt: skip

SYSTEM = System(
    name="transformer",
    title="Transformers on operation tables",
    about="Decoder transformers of one layer learn the table of an operation on residues from a part of it.",
    experiment=Experiment(
        task=BinaryTable(modulus=53),
        model=Transformer(),
        loss=CrossEntropy(),
        optimizer=AdamW(weight_decay=1.0, beta2=0.98),
        schedule=Steps(steps=100_000, batch_size=512, replacement=True, stop_after=4, stop_level=0.999),
    ),
    columns={"modulus": "task.modulus", "train_fraction": "task.train_fraction"},
    records=("weight_norm",),
    presets={
        "quick": {"task.train_fraction": (0.6, 0.7, 0.8), "seed": (0,)},
    },
)
