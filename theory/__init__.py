"""The theory of solvable grokking in SymPy; every registered equation has its source and its check."""

from theory.accuracy import accuracy, accuracy_slope, threshold_loss
from theory.finite_size import (
    finite_size_generalization_loss,
    finite_size_training_loss,
    late_relative_correction,
    size_needed,
)
from theory.finite_step import descent_generalization_loss, descent_training_loss, flow_distance
from theory.jump_times import decay_rate, generalization_jump_time, jump_time, training_jump_time
from theory.late_time import published_generalization_loss, published_training_loss
from theory.losses import GeneralizationLoss, TrainingLoss
from theory.marchenko_pastur import MarchenkoPastur
from theory.marcum import MarcumQ1
from theory.registry import CheckReport, Equation, equations
from theory.sharpness import absolute_sharpness, accuracy_curve, relative_gap, relative_sharpness
from theory.sharpness_law import (
    decay_profile,
    law_exponent,
    law_gap,
    law_relative_sharpness,
    limiting_law,
    rate_ratio,
    slowest_decay,
    threshold_balance,
    threshold_gen_time,
)
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
    "decay_profile",
    "decay_rate",
    "descent_generalization_loss",
    "descent_training_loss",
    "equations",
    "finite_size_generalization_loss",
    "finite_size_training_loss",
    "flow_distance",
    "generalization_jump_time",
    "jump_time",
    "late_relative_correction",
    "law_exponent",
    "law_gap",
    "law_relative_sharpness",
    "limiting_law",
    "published_generalization_loss",
    "published_training_loss",
    "rate_ratio",
    "relative_gap",
    "relative_sharpness",
    "size_needed",
    "slowest_decay",
    "threshold_balance",
    "threshold_gen_time",
    "threshold_loss",
    "training_jump_time",
]
