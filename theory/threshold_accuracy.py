"""Accuracy of the student as a function of its loss."""

from sympy import Eq, Expr, Integer, Piecewise, Rational, erf, exp, gamma, pi, sqrt

from theory.annotations import Sympifiable
from theory.functions.inverse_gamma import InverseLowerGamma
from theory.functions.lower_gamma import RegularizedLowerGamma
from theory.requirements import fraction, not_negative, positive, whole

__all__ = ["accuracy", "accuracy_curvature", "accuracy_slope", "check_outputs", "threshold_loss"]

_HALF, _ONE = Rational(1, 2), Integer(1)


def accuracy(loss: Sympifiable, epsilon: Sympifiable, outputs: Sympifiable = _ONE) -> Expr:
    """Accuracy A = erf(√(ε/(2L))) for one output with squared-error threshold ε (M Eq. 7).

    The error on a fresh input is Gaussian with variance L; A is the probability that its square is below ε. With more
    `outputs`, d_out, an answer is correct if its squared error, averaged over them, is below ε. The errors are
    independent Gaussians of variance L, so d_out times that average over L is chi-square with d_out degrees of freedom:
    A = P(d_out/2, d_out ε/(2L)) (L), P the `RegularizedLowerGamma`. Infinitely many outputs give a step at L = ε.

    Raises
    ------
    ValueError
        If the loss is known to be negative, ε not to be positive, or `outputs` not to be a whole number ≥ 1.

    Examples
    --------
    >>> from sympy import symbols
    >>> L, epsilon = symbols("L epsilon", positive=True)
    >>> accuracy(L, epsilon)
    erf(sqrt(2)*sqrt(epsilon)/(2*sqrt(L)))
    >>> accuracy(L, epsilon, outputs=2), accuracy(L, epsilon, outputs=2).expand(func=True)
    (RegularizedLowerGamma(1, epsilon/L), 1 - exp(-epsilon/L))
    """
    loss, epsilon = not_negative(loss, "The loss L", finite=False), positive(epsilon, "The threshold ε")
    outputs = check_outputs(outputs)
    if loss.is_zero:
        return _ONE
    if loss.is_nonnegative and not loss.is_symbol and loss.is_positive is None:  # a plateau that may be zero
        return Piecewise((_ONE, Eq(loss, 0)), (_of_errors(loss, epsilon, outputs), True))
    return _of_errors(loss, epsilon, outputs)


def _of_errors(loss: Expr, epsilon: Expr, outputs: Expr) -> Expr:
    if outputs == 1:
        return erf(sqrt(epsilon / (2 * loss)))
    return RegularizedLowerGamma(outputs / 2, outputs * epsilon / (2 * loss))


def accuracy_slope(loss: Sympifiable, epsilon: Sympifiable, outputs: Sympifiable = _ONE) -> Expr:
    """dA/dL = −√(ε/2π) L^{−3/2} e^{−ε/(2L)}, the first factor of the chain rule (M Eq. 11).

    With `outputs`, −x^{d_out/2} e^{−x}/(L Γ(d_out/2)), x = d_out ε/(2L).

    Raises
    ------
    ValueError
        If the loss is known to be negative, ε not to be positive, or `outputs` not to be a whole number ≥ 1.

    Examples
    --------
    >>> from sympy import simplify, symbols
    >>> L, epsilon = symbols("L epsilon", positive=True)
    >>> simplify(accuracy_slope(L, epsilon) - accuracy(L, epsilon).diff(L))
    0
    >>> accuracy_slope(L, epsilon, outputs=2)
    -epsilon*exp(-epsilon/L)/L**2
    """
    loss, epsilon = not_negative(loss, "The loss L", finite=False), positive(epsilon, "The threshold ε")
    outputs = check_outputs(outputs)
    if outputs == 1:
        return -sqrt(epsilon / (2 * pi)) * loss ** Rational(-3, 2) * exp(-epsilon / (2 * loss))
    x = outputs * epsilon / (2 * loss)
    return -(x ** (outputs / 2)) * exp(-x) / (loss * gamma(outputs / 2))


def accuracy_curvature(loss: Sympifiable, epsilon: Sympifiable, outputs: Sympifiable = _ONE) -> Expr:
    """d²A/dL² = x^{d_out/2} e^{−x} (d_out/2 + 1 − x)/(L² Γ(d_out/2)), x = d_out ε/(2L); x^{1/2} for one output.

    Half of it times the variance of the loss is what random losses add to the accuracy at their mean: they help while
    x < d_out/2 + 1, on the lower part of a curve, and harm above.

    Raises
    ------
    ValueError
        If the loss is known to be negative, ε not to be positive, or `outputs` not to be a whole number ≥ 1.

    Examples
    --------
    >>> from sympy import symbols
    >>> L, epsilon = symbols("L epsilon", positive=True)
    >>> accuracy_curvature(L, epsilon, outputs=2)
    epsilon*(2 - epsilon/L)*exp(-epsilon/L)/L**3
    """
    loss, epsilon = not_negative(loss, "The loss L", finite=False), positive(epsilon, "The threshold ε")
    half = check_outputs(outputs) / 2
    x = half * epsilon / loss
    return x**half * exp(-x) * (half + 1 - x) / (loss**2 * gamma(half))


def threshold_loss(epsilon: Sympifiable, level: Sympifiable = _HALF, outputs: Sympifiable = _ONE) -> Expr:
    """Loss L* = ε/(2 erfinv(level)²) at which the accuracy equals `level`.

    With `outputs`, L* = d_out ε/(2x), x the inverse of the incomplete gamma function, `InverseLowerGamma`.

    Raises
    ------
    ValueError
        If ε is known not to be positive, the level not to lie strictly between 0 and 1, or `outputs` not to be a whole
        number ≥ 1.

    Examples
    --------
    >>> threshold_loss(1).evalf(20)
    2.1981093383177324040
    >>> accuracy(threshold_loss(1), 1).evalf(15)
    0.500000000000000
    >>> threshold_loss(1, outputs=2), threshold_loss(1, outputs=10).evalf(20)
    (1/log(2), 1.0704554778227709530)
    """
    epsilon, level = positive(epsilon, "The threshold ε"), fraction(level, "The accuracy level")
    outputs = check_outputs(outputs)
    return outputs * epsilon / (2 * InverseLowerGamma(outputs / 2, level))


def check_outputs(outputs: Sympifiable) -> Expr:
    """Return the number of outputs as an expression, refused where it is known not to be a whole number ≥ 1."""
    return whole(outputs, 1, "The number of outputs")
