"""Modular addition with concealment: the sum of two symbols modulo p, among spurious bits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from empirical.tasks.configuration import NetworkRun
from empirical.tasks.examples import Examples
from empirical.tasks.randomness import Streams

__all__ = ["ModularAdditionRun", "draw_modular_addition"]

_SMALL: dict[str, Any] = {"width": 200, "learning_rate": 0.1, "train_samples": 500, "epochs": 600}


@dataclass(frozen=True, kw_only=True)
class ModularAdditionRun(NetworkRun):
    """One run on concealed modular addition, with the network and the protocol of concealed parity.

    The first 2p of ``input_size`` inputs are two symbols a and b, one-hot; the others are spurious fair bits. The
    label is a + b mod p, one of p classes. The operation is P's, the concealment that of M, section 3.2.

    Parameters
    ----------
    input_size, seed
        Number of inputs n ≥ 2·modulus; the seed of all random streams, ≥ 0.
    modulus
        p ≥ 2.
    width, activation, label_noise, epochs, ...
        As in ``ParityRun``.

    Raises
    ------
    TypeError, ValueError
        One sentence with the rule, the value received and the way out.

    Examples
    --------
    >>> run = ModularAdditionRun(input_size=20, seed=0, modulus=5)
    >>> run.classes, run.chance
    (5, 0.2)
    >>> ModularAdditionRun.from_json(run.to_json()) == run
    True
    """

    task: ClassVar[str] = "modular_addition"
    # A knob each: spurious inputs, the modulus, weight decay. AdamW is the optimizer of P.
    presets: ClassVar[Mapping[str, dict[str, Any]]] = MappingProxyType(
        {
            "quick": {"input_sizes": (15, 20, 25, 30, 35, 40, 45), "seeds": (0, 1), "weight_decay": 3e-3, **_SMALL},
            "modulus": {"input_sizes": (40,), "seeds": (0, 1), "modulus": (3, 5, 7, 11), **_SMALL}
            | {"train_samples": 750, "weight_decay": 1e-3, "epochs": 1500},
            "adamw": {"input_sizes": (20, 30, 40, 50), "seeds": (0, 1), **_SMALL}
            | {"optimizer": "adamw", "learning_rate": 1e-3, "weight_decay": (0.1, 1.0), "epochs": 1000},
        }
    )

    modulus: int = 5

    def __post_init__(self) -> None:
        """Check that the symbols have their inputs."""
        super().__post_init__()
        if self.modulus < 2:
            raise ValueError(f"modulus must be at least 2, got {self.modulus}; with 1 every sum is 0.")
        if self.input_size < 2 * self.modulus:
            raise ValueError(
                f"input_size must be at least 2 * modulus, got {self.input_size} < {2 * self.modulus}; "
                "raise input_size or lower modulus."
            )

    @property
    def classes(self) -> int:
        """The p sums."""
        return self.modulus

    def draw_examples(self, streams: Streams) -> Examples:
        """Pairs of random symbols beside random bits."""
        return draw_modular_addition(
            self.train_samples + self.gen_samples, self.input_size, self.modulus, rng=streams.data
        )


def draw_modular_addition(samples: int, input_size: int, modulus: int, *, rng: np.random.Generator) -> Examples:
    """Random pairs of symbols, one-hot, beside spurious bits, labelled with their sum modulo p.

    Symbols and bits are uniform and independent. Returns inputs (samples, input_size) of 0 and 1 and labels
    (samples,) from 0 to p − 1. Raises ValueError unless input_size ≥ 2·modulus.

    >>> examples = draw_modular_addition(2, 8, 3, rng=np.random.default_rng(1))
    >>> examples.inputs
    array([[0, 1, 0, 0, 1, 0, 1, 0],
           [0, 0, 1, 0, 0, 1, 1, 0]], dtype=uint8)
    >>> examples.labels  # 1 + 1 and 2 + 2 mod 3
    array([2, 1])
    """
    if input_size < 2 * modulus:
        raise ValueError(f"input_size must be at least 2 * modulus, got {input_size} < {2 * modulus}; raise it.")
    symbols = rng.integers(modulus, size=(samples, 2))
    one_hot = np.eye(modulus, dtype=np.uint8)[symbols].reshape(samples, 2 * modulus)
    spurious = rng.integers(2, size=(samples, input_size - 2 * modulus), dtype=np.uint8)
    return Examples(np.concatenate([one_hot, spurious], axis=1), symbols.sum(axis=1) % modulus)
