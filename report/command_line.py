"""The command `groksharp`. Everything heavy is imported inside the command that needs it."""

import argparse
import shlex
import sys
import warnings
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from empirical.store.notice import RunsWarning
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
from report.commands.failures import reason_of, status_of
from report.commands.output import DONE, say
from report.commands.parser import SuggestingParser
from report.commands.streams import open_streams, settle_output

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
_KEEPING_RUNS = ("parity", "train", "phases", "report")
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `groksharp` and return its exit status: 0 done, 1 a result that could not be had, 2 bad usage.

    >>> main(["derive", "M3", "--latex"])
    \\begin{align*} % M3: Relative grokking gap (Miller et al., arXiv 2402.08946, section 2), checked
    G = \\frac{t_{\\mathrm{gen}}}{t_{\\mathrm{train}}} - 1 && \\text{definition}
    \\end{align*}
    0
    """
    open_streams()
    words = sys.argv[1:] if arguments is None else list(arguments)
    command = words[0] if words and words[0] in _COMMANDS else ""
    if arguments is None and not sys.warnoptions:
        warnings.simplefilter("ignore")  # all others are for those who call from Python
        warnings.simplefilter("always", RunsWarning)
        warnings.showwarning = lambda message, *_: say(command, message)
    try:
        try:
            return _run(words)
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        say(command, "interrupted" + "; finished runs are kept" * (command in _KEEPING_RUNS) + ".")
        return _INTERRUPTED
    except Exception as error:
        settle_output()
        if not isinstance(error, BrokenPipeError):  # the reader of our output has left, as in `groksharp linear | head`
            say(command, reason_of(error))
        return status_of(error)


def _run(words: Sequence[str]) -> int:
    options = _parser().parse_args(words, argparse.Namespace(written=shlex.join(["groksharp", *words])))
    if options.command is None:
        _parser().print_help()
        return DONE
    return int(options.run(options))


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
