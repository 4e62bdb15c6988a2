"""The theory of solvable grokking in SymPy; every registered equation has its source and its check."""

from importlib import import_module

from theory.functions.inverse_gamma import InverseLowerGamma
from theory.functions.lower_gamma import RegularizedLowerGamma
from theory.linear.cumulative_loss import CumulativeLoss
from theory.linear.functions.marcum import MarcumQ1
from theory.linear.functions.scaled_bessel import ScaledBesselI
from theory.linear.functions.skellam_tail import SkellamTail
from theory.linear.jumps.decayed_jumps import (
    critical_weight_decay,
    decayed_jump_time,
    decayed_logarithmic_slope,
    fast_loss,
)
from theory.linear.jumps.fitted_law import (
    erf_fit,
    exponential_rise,
    generalization_rise,
    normal_equations,
    power_rise,
    training_rise,
)
from theory.linear.jumps.jump_times import decay_rate, generalization_jump_time, jump_time, training_jump_time
from theory.linear.jumps.linear_measures import (
    linear_absolute_sharpness,
    linear_relative_gap,
    linear_relative_sharpness,
    threshold_slope,
)
from theory.linear.jumps.power_laws import (
    power_law_absolute_exponent,
    power_law_gap,
    power_law_loss,
    power_law_losses,
    power_law_sharpness,
)
from theory.linear.jumps.sharpness_law import (
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
from theory.linear.late_time import (
    generalization_remainder,
    published_generalization_loss,
    published_training_loss,
    training_remainder,
)
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.spectral_average import SpectralAverage
from theory.linear.student import LinearStudent
from theory.linear.variants import (
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
from theory.registry import CheckReport, Equation, Registry
from theory.representations.critical_size import smallest_training_set, unique_probability
from theory.representations.effective_theory import EffectiveTheory
from theory.representations.full_table import (
    full_table_parallelograms,
    full_table_rate,
    full_table_rate_bound,
    modular_band_eigenvalue,
    modular_table_parallelograms,
    modular_table_rate,
)
from theory.representations.mode import Mode
from theory.representations.operation_table import OperationTable
from theory.representations.representation_learning import RepresentationLearning
from theory.representations.residual_weights import ClosingTerm
from theory.sharpness import absolute_sharpness, accuracy_curve, relative_gap, relative_sharpness
from theory.solvable.analytic_weights import ModularWeights
from theory.solvable.committee_machine import CommitteeMachine
from theory.solvable.diagonal_network import DiagonalNetwork
from theory.solvable.parity_product import ParityProduct
from theory.solvable.separability_edge import SeparabilityEdge
from theory.solvable.separable_probability import separable_probability
from theory.solvable.threshold_learner import ThresholdLearner
from theory.steps import Outcome, Step
from theory.systems import NoClosedFormError, SolvableSystem
from theory.threshold_accuracy import accuracy, accuracy_curvature, accuracy_slope, threshold_loss

equations: Registry  # loaded when first asked for

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


def __getattr__(name: str) -> Registry:
    """Load the derivations when the equations are first asked for, to keep `import theory` cheap."""
    if name == "equations":
        registry: Registry = import_module("theory.derivations").equations
        return registry
    from theory.suggestion import missing_attribute

    raise missing_attribute(__name__, name, __all__)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
