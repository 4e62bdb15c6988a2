"""Parity with concealment: the parity of a few bits hidden among spurious ones."""

from typing import ClassVar

import numpy as np

from empirical.examples import Examples, Signature
from empirical.experiment.numbers import whole
from empirical.experiment.parts import add_part
from empirical.tasks.task import SampledTask

__all__ = ["Parity", "draw_parity"]


@add_part
class Parity(SampledTask):
    """The parity of the first `parity_bits` of `input_size` fair 0/1 bits; the other bits are spurious.

    Parameters
    ----------
    input_size
        Number of input bits n ≥ parity_bits.
    parity_bits
        Number of bits that make the label, ≥ 1.
    train_samples, gen_samples, label_noise
        As in `SampledTask`. The paper's are 750 and 250 (M, section 3.2); bit strings are independent, as there.

    Raises
    ------
    TypeError, ValueError
        One sentence with the rule, the value received and the way out.

    Examples
    --------
    >>> from empirical import draw_streams
    >>> train, gen = Parity(input_size=25).draw(draw_streams(0, 25))
    >>> train.inputs.shape, gen.inputs.shape
    ((750, 25), (250, 25))
    """

    name: ClassVar[str] = "parity"

    input_size: int = whole(35)
    parity_bits: int = whole(3)

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

    @property
    def signature(self) -> Signature:
        """Bits to two classes."""
        return Signature(inputs=(self.input_size,), outputs=2)

    @property
    def entropy(self) -> tuple[int, ...]:
        """The number of inputs: no bit string is the beginning of another run's."""
        return (self.input_size,)

    def sample(self, samples: int, rng: np.random.Generator) -> Examples:
        """Random bit strings with their parities."""
        return draw_parity(samples, self.input_size, self.parity_bits, rng=rng)


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
