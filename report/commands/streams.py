"""The three standard streams, of whatever kind they are: closed ones, those of few characters, those that break."""

import os
import sys
from pathlib import Path

__all__ = ["open_streams", "settle_output"]


def open_streams() -> None:
    """Let every standard stream be there, though it was closed, and each that is written to take every character.

    >>> open_streams()
    >>> None in (sys.stdin, sys.stdout, sys.stderr)
    False
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):  # in the order of their numbers
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  for the rest of the process
        elif mode == "w" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def settle_output() -> None:
    """Give up what could not be written, so that it is not tried again, and complained of, when the process ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
