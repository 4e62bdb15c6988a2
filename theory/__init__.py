"""The theory of solvable grokking in SymPy; every registered equation has its source and its check."""

from theory.accuracy import accuracy, accuracy_slope, threshold_loss
from theory.covariance import InputCovariance, effective_lam
from theory.finite_size import (
    finite_size_generalization_loss,
    finite_size_training_loss,
    late_relative_correction,
    size_needed,
)
from theory.finite_step import descent_generalization_loss, descent_training_loss, flow_distance
from theory.initial_scale import effective_epsilon, initial_error, scale_delay, scale_sensitivity
from theory.jump_times import decay_rate, generalization_jump_time, jump_time, training_jump_time
from theory.label_noise import (
    cumulative_loss,
    label_noise_clean_training_loss,
    label_noise_generalization_loss,
    label_noise_plateaus,
    label_noise_training_loss,
    stopping_balance,
)
from theory.late_time import (
    generalization_remainder,
    published_generalization_loss,
    published_training_loss,
    training_remainder,
)
from theory.linear_measures import (
    linear_absolute_sharpness,
    linear_relative_gap,
    linear_relative_sharpness,
    threshold_slope,
)
from theory.losses import GeneralizationLoss, TrainingLoss
from theory.marchenko_pastur import MarchenkoPastur
from theory.marcum import MarcumQ1
from theory.outputs import (
    InverseLowerGamma,
    outputs_accuracy,
    outputs_accuracy_slope,
    outputs_generalization_loss,
    outputs_threshold_loss,
    outputs_training_loss,
)
from theory.registry import CheckReport, Equation, equations
from theory.sharpness import absolute_sharpness, accuracy_curve, relative_gap, relative_sharpness
from theory.sharpness_law import (
    absolute_law_exponent,
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
from theory.weight_decay import (
    printed_plateaus,
    small_decay_plateaus,
    weight_decay_generalization_loss,
    weight_decay_generalization_plateau,
    weight_decay_training_loss,
    weight_decay_training_plateau,
)

__all__ = [
    "CheckReport",
    "Equation",
    "GeneralizationLoss",
    "InputCovariance",
    "InverseLowerGamma",
    "MarchenkoPastur",
    "MarcumQ1",
    "Outcome",
    "Step",
    "TrainingLoss",
    "absolute_law_exponent",
    "absolute_sharpness",
    "accuracy",
    "accuracy_curve",
    "accuracy_slope",
    "cumulative_loss",
    "decay_profile",
    "decay_rate",
    "descent_generalization_loss",
    "descent_training_loss",
    "effective_epsilon",
    "effective_lam",
    "equations",
    "finite_size_generalization_loss",
    "finite_size_training_loss",
    "flow_distance",
    "generalization_jump_time",
    "generalization_remainder",
    "initial_error",
    "jump_time",
    "label_noise_clean_training_loss",
    "label_noise_generalization_loss",
    "label_noise_plateaus",
    "label_noise_training_loss",
    "late_relative_correction",
    "law_exponent",
    "law_gap",
    "law_relative_sharpness",
    "limiting_law",
    "linear_absolute_sharpness",
    "linear_relative_gap",
    "linear_relative_sharpness",
    "outputs_accuracy",
    "outputs_accuracy_slope",
    "outputs_generalization_loss",
    "outputs_threshold_loss",
    "outputs_training_loss",
    "printed_plateaus",
    "published_generalization_loss",
    "published_training_loss",
    "rate_ratio",
    "relative_gap",
    "relative_sharpness",
    "scale_delay",
    "scale_sensitivity",
    "size_needed",
    "slowest_decay",
    "small_decay_plateaus",
    "stopping_balance",
    "threshold_balance",
    "threshold_gen_time",
    "threshold_loss",
    "threshold_slope",
    "training_jump_time",
    "training_remainder",
    "weight_decay_generalization_loss",
    "weight_decay_generalization_plateau",
    "weight_decay_training_loss",
    "weight_decay_training_plateau",
]
