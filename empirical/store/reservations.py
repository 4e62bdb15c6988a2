"""Reservations: sweeps that share a folder each train other runs, and one that dies leaves its runs to the rest."""

import contextlib
import errno
import os
import weakref
from pathlib import Path

try:
    import fcntl
except ImportError:  # no such locks on this system: sweeps in one folder repeat each other's work, nothing worse
    fcntl = None  # type: ignore[assignment]

__all__ = ["Reservation", "reserve"]


class Reservation:
    """The right to train one run, held by this process until it is released or the process ends, however it ends.

    Made by `reserve`. `sure` is False where the file system knows no locks: then others may hold it too.
    """

    def __init__(self, lock: Path, descriptor: int | None) -> None:
        self._lock, self._descriptor = lock, descriptor
        _held.add(self)

    @property
    def sure(self) -> bool:
        """Whether nobody else holds it."""
        return self._descriptor is not None

    def release(self) -> None:
        """Leave the run to others; once is enough, more does no harm."""
        if self._descriptor is None:
            return
        # In this order: nobody can lock the file under its name before the name is gone.
        with contextlib.suppress(OSError):
            self._lock.unlink()
        self._close()

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


_held: weakref.WeakSet[Reservation] = weakref.WeakSet()


def _close_all() -> None:
    for reservation in list(_held):
        reservation._close()


# A forked child shares its parent's locks and would keep them beyond the parent's death.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_all)


def reserve(path: str | os.PathLike[str]) -> Reservation | None:
    """Reserve the run that will be written to `path`; None if it is reserved elsewhere, here or on another machine.

    A lock of the operating system on `.<name>.lock` beside the run. It ends with its process, so nothing has to be
    cleaned up by hand, and it works through NFS. Where the file system refuses locks, the reservation is given but
    not `sure`: writing a run is safe without it, only training it twice is not excluded. Raises OSError where no
    file can be made.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = reserve(f"{folder}/run.nc")
    ...     print(first.sure, reserve(f"{folder}/run.nc"))
    ...     first.release()
    ...     again = reserve(f"{folder}/run.nc")
    ...     again.release()
    True None
    """
    path = Path(path)
    lock = path.with_name(f".{path.name}.lock")
    if fcntl is None:
        return Reservation(lock, None)
    while True:
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as reason:
            if reason.errno in (errno.EMFILE, errno.ENFILE):  # as many files open as this process may have
                return Reservation(lock, None)
            raise
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:  # no locks on this file system
            os.close(descriptor)
            lock.unlink(missing_ok=True)
            return Reservation(lock, None)
        if _is_named(descriptor, lock):
            return Reservation(lock, descriptor)
        os.close(descriptor)  # its owner removed it after we opened it: what we locked is no longer the lock


def _is_named(descriptor: int, lock: Path) -> bool:
    # Not by the number of its links, as in the package filelock: NFS only renames what is removed while it is open.
    try:
        return os.path.samestat(os.fstat(descriptor), lock.stat())
    except FileNotFoundError:
        return False
