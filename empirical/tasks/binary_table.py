"""The table of a binary operation: some of its rows are learned, all others are held out."""

import fractions
import functools
import math
from typing import ClassVar

import numpy as np

from empirical.examples import Examples, Signature
from empirical.experiment.numbers import real, whole
from empirical.experiment.parts import add_part
from empirical.randomness import Streams
from empirical.tasks.operations.known import find_operation, operation_results
from empirical.tasks.task import Task

__all__ = ["BinaryTable"]

_LARGEST = 4096  # the rows of a table are all held in memory


@add_part
class BinaryTable(Task):
    """The results of x ∘ y for all pairs of symbols; a share of the rows, drawn at random, is the training set.

    Inputs are two symbols each, 0, 1, …; the result is one of the classes. What has no result, as a quotient by 0, is
    no row: neither learned nor held out.

    Parameters
    ----------
    operation
        A name in `OPERATIONS`, or a formula in x and y over the residues modulo p: `"x^2+xy+y^2"`,
        `"x/y if y odd else x-y"`.
    modulus
        p, from 2 to 4096; need not be prime, but then fewer rows have a quotient: for p = 96 those with one of the 32
        residues that have no divisor in common with it. None, whatever is given, for an operation that is not one of
        residues: permutations, a table of your own.
    train_fraction
        Between 0 and 1; of n rows ⌊fraction·n⌋ are learned.
    label_noise
        Fraction in [0, 1] of the training labels that are exchanged for another class; those held out stay true.

    Raises
    ------
    TypeError, ValueError
        One sentence with the rule, the value received and the way out.

    Notes
    -----
    Source: P, section 3 and Appendix A.1; there p = 97, and the operations are `"addition"`, `"subtraction"`,
    `"division"`, `"x/y if y odd else x-y"`, `"x^2+y^2"`, `"x^2+xy+y^2"`, `"x^2+xy+y^2+x"`, `"x^3+xy"`, `"x^3+xy^2+y"`
    and, of the 120 permutations of five things, `"s5"` (x·y), `"s5_conjugation"` (x·y·x⁻¹), `"s5_sandwich"` (x·y·x).

    Examples
    --------
    >>> from empirical import draw_streams
    >>> task = BinaryTable(operation="division", modulus=5)
    >>> train, gen = task.draw(draw_streams(0))
    >>> task.rows, len(train), len(gen)
    (20, 10, 10)
    >>> bool((train.labels * train.inputs[:, 1] % 5 == train.inputs[:, 0]).all())
    True
    >>> BinaryTable(operation="s5").signature
    Signature(inputs=(2,), outputs=120, tokens=120)
    """

    name: ClassVar[str] = "binary_table"

    operation: str = "addition"
    modulus: int | None = whole(97, least=2, optional=True)
    train_fraction: float = real(0.5, above=0, below=1)
    label_noise: float = real(0.0, most=1.0)

    def __post_init__(self) -> None:
        """Check every number, that there are results, and that both sets have one."""
        super().__post_init__()
        if not find_operation(self.operation).residues:
            object.__setattr__(self, "modulus", None)
        elif self.modulus is None or self.modulus > _LARGEST:
            raise ValueError(
                f"modulus must be from 2 to {_LARGEST} for operation {self.operation!r}, got {self.modulus}; 97 is P's."
            )
        if self.rows < 2:
            raise ValueError(
                f"operation must have at least two results, one to be learned and one held out, got {self.rows} of "
                f"{self.operation!r}; choose another operation or modulus."
            )
        if not self.train_rows:
            raise ValueError(
                f"train_fraction must leave at least one of {self.rows} rows to be learned, got {self.train_fraction}; "
                "raise it."
            )

    # Made when the task is checked, and kept with it: a process to which it is sent need not know the operation.
    @functools.cached_property
    def results(self) -> np.ndarray:
        """The results for all first symbols (rows) and second ones (columns), −1 where there is none."""
        return operation_results(self.operation, self.modulus)

    @property
    def rows(self) -> int:
        """How many pairs of symbols have a result."""
        return int((self.results >= 0).sum())

    @property
    def train_rows(self) -> int:
        """How many of them are learned."""
        return math.floor(fractions.Fraction(str(self.train_fraction)) * self.rows)  # 0.57 of 100 are 57, not 56

    @property
    def classes(self) -> int:
        """The p residues, or as many as the largest result asks for."""
        return self.modulus or int(self.results.max()) + 1

    @property
    def signature(self) -> Signature:
        """Two symbols to one of the results."""
        return Signature(inputs=(2,), outputs=self.classes, tokens=max(self.results.shape))

    def draw(self, streams: Streams) -> tuple[Examples, Examples]:
        """The rows that are learned and those that are held out."""
        pairs = np.argwhere(self.results >= 0)
        train, gen = Examples(pairs, self.results[tuple(pairs.T)]).split(self.train_rows, rng=streams.split)
        if self.label_noise == 0:
            return train, gen
        return train.with_wrong_labels(self.label_noise, self.classes, rng=streams.label_noise), gen
