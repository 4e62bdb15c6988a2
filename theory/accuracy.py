"""Accuracy of the linear student as a function of its loss."""

from typing import Any

from sympy import Expr, Rational, erf, erfinv, exp, pi, sqrt, sympify

__all__ = ["accuracy", "accuracy_slope", "threshold_loss"]


def accuracy(loss: Any, epsilon: Any) -> Expr:
    """Accuracy A = erf(√(ε/(2L))) for one output with squared-error threshold ε (M Eq. 7).

    The error on a fresh input is Gaussian with variance L; A is the probability that its square is below ε.

    >>> from sympy import symbols
    >>> L, epsilon = symbols("L epsilon", positive=True)
    >>> accuracy(L, epsilon)
    erf(sqrt(2)*sqrt(epsilon)/(2*sqrt(L)))
    """
    return erf(sqrt(sympify(epsilon) / (2 * sympify(loss))))


def accuracy_slope(loss: Any, epsilon: Any) -> Expr:
    """dA/dL = −√(ε/2π) L^{−3/2} e^{−ε/(2L)}, the first factor of the chain rule (M Eq. 11).

    >>> from sympy import simplify, symbols
    >>> L, epsilon = symbols("L epsilon", positive=True)
    >>> simplify(accuracy_slope(L, epsilon) - accuracy(L, epsilon).diff(L))
    0
    """
    loss, epsilon = sympify(loss), sympify(epsilon)
    return -sqrt(epsilon / (2 * pi)) * loss ** Rational(-3, 2) * exp(-epsilon / (2 * loss))


_HALF = Rational(1, 2)


def threshold_loss(epsilon: Any, level: Any = _HALF) -> Expr:
    """Loss L* = ε/(2 erfinv(level)²) at which the accuracy equals ``level``.

    >>> threshold_loss(1).evalf(20)
    2.1981093383177324040
    >>> accuracy(threshold_loss(1), 1).evalf(15)
    0.500000000000000
    """
    level = sympify(level)
    if level.is_number and not 0 < level < 1:
        raise ValueError(f"The accuracy level must lie strictly between 0 and 1, got {level}.")
    return sympify(epsilon) / (2 * erfinv(level) ** 2)
