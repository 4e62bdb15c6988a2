"""Files that appear under their names whole, or not at all."""

import contextlib
import os
import re
import secrets
from pathlib import Path

from numerics.interruption import unfinished, uninterrupted

try:
    import fcntl
except ImportError:  # no such locks on this system: what a writer leaves that is killed stays
    fcntl = None  # type: ignore[assignment]

__all__ = ["check_folder", "lock_alone", "make_folder", "remove_unfinished", "write_named", "write_whole"]

_UNFINISHED = re.compile(r"\..+\.[0-9a-f]{16}\.tmp", re.DOTALL)
_AS_IT_IS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def write_whole(path: Path, content: bytes, *, lasting: bool = False) -> None:
    """Write a file in one go; one that is there is replaced at the end, a link by the file itself.

    A process that is killed in between leaves at most a temporary file beside, see `remove_unfinished`; Ctrl-C waits.

    Parameters
    ----------
    lasting
        Whether it has to outlast a power cut.

    Raises
    ------
    OSError
        If the disk refuses; nothing has changed then.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_whole(Path(folder) / "note", b"whole")
    ...     [(path.name, path.read_text()) for path in Path(folder).iterdir()]
    [('note', 'whole')]
    """
    with unfinished(), uninterrupted():
        while True:
            temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
            try:
                with temporary.open("xb") as file:  # a new one: never through a link, nor into what others have
                    lock_alone(file.fileno())
                    file.write(content)
                    if lasting:
                        file.flush()
                        os.fsync(file.fileno())
                temporary.replace(path)
                break
            except FileNotFoundError:
                if not path.parent.is_dir():
                    raise  # else someone took the temporary file for a dead writer's: once more
            except OSError as reason:
                reason.filename = str(path)  # of a disk that is full in the middle of it, the system names no file
                raise
            finally:
                temporary.unlink(missing_ok=True)
        if lasting:
            _settle(path.parent)


def write_named(path: Path, content: bytes) -> None:
    """Write what a user named a file for: in one go, to where a link leads; into a device or a pipe as it is.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file, link = Path(folder) / "file", Path(folder) / "link"
    ...     link.symlink_to(file)
    ...     write_named(link, b"whole")
    ...     link.is_symlink(), file.read_text()
    (True, 'whole')
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    target = Path(os.path.realpath(path))
    remove_unfinished(target.parent)  # what a process left that was killed here
    write_whole(target, content)


def check_folder(folder: Path) -> Path:
    """The folder, or the first one above it that is there; NotADirectoryError where something else is in its place.

    >>> check_folder(Path("/a/folder/that/is/not/there"))
    PosixPath('/')
    """
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if os.path.lexists(path))
    if not there.is_dir():
        kind = "broken link" if there.is_symlink() else "file"
        raise NotADirectoryError(f"out must be a folder, got the {kind} {there}; choose another path.")
    return there


def make_folder(folder: Path) -> None:
    """Make a folder, with those above it, where there is none; OSError with a sentence where that cannot be.

    >>> make_folder(Path("."))
    """
    check_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise type(reason)(f"{folder} cannot be made a folder ({reason.strerror}); choose another path.") from None


def remove_unfinished(folder: Path) -> None:
    """Remove the temporary files of `write_whole` whose writers are dead; those of the living are locked.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     (Path(folder) / f".note.{'0' * 16}.tmp").touch()
    ...     remove_unfinished(Path(folder))
    ...     list(Path(folder).iterdir())
    []
    """
    for path in folder.glob(".*.tmp"):
        if not _UNFINISHED.fullmatch(path.name):
            continue
        with contextlib.suppress(OSError):  # tidying stops nothing: the folder may be one that we can only read
            descriptor = os.open(path, _AS_IT_IS)
            try:
                if lock_alone(descriptor):
                    path.unlink()
            finally:
                os.close(descriptor)


def lock_alone(descriptor: int) -> bool | None:
    """Lock an open file or folder against other processes: True if it is ours until it is closed, False if theirs.

    None where the file system knows no such locks.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file, open(file.name) as again:
    ...     lock_alone(file.fileno()), lock_alone(again.fileno())
    (True, False)
    """
    if fcntl is None:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _settle(folder: Path) -> None:
    """Make the names in a folder outlast a power cut, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
