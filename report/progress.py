"""Progress of long work on standard error."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from report.annotations import Progress

__all__ = ["progress_bar"]


@contextmanager
def progress_bar(title: str, unit: str) -> Iterator[Progress]:
    """Yield a function of (done, total) that shows a bar from its first call on; in a log file, a line now and then.

    Without the package tqdm nothing is shown.

    >>> with progress_bar("nothing to do", "step") as progress:
    ...     pass
    """
    try:
        tqdm = importlib.import_module("tqdm").tqdm
    except ModuleNotFoundError:
        tqdm = None
    interval = 0.2 if sys.stderr.isatty() else 10.0
    bar: Any = None

    def show(done: int, total: int) -> None:
        nonlocal bar
        if bar is None and tqdm is not None:
            bar = tqdm(total=total, desc=title, unit=unit, mininterval=interval, file=sys.stderr, dynamic_ncols=True)
        if bar is not None:
            bar.update(done - bar.n)

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()
