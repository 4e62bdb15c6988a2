"""The program `groksharp`: it looks after Ctrl-C and its like first, before anything that takes time is loaded."""

import sys

from numerics.interruption import asked_to_end, end_in_peace, end_when_asked

__all__ = ["run"]


def run() -> int:
    """Run the command line of this process and return its exit status: that of `main`, or 130 after Ctrl-C.

    >>> run()  # doctest: +SKIP
    0
    """
    command = next((word for word in sys.argv[1:2] if word.isidentifier()), "")
    end_when_asked(f"groksharp {command}".strip())
    from report.command_line import main

    try:
        status = main()
    except Exception:
        if not asked_to_end():
            raise
        status = 1  # an interruption that had another name when it came out
    end_in_peace()
    return 128 + asked_to_end() if status and asked_to_end() else status


if __name__ == "__main__":
    sys.exit(run())
