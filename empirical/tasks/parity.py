"""Parity with concealment: the parity of a few bits hidden among spurious ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from empirical.tasks.configuration import NetworkRun
from empirical.tasks.examples import Examples
from empirical.tasks.randomness import Streams

__all__ = ["ParityRun", "draw_parity", "parity_examples"]

_MIDDLE: dict[str, Any] = {"input_sizes": (35,), "seeds": (0, 1), "epochs": 3000}


@dataclass(frozen=True, kw_only=True)
class ParityRun(NetworkRun):
    """One run of the concealed-parity experiment: a frozen, validated value that can be a dictionary key.

    A label is the parity of the first ``parity_bits`` of ``input_size`` fair 0/1 bits; the other bits are
    spurious. A network input_size → width ReLU → 2 learns ``train_samples`` labelled inputs by stochastic
    gradient descent and is watched on ``gen_samples`` others for ``epochs`` epochs.
    The defaults are the paper's (M, section 3.2).

    Parameters
    ----------
    input_size, seed
        Number of input bits n ≥ parity_bits; the seed of all random streams, ≥ 0.
    parity_bits
        Number of bits that make the label, ≥ 1.
    width, activation, label_noise
        Of the network, as in ``NetworkRun``.
    epochs, train_samples, gen_samples, learning_rate, weight_decay, batch_size, ...
        The protocol, as in ``TrainingRun``.

    Raises
    ------
    TypeError, ValueError
        One sentence with the rule, the value received and the way out.

    Examples
    --------
    >>> run = ParityRun(input_size=25, seed=0)
    >>> run.epochs, run.width, run.optimizer
    (3000, 1000, 'sgd')
    >>> run.file_name
    'parity-n025-seed0000-6c67846e.nc'
    >>> ParityRun.from_json(run.to_json()) == run
    True
    """

    task: ClassVar[str] = "parity"
    # The paper's runs, some of them that show the trend in two minutes, and the paper's with more seeds; then the same
    # question with another knob than the number of spurious bits, at the middle of the paper's input sizes.
    presets: ClassVar[Mapping[str, dict[str, Any]]] = MappingProxyType(
        {
            "quick": {"input_sizes": (25, 30, 35, 40, 45), "seeds": (0, 1), "epochs": 3000},
            "paper": {"input_sizes": tuple(range(25, 46)), "seeds": (0, 1, 2), "epochs": 3000},
            "ten_seeds": {"input_sizes": tuple(range(25, 46)), "seeds": tuple(range(10)), "epochs": 3000},
            "weight_decay": {**_MIDDLE, "weight_decay": (0.003, 0.005, 0.01, 0.02, 0.03)},
            "initial_scale": {**_MIDDLE, "initial_scale": (0.5, 1.0, 2.0, 4.0)},
            "train_samples": {**_MIDDLE, "train_samples": (600, 750, 1000, 1500)},
            "width": {**_MIDDLE, "width": (50, 100, 200, 400, 1000)},
            "parity_bits": {**_MIDDLE, "input_sizes": (20,), "parity_bits": (2, 3, 4)},
        }
    )

    parity_bits: int = 3

    def __post_init__(self) -> None:
        """Check that the parity has its bits."""
        super().__post_init__()
        if self.input_size < self.parity_bits:
            raise ValueError(
                f"input_size must be at least parity_bits, got {self.input_size} < {self.parity_bits}; "
                "raise input_size or lower parity_bits."
            )

    @property
    def classes(self) -> int:
        """Even and odd."""
        return 2

    def draw_examples(self, streams: Streams) -> Examples:
        """Random bit strings with their parities."""
        return draw_parity(self.train_samples + self.gen_samples, self.input_size, self.parity_bits, rng=streams.data)


def draw_parity(samples: int, input_size: int, parity_bits: int, *, rng: np.random.Generator) -> Examples:
    """Random bit strings labelled with the parity of their first bits.

    Every bit is 0 or 1 with probability 1/2, independently; the label is x₁ ⊕ x₂ ⊕ … ⊕ x_k, k = parity_bits.
    The other input_size − k bits are spurious: they tell nothing about the label.

    Returns inputs (samples, input_size) and labels (samples,), all of type uint8.
    Raises ValueError unless 1 ≤ parity_bits ≤ input_size. Source: M, section 3.2.

    >>> examples = draw_parity(4, 6, 3, rng=np.random.default_rng(1))
    >>> examples.inputs
    array([[1, 1, 0, 0, 1, 1],
           [0, 1, 0, 1, 0, 1],
           [1, 1, 0, 1, 1, 0],
           [1, 0, 1, 1, 1, 0]], dtype=uint8)
    >>> examples.labels
    array([0, 1, 0, 0], dtype=uint8)
    """
    if not 1 <= parity_bits <= input_size:
        raise ValueError(
            f"parity_bits must be between 1 and input_size, got {parity_bits} of {input_size}; lower parity_bits."
        )
    inputs = rng.integers(2, size=(samples, input_size), dtype=np.uint8)
    labels = np.bitwise_xor.reduce(inputs[:, :parity_bits], axis=1)
    return Examples(inputs, labels)


def parity_examples(run: ParityRun, streams: Streams) -> tuple[Examples, Examples]:
    """The training and the validation set of one run.

    >>> from empirical.tasks.randomness import draw_streams
    >>> train, gen = parity_examples(ParityRun(input_size=25, seed=0), draw_streams(0, 25))
    >>> train.inputs.shape, gen.inputs.shape
    ((750, 25), (250, 25))
    """
    return run.examples(streams)
