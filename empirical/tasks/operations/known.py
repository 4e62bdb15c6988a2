"""The operations that have a name: those of P, and those that a user adds."""

import functools
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from empirical.tasks.operations.permutations import permutation_product
from empirical.tasks.operations.residues import HOLE, formula_results
from theory.suggestion import suggestion

__all__ = ["OPERATIONS", "Operation", "add_operation", "find_operation", "operation_results"]


@dataclass(frozen=True)
class Operation:
    """A binary operation.

    Attributes
    ----------
    about
        What it is, as a formula or in a few words.
    results
        From the modulus p to the results for all x (rows) and y (columns), whole numbers from 0 on, −1 where there is
        none.
    residues
        Whether it is one of residues modulo p; others take no notice of p.

    Examples
    --------
    >>> OPERATIONS["subtraction"].results(3).tolist(), OPERATIONS["s5"].residues
    ([[0, 2, 1], [1, 0, 2], [2, 1, 0]], False)
    """

    about: str
    results: Callable[[int], np.ndarray]
    residues: bool = True


def _formula(text: str) -> Operation:
    return Operation(text, functools.partial(formula_results, text))


def _s5(word: str, about: str) -> Operation:
    return Operation(f"{about} of permutations of five things", lambda _: permutation_product(word), residues=False)


_operations: dict[str, Operation] = {
    "addition": _formula("x+y"),
    "subtraction": _formula("x-y"),
    "multiplication": _formula("x*y"),
    "division": _formula("x/y"),
    "s5": _s5("xy", "x·y"),
    "s5_conjugation": _s5("xyX", "x·y·x⁻¹"),
    "s5_sandwich": _s5("xyx", "x·y·x"),
}
_PACKAGE = frozenset(_operations)

OPERATIONS: Mapping[str, Operation] = MappingProxyType(_operations)
"""The operations with a name; a formula in x and y is one without."""


def add_operation(name: str, operation: Callable[[int, int], int | None] | Iterable[Iterable[int | None]]) -> None:
    """Make an operation of your own known by its name, as `operation` of the task `binary_table`.

    Adding it again, as when its module is loaded in another process, replaces it.

    Parameters
    ----------
    name
        A word.
    operation
        A function of two residues: its results are taken modulo p, None is none. Or a table: results in rows of equal
        length, whole numbers from 0 on, −1 or None where there is none; it has a size of its own and no modulus.

    Raises
    ------
    ValueError, TypeError
        For a name that is no word, is a formula or an operation of the package; for a table that is none.

    Examples
    --------
    >>> add_operation("larger", max)
    >>> add_operation("rock_paper_scissors", [[0, 1, 0], [1, 1, 2], [0, 2, 2]])
    >>> operation_results("larger", 3).tolist(), operation_results("rock_paper_scissors", None)[0].tolist()
    ([[0, 1, 2], [1, 1, 2], [2, 2, 2]], [0, 1, 0])
    """
    if not isinstance(name, str) or not name.isidentifier() or set(name) <= {"x", "y"}:
        raise ValueError(f"An operation's name must be a word other than a product of x and y, got {name!r}.")
    if name in _PACKAGE:
        raise ValueError(f"{name!r} is an operation of the package; choose another name.")
    if callable(operation):
        _operations[name] = Operation("a function of two residues", functools.partial(_function_results, operation))
    else:
        table = _table(operation)
        _operations[name] = Operation(f"a table of {len(table)} by {table.shape[1]}", lambda _: table, residues=False)
    operation_results.cache_clear()


def find_operation(operation: str) -> Operation:
    """The operation of this name, or of this formula; ValueError if it is neither.

    >>> find_operation("division").about, find_operation("x^2+y^2").residues
    ('x/y', True)
    """
    if operation in _operations:
        return _operations[operation]
    if operation.isidentifier() and not set(operation) <= {"x", "y"}:
        raise ValueError(
            f"operation must be one of {', '.join(_operations)} or a formula in x and y, got {operation!r}; one of "
            "your own has to be added before it is used (`add_operation`, `--load`)."
            + suggestion(operation, _operations)
        )
    return _formula(operation)


@functools.lru_cache(maxsize=64)
def operation_results(operation: str, modulus: int | None) -> np.ndarray:
    """The results of an operation by its name or formula, for all x (rows) and y (columns), −1 where there is none.

    An array that is shared, and cannot be written to. Raises as `find_operation`.

    >>> operation_results("x^2-y", 3).tolist()
    [[0, 2, 1], [1, 0, 2], [1, 0, 2]]
    """
    results = np.array(find_operation(operation).results(0 if modulus is None else modulus), dtype=np.int32)
    results.flags.writeable = False
    return results


def _function_results(function: Callable[[int, int], Any], modulus: int) -> np.ndarray:
    def result(x: int, y: int) -> int:
        try:
            value = function(x, y)
        except ArithmeticError as reason:
            raise ValueError(
                f"An operation must have a result for {x} and {y} or return None, got {reason!r}."
            ) from reason
        return HOLE if value is None else _whole(value, f"The result of {x} and {y}") % modulus

    return np.array([[result(x, y) for y in range(modulus)] for x in range(modulus)])


def _table(rows: Iterable[Iterable[Any]]) -> np.ndarray:
    try:
        values = [[HOLE if value is None else _whole(value, "A result") for value in row] for row in rows]
    except TypeError as reason:
        if "whole number" in str(reason):
            raise
        raise TypeError("An operation must be a function of two residues or a table, rows of results.") from None
    lengths = {len(row) for row in values}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError(f"The rows of a table must have one length, got {sorted(lengths) or 'none'}.")
    table = np.array(values)
    if table.min() < HOLE or not 0 <= table.max() < table.size:
        raise ValueError(
            f"The results of a table must be numbered from 0 on, −1 for none, got {table.min()} to {table.max()} in "
            f"{table.size} cells; give the different results the numbers 0, 1, 2, ..."
        )
    return table


def _whole(value: Any, what: str) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{what} must be a whole number or None, got {value!r}; number the results.") from None
