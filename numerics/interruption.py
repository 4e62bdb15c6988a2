"""Interruptions: Ctrl-C, `kill` and a closed terminal leave nothing half done."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from types import FrameType

__all__ = ["asked_to_end", "end_in_peace", "end_when_asked", "unfinished", "uninterrupted"]

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name))
_WORDS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}
_SECONDS_TO_TIDY = 1.0  # within these a second Ctrl-C is the first one once more


class _Asked:
    """What a command was asked, and whether it has to put something away before it ends."""

    signal_number = 0
    at = -float("inf")
    unfinished = 0


def end_when_asked(program: str) -> None:
    """From now on SIGINT, SIGTERM and SIGHUP end this process: for a command, which nothing else runs in.

    Within `unfinished` they raise KeyboardInterrupt, so that everything is put away on the way out. Anywhere else the
    process says one sentence and ends at once, with the status 128 plus the signal's number: an exception may be lost
    or renamed by what it passes through, such as an import. What is ignored, as by `nohup`, stays ignored.

    >>> end_when_asked("groksharp")  # doctest: +SKIP
    """

    def end(number: int, frame: FrameType | None) -> None:
        again = time.monotonic() - _Asked.at < _SECONDS_TO_TIDY
        _Asked.signal_number = number
        if not _Asked.unfinished:
            with contextlib.suppress(OSError):
                sentence = f"{program}: {_WORDS.get(signal.Signals(number), 'hung up')}.\n"
                os.write(2, sentence.encode())
            os._exit(128 + number)
        if not again:
            _Asked.at = time.monotonic()
            raise KeyboardInterrupt

    for one in _SIGNALS:
        if signal.getsignal(one) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(one, end)


def end_in_peace() -> None:
    """From now on SIGINT, SIGTERM and SIGHUP are ignored: the work is done, and the interpreter takes itself apart.

    >>> end_in_peace()  # doctest: +SKIP
    """
    for one in _SIGNALS:
        signal.signal(one, signal.SIG_IGN)


def asked_to_end() -> int:
    """The signal that has asked this command to end, 0 without one.

    >>> asked_to_end()
    0
    """
    return _Asked.signal_number


@contextlib.contextmanager
def unfinished() -> Iterator[None]:
    """Within it there is something to put away: workers, locks, temporary files; see `end_when_asked`.

    >>> with unfinished():
    ...     pass
    """
    _Asked.unfinished += 1
    try:
        yield
    finally:
        _Asked.unfinished -= 1


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Within it Ctrl-C and its like wait until the end: for a few steps that belong together, of milliseconds.

    Python handles signals in its main thread alone; in another one this does nothing.

    >>> before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    >>> try:
    ...     with uninterrupted():
    ...         signal.raise_signal(signal.SIGINT)
    ...         print("done")
    ... except KeyboardInterrupt:
    ...     print("interrupted")
    ... finally:
    ...     _ = signal.signal(signal.SIGINT, before)
    done
    interrupted
    """
    import threading  # not at the start: Ctrl-C in the middle of its import would be told by the interpreter

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with contextlib.ExitStack() as stack:
        for one in _SIGNALS:
            stack.enter_context(_held_back(one))
        yield


@contextlib.contextmanager
def _held_back(one: signal.Signals) -> Iterator[None]:
    before, arrived = signal.getsignal(one), []
    if before in (signal.SIG_IGN, None):  # or handled by somebody who is not Python
        yield
        return
    try:
        signal.signal(one, lambda number, frame: arrived.append(number))
        yield
    finally:
        signal.signal(one, before)
        if arrived:
            signal.raise_signal(one)
