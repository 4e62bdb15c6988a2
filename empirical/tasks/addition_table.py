"""The table of an addition: some of its pairs are learned, all others are held out."""

from typing import ClassVar

import numpy as np

from empirical.examples import Examples, Signature
from empirical.experiment.numbers import choice, whole
from empirical.experiment.parts import add_part
from empirical.randomness import Streams
from empirical.tasks.task import Task

__all__ = ["AdditionTable"]


@add_part
class AdditionTable(Task):
    """The sums of all unordered pairs of p symbols; `train_pairs` of them, drawn at random, are the training set.

    The p(p + 1)/2 inputs are two symbols i ≤ j each. A sum is one of 2p − 1 classes, or one of p if taken modulo p.

    Parameters
    ----------
    symbols
        p ≥ 3: of fewer no two pairs have the same sum.
    train_pairs
        Size of the training set, less than all pairs.
    operation
        `"addition"`, i + j; or `"modular_addition"`, i + j mod p.

    Raises
    ------
    TypeError, ValueError
        One sentence with the rule, the value received and the way out.

    Notes
    -----
    Source: U, section 3; there p = 10, 45 of 55 pairs are learned, and the operation is addition.

    Examples
    --------
    >>> from empirical import draw_streams
    >>> train, gen = AdditionTable(symbols=4, train_pairs=7).draw(draw_streams(0))
    >>> len(train), gen.inputs.tolist(), gen.labels.tolist()
    (7, [[0, 0], [0, 1], [1, 2]], [0, 1, 3])
    """

    name: ClassVar[str] = "addition_table"

    symbols: int = whole(10, least=3)
    train_pairs: int = whole(45)
    operation: str = choice("addition", ("addition", "modular_addition"))

    def __post_init__(self) -> None:
        """Check that a pair is left to be held out."""
        super().__post_init__()
        pairs = self.symbols * (self.symbols + 1) // 2
        if self.train_pairs >= pairs:
            raise ValueError(
                f"train_pairs must be below {pairs}, the number of pairs of {self.symbols} symbols, "
                f"got {self.train_pairs}; leave at least one pair to be held out."
            )

    @property
    def modulus(self) -> int | None:
        """The modulus p of a modular addition; None for the addition of whole numbers."""
        return self.symbols if self.operation == "modular_addition" else None

    @property
    def classes(self) -> int:
        """The number of different sums."""
        return self.modulus or 2 * self.symbols - 1

    @property
    def signature(self) -> Signature:
        """Two symbols to one of the sums."""
        return Signature(inputs=(2,), outputs=self.classes, tokens=self.symbols)

    def draw(self, streams: Streams) -> tuple[Examples, Examples]:
        """The pairs that are learned and those that are held out."""
        pairs = np.stack(np.triu_indices(self.symbols), axis=1)
        sums = pairs.sum(axis=1)
        labels = sums if self.modulus is None else sums % self.modulus
        return Examples(pairs, labels).split(self.train_pairs, rng=streams.split)
