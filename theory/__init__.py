"""The theory of solvable grokking in SymPy: every formula a SymPy object, every equation with its source and check."""

from theory.losses import GeneralizationLoss, TrainingLoss
from theory.marchenko_pastur import MarchenkoPastur
from theory.marcum import MarcumQ1

__all__ = [
    "GeneralizationLoss",
    "MarchenkoPastur",
    "MarcumQ1",
    "TrainingLoss",
]
