"""The derivations behind the registered equations, one registry a chapter, joined in reading order."""

from theory.derivations import (
    averages,
    batches,
    chain_rule,
    corrections,
    covariance,
    generalization,
    jump,
    late,
    law,
    linear_measures,
    loss,
    marcum,
    measures,
    momentum,
    noise,
    series,
    source_errors,
    spectrum,
    student,
    sympy_faults,
    variants,
    weight_decay,
)
from theory.derivations.representations import (
    addition_tables,
    closing,
    effective_dynamics,
    group_tables,
    odd_table,
    representation_errors,
    slowest_mode,
    training_sets,
)
from theory.registry import Registry

__all__ = ["equations"]

_CHAPTERS = (
    measures,
    spectrum,
    loss,
    marcum,
    generalization,
    averages,
    late,
    series,
    chain_rule,
    jump,
    law,
    linear_measures,
    student,
    corrections,
    variants,
    weight_decay,
    noise,
    covariance,
    batches,
    momentum,
    effective_dynamics,
    addition_tables,
    slowest_mode,
    odd_table,
    group_tables,
    training_sets,
    closing,
    source_errors,
    representation_errors,
    sympy_faults,
)

equations = Registry(*(chapter.equations for chapter in _CHAPTERS))
"""All registered equations by name."""
