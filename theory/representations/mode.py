"""An eigenspace of the effective theory's dynamics, with exact vectors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Abs, Expr, Integer, Matrix, Rational

from theory.representations.annotations import IntegerMatrix
from theory.representations.parallelogram_matrix import Eigenvalue, projection

__all__ = ["Mode"]

_DIGITS = 30


@dataclass(frozen=True)
class Mode:
    """One eigenspace of the dynamics.

    Attributes
    ----------
    rate
        Rate at which it decays, an eigenvalue of H.
    multiplicity
        Its dimension.

    Examples
    --------
    >>> from theory import EffectiveTheory, OperationTable
    >>> slowest = EffectiveTheory(OperationTable.addition(6)).modes[1]
    >>> slowest.rate, slowest.multiplicity, slowest.vectors
    (4/13, 1, ((1, -1/2, -1/2, -1/2, -1/2, 1),))
    """

    rate: Expr
    multiplicity: int
    _matrix: IntegerMatrix
    _eigenvalue: Eigenvalue

    def __repr__(self) -> str:
        return f"Mode(rate={self.rate}, multiplicity={self.multiplicity})"

    @property
    def vectors(self) -> tuple[tuple[Any, ...], ...]:
        """A basis of the eigenspace, exact: polynomials in the eigenvalue with rational coefficients."""
        return _vectors(self._matrix, self._eigenvalue)


@cache
def _vectors(matrix: IntegerMatrix, at: Eigenvalue) -> tuple[tuple[Any, ...], ...]:
    size = len(matrix)
    columns = [projection(matrix, [Integer(k == m) for m in range(size)], at) for k in range(size)]
    if at.multiplicity == 1:
        found = next(column for column in columns if any(entry != 0 for entry in column))
        return (_leading_one(found),) if len(at.factor) == 2 else (found,)
    if len(at.factor) == 2:
        return tuple(map(tuple, Matrix(columns).rref()[0].tolist()[: at.multiplicity]))
    return tuple(_independent(columns, at.multiplicity))


def _leading_one(vector: Iterable[Expr]) -> tuple[Expr, ...]:
    entries = tuple(vector)
    first = next(entry for entry in entries if entry != 0)
    return tuple(entry / first for entry in entries)


def _independent(columns: Sequence[tuple[Expr, ...]], count: int) -> list[tuple[Expr, ...]]:
    """The first `count` columns that are linearly independent, to 30 digits."""
    kept: list[tuple[Expr, ...]] = []
    numbers: list[list[Expr]] = []
    for column in columns:
        trial = [*numbers, [entry.evalf(_DIGITS) for entry in column]]
        if Abs((Matrix(trial) * Matrix(trial).T).det()) > Rational(1, 10**15):
            kept.append(column)
            numbers = trial
        if len(kept) == count:
            break
    return kept
