"""Sphinx roles and directives that draw formulas from SymPy expressions and from the registered equations.

In a Markdown page::

    {formula}`TrainingLoss(s, lam)`      an expression in a sentence
    {equation}`M10`                      a link to a registered equation

    ```{formula} Eq(Symbol("s"), 4*eta0*t)
    ```
    ```{equation} M10                    its statement and source; with :derivation: the checked steps too
    :derivation:
    ```
    ```{all-equations}
    ```
    ```{sympy-faults} value              SymPy's faults of one kind: session, truth, what to type instead
    ```

An expression is Python over the names of SymPy, `theory`, its symbols and the symbols of the measures.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import sympy
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

import theory
from report.formula import equation_mathml, mathml
from theory import CheckReport, Equation, equations
from theory import symbols as theory_symbols
from theory.derivations import measures
from theory.derivations.sympy_faults import FAULTS, Fault
from theory.derivations.sympy_refusals import REFUSALS

_LOG = logging.getLogger(__name__)
_NAMES = {**vars(sympy), **vars(measures)}
_NAMES |= {name: getattr(module, name) for module in (theory_symbols, theory) for name in module.__all__}
_NAMES |= {name: sympy.Symbol(name, positive=True) for name in ("a", "b", "k", "x")}


def expression_mathml(text: str, display: str = "inline") -> str:
    """MathML of the SymPy expression that `text` evaluates to.

    >>> expression_mathml("lam").endswith("</math>")
    True
    """
    try:
        expression = sympy.sympify(eval(text, dict(_NAMES)))
    except Exception as error:
        raise ValueError(f"cannot draw the formula {text}: {error}") from error
    if expression.is_Boolean and not expression.is_Relational:
        raise ValueError(f"the formula {text} is {expression}: the symbols are positive; write it with evaluate=False")
    latex = sympy.latex(expression, fold_frac_powers=True)
    if latex.startswith("-"):  # d − c rather than −c + d
        latex = sympy.latex(expression, fold_frac_powers=True, order="none")
    return mathml(latex, display)


class FormulaRole(SphinxRole):
    """An expression in a sentence."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the MathML."""
        return [nodes.raw("", expression_mathml(self.text), format="html")], []


class EquationRole(SphinxRole):
    """A link to a registered equation."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return a reference to the equation's section."""
        return [_link(equations[self.text].name, self.env.docname)], []


class FormulaDirective(SphinxDirective):
    """An expression on a line of its own."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return the formula in its box."""
        return [_box(expression_mathml(self.arguments[0], "block"))]


class EquationDirective(SphinxDirective):
    """One registered equation: statement, source and, if asked, the derivation with how each step was checked."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"derivation": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Return the equation's nodes."""
        _depend_on_theory(self)
        equation = equations[self.arguments[0]]
        shown = nodes.container(classes=["equation"])
        shown += _statement(equation)
        source = nodes.paragraph("", "", classes=["source"])
        source += [
            _link(equation.name, self.env.docname),
            nodes.Text(f": {equation.title}. Source: {equation.source}."),
        ]
        shown += source
        if "derivation" in self.options:
            shown += _derivation(equation, self.config.check_equations, is_open=True)
        return [shown]


class AllEquations(SphinxDirective):
    """Every registered equation as a section with statement, source and derivation."""

    def run(self) -> list[nodes.Node]:
        """Return the sections in the order of the registry."""
        _depend_on_theory(self)
        sections = []
        for equation in equations.values():
            section = nodes.section(ids=[_label(equation.name)], names=[_label(equation.name)])
            section += nodes.title("", f"{equation.name}: {equation.title}")
            section += _statement(equation)
            section += nodes.paragraph("", f"Source: {equation.source}.", classes=["source"])
            section += _derivation(equation, self.config.check_equations, is_open=False)
            self.state.document.note_explicit_target(section)
            sections.append(section)
        return sections


class SympyFaults(SphinxDirective):
    """SymPy's faults of one kind, each as a section."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the sections in the order of the lists."""
        _depend_on_theory(self)
        return [self._section(fault) for fault in (*FAULTS, *REFUSALS) if fault.kind == self.arguments[0]]

    def _section(self, fault: Fault) -> nodes.Node:
        label = nodes.make_id(f"fault-{fault.title}")
        section = nodes.section(ids=[label], names=[label])
        section += [nodes.title("", fault.title), _session(fault.example())]
        if fault.truth:
            section += [nodes.paragraph("", "True is"), _box(expression_mathml(fault.truth, "block"))]
        if fault.name:
            line = nodes.paragraph("", "Registered, with what holds the two apart, as ")
            line += [_link(fault.name, self.env.docname), nodes.Text(".")]
            section += line
        section += [nodes.paragraph("", "Here:"), _session(fault.remedy())]
        return section


@cache
def _checked(name: str) -> CheckReport:
    report = equations[name].check()
    if not report:
        _LOG.warning("the derivation of %s does not hold:\n%s", name, report)
    return report


def _statement(equation: Equation) -> nodes.Node:
    return _box(equation_mathml(equation))


def _derivation(equation: Equation, check: bool, is_open: bool) -> list[nodes.Node]:
    report = _checked(equation.name) if check else None
    verdict = "not checked here" if report is None else "checked" if report else "check failed"
    count = len(equation.derivation)
    summary = f"Derivation: {count} step{'s' if count > 1 else ''}, {verdict}"
    steps = nodes.enumerated_list(enumtype="arabic", prefix="", suffix=".")
    for number, step in enumerate(equation.derivation, start=1):
        item = nodes.list_item()
        item += nodes.paragraph("", step.reason)
        if count > 1:  # a single step is the statement itself
            item += _statement(replace(equation, derivation=equation.derivation[:number]))
        if report is not None:
            outcome = report.outcomes[number - 1]
            item += nodes.paragraph("", f"{'✓' if outcome.passed else '✗'} {outcome.how}", classes=["checked"])
        steps += item
    head = f'<details class="derivation"{" open" if is_open else ""}><summary>{summary}</summary>'
    return [nodes.raw("", head, format="html"), steps, nodes.raw("", "</details>", format="html")]


def _session(text: str) -> nodes.Node:
    return nodes.literal_block(text, text, language="pycon")


def _box(html: str) -> nodes.Node:
    """A box that scrolls by itself where a formula is wider than the page; focusable for the keyboard's sake."""
    return nodes.raw("", f'<div class="formula" tabindex="0">{html}</div>', format="html")


def _link(name: str, docname: str) -> nodes.Node:
    link = pending_xref(
        "", reftype="ref", refdomain="std", refexplicit=True, reftarget=_label(name), refdoc=docname, refwarn=True
    )
    link += nodes.inline("", name)
    return link


def _label(name: str) -> str:
    return f"equation-{name}".lower()


def _depend_on_theory(directive: SphinxDirective) -> None:
    for module in sorted(Path(theory.__file__).parent.rglob("*.py")):
        directive.env.note_dependency(str(module))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the roles and directives; `check_equations` says whether a build runs the checks (about a minute)."""
    app.add_config_value("check_equations", True, "env", [bool])
    app.add_role("formula", FormulaRole())
    app.add_role("equation", EquationRole())
    app.add_directive("formula", FormulaDirective)
    app.add_directive("equation", EquationDirective)
    app.add_directive("all-equations", AllEquations)
    app.add_directive("sympy-faults", SympyFaults)
    return {"parallel_read_safe": True}
