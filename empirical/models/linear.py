"""The linear student."""

from typing import ClassVar

import numpy as np
import torch

from empirical.annotations import Parameters
from empirical.examples import Signature
from empirical.experiment.numbers import choice
from empirical.experiment.parts import add_part
from empirical.models.model import Model

__all__ = ["Linear"]


@add_part
class Linear(Model):
    """The student x ↦ S·x without a bias; it starts Gaussian with E|S|² = α²/2 for each output (L, section 2).

    Parameters
    ----------
    initial_scale
        α. With a teacher of E|T|² = 1/2 the initial error is E|S − T|² = (1 + α²)/2.
    arithmetic
        By default `"float64"`: jumps at ε = 1e-10 are below what float32 resolves.

    Examples
    --------
    >>> start = Linear().draw_start(Signature(inputs=(90,), outputs=1), np.random.default_rng(0))
    >>> start["weight"].shape
    (1, 90)
    """

    name: ClassVar[str] = "linear"

    arithmetic: str = choice("float64", ("float32", "float64"))

    def build(self, signature: Signature) -> torch.nn.Module:
        """One layer."""
        (inputs,) = signature.inputs
        return torch.nn.Linear(inputs, signature.outputs, bias=False)

    def draw_start(self, signature: Signature, rng: np.random.Generator) -> Parameters:
        """A Gaussian student times `initial_scale`."""
        (inputs,) = signature.inputs
        student = rng.standard_normal((inputs, signature.outputs)) / np.sqrt(2 * inputs)
        return self.scaled({"weight": np.ascontiguousarray(student.T)})
