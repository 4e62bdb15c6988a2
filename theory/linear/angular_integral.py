"""Integrals over the angle of the spectrum, which SymPy's own quadrature takes minutes for."""

from collections.abc import Callable

import mpmath
from sympy import Expr, Integral, lambdify
from sympy.core.cache import cacheit
from sympy.printing.printer import Printer

from theory.annotations import MpNumber
from theory.generated_code import EvaluatorCode
from theory.numbers import to_float

__all__ = ["AngularIntegral", "angular_value"]

_CODE = "theory.linear.angular_integral.angular_value"
_STEP = 64  # bits; precisions are rounded up to multiples, so that one value serves the several that SymPy asks for


class AngularIntegral(EvaluatorCode, Integral):
    """An `Integral` over one angle from 0 to π that evaluates by the double-exponential rule, in compiled code.

    What is steep, is so at the ends of the interval, where that rule's points crowd.

    Examples
    --------
    >>> from sympy import Symbol, besseli, cos, exp, pi
    >>> theta = Symbol("theta")
    >>> AngularIntegral(exp(cos(theta)) / pi, (theta, 0, pi)).evalf(30)
    1.26606587775200833559824462521
    >>> besseli(0, 1).evalf(30)
    1.26606587775200833559824462521
    """

    def _eval_evalf(self, prec: int) -> Expr | None:
        return None if self.free_symbols else to_float(_value(self, -(-prec // _STEP) * _STEP), prec)

    def _numpycode(self, printer: Printer) -> str:
        ((theta, _, _),) = self.limits
        function = printer._module_format("numerics.special_functions.angular_integral")
        return f"{function}(lambda {printer._print(theta)}: {printer._print(self.function)})"

    def _mpmathcode(self, printer: Printer) -> str:
        ((theta, _, _),) = self.limits
        function, context = (printer._module_format(name) for name in (_CODE, "mpmath.mp"))
        return f"{function}(lambda {printer._print(theta)}: {printer._print(self.function)}, {context}.prec)"


@cacheit
def _value(integral: AngularIntegral, prec: int) -> mpmath.mpf:
    ((theta, _, _),) = integral.limits
    return angular_value(lambdify(theta, integral.function, "mpmath", cse=True), prec)


def angular_value(integrand: Callable[[mpmath.mpf], MpNumber], prec: int) -> MpNumber:
    """∫ integrand over the angle from 0 to π, to about `prec` bits.

    >>> print(mpmath.nstr(angular_value(lambda theta: mpmath.sin(theta), 60), 15))
    2.0
    """
    # An exponent of e^{−νs}, or of (1 − hν)^n, multiplies the rounding errors.
    with mpmath.workprec(prec + 50):
        # The rule stops at an absolute error, so the integrand is brought to order one, wherever it is steep.
        scale = max(abs(integrand(mpmath.ldexp(mpmath.pi, -k))) for k in range(1, prec)) or mpmath.mpf(1)
        return mpmath.quad(lambda angle: integrand(angle) / scale, [0, mpmath.pi], maxdegree=12) * scale
