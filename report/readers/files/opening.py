"""Opening what a path names: files of a bounded size, and standard input; nothing that would wait or never end."""

import io
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

from report.readers.wording import printable_name

__all__ = ["LARGEST_FILE", "file_state", "opened", "sized", "standard_input"]

LARGEST_FILE = 2**30
_LARGEST_STREAM = 2**28

Result = TypeVar("Result")

_SPECIAL = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file, open for reading, once it is known to be one that ends.

    Raises
    ------
    FileNotFoundError, PermissionError
        With a sentence, where there is no such file or it may not be read.
    ValueError
        For a pipe, a device, an empty file, one above `LARGEST_FILE`.

    Examples
    --------
    >>> with opened(Path("/dev/null")) as data:
    ...     data.read()
    Traceback (most recent call last):
        ...
    ValueError: /dev/null is a device, not a file; a stream can be piped in where the file is called -.
    """
    name = printable_name(path)
    _check(_said(path.stat, name), name)
    # What was put in the place of the file in the meantime must not make us wait.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with io.open(_said(lambda: os.open(path, flags), name), "rb") as data:  # noqa: UP020  a descriptor, not a path
        _check(os.fstat(data.fileno()), name)
        yield data


def _said(act: Callable[[], Result], name: str) -> Result:
    """What it returns; what the system says against it, in a sentence."""
    try:
        return act()
    except FileNotFoundError:
        raise FileNotFoundError(f"There is no file {name}.") from None
    except PermissionError:
        raise PermissionError(f"{name} may not be read; its permissions forbid it.") from None
    except (OSError, ValueError) as reason:  # a name too long, or with a zero in it
        said = getattr(reason, "strerror", None) or str(reason)
        raise ValueError(f"{name} cannot be opened: {said.lower()}.") from None


def standard_input() -> BinaryIO:
    """All of standard input, in memory; ValueError where nothing comes, or more than 256 MiB."""
    stream = getattr(sys.stdin, "buffer", None)
    content = stream.read(_LARGEST_STREAM + 1) if stream is not None else sys.stdin.read().encode()
    if not content:
        raise ValueError("Standard input is empty; pipe a log into it.")
    if len(content) > _LARGEST_STREAM:
        raise ValueError(
            f"Standard input must end within {sized(_LARGEST_STREAM)}, and did not; write it to a file and give that."
        )
    return io.BytesIO(content)


def file_state(data: BinaryIO) -> tuple[int, int]:
    """Size and time of the last change; a file that has another state afterwards was written to while it was read."""
    try:
        state = os.fstat(data.fileno())
    except OSError:  # in memory
        return 0, 0
    return state.st_size, state.st_mtime_ns


def sized(count: int) -> str:
    """A number of bytes as it is said.

    >>> sized(3 * 2**29), sized(700)
    ('1.5 GiB', '700 bytes')
    """
    for power, unit in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
        if count >= 2**power:
            return f"{count / 2**power:.3g} {unit}"
    return f"{count} bytes"


def _check(state: os.stat_result, name: str) -> None:
    for is_special, kind in _SPECIAL:
        if is_special(state.st_mode):
            raise ValueError(f"{name} is {kind}, not a file; a stream can be piped in where the file is called -.")
    if stat.S_ISDIR(state.st_mode):
        raise IsADirectoryError(f"{name} is a folder now; it was a file.")
    if state.st_size == 0:
        raise ValueError(f"{name} is empty.")
    if state.st_size > LARGEST_FILE:
        raise ValueError(
            f"{name} has {sized(state.st_size)}; a log may have {sized(LARGEST_FILE)} at most. "
            "Keep the columns of time and accuracies, or fewer rows."
        )
