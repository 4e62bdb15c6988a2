"""What is said of a command that failed, and its exit status."""

from pathlib import Path

from report.commands.extras import what_to_install
from report.commands.output import BAD_USAGE, DONE, NO_RESULT

__all__ = ["reason_of", "status_of"]

_MISUSE = (ValueError, TypeError, KeyError, FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError)
_MISHAPS = (OSError, RuntimeError, MemoryError)  # a full disk, a worker that died: not the user's mistake


def reason_of(error: Exception) -> str:
    """One sentence.

    >>> import errno, os
    >>> reason_of(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "a.csv")), reason_of(KeyError("No equation M0."))
    ('a.csv: no space left on device.', 'No equation M0.')
    >>> reason_of(AssertionError())
    'What failed is not foreseen (AssertionError); where that is no code of yours, report it with the command.'
    """
    if isinstance(error, ModuleNotFoundError) and (sentence := what_to_install(error)):
        return sentence
    if isinstance(error, MemoryError):
        return "This needs more memory than there is; take fewer points, runs or columns."
    if isinstance(error, OSError) and error.errno is not None:
        place = f"{error.filename}: " if error.filename is not None else ""
        return f"{place}{str(error.strerror).lower()}."
    if isinstance(error, KeyError) and error.args:
        return str(error.args[0])
    if isinstance(error, (*_MISUSE, *_MISHAPS)) and str(error):
        return str(error)
    return f"What failed is not foreseen ({_where(error)}); where that is no code of yours, report it with the command."


def status_of(error: Exception) -> int:
    """2 for bad usage, 1 for a result that could not be had, 0 where only the reader of the output has left.

    >>> status_of(ValueError()), status_of(OSError()), status_of(BrokenPipeError())
    (2, 1, 0)
    """
    if isinstance(error, BrokenPipeError):
        return DONE
    misused = isinstance(error, _MISUSE) or (isinstance(error, ModuleNotFoundError) and bool(what_to_install(error)))
    return BAD_USAGE if misused else NO_RESULT


def _where(error: Exception) -> str:
    """The kind of an error, what it says, and the line that raised it."""
    said = ": ".join(filter(None, (type(error).__name__, str(error))))
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return said if at is None else f"{said}, {Path(at.tb_frame.f_code.co_filename).name} line {at.tb_lineno}"
