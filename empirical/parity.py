"""Parity with concealment: the parity of a few bits hidden among spurious ones."""

from __future__ import annotations

import numpy as np

from empirical.configuration import ParityRun
from empirical.examples import Examples
from empirical.randomness import Streams


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

    >>> from empirical.randomness import draw_streams
    >>> train, gen = parity_examples(ParityRun(input_size=25, seed=0), draw_streams(0, 25))
    >>> train.inputs.shape, gen.inputs.shape
    ((750, 25), (250, 25))
    """
    samples = run.train_samples + run.gen_samples
    examples = draw_parity(samples, run.input_size, run.parity_bits, rng=streams.data)
    return examples.split(run.train_samples, rng=streams.split)
