"""Activation functions with their derivatives written out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch

__all__ = ["ACTIVATIONS", "Activation"]

# What maps preactivations z to φ(z) and φ'(z).
Activation = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


def _relu(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """max(z, 0); the derivative at 0 is 0, as in PyTorch."""
    return z.relu(), (z > 0).to(z.dtype)


def _tanh(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    value = z.tanh()
    return value, 1 - value * value


def _gelu(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """z·Φ(z) with the normal distribution function Φ itself, not one of its approximations."""
    below = 0.5 * torch.erfc(-z / math.sqrt(2))
    density = torch.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    return z * below, below + z * density


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType({"relu": _relu, "tanh": _tanh, "gelu": _gelu})
