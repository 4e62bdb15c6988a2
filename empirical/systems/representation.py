"""The representation toy of U: an addition table learned by embeddings and a decoder."""

from empirical.experiment.experiment import Experiment
from empirical.losses.target_distance import TargetDistance
from empirical.models.embedding_decoder import EmbeddingDecoder
from empirical.optimizers.adamw import AdamW
from empirical.optimizers.optimizer import Group
from empirical.schedules.steps import Steps
from empirical.systems.system import System
from empirical.tasks.addition_table import AdditionTable

__all__ = ["SYSTEM"]

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
    presets={"quick": {"task.train_pairs": (30, 40, 45, 50), "seed": (0, 1, 2)}},
)
