"""Reservations: sweeps that share a folder each train other runs, and one that dies leaves its runs to the rest."""

import contextlib
import errno
import os
import stat
import weakref
from pathlib import Path

from numerics.interruption import uninterrupted

try:
    import fcntl
except ImportError:  # no such locks on this system: sweeps in one folder repeat each other's work, nothing worse
    fcntl = None  # type: ignore[assignment]

__all__ = ["Reservation", "reserve"]

# Never through a link, and never waiting for who writes into a pipe; O_CLOEXEC is Python's own.
_AS_IT_IS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


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
        with uninterrupted():
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
    not `sure`: writing a run is safe without it, only training it twice is not excluded. Raises OSError with a sentence
    where no file can be made, or where something else has the lock's name: it is neither followed nor touched.

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
            descriptor = _opened(lock)
        except OSError as reason:
            if reason.errno in (errno.EMFILE, errno.ENFILE):  # as many files open as this process may have
                return Reservation(lock, None)
            raise _explained(reason, lock) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError as reason:  # no locks on this file system; or it does not answer, and the lock may be another's
            os.close(descriptor)
            if reason.errno in _NO_LOCKS:
                with contextlib.suppress(OSError):
                    lock.unlink()
            return Reservation(lock, None)
        if _is_named(descriptor, lock):
            return Reservation(lock, descriptor)
        os.close(descriptor)  # its owner removed it after we opened it: what we locked is no longer the lock


def _opened(lock: Path) -> int:
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | _AS_IT_IS, 0o666)
    except PermissionError as reason:
        try:  # the lock of another user, in a folder for all: most file systems lock what can be read
            descriptor = os.open(lock, os.O_RDONLY | _AS_IT_IS)
        except FileNotFoundError:
            raise reason from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.ENXIO, os.strerror(errno.ENXIO))
    return descriptor


def _explained(reason: OSError, lock: Path) -> OSError:
    """The same kind of error with a sentence."""
    if reason.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
        return OSError(f"The lock {lock} must be a plain file; something else has this name: remove it.")
    return type(reason)(f"Runs cannot be written to {lock.parent} ({reason.strerror}); choose another folder.")


def _is_named(descriptor: int, lock: Path) -> bool:
    # Not by the number of its links, as in the package filelock: NFS only renames what is removed while it is open.
    try:
        return os.path.samestat(os.fstat(descriptor), lock.lstat())
    except OSError as reason:
        if reason.errno in (errno.ENOENT, errno.ESTALE):  # gone, here or on another machine
            return False
        raise
