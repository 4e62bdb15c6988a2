"""The command `groksharp`. Everything heavy is imported inside the command that needs it."""

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from report.annotations import Commands
from report.commands import (
    derive,
    descent,
    law,
    linear,
    measure,
    parity,
    phases,
    report,
    representation,
    serve,
    systems,
    train,
)  # fmt: skip
from report.commands.extras import what_to_install
from report.commands.output import BAD_USAGE, DONE, NO_RESULT
from report.commands.parser import SuggestingParser

__all__ = ["main"]

_COMMANDS = {
    "derive": derive,
    "linear": linear,
    "descent": descent,
    "law": law,
    "systems": systems,
    "parity": parity,
    "train": train,
    "representation": representation,
    "phases": phases,
    "measure": measure,
    "serve": serve,
    "report": report,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `groksharp` and return its exit status: 0 done, 1 a result that could not be had, 2 bad usage.

    >>> main(["derive", "M3", "--latex"])
    \\begin{align*} % M3: Relative grokking gap (Miller et al., arXiv 2402.08946, section 2), checked
    G = \\frac{t_{\\mathrm{gen}}}{t_{\\mathrm{train}}} - 1 && \\text{definition}
    \\end{align*}
    0
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser().parse_args(words, argparse.Namespace(written=shlex.join(["groksharp", *words])))
    if options.command is None:
        _parser().print_help()
        return DONE
    try:
        return int(options.run(options))
    except BrokenPipeError:
        # The reader of our output has left, as in `groksharp linear | head`; leave without a word either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except ModuleNotFoundError as missing:
        sentence = what_to_install(missing)
        if sentence is None:
            raise
        return _refuse(options.command, sentence, BAD_USAGE)
    except (ValueError, TypeError, FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError) as error:
        return _refuse(options.command, error, BAD_USAGE)
    except KeyError as error:
        return _refuse(options.command, error.args[0], BAD_USAGE)
    except (OSError, RuntimeError) as error:  # a full disk, a worker that died: not the user's mistake
        return _refuse(options.command, error, NO_RESULT)
    except KeyboardInterrupt:
        return _refuse(options.command, "interrupted; finished runs are kept.", 130)


def _refuse(command: str, sentence: object, status: int) -> int:
    print(f"groksharp {command}: {sentence}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = SuggestingParser(
        prog="groksharp",
        description="How sharp is grokking, and why: theory, finite-size gradient descent and trained networks.",
        epilog="examples:\n  groksharp derive M10\n  groksharp linear --figure linear.png\n"
        "  groksharp descent --lam 0.9,0.97 --d 1000000000\n"
        "  groksharp parity --preset quick\n  groksharp train modular_addition\n"
        "  groksharp measure curves.csv --floor 0.5\n  groksharp report --preset quick",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_PrintVersion, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, command in _COMMANDS.items():
        _add(commands, name, command)
    return parser


def _add(commands: Commands, name: str, command: ModuleType) -> None:
    parser = commands.add_parser(
        name,
        help=command.SUMMARY,
        description=command.SUMMARY[0].upper() + command.SUMMARY[1:] + ".",
        epilog="examples:\n" + "\n".join(f"  groksharp {name} {example}".rstrip() for example in command.EXAMPLES),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=command.run)
    command.add_arguments(parser)


class _PrintVersion(argparse.Action):
    """Looks the version up only when asked: reading package metadata costs more than the rest of the help."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        print(f"groksharp {version('groksharp')}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
