"""Progress of long work on standard error."""

import contextlib
import importlib
import sys
import time
from collections.abc import Iterator
from typing import Any

from numerics.annotations import Progress, ProgressOption

__all__ = ["progress_bar", "shown"]


@contextlib.contextmanager
def shown(progress: ProgressOption, title: str, unit: str) -> Iterator[Progress]:
    """Yield what is to be called with (done, total): the function given, a bar for True, for None what shows nothing.

    >>> with shown(print, "squares", "square") as progress:
    ...     progress(1, 2)
    1 2
    """
    if callable(progress):
        yield progress
    elif progress:
        with progress_bar(title, unit) as bar:
            yield bar
    else:
        yield lambda done, total: None


@contextlib.contextmanager
def progress_bar(title: str, unit: str) -> Iterator[Progress]:
    """Yield a function of (done, total) that shows a bar from its first call on; in a log file, a line now and then.

    Without the package tqdm a plain line says how much is done.

    >>> with progress_bar("nothing to do", "step") as progress:
    ...     pass
    """
    interval = 0.2 if sys.stderr.isatty() else 10.0
    try:
        tqdm = importlib.import_module("tqdm").tqdm
    except ModuleNotFoundError:
        with _plain_line(title, unit, interval) as show:
            yield show
        return
    bar: Any = None

    def show_bar(done: int, total: int) -> None:
        nonlocal bar
        with contextlib.suppress(OSError):  # nobody looks
            if bar is None:
                bar = tqdm(
                    total=total, desc=title, unit=unit, mininterval=interval, file=sys.stderr, dynamic_ncols=True
                )
            bar.update(done - bar.n)

    try:
        yield show_bar
    finally:
        if bar is not None:
            with contextlib.suppress(OSError):
                bar.close()


@contextlib.contextmanager
def _plain_line(title: str, unit: str, interval: float) -> Iterator[Progress]:
    """A line that is written over itself on a terminal, and a new one each time in a file."""
    end = "\r" if sys.stderr.isatty() else "\n"
    last, written = -float("inf"), ""

    def show(done: int, total: int) -> None:
        nonlocal last, written
        if done == total or time.monotonic() - last >= interval:
            last, written = time.monotonic(), f"{title}: {done} of {total} {unit}s"
            print(written, end=end, file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        if written and end == "\r":
            print(file=sys.stderr)
