"""Modular addition with concealment: the sum of two symbols modulo p, among spurious bits."""

from typing import ClassVar

import numpy as np

from empirical.examples import Examples, Signature
from empirical.experiment.numbers import whole
from empirical.experiment.parts import add_part
from empirical.tasks.table_rows import check_rows, draw_rows
from empirical.tasks.task import SampledTask

__all__ = ["ModularAddition", "draw_modular_addition"]


@add_part
class ModularAddition(SampledTask):
    """The sum of two symbols modulo p; the other inputs are spurious bits.

    The first 2p of `input_size` inputs are two symbols a and b, one-hot; the others are fair bits that tell nothing.
    The label is a + b mod p, one of p classes. The operation is P's, the concealment that of M, section 3.2. There are
    p²·2^(n − 2p) different inputs; each is drawn at most once, so that validation examples are new.

    Parameters
    ----------
    input_size
        Number of inputs n ≥ 2·modulus.
    modulus
        p ≥ 2.
    train_samples, gen_samples, label_noise
        As in `SampledTask`.

    Raises
    ------
    TypeError, ValueError
        One sentence with the rule, the value received and the way out.

    Examples
    --------
    >>> task = ModularAddition(input_size=20, modulus=5)
    >>> task.classes, task.signature.outputs
    (5, 5)
    >>> ModularAddition(input_size=10, modulus=5, train_samples=20, gen_samples=6)
    Traceback (most recent call last):
        ...
    ValueError: train_samples + gen_samples must be at most 25, the number of different examples, got 26; lower one.
    """

    name: ClassVar[str] = "modular_addition"

    input_size: int = whole(20)
    modulus: int = whole(5, least=2)

    def __post_init__(self) -> None:
        """Check that the symbols have their inputs, and that there are enough different ones."""
        super().__post_init__()
        _check_room(self.input_size, self.modulus)
        check_rows(_rows(self.input_size, self.modulus), self.train_samples + self.gen_samples)

    @property
    def classes(self) -> int:
        """The p sums."""
        return self.modulus

    @property
    def signature(self) -> Signature:
        """Two one-hot symbols and bits to p classes."""
        return Signature(inputs=(self.input_size,), outputs=self.modulus)

    @property
    def entropy(self) -> tuple[int, ...]:
        """The number of inputs."""
        return (self.input_size,)

    def sample(self, samples: int, rng: np.random.Generator) -> Examples:
        """Pairs of symbols beside bits, no two examples alike."""
        return draw_modular_addition(samples, self.input_size, self.modulus, rng=rng)


def draw_modular_addition(samples: int, input_size: int, modulus: int, *, rng: np.random.Generator) -> Examples:
    """Pairs of symbols, one-hot, beside spurious bits, labelled with their sum modulo p; each input at most once.

    All p²·2^(input_size − 2p) inputs are equally likely. Returns inputs (samples, input_size) of 0 and 1 and labels
    (samples,) from 0 to p − 1. Raises ValueError unless input_size ≥ 2·modulus, and if there are fewer inputs.

    >>> examples = draw_modular_addition(9, 6, 3, rng=np.random.default_rng(1))  # the whole table
    >>> len(np.unique(examples.inputs, axis=0)), np.bincount(examples.labels).tolist()
    (9, [3, 3, 3])
    >>> examples.inputs[0], examples.labels[0]
    (array([0, 1, 0, 0, 1, 0], dtype=uint8), np.int64(2))
    """
    _check_room(input_size, modulus)
    spurious = input_size - 2 * modulus
    indexed = min(spurious, 40)  # bits that the number of a row covers; the others are drawn by themselves
    pairs, bits = np.divmod(draw_rows(_rows(2 * modulus + indexed, modulus), samples, rng=rng), 2**indexed)
    symbols = np.stack(np.divmod(pairs, modulus), axis=1)
    one_hot = np.eye(modulus, dtype=np.uint8)[symbols].reshape(samples, 2 * modulus)
    concealing = (bits[:, None] >> np.arange(indexed) & 1).astype(np.uint8)
    further = rng.integers(2, size=(samples, spurious - indexed), dtype=np.uint8)
    return Examples(np.concatenate([one_hot, concealing, further], axis=1), symbols.sum(axis=1) % modulus)


def _rows(input_size: int, modulus: int) -> int:
    return modulus**2 * 2 ** (input_size - 2 * modulus)


def _check_room(input_size: int, modulus: int) -> None:
    if input_size < 2 * modulus:
        raise ValueError(
            f"input_size must be at least 2 * modulus, got {input_size} < {2 * modulus}; "
            "raise input_size or lower modulus."
        )
