"""Formulas for web pages: the registered expression as MathML, which browsers draw without fonts or scripts."""

import re
from functools import cache

from latex2mathml.converter import convert
from sympy import Basic, latex

from report.derivation_text import equation_latex
from theory import Equation

__all__ = ["equation_mathml", "mathml"]


def equation_mathml(equation: Equation) -> str:
    """The equation's statement as a displayed MathML element.

    >>> from theory import equations
    >>> equation_mathml(equations["M3"]).startswith('<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"')
    True
    """
    return mathml(equation_latex(equation), display="block")


@cache
def mathml(formula: str | Basic, display: str = "inline") -> str:
    """LaTeX, or an expression, as MathML; `display` is `"inline"` or `"block"`."""
    text = formula if isinstance(formula, str) else latex(formula)
    text = re.sub(r"\\operatorname\{(\w+)\}", r"\\mathrm{\1}", text)
    return convert(text, display=display)
