"""The table of a binary operation on p symbols, its pairs and its parallelograms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from operator import index
from typing import Self

from theory.representations.annotations import Pair, Parallelogram

__all__ = ["OperationTable"]


@dataclass(frozen=True, repr=False)
class OperationTable:
    """Results of a binary operation on the symbols 0 … p − 1 (U section 3).

    A *pair* (i, j) is an entry of the table; where the operation commutes i ≤ j, as (j, i) is the same sum of
    embeddings. A *parallelogram* (i, j, m, n) is two different pairs with the same result: on a representation E that
    generalizes, E_i + E_j = E_m + E_n.

    Attributes
    ----------
    results
        Row i has the results of i with each symbol.

    Raises
    ------
    ValueError
        If the results are no square of whole numbers.

    Examples
    --------
    >>> table = OperationTable.addition(10)
    >>> len(table.pairs), len(table.parallelograms()), table.result(3, 4)
    (55, 70, 7)
    >>> OperationTable.addition(3).parallelograms()
    ((0, 2, 1, 1),)
    >>> table
    OperationTable(10 symbols, 19 results)
    """

    results: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        rows = _rows(self.results)
        if not rows or any(len(row) != len(rows) for row in rows):
            raise ValueError(f"A table has as many columns as rows, got rows of {[len(row) for row in rows]} results.")
        object.__setattr__(self, "results", rows)

    def __repr__(self) -> str:
        return f"OperationTable({self.symbols} symbols, {len(set().union(*self.results))} results)"

    @classmethod
    def addition(cls, p: int) -> Self:
        """Addition of the numbers 0 … p − 1, with 2p − 1 different results.

        Raises
        ------
        ValueError
            If p is no whole number ≥ 1; so for the next.
        """
        symbols = range(_symbols(p))
        return cls(tuple(tuple(i + j for j in symbols) for i in symbols))

    @classmethod
    def modular_addition(cls, p: int) -> Self:
        """Addition modulo p, the cyclic group.

        >>> OperationTable.modular_addition(3).results
        ((0, 1, 2), (1, 2, 0), (2, 0, 1))
        """
        symbols = range(_symbols(p))
        return cls(tuple(tuple((i + j) % p for j in symbols) for i in symbols))

    @classmethod
    def of_group(cls, table: Iterable[Iterable[int]]) -> Self:
        """A finite group by its Cayley table, of the numbers 0 … p − 1 in any order.

        Raises
        ------
        ValueError
            If the table is not that of a group.

        Examples
        --------
        >>> OperationTable.of_group([[0, 1], [1, 0]]) == OperationTable.modular_addition(2)
        True
        >>> OperationTable.of_group([[0, 1], [1, 1]])
        Traceback (most recent call last):
        ValueError: Each row and column of a group's table has every symbol once, row 1 is (1, 1).
        """
        found = cls(_rows(table))
        _check_group(found.results)
        return found

    @property
    def symbols(self) -> int:
        """Number of symbols p."""
        return len(self.results)

    @property
    def commutes(self) -> bool:
        """Whether the result of (i, j) is always that of (j, i)."""
        return all(self.results[i][j] == self.results[j][i] for i, j in combinations(range(self.symbols), 2))

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """All pairs D₀: unordered, i ≤ j, where the operation commutes, else ordered.

        >>> OperationTable.modular_addition(2).pairs
        ((0, 0), (0, 1), (1, 1))
        """
        return _pairs(self)

    def result(self, i: int, j: int) -> int:
        """Result of i with j.

        Raises
        ------
        ValueError
            If one is no symbol of the table.

        Examples
        --------
        >>> OperationTable.addition(10).result(3, 9)
        12
        """
        if not (i in range(self.symbols) and j in range(self.symbols)):
            raise ValueError(f"A pair has two of the symbols 0 … {self.symbols - 1}, got {(i, j)}.")
        return self.results[index(i)][index(j)]

    def subset(self, pairs: Iterable[Sequence[int]] | None = None) -> tuple[Pair, ...]:
        """These pairs in the order of the table, each once; all of them if None.

        Raises
        ------
        ValueError
            If one is no entry of the table.

        Examples
        --------
        >>> OperationTable.addition(4).subset([(3, 1), (0, 2)])
        ((0, 2), (1, 3))
        >>> OperationTable.addition(4).subset([(3, 4)])
        Traceback (most recent call last):
        ValueError: A pair has two of the symbols 0 … 3, got (3, 4).
        """
        if pairs is None:
            return self.pairs
        found, known, commutes = set(), set(self.pairs), self.commutes
        for pair in pairs:
            try:
                entry = tuple(map(index, pair))
            except TypeError:
                entry = ()
            if commutes and len(entry) == 2:
                entry = (min(entry), max(entry))
            if entry not in known:
                got = tuple(pair) if isinstance(pair, Iterable) else pair
                raise ValueError(f"A pair has two of the symbols 0 … {self.symbols - 1}, got {got}.")
            found.add(entry)
        return tuple(sorted(found))

    def by_result(self, pairs: Iterable[Sequence[int]] | None = None) -> dict[int, tuple[Pair, ...]]:
        """The pairs by their result.

        >>> OperationTable.addition(4).by_result([(0, 2), (1, 1), (2, 3)])
        {2: ((0, 2), (1, 1)), 5: ((2, 3),)}
        """
        found: dict[int, tuple[Pair, ...]] = {}
        for i, j in self.subset(pairs):
            found[self.results[i][j]] = (*found.get(self.results[i][j], ()), (i, j))
        return found

    def parallelograms(self, pairs: Iterable[Sequence[int]] | None = None) -> tuple[Parallelogram, ...]:
        """P₀ of a set of pairs, of all if None: (i, j, m, n) with the same result, each two pairs once.

        >>> OperationTable.addition(4).parallelograms([(0, 3), (1, 2), (1, 1)])
        ((0, 3, 1, 2),)
        """
        alike = self.by_result(pairs).values()
        return tuple((*one, *other) for group in alike for one, other in combinations(group, 2))


@cache
def _pairs(table: OperationTable) -> tuple[Pair, ...]:
    commutes = table.commutes
    return tuple((i, j) for i, j in product(range(table.symbols), repeat=2) if i <= j or not commutes)


def _symbols(p: int) -> int:
    try:
        found = index(p)
    except TypeError:
        found = 0
    if found < 1:
        raise ValueError(f"The number of symbols p must be a whole number ≥ 1, got {p}.")
    return found


def _rows(table: Iterable[Iterable[int]]) -> tuple[tuple[int, ...], ...]:
    try:
        return tuple(tuple(index(entry) for entry in row) for row in table)
    except TypeError:
        raise ValueError(f"A table is rows of whole numbers, got {table!r}.") from None


def _check_group(rows: tuple[tuple[int, ...], ...]) -> None:
    symbols = range(len(rows))
    for kind, lines in (("row", rows), ("column", tuple(zip(*rows, strict=True)))):
        for number, line in enumerate(lines):
            if sorted(line) != list(symbols):
                raise ValueError(
                    f"Each row and column of a group's table has every symbol once, {kind} {number} is {line}."
                )
    if not any(all(rows[e][k] == k == rows[k][e] for k in symbols) for e in symbols):
        raise ValueError("A group has a neutral symbol, with e·k = k·e = k; this table has none.")
    for a, b, c in product(symbols, repeat=3):
        if rows[rows[a][b]][c] != rows[a][rows[b][c]]:
            raise ValueError(
                f"A group is associative, here ({a}·{b})·{c} = {rows[rows[a][b]][c]} and "
                f"{a}·({b}·{c}) = {rows[a][rows[b][c]]}."
            )
