"""A folder whose files are replaced together: each whole, one of them last, and never two writers at once."""

import contextlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from numerics.interruption import unfinished, uninterrupted
from numerics.whole_file import check_folder, lock_alone, make_folder

__all__ = ["check_writable", "whole_folder"]

_NEXT = re.compile(r"\.next-[0-9a-f]{16}")
_SECONDS_BETWEEN_LOOKS = 0.02


@contextmanager
def whole_folder(folder: Path, *, last: str) -> Iterator[Path]:
    """Yield an empty folder beside; what was written there is moved into `folder` at the end, `last` at the very end.

    Each file takes the place of the former one in one step: at any moment, whenever the process is killed, every file
    is there and whole, and where `last` is the new one, all are. A folder inside has nothing of its former self in the
    end; what else lies in `folder` stays, and no link is followed. Where the work fails or is interrupted before,
    nothing has changed. Of two processes that write here one moves its files after the other.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     with whole_folder(Path(name), last="page") as beside:
    ...         _ = (beside / "page").write_text("new")
    ...     [path.name for path in Path(name).iterdir()]
    ['page']
    """
    make_folder(folder)
    beside = folder / f".next-{secrets.token_hex(8)}"
    with unfinished(), contextlib.ExitStack() as stack:
        with _alone(folder):
            _remove_abandoned(folder)
            with uninterrupted():
                stack.callback(_remove, beside)
                beside.mkdir()
                stack.enter_context(_alone(beside))  # as long as this process lives
        yield beside
        with _alone(folder), uninterrupted():
            _move(beside, folder, Path(last))


def check_writable(folder: Path) -> None:
    """Raise NotADirectoryError or PermissionError with a sentence where no folder of this name can be written.

    >>> check_writable(Path("out") / "report")
    """
    place = check_folder(folder)
    if not os.access(place, os.W_OK | os.X_OK):
        raise PermissionError(f"{place} is a folder that cannot be written; choose another path than {folder}.")


def _move(beside: Path, folder: Path, last: Path) -> None:
    names = {path.relative_to(beside) for path in beside.rglob("*") if path.is_file()}
    inner = sorted({name.parent for name in names} - {Path()})
    for name in inner:
        if (folder / name).is_symlink():
            (folder / name).unlink()
        (folder / name).mkdir(exist_ok=True)
    for name in sorted(names - {last}):
        (beside / name).replace(folder / name)
    for name in inner:
        for path in (folder / name).iterdir():
            if path.relative_to(folder) not in {*names, *inner}:
                _remove(path)
    if last in names:
        (beside / last).replace(folder / last)


def _remove_abandoned(folder: Path) -> None:
    """Remove the folders of writers that were killed; those of the living are locked."""
    for path in folder.iterdir():
        if _NEXT.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            with _opened(path) as descriptor:
                if descriptor is not None and lock_alone(descriptor):
                    _remove(path)


def _remove(path: Path) -> None:
    with uninterrupted():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lock a folder against other processes, after waiting for them; where there are no locks, nobody waits."""
    with _opened(folder) as descriptor:
        while descriptor is not None and lock_alone(descriptor) is False:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        yield


@contextmanager
def _opened(folder: Path) -> Iterator[int | None]:
    """The folder as a descriptor; None where a system opens no folders."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)
