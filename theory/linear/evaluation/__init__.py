"""Arbitrary-precision values of the functions of the linear student, at real times, at complex ones, or at either."""

from theory.linear.evaluation.values import (
    cumulative_loss_value,
    decaying_part_value,
    generalization_loss_value,
    marcum_q1_value,
    scaled_bessel_i_value,
    spectral_average_value,
    training_loss_value,
)

__all__ = [
    "cumulative_loss_value",
    "decaying_part_value",
    "generalization_loss_value",
    "marcum_q1_value",
    "scaled_bessel_i_value",
    "spectral_average_value",
    "training_loss_value",
]
