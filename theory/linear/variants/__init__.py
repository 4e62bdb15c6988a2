"""What changes when the linear student is made less ideal: one variant a file."""

from theory.linear.variants.batches import Batches
from theory.linear.variants.covariance import CovarianceGeneralizationLoss, CovarianceTrainingLoss, InputCovariance
from theory.linear.variants.descent_losses import DescentAverage, DescentGeneralizationLoss, DescentTrainingLoss
from theory.linear.variants.edge_excess import EdgeExcess
from theory.linear.variants.finite_size import FiniteSize, FiniteSizeGeneralizationLoss, FiniteSizeTrainingLoss
from theory.linear.variants.finite_step import FiniteStep
from theory.linear.variants.initial_scale import InitialScale
from theory.linear.variants.label_noise import LabelNoise
from theory.linear.variants.momentum import Momentum
from theory.linear.variants.outputs import Outputs
from theory.linear.variants.published import Published
from theory.linear.variants.variant import Variant
from theory.linear.variants.weight_decay import WeightDecay

__all__ = [
    "Batches",
    "CovarianceGeneralizationLoss",
    "CovarianceTrainingLoss",
    "DescentAverage",
    "DescentGeneralizationLoss",
    "DescentTrainingLoss",
    "EdgeExcess",
    "FiniteSize",
    "FiniteSizeGeneralizationLoss",
    "FiniteSizeTrainingLoss",
    "FiniteStep",
    "InitialScale",
    "InputCovariance",
    "LabelNoise",
    "Momentum",
    "Outputs",
    "Published",
    "Variant",
    "WeightDecay",
]
