"""The formulas of a page, typeset once for the same code."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from report.kept.code_digest import code_digest
from report.kept.value import kept_value

__all__ = ["kept_formulas"]


def kept_formulas(folder: Path | None, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Of each registered equation of these names: `name`, `title`, `source`, and the statement as `math`, in MathML.

    SymPy takes a moment to print them; without a folder they are printed now.

    >>> kept_formulas(None, ["M3"])["M3"]["math"][:5]
    '<math'
    """

    def typeset() -> dict[str, dict[str, str]]:
        from report.formula import equation_mathml
        from theory import equations

        return {
            one.name: {"name": one.name, "title": one.title, "source": one.source, "math": equation_mathml(one)}
            for one in map(equations.__getitem__, names)
        }

    def make() -> tuple[Any, tuple[()]]:
        return typeset(), ()

    if folder is None:
        return typeset()
    formulas: dict[str, dict[str, str]] = kept_value(folder, "formulas", f"{code_digest()} {' '.join(names)}", make)
    return formulas
