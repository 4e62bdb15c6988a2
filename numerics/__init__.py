"""Numbers: exact losses, gradient descent at finite size, curve fits, sharpness, trends, sweeps over λ."""

from numerics.accuracy import accuracy, accuracy_from_log_loss, threshold_loss
from numerics.curve_fit import CurveFit, FitStatus, fit_curve
from numerics.descent_sweep import descent_accuracies, descent_data, sweep_descent
from numerics.gradient_descent import (
    LinearData,
    LossCurves,
    SpectralModes,
    descend_by_spectrum,
    descend_step_by_step,
    sample_linear_data,
    spectral_modes,
)
from numerics.linear_sweep import PAPER_LAM, linear_curves, linear_times, mirror, sweep_linear
from numerics.losses import (
    generalization_loss,
    log_decaying_part,
    log_generalization_loss,
    log_training_loss,
    plateau,
    training_loss,
)
from numerics.quadrature import spectral_generalization_loss, spectral_training_loss
from numerics.sharpness import Sharpness, measure
from numerics.sharpness_law import SharpnessLaw, sharpness_law
from numerics.sharpness_table import SharpnessTable, Trend, fit_trend, tabulate

__all__ = [
    "PAPER_LAM",
    "CurveFit",
    "FitStatus",
    "LinearData",
    "LossCurves",
    "Sharpness",
    "SharpnessLaw",
    "SharpnessTable",
    "SpectralModes",
    "Trend",
    "accuracy",
    "accuracy_from_log_loss",
    "descend_by_spectrum",
    "descend_step_by_step",
    "descent_accuracies",
    "descent_data",
    "fit_curve",
    "fit_trend",
    "generalization_loss",
    "linear_curves",
    "linear_times",
    "log_decaying_part",
    "log_generalization_loss",
    "log_training_loss",
    "measure",
    "mirror",
    "plateau",
    "sample_linear_data",
    "sharpness_law",
    "spectral_generalization_loss",
    "spectral_modes",
    "spectral_training_loss",
    "sweep_descent",
    "sweep_linear",
    "tabulate",
    "threshold_loss",
    "training_loss",
]
