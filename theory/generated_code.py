"""What `lambdify` writes for the functions of the theory: calls of their evaluators by name."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from sympy import Expr
from sympy.printing.printer import Printer

__all__ = ["EvaluatorCode"]


class EvaluatorCode:
    """Mixin of SymPy functions whose generated code calls evaluators; nothing is imported until that code runs.

    NumPy, SciPy and the standard library get the float function, mpmath the one that takes a number of digits last. A
    class that writes other code overrides `_numpycode` or `_mpmathcode`.

    Examples
    --------
    >>> from sympy import lambdify, symbols
    >>> from theory import MarcumQ1
    >>> a, b = symbols("a b", positive=True)
    >>> print(lambdify((a, b), 1 - MarcumQ1(a, b), "numpy").__doc__.split("return")[1].split("Imported")[0].strip())
    1 - marcum_q1(a, b)
    """

    _float_evaluator: ClassVar[str]
    """Dotted name of the function of floats."""
    _precise_evaluator: ClassVar[str]
    """Dotted name of the function of mpmath numbers, with the digits as its last argument."""
    args: tuple[Expr, ...]

    def _code_arguments(self) -> Sequence[Expr]:
        """Arguments of both evaluators."""
        return self.args

    def _numpycode(self, printer: Printer) -> str:
        return _call(printer, self._float_evaluator, map(printer._print, self._code_arguments()))

    def _pythoncode(self, printer: Printer) -> str:
        return self._numpycode(printer)

    def _mpmathcode(self, printer: Printer) -> str:
        digits = f"{printer._module_format('mpmath.mp')}.dps"
        return _call(printer, self._precise_evaluator, [*self._precise_arguments(printer), digits])

    def _precise_arguments(self, printer: Printer) -> list[str]:
        """Code of the arguments for mpmath, which may need more care than for floats."""
        return [printer._print(argument) for argument in self._code_arguments()]


def _call(printer: Printer, name: str, arguments: Iterable[str]) -> str:
    return f"{printer._module_format(name)}({', '.join(arguments)})"
