"""The representation toy of U: an addition table learned by embeddings and a decoder."""

from typing import Any

from empirical.experiment.experiment import Experiment
from empirical.losses.target_distance import TargetDistance
from empirical.models.embedding_decoder import EmbeddingDecoder
from empirical.optimizers.adamw import AdamW
from empirical.optimizers.optimizer import Group
from empirical.outcomes.representation import OUTCOMES
from empirical.schedules.steps import Steps
from empirical.systems.system import System
from empirical.tasks.addition_table import AdditionTable

__all__ = ["SYSTEM"]

# To within one look in a hundred, and as long as U's phase diagrams: who has not come by then is waited for in vain.
_CROSSINGS: dict[str, Any] = {"schedule.steps": 10_000, "schedule.growth": 1.01}
_FIVE: dict[str, Any] = {"seed": tuple(range(5))}

SYSTEM = System(
    name="representation",
    title="The representation toy",
    about="Embeddings of ten symbols and a decoder learn the table of their sums, in the protocol of U.",
    experiment=Experiment(
        task=AdditionTable(),
        model=EmbeddingDecoder(),
        loss=TargetDistance(),
        optimizer=AdamW(
            weight_decay=0.0,
            groups=(
                Group(name="embedding", learning_rate=1e-3, weight_decay=0.0),
                Group(name="decoder", learning_rate=1e-4, weight_decay=0.0),
            ),
        ),
        schedule=Steps(steps=5000),
    ),
    columns={"train_pairs": "task.train_pairs"},
    records=("embedding", "rqi"),
    outcomes=OUTCOMES,
    level=0.9,  # as in U
    presets={
        # From a third of the training sets that can generalize to nearly all, in ten seconds where the kernel is built.
        "quick": {"task.train_pairs": (30, 40, 45, 50), "seed": (0, 1, 2)},
        # Final accuracy against the size of the training set: U's figure.
        "train_pairs": {"task.train_pairs": (*range(5, 55, 5), 54), "seed": (0, 1, 2)},
        # A slow decoder leaves the embeddings the time to find the structure, a fast one learns by heart.
        "rates": {
            "optimizer.groups.embedding.learning_rate": (1e-4, 1e-3, 1e-2),
            "optimizer.groups.decoder.learning_rate": (1e-5, 1e-4, 1e-3),
            "seed": (0, 1, 2),
        },
        # A knob each around U's run, the two rates and the decay of its phase diagrams.
        "embedding_rate": {
            **_CROSSINGS, **_FIVE, "optimizer.groups.embedding.learning_rate": (2e-4, 5e-4, 1e-3, 2e-3, 5e-3),
        },
        "decoder_rate": {
            **_CROSSINGS, **_FIVE, "optimizer.groups.decoder.learning_rate": (3e-5, 5e-5, 1e-4, 2e-4, 5e-4),
        },
        "decoder_decay": {
            **_CROSSINGS, **_FIVE, "optimizer.groups.decoder.weight_decay": (0.0, 1.0, 2.0, 5.0, 10.0),
        },
        # U reports 1130, 1530 and 800 steps to train, to generalize and to RQI 0.95 for one seed: what is the spread?
        "published": {**_CROSSINGS, "task.train_pairs": (45,), "seed": tuple(range(100))},
        # Is the time to generalize like 1/λ₃? Training sets of all sizes at which some have a unique structure.
        "many": {**_CROSSINGS, "task.train_pairs": (25, 30, 35, 40, 45, 50), "seed": tuple(range(50))},
    },
)  # fmt: skip
