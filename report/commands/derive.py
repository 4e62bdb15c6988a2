"""`groksharp derive`: the registered equations with their checked derivations."""

from typing import TYPE_CHECKING, Any

from report.annotations import Options, Parser
from report.commands.output import DONE, NO_RESULT, print_json, say

if TYPE_CHECKING:
    from report.derivation_text import Form
    from theory import CheckReport, Equation

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "print the registered equations, or some with their checked derivations"
EXAMPLES = ("", "M10", "M10 M11 --latex", "M10 --check", "--check --json")


def add_arguments(command: Parser) -> None:
    """The options of the command."""
    command.add_argument("names", nargs="*", metavar="NAME", help="names of equations; without one, all are listed")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--latex", action="store_true", help="print LaTeX")
    form.add_argument("--markdown", action="store_true", help="print Markdown with LaTeX formulas")
    form.add_argument("--notebook", action="store_true", help="print a Jupyter notebook")
    form.add_argument(
        "--json", action="store_true", help="print a line of JSON an equation, with the check of each step"
    )
    command.add_argument(
        "--check", action="store_true", help="check every step and name those that fail; without NAME, of all equations"
    )


def run(options: Options) -> int:
    """Print what was asked for."""
    from report import derivation_text
    from theory import equations

    if options.check and (form := _form(options)) != "text":
        raise ValueError(f"--check prints its reports as text or with --json, got --{form}; leave one of the two out.")
    if options.notebook and len(options.names) > 1:
        raise ValueError(f"A notebook holds one equation, or all without a name, got {len(options.names)} names.")
    if not options.names and not options.check:
        if options.json:
            for equation in equations.values():
                print_json(_head(equation))
        else:
            print(derivation_text.listing(_form(options)))
        return DONE
    chosen = [equations[name] for name in options.names]  # an unknown name is refused before the work begins
    reports = []
    for equation in chosen or equations.values():
        report = equation.check()
        reports.append(report)
        if options.json:
            print_json(_head(equation) | _checks(equation, report))
        else:
            print(report if options.check else derivation_text.derivation(equation, report, _form(options)), flush=True)
        for failure in _failures(report):
            say("derive", failure)
    return DONE if all(reports) else NO_RESULT


def _form(options: Options) -> "Form":
    forms: tuple[Form, ...] = ("latex", "markdown", "notebook")
    return next((form for form in forms if getattr(options, form)), "text")


def _head(equation: "Equation") -> dict[str, Any]:
    return {
        "name": equation.name,
        "title": equation.title,
        "source": equation.source,
        "statement": str(equation.statement),
    }


def _checks(equation: "Equation", report: "CheckReport") -> dict[str, Any]:
    steps = [
        {
            "number": number,
            "kind": outcome.step.kind,
            "statement": str(outcome.step.statement),
            "reason": outcome.step.reason,
            "passed": outcome.passed,
            "how": outcome.how,
        }
        for number, outcome in enumerate(report.outcomes, start=1)
    ]
    return {"checked": bool(report), "steps": steps}


def _failures(report: "CheckReport") -> list[str]:
    """A sentence for each step that does not hold: which, why it should, and how far off it is."""
    count = len(report.outcomes)
    return [
        f"{report.name} fails at step {number} of {count} ({outcome.step.reason}): {outcome.how}."
        for number, outcome in enumerate(report.outcomes, start=1)
        if not outcome.passed
    ]
