"""Integrals over the angle of the spectrum, which SymPy's own quadrature takes minutes for."""

import mpmath
from sympy import Expr, Integral, lambdify

from theory.numbers import to_float

__all__ = ["AngularIntegral"]


class AngularIntegral(Integral):
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
        if self.free_symbols:
            return None
        ((theta, low, high),) = self.limits
        integrand = lambdify(theta, self.function, "mpmath")
        # An exponent of e^{−νs}, or of (1 − hν)^n, multiplies the rounding errors.
        with mpmath.workprec(prec + 50):
            # The rule stops at an absolute error, so the integrand is brought to order one, wherever it is steep.
            scale = max(abs(integrand(mpmath.ldexp(mpmath.pi, -k))) for k in range(1, prec)) or mpmath.mpf(1)
            ends = [end._to_mpmath(mpmath.mp.prec) for end in (low, high)]
            value = mpmath.quad(lambda angle: integrand(angle) / scale, ends, maxdegree=12)
            return to_float(value * scale, prec)
