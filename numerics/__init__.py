"""Numbers: exact losses, gradient descent at finite size, curve fits, sharpness, trends, sweeps over λ."""

from typing import TYPE_CHECKING

from numerics.curves.crossing_time import CrossingTime, crossing_time
from numerics.curves.curve_fit import CurveFit, FitStatus
from numerics.curves.fitting import fit_curve
from numerics.curves.measurement import measure
from numerics.curves.shape_choice import ShapeScore, compare_shapes
from numerics.curves.shape_free import ShapeFree, ShapeFreeStatus, shape_free
from numerics.curves.shapes import SHAPES, Rise, Shape, add_shape, remove_shape
from numerics.curves.sharpness import Sharpness
from numerics.curves.sharpness_table import SharpnessTable, tabulate
from numerics.descent import student_simulation as student_simulation  # registers a simulation
from numerics.descent.bidiagonal import bidiagonal_singular_values
from numerics.descent.descent_sweep import descent_accuracies, descent_data, descent_problem, sweep_descent
from numerics.descent.expected_accuracy import expected_accuracy
from numerics.descent.gradient_descent import descend_by_spectrum, descend_in_distribution, descend_step_by_step
from numerics.descent.jump_trust import JumpTrust, infinite_jump_times, jump_trust, mode_jump_times
from numerics.descent.laguerre_ensemble import laguerre_bidiagonal, laguerre_spectrum
from numerics.descent.leading_block import block_size, leading_modes, learned_modes, learned_steps
from numerics.descent.linear_data import LinearData, LinearProblem, sample_linear_data
from numerics.descent.replicas import Band, ReplicaCurves, descend_replicas
from numerics.descent.sampled_modes import sample_modes
from numerics.descent.spectral_modes import LossCurves, ModeAmplitudes, SpectralModes, spectral_modes
from numerics.descent.wishart_moments import exact_finite_size_losses, wishart_moments
from numerics.evaluation.values import evaluate
from numerics.extensions import load_extension
from numerics.linear import student_system as student_system  # registers numbers
from numerics.linear.enclosures import (
    Enclosure,
    enclose_accuracy,
    enclose_generalization_loss,
    enclose_jump_time,
    enclose_log_generalization_loss,
    enclose_log_training_loss,
    enclose_training_loss,
)
from numerics.linear.flow import log_decaying_part, plateau
from numerics.linear.linear_sweep import PAPER_LAM, linear_curves, linear_times, mirror, sweep_linear
from numerics.linear.prediction import GeneralizationPrediction, predict_generalization
from numerics.linear.quadrature import spectral_generalization_loss, spectral_training_loss
from numerics.linear.sharpness_law import SharpnessLaw, sharpness_law
from numerics.losses import generalization_loss, log_generalization_loss, log_training_loss, training_loss
from numerics.representations import learning_system as learning_system  # registers numbers and a simulation
from numerics.representations.circle_quality import circle_quality
from numerics.representations.effective_accuracy import DrawnAccuracy, draw_accuracy, effective_accuracy
from numerics.representations.effective_dynamics import accuracy_ceiling, effective_dynamics
from numerics.representations.fourier_structure import fourier_circle, fourier_power, inverse_participation_ratio
from numerics.representations.representation_quality import predicted_accuracy, representation_quality
from numerics.representations.representation_sweep import sweep_representation
from numerics.representations.training_sets.critical_pairs import CriticalPairs, covering_pairs, critical_pairs
from numerics.representations.training_sets.grokking_rate import effective_hessian, grokking_rate
from numerics.representations.training_sets.null_space import free_directions
from numerics.representations.training_sets.parallelograms import parallelogram_count
from numerics.representations.training_sets.training_pairs import all_pairs, training_pairs
from numerics.representations.training_sets.unique_structure import UniqueStructure, unique_structure
from numerics.run_curves import RunCurves
from numerics.simulation import simulate
from numerics.solvable import parity_product as parity_product  # registers numbers and a simulation
from numerics.solvable import separability_edge as separability_edge  # registers numbers and a simulation
from numerics.solvable import threshold_learner as threshold_learner  # registers numbers and a simulation
from numerics.solvable.analytic_weights import AnalyticWeights, analytic_weights, modular_accuracy
from numerics.solvable.committee_machine import CommitteeRun, follow_moments, sweep_committee, train_neurons
from numerics.solvable.diagonal_descent import sample_sparse_teacher, train_diagonal
from numerics.solvable.diagonal_network import sweep_diagonal
from numerics.solvable.gaussian_separation import descend_to_separation, is_separable
from numerics.solvable.threshold_learner import grokking_probability
from numerics.statistics.censored_regression import CensoredRegression, fit_censored_times
from numerics.statistics.data_efficiency import DataEfficiency, data_efficiency
from numerics.statistics.lead import Lead, paired_lead
from numerics.statistics.quantile import quantile_interval
from numerics.statistics.random_effects import RandomEffects, random_effects
from numerics.statistics.rank_correlation import RankCorrelation, rank_correlation
from numerics.statistics.share import Share, estimate_share
from numerics.statistics.survival import Survival, survival
from numerics.statistics.trend.trend import Trend, fit_trend
from numerics.statistics.within_strata import StratifiedCorrelation, rank_correlation_within
from numerics.system_sweep import sweep
from numerics.systems import system_curves
from numerics.threshold_accuracy import accuracy, accuracy_from_log_loss, threshold_loss

__all__ = [
    "PAPER_LAM",
    "SHAPES",
    "AnalyticWeights",
    "Band",
    "CensoredRegression",
    "CommitteeRun",
    "CriticalPairs",
    "CrossingTime",
    "CurveFit",
    "DataEfficiency",
    "DrawnAccuracy",
    "Enclosure",
    "FitStatus",
    "GeneralizationPrediction",
    "JumpTrust",
    "Lead",
    "LinearData",
    "LinearProblem",
    "LossCurves",
    "ModeAmplitudes",
    "RandomEffects",
    "RankCorrelation",
    "ReplicaCurves",
    "Rise",
    "RunCurves",
    "Shape",
    "ShapeFree",
    "ShapeFreeStatus",
    "ShapeScore",
    "Share",
    "Sharpness",
    "SharpnessLaw",
    "SharpnessTable",
    "SpectralModes",
    "StratifiedCorrelation",
    "Survival",
    "Trend",
    "UniqueStructure",
    "accuracy",
    "accuracy_ceiling",
    "accuracy_from_log_loss",
    "add_shape",
    "all_pairs",
    "analytic_weights",
    "bidiagonal_singular_values",
    "block_size",
    "circle_quality",
    "compare_shapes",
    "covering_pairs",
    "critical_pairs",
    "crossing_time",
    "data_efficiency",
    "descend_by_spectrum",
    "descend_in_distribution",
    "descend_replicas",
    "descend_step_by_step",
    "descend_to_separation",
    "descent_accuracies",
    "descent_data",
    "descent_problem",
    "draw_accuracy",
    "effective_accuracy",
    "effective_dynamics",
    "effective_hessian",
    "enclose_accuracy",
    "enclose_generalization_loss",
    "enclose_jump_time",
    "enclose_log_generalization_loss",
    "enclose_log_training_loss",
    "enclose_training_loss",
    "estimate_share",
    "evaluate",
    "exact_finite_size_losses",
    "expected_accuracy",
    "fit_censored_times",
    "fit_curve",
    "fit_trend",
    "follow_moments",
    "fourier_circle",
    "fourier_power",
    "free_directions",
    "generalization_loss",
    "grokking_probability",
    "grokking_rate",
    "infinite_jump_times",
    "inverse_participation_ratio",
    "is_separable",
    "jump_trust",
    "laguerre_bidiagonal",
    "laguerre_spectrum",
    "leading_modes",
    "learned_modes",
    "learned_steps",
    "linear_curves",
    "linear_times",
    "load_extension",
    "log_decaying_part",
    "log_generalization_loss",
    "log_training_loss",
    "measure",
    "mirror",
    "mode_jump_times",
    "modular_accuracy",
    "paired_lead",
    "parallelogram_count",
    "plateau",
    "predict_generalization",
    "predicted_accuracy",
    "quantile_interval",
    "random_effects",
    "rank_correlation",
    "rank_correlation_within",
    "remove_shape",
    "representation_quality",
    "sample_linear_data",
    "sample_modes",
    "sample_sparse_teacher",
    "shape_free",
    "sharpness_law",
    "simulate",
    "spectral_generalization_loss",
    "spectral_modes",
    "spectral_training_loss",
    "survival",
    "sweep",
    "sweep_committee",
    "sweep_descent",
    "sweep_diagonal",
    "sweep_linear",
    "sweep_representation",
    "system_curves",
    "tabulate",
    "threshold_loss",
    "train_diagonal",
    "train_neurons",
    "training_loss",
    "training_pairs",
    "unique_structure",
    "wishart_moments",
]


if not TYPE_CHECKING:  # a type checker knows the names above, and no others

    def __getattr__(name: str) -> object:
        from theory.suggestion import missing_attribute

        raise missing_attribute(__name__, name, __all__)
