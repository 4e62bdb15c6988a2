"""The derivations behind the registered equations, one registry a chapter, joined in reading order."""

from theory.derivations import (
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
    noise,
    series,
    source_errors,
    spectrum,
    student,
    variants,
    weight_decay,
)
from theory.registry import Registry

__all__ = ["equations"]

_CHAPTERS = (
    measures,
    spectrum,
    loss,
    marcum,
    generalization,
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
    source_errors,
)

equations = Registry(*(chapter.equations for chapter in _CHAPTERS))
"""All registered equations by name."""
