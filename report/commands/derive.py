"""`groksharp derive`: the registered equations with their checked derivations."""

from typing import TYPE_CHECKING

from report.annotations import Options, Parser
from report.commands.output import DONE, NO_RESULT

if TYPE_CHECKING:
    from report.derivation_text import Form

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "print the registered equations, or one with its checked derivation"
EXAMPLES = ("", "M10", "generalization-loss --latex", "--check")


def add_arguments(command: Parser) -> None:
    """The options of the command."""
    command.add_argument("name", nargs="?", metavar="NAME", help="name of an equation; without it, all are listed")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--latex", action="store_true", help="print LaTeX")
    form.add_argument("--markdown", action="store_true", help="print Markdown with LaTeX formulas")
    form.add_argument("--notebook", action="store_true", help="print a Jupyter notebook")
    command.add_argument("--check", action="store_true", help="check every step of all equations (half a minute)")


def run(options: Options) -> int:
    """Print what was asked for."""
    from report import derivation_text
    from theory import equations

    if options.check:
        reports = [equations[name].check() for name in ([options.name] if options.name else equations)]
        print("\n".join(str(report) for report in reports))
        return DONE if all(reports) else NO_RESULT
    form = _form(options)
    if options.name is None:
        print(derivation_text.listing(form))
        return DONE
    report = equations[options.name].check()
    print(derivation_text.derivation(equations[options.name], report, form))
    return DONE if report else NO_RESULT


def _form(options: Options) -> "Form":
    forms: tuple[Form, ...] = ("latex", "markdown", "notebook")
    return next((form for form in forms if getattr(options, form)), "text")
