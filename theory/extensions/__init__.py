"""What changes when the linear model is made less ideal."""

from theory.extensions.covariance import InputCovariance, effective_lam
from theory.extensions.finite_size import (
    finite_size_generalization_loss,
    finite_size_training_loss,
    late_relative_correction,
    size_needed,
)
from theory.extensions.finite_step import descent_generalization_loss, descent_training_loss, flow_distance
from theory.extensions.initial_scale import effective_epsilon, initial_error, scale_delay, scale_sensitivity
from theory.extensions.label_noise import (
    cumulative_loss,
    label_noise_clean_training_loss,
    label_noise_generalization_loss,
    label_noise_plateaus,
    label_noise_training_loss,
    stopping_balance,
)
from theory.extensions.outputs import (
    InverseLowerGamma,
    outputs_accuracy,
    outputs_accuracy_slope,
    outputs_generalization_loss,
    outputs_threshold_loss,
    outputs_training_loss,
)
from theory.extensions.weight_decay import (
    printed_plateaus,
    small_decay_plateaus,
    weight_decay_generalization_loss,
    weight_decay_generalization_plateau,
    weight_decay_training_loss,
    weight_decay_training_plateau,
)

__all__ = [
    "InputCovariance",
    "InverseLowerGamma",
    "cumulative_loss",
    "descent_generalization_loss",
    "descent_training_loss",
    "effective_epsilon",
    "effective_lam",
    "finite_size_generalization_loss",
    "finite_size_training_loss",
    "flow_distance",
    "initial_error",
    "label_noise_clean_training_loss",
    "label_noise_generalization_loss",
    "label_noise_plateaus",
    "label_noise_training_loss",
    "late_relative_correction",
    "outputs_accuracy",
    "outputs_accuracy_slope",
    "outputs_generalization_loss",
    "outputs_threshold_loss",
    "outputs_training_loss",
    "printed_plateaus",
    "scale_delay",
    "scale_sensitivity",
    "size_needed",
    "small_decay_plateaus",
    "stopping_balance",
    "weight_decay_generalization_loss",
    "weight_decay_generalization_plateau",
    "weight_decay_training_loss",
    "weight_decay_training_plateau",
]
