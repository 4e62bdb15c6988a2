"""The matrix of all parallelograms, M = AᵀA, and what follows from it exactly: null space, eigenvalues, projections."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sympy import QQ, ZZ, CRootOf, Expr, Integer, Poly, Rational, Symbol
from sympy.polys.matrices import DomainMatrix

from theory.representations.annotations import IntegerMatrix
from theory.representations.operation_table import OperationTable

__all__ = ["Eigenvalue", "eigenvalues", "null_basis", "parallelogram_matrix", "projection"]

_x = Symbol("x")


@dataclass(frozen=True)
class Eigenvalue:
    """An eigenvalue of an integer matrix: the root number `index` of an irreducible factor of its polynomial."""

    factor: tuple[int, ...]
    index: int
    multiplicity: int

    @property
    def value(self) -> Expr:
        """The number: rational or with square roots where it is, else a root of a polynomial."""
        return CRootOf(Poly(list(self.factor), _x), self.index, radicals=len(self.factor) < 4)


@cache
def parallelogram_matrix(table: OperationTable, pairs: tuple[tuple[int, int], ...]) -> IntegerMatrix:
    """M = Σ_results [n Σ_q v_q v_qᵀ − w wᵀ], v_q = e_i + e_j, w = Σ_q v_q, n pairs with this result.

    That is AᵀA for the matrix A with a row e_i + e_j − e_m − e_n a parallelogram, without its many rows.

    >>> parallelogram_matrix(OperationTable.addition(3), OperationTable.addition(3).pairs)
    ((1, -2, 1), (-2, 4, -2), (1, -2, 1))
    """
    size = table.symbols
    rows = [[0] * size for _ in range(size)]
    for group in table.by_result(pairs).values():
        total = [0] * size
        for pair in group:
            for k in pair:
                total[k] += 1
                for m in pair:
                    rows[k][m] += len(group)
        present = [k for k in range(size) if total[k]]
        for k in present:
            for m in present:
                rows[k][m] -= total[k] * total[m]
    return tuple(map(tuple, rows))


@cache
def null_basis(matrix: IntegerMatrix) -> tuple[tuple[Rational, ...], ...]:
    """Basis of the null space in echelon form: of a line, what E_0 and what E_1 puts in.

    >>> null_basis(((1, -2, 1), (-2, 4, -2), (1, -2, 1)))
    ((1, 0, -1), (0, 1, 2))
    """
    found = _domain(matrix).convert_to(QQ).nullspace()
    return tuple(map(tuple, found.rref()[0].to_Matrix().tolist())) if found.shape[0] else ()


@cache
def eigenvalues(matrix: IntegerMatrix) -> tuple[Eigenvalue, ...]:
    """The different eigenvalues of a symmetric integer matrix, from the smallest.

    >>> [(found.value, found.multiplicity) for found in eigenvalues(((1, -2, 1), (-2, 4, -2), (1, -2, 1)))]
    [(0, 2), (6, 1)]
    """
    found = [
        Eigenvalue(factor, index, multiplicity)
        for factor, multiplicity in _factors(matrix)
        for index in range(len(factor) - 1)
    ]
    return tuple(sorted(found, key=lambda one: one.value.evalf(_DIGITS)))


def projection(matrix: IntegerMatrix, vector: Sequence[Expr], at: Eigenvalue) -> tuple[Expr, ...]:
    """What the vector has in the eigenspace: polynomials in the eigenvalue with rational coefficients.

    With f the factor of the eigenvalue α and g the product of the other factors, g(M) leaves what belongs to f, and
    f(M)/(M − α) what belongs to α; both multiply by a number, g(α) and f′(α), that is divided out modulo f.

    >>> from sympy import Integer
    >>> matrix = ((1, -2, 1), (-2, 4, -2), (1, -2, 1))
    >>> projection(matrix, [Integer(1), Integer(0), Integer(0)], eigenvalues(matrix)[1])
    (1/6, -1/3, 1/6)
    """
    f = Poly(list(at.factor), _x, domain=QQ)
    others, left = Poly(1, _x, domain=QQ), tuple(vector)
    for factor, _ in _factors(matrix):
        if factor != at.factor:
            others *= Poly(list(factor), _x, domain=QQ)
            left = _horner(matrix, factor, left)
    scale = (others * f.diff(_x)).rem(f).invert(f) if f.degree() > 1 else 1 / (others * f.diff(_x)).rem(f).as_expr()
    scale = Poly(scale, _x, domain=QQ)
    # f(x)/(x − α) = Σ_j q_j(α) x^j by Horner, from the highest power.
    value, coefficient, quotients = at.value, Poly(0, _x, domain=QQ), []
    for known in at.factor[:-1]:
        coefficient = coefficient * Poly(_x, _x, domain=QQ) + Poly(known, _x, domain=QQ)
        quotients.append((coefficient * scale).rem(f).as_expr().subs(_x, value))
    entries = [Integer(0)] * len(left)
    for quotient in reversed(quotients):
        entries = [entry + quotient * part for entry, part in zip(entries, left, strict=True)]
        left = _times(matrix, left)
    return tuple(entries)


_DIGITS = 30
"""Digits by which eigenvalues are put in order; different ones are roots of different factors or of one."""


@cache
def _factors(matrix: IntegerMatrix) -> tuple[tuple[tuple[int, ...], int], ...]:
    """The irreducible factors of the characteristic polynomial with their multiplicities."""
    return tuple((tuple(map(int, factor)), power) for factor, power in _domain(matrix).charpoly_factor_list())


def _domain(matrix: IntegerMatrix) -> DomainMatrix:
    return DomainMatrix([[ZZ(entry) for entry in row] for row in matrix], (len(matrix), len(matrix)), ZZ)


def _horner(matrix: IntegerMatrix, polynomial: Sequence[int], vector: Sequence[Expr]) -> tuple[Expr, ...]:
    found = tuple(polynomial[0] * part for part in vector)
    for coefficient in polynomial[1:]:
        found = tuple(a + coefficient * b for a, b in zip(_times(matrix, found), vector, strict=True))
    return found


def _times(matrix: IntegerMatrix, vector: Sequence[Expr]) -> tuple[Expr, ...]:
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True) if a) for row in matrix)
