from .curves.crossing_time import CrossingTime, crossing_time
from .curves.curve_fit import CurveFit, FitStatus
from .curves.fitting import fit_curve
from .curves.measurement import measure
from .curves.shape_choice import ShapeScore, compare_shapes
from .curves.shape_free import ShapeFree, ShapeFreeStatus, shape_free
from .curves.shapes import SHAPES, Rise, Shape, add_shape, remove_shape
from .curves.sharpness import Sharpness
from .curves.sharpness_table import SharpnessTable, tabulate
from .descent.bidiagonal import bidiagonal_singular_values
from .descent.descent_sweep import descent_accuracies, descent_data, descent_problem, sweep_descent
from .descent.expected_accuracy import expected_accuracy
from .descent.gradient_descent import descend_by_spectrum, descend_in_distribution, descend_step_by_step
from .descent.jump_trust import JumpTrust, infinite_jump_times, jump_trust, mode_jump_times
from .descent.laguerre_ensemble import laguerre_bidiagonal, laguerre_spectrum
from .descent.leading_block import block_size, leading_modes, learned_modes, learned_steps
from .descent.linear_data import LinearData, LinearProblem, sample_linear_data
from .descent.replicas import Band, ReplicaCurves, descend_replicas
from .descent.sampled_modes import sample_modes
from .descent.spectral_modes import LossCurves, ModeAmplitudes, SpectralModes, spectral_modes
from .descent.wishart_moments import exact_finite_size_losses, wishart_moments
from .evaluation.values import evaluate
from .extensions import load_extension
from .known_systems import simulate, sweep, system_curves
from .linear.enclosures import (
    Enclosure,
    enclose_accuracy,
    enclose_generalization_loss,
    enclose_jump_time,
    enclose_log_generalization_loss,
    enclose_log_training_loss,
    enclose_training_loss,
)
from .linear.flow import log_decaying_part, plateau
from .linear.linear_sweep import PAPER_LAM, linear_curves, linear_times, mirror, sweep_linear
from .linear.prediction import GeneralizationPrediction, predict_generalization
from .linear.quadrature import spectral_generalization_loss, spectral_training_loss
from .linear.sharpness_law import SharpnessLaw, sharpness_law
from .losses import generalization_loss, log_generalization_loss, log_training_loss, training_loss
from .representations.circle_quality import circle_quality
from .representations.effective_accuracy import DrawnAccuracy, draw_accuracy, effective_accuracy
from .representations.effective_dynamics import accuracy_ceiling, effective_dynamics
from .representations.fourier_structure import fourier_circle, fourier_power, inverse_participation_ratio
from .representations.representation_quality import predicted_accuracy, representation_quality
from .representations.representation_sweep import sweep_representation
from .representations.training_sets.critical_pairs import CriticalPairs, covering_pairs, critical_pairs
from .representations.training_sets.grokking_rate import effective_hessian, grokking_rate
from .representations.training_sets.null_space import free_directions
from .representations.training_sets.parallelograms import parallelogram_count
from .representations.training_sets.training_pairs import all_pairs, training_pairs
from .representations.training_sets.unique_structure import UniqueStructure, unique_structure
from .run_curves import RunCurves
from .solvable.analytic_weights import AnalyticWeights, analytic_weights, modular_accuracy
from .solvable.committee_machine import CommitteeRun, follow_moments, sweep_committee, train_neurons
from .solvable.diagonal_descent import sample_sparse_teacher, train_diagonal
from .solvable.diagonal_network import sweep_diagonal
from .solvable.gaussian_separation import descend_to_separation, is_separable
from .solvable.threshold_learner import grokking_probability
from .statistics.censored_regression import CensoredRegression, fit_censored_times
from .statistics.data_efficiency import DataEfficiency, data_efficiency
from .statistics.lead import Lead, paired_lead
from .statistics.quantile import quantile_interval
from .statistics.random_effects import RandomEffects, random_effects
from .statistics.rank_correlation import RankCorrelation, rank_correlation
from .statistics.share import Share, estimate_share
from .statistics.survival import Survival, survival
from .statistics.trend.trend import Trend, fit_trend
from .statistics.within_strata import StratifiedCorrelation, rank_correlation_within
from .threshold_accuracy import accuracy, accuracy_from_log_loss, threshold_loss

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
