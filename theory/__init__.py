"""The theory of solvable grokking in SymPy; every registered equation has its source and its check."""

from theory import derivations as _derivations  # noqa: F401  registers the equations
from theory.accuracy import accuracy, accuracy_slope, threshold_loss
from theory.jump_times import decay_rate, generalization_jump_time, jump_time, training_jump_time
from theory.late_time import published_generalization_loss, published_training_loss
from theory.losses import GeneralizationLoss, TrainingLoss
from theory.marchenko_pastur import MarchenkoPastur
from theory.marcum import MarcumQ1
from theory.registry import CheckReport, Equation, equations
from theory.sharpness import absolute_sharpness, accuracy_curve, relative_gap, relative_sharpness
from theory.steps import Outcome, Step

__all__ = [
    "CheckReport",
    "Equation",
    "GeneralizationLoss",
    "MarchenkoPastur",
    "MarcumQ1",
    "Outcome",
    "Step",
    "TrainingLoss",
    "absolute_sharpness",
    "accuracy",
    "accuracy_curve",
    "accuracy_slope",
    "decay_rate",
    "equations",
    "generalization_jump_time",
    "jump_time",
    "published_generalization_loss",
    "published_training_loss",
    "relative_gap",
    "relative_sharpness",
    "threshold_loss",
    "training_jump_time",
]
