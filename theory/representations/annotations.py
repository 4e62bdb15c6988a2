"""Types that the files of `theory.representations` share."""

from typing import TypeAlias

__all__ = ["IntegerMatrix", "Pair", "Parallelogram"]

Pair: TypeAlias = tuple[int, int]
"""Two symbols: an entry of a table."""

Parallelogram: TypeAlias = tuple[int, int, int, int]
"""Two pairs with the same result."""

IntegerMatrix: TypeAlias = tuple[tuple[int, ...], ...]
"""Rows of whole numbers."""
