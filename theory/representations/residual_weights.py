"""How the variance of a parallelogram's residual is made of the modes of the dynamics."""

from dataclasses import dataclass
from functools import cache

import mpmath
from sympy import Expr, Integer, sympify

from theory.numbers import to_float
from theory.representations.annotations import IntegerMatrix, Parallelogram
from theory.representations.parallelogram_matrix import Eigenvalue, eigenvalues, projection

__all__ = ["ClosingTerm", "eigenvalue_numbers", "residual_weights"]

_DIGITS = 30
_WORKING = 50
"""Digits of rates and weights where they are irrational, and those with which they are calculated."""


@dataclass(frozen=True)
class ClosingTerm:
    """Parallelograms that close with the same probability at any time.

    Attributes
    ----------
    share
        What they count for in the accuracy.
    weights
        Of their residual's variance over σ² at t = 0, the part of each of the system's `rates`.

    Examples
    --------
    >>> from theory import OperationTable, RepresentationLearning
    >>> table = OperationTable.addition(4)
    >>> RepresentationLearning(table, [pair for pair in table.pairs if pair != (0, 3)]).generalization_terms
    (ClosingTerm(share=1, weights=(0, 4, 0)),)
    """

    share: Expr
    weights: tuple[Expr, ...]


def residual_weights(matrix: IntegerMatrix, parallelogram: Parallelogram) -> tuple[Expr, ...]:
    """Squared lengths of e_i + e_j − e_m − e_n in the eigenspaces of AᵀA, 0 first, whether it is an eigenvalue or not.

    >>> from theory import OperationTable
    >>> from theory.representations.parallelogram_matrix import parallelogram_matrix
    >>> table = OperationTable.addition(4)
    >>> residual_weights(parallelogram_matrix(table, table.pairs), (0, 3, 1, 2))
    (0, 4, 0)
    """
    i, j, m, n = parallelogram
    signed = ((i, 1), (j, 1), (m, -1), (n, -1))
    with mpmath.workdps(_WORKING):
        return tuple(
            _rounded(sum(a * b * projector[k][q] for k, a in signed for q, b in signed))
            for _, projector in _projectors(matrix)
        )


def eigenvalue_numbers(matrix: IntegerMatrix) -> tuple[Expr, ...]:
    """The different eigenvalues of AᵀA in the order of the weights: exact where rational, else to 30 digits.

    >>> from theory import OperationTable
    >>> from theory.representations.parallelogram_matrix import parallelogram_matrix
    >>> table = OperationTable.addition(4)
    >>> eigenvalue_numbers(parallelogram_matrix(table, table.pairs))
    (0, 6, 10)
    """
    return tuple(
        found.value if found.value.is_Rational else found.value.evalf(_DIGITS) for found, _ in _projectors(matrix)
    )


def _rounded(weight: Expr | mpmath.mpf) -> Expr:
    if isinstance(weight, mpmath.mpf):
        if abs(weight) < mpmath.mpf(10) ** -_DIGITS:
            return Integer(0)
        with mpmath.workdps(_DIGITS):
            return to_float(weight, mpmath.mp.prec)
    return sympify(weight)


@cache
def _projectors(matrix: IntegerMatrix) -> tuple[tuple[Eigenvalue, tuple[tuple[Expr | mpmath.mpf, ...], ...]], ...]:
    """The different eigenvalues with the rows of the projector on their spaces, 0 first, whether it is one or not."""
    size, found = len(matrix), eigenvalues(matrix)
    with mpmath.workdps(_WORKING):
        vectors = mpmath.eigsy(mpmath.matrix([list(row) for row in matrix]))[1]
        projectors, first = [], 0
        for one in found:
            if len(one.factor) == 2:
                units = ([Integer(k == m) for m in range(size)] for k in range(size))
                rows = tuple(projection(matrix, unit, one) for unit in units)
            else:
                columns = range(first, first + one.multiplicity)
                rows = tuple(
                    tuple(mpmath.fsum(vectors[k, c] * vectors[m, c] for c in columns) for m in range(size))
                    for k in range(size)
                )
            projectors.append((one, rows))
            first += one.multiplicity
    return tuple(projectors)
