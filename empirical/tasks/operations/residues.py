"""Formulas evaluated for all pairs of residues; where a result does not exist there is a hole."""

import ast
import math
import operator
from collections.abc import Callable

import numpy as np

from empirical.tasks.operations.formula import parity, parse_formula, whole_number

__all__ = ["HOLE", "formula_results"]

HOLE = -1
"""In a table of results: there is none."""

_SIGNS: dict[type[ast.operator], Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip


def formula_results(text: str, modulus: int) -> np.ndarray:
    """The results of a formula for all residues x (rows) and y (columns), shape (p, p), from 0 to p − 1, or `HOLE`.

    Every intermediate result is a residue, and stands for the one of 0, …, p − 1 in comparisons, for `odd` and `even`
    and before `%`. A quotient is the product with the inverse modulo p, which y has where it has no divisor in common
    with p: for a prime p all but 0 do, for p = 96 only 32 of the 96 residues. A negative power is one of the inverse.
    A branch that is not taken makes no hole.

    Raises
    ------
    ValueError
        As `parse_formula`.

    Examples
    --------
    >>> formula_results("x/y", 5)[3].tolist()
    [-1, 3, 4, 1, 2]
    >>> formula_results("x/y if y odd else x-y", 5)[3].tolist()
    [3, 3, 1, 1, 4]
    >>> [int((formula_results("x/y", p)[0] != HOLE).sum()) for p in (97, 96)]
    [96, 32]
    """
    tree = parse_formula(text)
    residues = np.arange(modulus, dtype=np.int64)
    x, y = np.broadcast_arrays(residues[:, None], residues[None, :])
    return _Residues(modulus, x, y).of(tree)


class _Residues:
    def __init__(self, modulus: int, x: np.ndarray, y: np.ndarray) -> None:
        self._p, self._values = modulus, {"x": x, "y": y}
        units = [math.gcd(k, modulus) == 1 for k in range(modulus)]
        self._inverses = np.array([pow(k, -1, modulus) if unit else HOLE for k, unit in enumerate(units)])

    def of(self, node: ast.expr) -> np.ndarray:
        """The results of a part of the tree."""
        match node:
            case ast.Name(id=name):
                return self._values[name]
            case ast.Constant(value=int(value)):
                return np.full_like(self._values["x"], value % self._p)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._joined(np.negative, self.of(operand))
            case ast.UnaryOp(operand=operand):
                return self.of(operand)
            case ast.BinOp(left=base, op=ast.Pow(), right=power):
                return self._power(self.of(base), whole_number(power) or 0)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self._joined(np.multiply, self.of(left), self._inverse(self.of(right)))
            case ast.BinOp(left=left, op=ast.Mod(), right=right):
                divisor = min(whole_number(right) or 1, self._p)  # a residue is below p, whatever its divisor
                return self._joined(lambda value: value % divisor, self.of(left))
            case ast.BinOp(left=left, op=sign, right=right):
                return self._joined(_SIGNS[type(sign)], self.of(left), self.of(right))
            case ast.IfExp(test=ast.Compare(left=left, ops=[sign], comparators=[right]), body=body, orelse=other):
                return self._chosen(self._compared(self.of(left), sign, right), self.of(body), self.of(other))
        raise AssertionError(ast.dump(node))  # `parse_formula` lets nothing else pass

    def _joined(self, function: Callable[..., np.ndarray], *values: np.ndarray) -> np.ndarray:
        """The function's value modulo p, a hole where an argument is one."""
        hole = np.any([value == HOLE for value in values], axis=0)
        return np.where(hole, HOLE, function(*values) % self._p)

    def _inverse(self, value: np.ndarray) -> np.ndarray:
        return np.where(value == HOLE, HOLE, self._inverses[value])

    def _power(self, base: np.ndarray, power: int) -> np.ndarray:
        base = self._inverse(base) if power < 0 else base
        powers = np.array([pow(k, abs(power), self._p) for k in range(self._p)])
        return self._joined(lambda value: powers[value], base)

    def _compared(self, left: np.ndarray, sign: ast.cmpop, right: ast.expr) -> np.ndarray:
        remainder = parity(right)
        if remainder is not None:
            return self._joined(lambda value: value % 2 == remainder, left)
        return self._joined(_COMPARISONS[type(sign)], left, self.of(right))

    def _chosen(self, condition: np.ndarray, body: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.where(condition == HOLE, HOLE, np.where(condition == 1, body, other))
