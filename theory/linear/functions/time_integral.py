"""Integrals over time of an average over the spectrum, whose antiderivative is known."""

from sympy import Expr, Integral
from sympy.concrete.expr_with_limits import AddWithLimits

__all__ = ["TimeIntegral"]


class TimeIntegral(Integral):
    """An `Integral` of a `SpectralFunction`: SymPy makes one of these whenever it is asked to integrate one.

    SymPy's own rules know no antiderivative and search for minutes.

    Examples
    --------
    >>> from sympy import integrate, oo
    >>> from theory import GeneralizationLoss, TrainingLoss
    >>> from theory.symbols import lam, s
    >>> integrate(TrainingLoss(s, lam), s)
    -GeneralizationLoss(s, lambda)
    >>> integrate(TrainingLoss(s, lam), (s, 0, oo)), integrate(GeneralizationLoss(s, 4 / lam).subs(lam, 8), (s, 0, oo))
    (1 - Max(0, 1 - 1/lambda), 2)
    """

    def __new__(cls, function: Expr, *symbols: object, **assumptions: object) -> "TimeIntegral":
        """Make the integral itself; `Integral` would ask the function for it again."""
        obj: TimeIntegral = AddWithLimits.__new__(cls, function, *symbols, **assumptions)
        return obj

    def doit(self, **hints: object) -> Expr:
        """Evaluate by the antiderivative, where there is one, else as any integral."""
        (first, *others) = self.limits
        found = None if others else self.function.antiderivative(first[0])
        if found is None:
            return super().doit(**hints)
        if len(first) == 1:
            return found
        x, *ends = first
        low, high = ends if len(ends) == 2 else (None, ends[0])
        top = found.subs(x, high)
        return top if low is None else top - found.subs(x, low)
