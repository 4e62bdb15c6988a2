"""Addition modulo a prime by embeddings in the plane and a decoder: the representation toy where a circle could be."""

from typing import Any

from empirical.experiment.experiment import Experiment
from empirical.losses.cross_entropy import CrossEntropy
from empirical.models.embedding_decoder import EmbeddingDecoder
from empirical.optimizers.adamw import AdamW
from empirical.optimizers.optimizer import Group
from empirical.outcomes.representation import OUTCOMES, circle_quality, fourier_share
from empirical.schedules.steps import Steps
from empirical.systems.system import System
from empirical.tasks.addition_table import AdditionTable

__all__ = ["SYSTEM"]

_SEEDS: dict[str, Any] = {"seed": (0, 1, 2)}

# Found by trial, there is no published recipe: small initial weights and slow rates, so that an order of the symbols
# emerges before the decoder has learned the table by heart. About every second seed comes to 0.9.
SYSTEM = System(
    name="representation_modular",
    title="The representation toy, modular",
    about="Embeddings of 23 symbols in the plane and a decoder learn the table of their sums modulo 23.",
    experiment=Experiment(
        task=AdditionTable(symbols=23, train_pairs=248, operation="modular_addition"),
        model=EmbeddingDecoder(dimension=2, width=128, target_dimension=0, initial_scale=0.03),
        loss=CrossEntropy(),
        optimizer=AdamW(
            weight_decay=0.0,
            groups=(
                Group(name="embedding", learning_rate=3e-4, weight_decay=0.3),
                Group(name="decoder", learning_rate=3e-4, weight_decay=1.0),
            ),
        ),
        schedule=Steps(steps=8000),
    ),
    columns={"train_pairs": "task.train_pairs"},
    records=("embedding", "rqi"),
    outcomes={**OUTCOMES, "circle_quality": circle_quality, "fourier_share": fourier_share},
    level=0.9,
    presets={
        # Three quarters to nine tenths of the table's 276 pairs, in about twenty seconds with the compiled kernel.
        "quick": {"task.train_pairs": (207, 221, 235, 248), **_SEEDS},
        # From half of the table to nearly all of it.
        "train_pairs": {"task.train_pairs": (138, 166, 193, 221, 248, 262), **_SEEDS},
        # Both rates, as in the toy of plain addition.
        "rates": {
            "optimizer.groups.embedding.learning_rate": (1e-4, 3e-4, 1e-3),
            "optimizer.groups.decoder.learning_rate": (1e-4, 3e-4, 1e-3),
            **_SEEDS,
        },
        # Does the rate of the effective theory say when a run generalizes? Many training sets of one size.
        "many": {"seed": tuple(range(50))},
    },
)
