"""Registered equations as text, LaTeX and Markdown."""

import json
import re
from functools import cache
from typing import Literal

from sympy import Eq, Expr, latex, pretty

from theory import CheckReport, Equation, Outcome, equations

__all__ = ["Form", "derivation", "equation_latex", "listing"]

Form = Literal["text", "latex", "markdown", "notebook"]


def listing(form: Form = "text") -> str:
    """All registered equations, a line each in text."""
    if form == "text":
        width = max(len(name) for name in equations)
        lines = [f"{name:<{width}}  {title}" for name, title in equations.titles.items()]
        return "\n".join(
            [*lines, "", f"{len(lines)} equations; `groksharp derive NAME` shows one with its derivation."]
        )
    if form == "latex":
        return "\n".join(f"% {name}: {e.title}\n{equation_latex(e)}" for name, e in equations.items())
    if form == "notebook":
        return _notebook(
            [listing("markdown")], "from theory import equations\n\nall(e.check() for e in equations.values())"
        )
    return "\n\n".join(f"**{name}**: {e.title}\n\n$$ {equation_latex(e)} $$" for name, e in equations.items())


def derivation(equation: Equation, report: CheckReport, form: Form = "text") -> str:
    """The equation with the steps of its derivation and how each was checked.

    >>> print(derivation(equations["M3"], equations["M3"].check(), "latex").splitlines()[1])
    G = \\frac{t_{\\mathrm{gen}}}{t_{\\mathrm{train}}} - 1 && \\text{definition}
    """
    verdict = "checked" if report else "FAILED"
    if form == "latex":
        rows = [f"{_step_latex(o)} && \\text{{{o.step.reason}}}" for o in report.outcomes]
        body = " \\\\\n".join(rows)
        head = f"\\begin{{align*}} % {equation.name}: {equation.title} ({equation.source}), {verdict}"
        return f"{head}\n{body}\n\\end{{align*}}"
    if form == "notebook":
        code = f"from theory import equations\n\nequation = equations[{equation.name!r}]\nprint(equation.check())"
        return _notebook([derivation(equation, report, "markdown")], code)
    if form == "markdown":
        head = f"### {equation.name}: {equation.title}\n\nSource: {equation.source}. {verdict.capitalize()}.\n"
        steps = [
            f"{k}. {o.step.reason} ({o.how})\n\n   $$ {_step_latex(o)} $$" for k, o in enumerate(report.outcomes, 1)
        ]
        return "\n\n".join([head, *steps])
    lines = [f"{equation.name}  {equation.title}", f"source: {equation.source}", ""]
    for number, outcome in enumerate(report.outcomes, start=1):
        mark = "✓" if outcome.passed else "✗"
        lines += [
            f"{number}. {outcome.step.reason}",
            "",
            _indent(_step_text(outcome)),
            "",
            f"   {mark} {outcome.how}",
            "",
        ]
    return "\n".join([*lines, f"{equation.name} is {verdict}."])


def equation_latex(equation: Equation) -> str:
    """LaTeX of the statement, with ≃ where it holds in a limit."""
    return _relation_latex(equation.derivation[-1].kind, equation.statement)


def _notebook(texts: list[str], code: str) -> str:
    """A Jupyter notebook: the texts as Markdown cells, then a cell that repeats the check."""
    cells: list[dict[str, object]] = [
        {"cell_type": "markdown", "id": f"text-{k}", "metadata": {}, "source": text.splitlines(keepends=True)}
        for k, text in enumerate(texts)
    ]
    cells.append(
        {
            "cell_type": "code", "id": "check", "metadata": {}, "source": code.splitlines(keepends=True),
            "execution_count": None, "outputs": [],
        }
    )  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells}, indent=1, ensure_ascii=False
    )


def _step_latex(outcome: Outcome) -> str:
    return _relation_latex(outcome.step.kind, outcome.step.statement)


def _relation_latex(kind: str, statement: Eq) -> str:
    sign = r"\simeq" if kind == "asymptotic" else "="
    left, right = map(_side_latex, statement.args)
    # A subscript of several letters is a word, not a product.
    return re.sub(r"_\{([a-z]{2,})\}", r"_{\\mathrm{\1}}", f"{left} {sign} {right}")


@cache
def _side_latex(side: Expr) -> str:
    """Remembered: the steps of a derivation share sides, and SymPy may take half a second of one."""
    return str(latex(side, fold_frac_powers=True))


def _step_text(outcome: Outcome) -> str:
    text = pretty(outcome.step.statement, use_unicode=True, wrap_line=False)
    return text.replace(" = ", " ≃ ", 1) if outcome.step.kind == "asymptotic" else text


def _indent(text: str) -> str:
    return "\n".join("      " + line for line in text.splitlines())
