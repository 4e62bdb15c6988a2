"""The derivations behind the registered equations, one registry a chapter, joined in reading order."""

from theory.derivations import (
    chain_rule,
    corrections,
    covariance,
    jump,
    late,
    law,
    loss,
    measures,
    noise,
    source_errors,
    spectrum,
    sympy_faults,
    variants,
)
from theory.registry import Registry

__all__ = ["equations"]

_CHAPTERS = (
    measures,
    spectrum,
    loss,
    late,
    chain_rule,
    jump,
    law,
    corrections,
    variants,
    noise,
    covariance,
    source_errors,
    sympy_faults,
)

equations = Registry(*(chapter.equations for chapter in _CHAPTERS))
"""All registered equations by name."""
