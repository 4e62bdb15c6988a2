from .derivations import equations
from .functions.inverse_gamma import InverseLowerGamma
from .functions.lower_gamma import RegularizedLowerGamma
from .linear.cumulative_loss import CumulativeLoss
from .linear.functions.marcum import MarcumQ1
from .linear.functions.scaled_bessel import ScaledBesselI
from .linear.functions.skellam_tail import SkellamTail
from .linear.jumps.decayed_jumps import critical_weight_decay, decayed_jump_time, decayed_logarithmic_slope, fast_loss
from .linear.jumps.fitted_law import (
    erf_fit,
    exponential_rise,
    generalization_rise,
    normal_equations,
    power_rise,
    training_rise,
)
from .linear.jumps.jump_times import decay_rate, generalization_jump_time, jump_time, training_jump_time
from .linear.jumps.linear_measures import (
    linear_absolute_sharpness,
    linear_relative_gap,
    linear_relative_sharpness,
    threshold_slope,
)
from .linear.jumps.power_laws import (
    power_law_absolute_exponent,
    power_law_gap,
    power_law_loss,
    power_law_losses,
    power_law_sharpness,
)
from .linear.jumps.sharpness_law import (
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
from .linear.late_time import (
    generalization_remainder,
    published_generalization_loss,
    published_training_loss,
    training_remainder,
)
from .linear.losses import GeneralizationLoss, TrainingLoss
from .linear.marchenko_pastur import MarchenkoPastur
from .linear.spectral_average import SpectralAverage
from .linear.student import LinearStudent
from .linear.variants import (
    Batches,
    CovarianceGeneralizationLoss,
    CovarianceTrainingLoss,
    DescentAverage,
    DescentGeneralizationLoss,
    DescentTrainingLoss,
    EdgeExcess,
    FiniteSize,
    FiniteSizeGeneralizationLoss,
    FiniteSizeTrainingLoss,
    FiniteStep,
    InitialScale,
    InputCovariance,
    LabelNoise,
    Momentum,
    Outputs,
    Published,
    Variant,
    WeightDecay,
)
from .registry import CheckReport, Equation, Registry
from .representations.critical_size import smallest_training_set, unique_probability
from .representations.effective_theory import EffectiveTheory
from .representations.full_table import (
    full_table_parallelograms,
    full_table_rate,
    full_table_rate_bound,
    modular_band_eigenvalue,
    modular_table_parallelograms,
    modular_table_rate,
)
from .representations.mode import Mode
from .representations.operation_table import OperationTable
from .representations.representation_learning import RepresentationLearning
from .representations.residual_weights import ClosingTerm
from .sharpness import absolute_sharpness, accuracy_curve, relative_gap, relative_sharpness
from .solvable.analytic_weights import ModularWeights
from .solvable.committee_machine import CommitteeMachine
from .solvable.diagonal_network import DiagonalNetwork
from .solvable.parity_product import ParityProduct
from .solvable.separability_edge import SeparabilityEdge
from .solvable.separable_probability import separable_probability
from .solvable.threshold_learner import ThresholdLearner
from .steps import Outcome, Step
from .systems import NoClosedFormError, SolvableSystem
from .threshold_accuracy import accuracy, accuracy_curvature, accuracy_slope, threshold_loss

__all__ = [
    "Batches",
    "CheckReport",
    "ClosingTerm",
    "CommitteeMachine",
    "CovarianceGeneralizationLoss",
    "CovarianceTrainingLoss",
    "CumulativeLoss",
    "DescentAverage",
    "DescentGeneralizationLoss",
    "DescentTrainingLoss",
    "DiagonalNetwork",
    "EdgeExcess",
    "EffectiveTheory",
    "Equation",
    "FiniteSize",
    "FiniteSizeGeneralizationLoss",
    "FiniteSizeTrainingLoss",
    "FiniteStep",
    "GeneralizationLoss",
    "InitialScale",
    "InputCovariance",
    "InverseLowerGamma",
    "LabelNoise",
    "LinearStudent",
    "MarchenkoPastur",
    "MarcumQ1",
    "Mode",
    "ModularWeights",
    "Momentum",
    "NoClosedFormError",
    "OperationTable",
    "Outcome",
    "Outputs",
    "ParityProduct",
    "Published",
    "Registry",
    "RegularizedLowerGamma",
    "RepresentationLearning",
    "ScaledBesselI",
    "SeparabilityEdge",
    "SkellamTail",
    "SolvableSystem",
    "SpectralAverage",
    "Step",
    "ThresholdLearner",
    "TrainingLoss",
    "Variant",
    "WeightDecay",
    "absolute_law_exponent",
    "absolute_sharpness",
    "accuracy",
    "accuracy_curvature",
    "accuracy_curve",
    "accuracy_slope",
    "critical_weight_decay",
    "decay_profile",
    "decay_rate",
    "decayed_jump_time",
    "decayed_logarithmic_slope",
    "equations",
    "erf_fit",
    "exponential_rise",
    "fast_loss",
    "full_table_parallelograms",
    "full_table_rate",
    "full_table_rate_bound",
    "generalization_jump_time",
    "generalization_remainder",
    "generalization_rise",
    "jump_time",
    "law_exponent",
    "law_gap",
    "law_relative_sharpness",
    "limiting_law",
    "linear_absolute_sharpness",
    "linear_relative_gap",
    "linear_relative_sharpness",
    "modular_band_eigenvalue",
    "modular_table_parallelograms",
    "modular_table_rate",
    "normal_equations",
    "power_law_absolute_exponent",
    "power_law_gap",
    "power_law_loss",
    "power_law_losses",
    "power_law_sharpness",
    "power_rise",
    "published_generalization_loss",
    "published_training_loss",
    "rate_ratio",
    "relative_gap",
    "relative_sharpness",
    "separable_probability",
    "slowest_decay",
    "smallest_training_set",
    "threshold_balance",
    "threshold_gen_time",
    "threshold_loss",
    "threshold_slope",
    "training_jump_time",
    "training_remainder",
    "training_rise",
    "unique_probability",
]
