"""Accuracy of the student as a function of its loss."""

from sympy import Expr, Integer, Rational, erf, erfinv, exp, gamma, lowergamma, pi, sqrt, sympify

from theory.annotations import Sympifiable
from theory.inverse_gamma import InverseLowerGamma

__all__ = ["accuracy", "accuracy_slope", "check_outputs", "threshold_loss"]

_HALF, _ONE = Rational(1, 2), Integer(1)


def accuracy(loss: Sympifiable, epsilon: Sympifiable, outputs: Sympifiable = _ONE) -> Expr:
    """Accuracy A = erf(√(ε/(2L))) for one output with squared-error threshold ε (M Eq. 7).

    The error on a fresh input is Gaussian with variance L; A is the probability that its square is below ε. With more
    `outputs`, d_out, an answer is correct if its squared error, averaged over them, is below ε. The errors are
    independent Gaussians of variance L, so d_out times that average over L is chi-square with d_out degrees of freedom:
    A = γ(d_out/2, d_out ε/(2L))/Γ(d_out/2) (L). Infinitely many outputs give a step at L = ε.

    Raises
    ------
    ValueError
        If `outputs` is known not to be a whole number ≥ 1.

    Examples
    --------
    >>> from sympy import symbols
    >>> L, epsilon = symbols("L epsilon", positive=True)
    >>> accuracy(L, epsilon)
    erf(sqrt(2)*sqrt(epsilon)/(2*sqrt(L)))
    >>> accuracy(L, epsilon, outputs=2)
    1 - exp(-epsilon/L)
    """
    loss, epsilon, outputs = sympify(loss), sympify(epsilon), check_outputs(outputs)
    if outputs == 1:
        return erf(sqrt(epsilon / (2 * loss)))
    x = outputs * epsilon / (2 * loss)
    few = not (outputs.is_number and outputs > 6)  # SymPy would write out a sum of d_out/2 terms
    return lowergamma(outputs / 2, x, evaluate=few) / gamma(outputs / 2)


def accuracy_slope(loss: Sympifiable, epsilon: Sympifiable, outputs: Sympifiable = _ONE) -> Expr:
    """dA/dL = −√(ε/2π) L^{−3/2} e^{−ε/(2L)}, the first factor of the chain rule (M Eq. 11).

    With `outputs`, −x^{d_out/2} e^{−x}/(L Γ(d_out/2)), x = d_out ε/(2L).

    Raises
    ------
    ValueError
        If `outputs` is known not to be a whole number ≥ 1.

    Examples
    --------
    >>> from sympy import simplify, symbols
    >>> L, epsilon = symbols("L epsilon", positive=True)
    >>> simplify(accuracy_slope(L, epsilon) - accuracy(L, epsilon).diff(L))
    0
    >>> accuracy_slope(L, epsilon, outputs=2)
    -epsilon*exp(-epsilon/L)/L**2
    """
    loss, epsilon, outputs = sympify(loss), sympify(epsilon), check_outputs(outputs)
    if outputs == 1:
        return -sqrt(epsilon / (2 * pi)) * loss ** Rational(-3, 2) * exp(-epsilon / (2 * loss))
    x = outputs * epsilon / (2 * loss)
    return -(x ** (outputs / 2)) * exp(-x) / (loss * gamma(outputs / 2))


def threshold_loss(epsilon: Sympifiable, level: Sympifiable = _HALF, outputs: Sympifiable = _ONE) -> Expr:
    """Loss L* = ε/(2 erfinv(level)²) at which the accuracy equals `level`.

    With `outputs`, L* = d_out ε/(2x), x the inverse of the incomplete gamma function, `InverseLowerGamma`.

    Raises
    ------
    ValueError
        If the level is known not to lie strictly between 0 and 1, or `outputs` not to be a whole number ≥ 1.

    Examples
    --------
    >>> threshold_loss(1).evalf(20)
    2.1981093383177324040
    >>> accuracy(threshold_loss(1), 1).evalf(15)
    0.500000000000000
    >>> threshold_loss(1, outputs=2), threshold_loss(1, outputs=10).evalf(20)
    (1/log(2), 1.0704554778227709530)
    """
    epsilon, level, outputs = sympify(epsilon), sympify(level), check_outputs(outputs)
    if level.is_number and not 0 < level < 1:
        raise ValueError(f"The accuracy level must lie strictly between 0 and 1, got {level}.")
    if outputs == 1:
        return epsilon / (2 * erfinv(level) ** 2)
    return outputs * epsilon / (2 * InverseLowerGamma(outputs / 2, level))


def check_outputs(outputs: Sympifiable) -> Expr:
    """Return the number of outputs as an expression, refused where it is known not to be a whole number ≥ 1."""
    outputs = sympify(outputs)
    if outputs.is_integer is False or (outputs - 1).is_extended_negative:
        raise ValueError(f"The number of outputs must be a whole number ≥ 1, got {outputs}.")
    return outputs
