"""A table as a log holds it: named columns of one length."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

__all__ = ["LogTable"]

_LONGEST_NAME = 10_000


@dataclass(frozen=True)
class LogTable:
    """Named columns of one length, before anyone asks which of them is the time.

    Attributes
    ----------
    source
        What the table was read from, for messages: `log.csv`, `a data frame`.
    columns
        Shape (n,) each. float64 where every value is a number or missing (NaN), datetime64 where each is a date,
        otherwise objects, text or None.
    notes
        What was found out or mended on reading, a sentence each: `The numbers have decimal commas.`
    run
        Which run of the source this is, where it holds several tables; else empty.

    Examples
    --------
    >>> import numpy as np
    >>> table = LogTable("log.csv", {"step": np.arange(3.0), "val_acc": np.array([0.1, np.nan, 0.9])})
    >>> len(table), list(table.columns)
    (3, ['step', 'val_acc'])
    """

    source: str
    columns: Mapping[str, NDArray[Any]]
    notes: tuple[str, ...] = ()
    run: str = ""

    def __post_init__(self) -> None:
        longest = max(map(len, self.columns), default=0)
        if longest > _LONGEST_NAME:
            raise ValueError(
                f"The name of a column must have at most {_LONGEST_NAME:,} characters, got {longest:,}; shorten it."
            )

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))
