"""Measured rows on disk, for work that is to resume: keyed by the code that made them and by all of its arguments."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numerics import SharpnessTable
from report.annotations import Row
from report.kept.code_digest import NUMBERS, code_digest
from report.kept.value import kept_value

__all__ = ["kept_rows"]


def kept_rows(folder: Path, measure: Callable[..., SharpnessTable], **arguments: Any) -> list[Row]:
    """The rows of `measure(**arguments)`: those that the same code made of the same arguments, else made now.

    They are kept in `folder`. A file that was cut off, or in which a number was changed, is made again.

    >>> import tempfile
    >>> import numerics
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rows = kept_rows(Path(folder), numerics.sweep_descent, lam=0.8, d=20, seeds=[0])
    ...     [path.name.rpartition("-")[0] for path in Path(folder).iterdir()]
    ['sweep_descent']
    """
    function = f"{measure.__module__}.{measure.__qualname__}"
    made_by = f"{code_digest(NUMBERS)} {function} {json.dumps(arguments, sort_keys=True)}"
    rows = kept_value(folder, measure.__name__, made_by, lambda: (measure(**arguments).to_dict()["rows"], ()))
    return [{name: float("nan") if value is None else value for name, value in row.items()} for row in rows]
