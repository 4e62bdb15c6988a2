"""More than one output: the losses, and the accuracy as a chi-square probability."""

from typing import Any

import mpmath
from sympy import Expr, Function, Integer, Rational, erfinv, exp, gamma, log, lowergamma, oo, sympify

from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.numbers import real_argument, to_float

__all__ = [
    "InverseLowerGamma",
    "inverse_lower_gamma_value",
    "outputs_accuracy",
    "outputs_accuracy_slope",
    "outputs_generalization_loss",
    "outputs_threshold_loss",
    "outputs_training_loss",
]

_HALF = Rational(1, 2)


def outputs_training_loss(s: Any, lam: Any, d_out: Any) -> Expr:
    """Training loss per output, L_train(s/d_out, λ)/d_out (L: L → (1/d_out) L(η₀/d_out)).

    The error D₀ is a d × d_out matrix with E‖D₀‖² = 1 in all, and the loss that is descended is the mean over the
    outputs: both its height and its gradient are divided by d_out.

    Raises
    ------
    ValueError
        If d_out is known not to be a whole number ≥ 1.

    Examples
    --------
    >>> from theory.symbols import lam, s
    >>> outputs_training_loss(s, lam, 1), outputs_training_loss(s, lam, 3)
    (TrainingLoss(s, lambda), TrainingLoss(s/3, lambda)/3)
    """
    d_out = _outputs(d_out)
    return TrainingLoss(sympify(s) / d_out, sympify(lam)) / d_out


def outputs_generalization_loss(s: Any, lam: Any, d_out: Any) -> Expr:
    """Generalization loss per output, L_gen(s/d_out, λ)/d_out; its slope in s is −L_train/d_out.

    Raises
    ------
    ValueError
        If d_out is known not to be a whole number ≥ 1.

    Examples
    --------
    >>> from theory.symbols import lam, s
    >>> slope = outputs_generalization_loss(s, lam, 3).diff(s)
    >>> slope + outputs_training_loss(s, lam, 3) / 3
    0
    """
    d_out = _outputs(d_out)
    return GeneralizationLoss(sympify(s) / d_out, sympify(lam)) / d_out


def outputs_accuracy(loss: Any, epsilon: Any, d_out: Any) -> Expr:
    """Accuracy A = 1 − Γ(d_out/2, d_out ε/(2L))/Γ(d_out/2) = γ(d_out/2, d_out ε/(2L))/Γ(d_out/2) (L).

    An answer is correct if its squared error, averaged over the outputs, is below ε. The errors are independent
    Gaussians of variance L, so d_out times that average over L is chi-square with d_out degrees of freedom. One output
    gives back `accuracy`; infinitely many give a step at L = ε.

    Raises
    ------
    ValueError
        If d_out is known not to be a whole number ≥ 1.

    Examples
    --------
    >>> from sympy import symbols
    >>> L, epsilon = symbols("L epsilon", positive=True)
    >>> outputs_accuracy(L, epsilon, 1)
    erf(sqrt(2)*sqrt(epsilon)/(2*sqrt(L)))
    >>> outputs_accuracy(L, epsilon, 2)
    1 - exp(-epsilon/L)
    """
    d_out = _outputs(d_out)
    x = d_out * sympify(epsilon) / (2 * sympify(loss))
    few = not (d_out.is_number and d_out > 6)  # SymPy would write out a sum of d_out/2 terms
    return lowergamma(d_out / 2, x, evaluate=few) / gamma(d_out / 2)


def outputs_accuracy_slope(loss: Any, epsilon: Any, d_out: Any) -> Expr:
    """dA/dL = −x^{d_out/2} e^{−x}/(L Γ(d_out/2)), x = d_out ε/(2L).

    Raises
    ------
    ValueError
        If d_out is known not to be a whole number ≥ 1.

    Examples
    --------
    >>> from sympy import symbols
    >>> L, epsilon = symbols("L epsilon", positive=True)
    >>> outputs_accuracy_slope(L, epsilon, 2)
    -epsilon*exp(-epsilon/L)/L**2
    """
    loss, d_out = sympify(loss), _outputs(d_out)
    x = d_out * sympify(epsilon) / (2 * loss)
    return -(x ** (d_out / 2)) * exp(-x) / (loss * gamma(d_out / 2))


def outputs_threshold_loss(epsilon: Any, d_out: Any, level: Any = _HALF) -> Expr:
    """Loss L* = d_out ε/(2x) at which the accuracy equals ``level``, x the inverse of the incomplete gamma function.

    Raises
    ------
    ValueError
        If d_out is known not to be a whole number ≥ 1, or the level not to lie strictly between 0 and 1.

    Examples
    --------
    >>> outputs_threshold_loss(1, 1).evalf(20), outputs_threshold_loss(1, 2)
    (2.1981093383177324040, 1/log(2))
    >>> outputs_threshold_loss(1, 10).evalf(20)
    1.0704554778227709530
    """
    d_out, level = _outputs(d_out), sympify(level)
    if level.is_number and not 0 < level < 1:
        raise ValueError(f"The accuracy level must lie strictly between 0 and 1, got {level}.")
    return d_out * sympify(epsilon) / (2 * InverseLowerGamma(d_out / 2, level))


class InverseLowerGamma(Function):
    """The x ≥ 0 at which γ(a, x)/Γ(a) equals p, 0 ≤ p < 1: half the chi-square quantile with 2a degrees of freedom.

    Examples
    --------
    >>> from sympy import symbols
    >>> a, p = symbols("a p", positive=True)
    >>> InverseLowerGamma(1, p), InverseLowerGamma(_HALF, p)
    (-log(1 - p), erfinv(p)**2)
    >>> x = InverseLowerGamma(5, Rational(1, 3))
    >>> x.evalf(30)
    3.80605451671231522559919755862
    >>> (lowergamma(5, x) / gamma(5)).evalf(25)
    0.3333333333333333333333333
    """

    nargs = 2

    @classmethod
    def eval(cls, a: Expr, p: Expr) -> Expr | None:
        """Return the closed value at p = 0, p = 1, a = 1/2 and a = 1, else None."""
        if p.is_zero:
            return Integer(0)
        if p == 1:
            return oo
        if a == 1:
            return -log(1 - p)
        return erfinv(p) ** 2 if a == _HALF else None

    def fdiff(self, argindex: int = 2) -> Expr:
        """∂x/∂p = Γ(a) x^{1−a} eˣ; the derivative in a is left as it is."""
        if argindex == 1:
            return super().fdiff(argindex)
        a, _ = self.args
        return gamma(a) * self ** (1 - a) * exp(self)

    def _eval_evalf(self, prec: int) -> Expr | None:
        a, p = (real_argument(argument, prec + 20) for argument in self.args)
        if a is None or p is None or a <= 0 or not 0 < p < 1:
            return None
        with mpmath.workprec(prec + 20):
            return to_float(inverse_lower_gamma_value(a, p, mpmath.mp.dps), prec)

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[1].is_positive else None

    def _mpmathcode(self, printer: Any) -> str:
        a, p = (printer._print(argument) for argument in self.args)
        function = printer._module_format("theory.extensions.outputs.inverse_lower_gamma_value")
        return f"{function}({a}, {p}, {printer._module_format('mpmath.mp')}.dps)"


def inverse_lower_gamma_value(a: Any, p: Any, digits: int) -> Any:
    """Value of `InverseLowerGamma` to ``digits`` digits, by Newton's method on ln γ(a, eᵘ) in u = ln x.

    That function is concave and γ(a, x) ≤ xᵃ/a, so from xᵃ = p Γ(a+1) the iteration climbs to the root and never
    passes it.

    Examples
    --------
    >>> print(mpmath.nstr(inverse_lower_gamma_value(5, mpmath.mpf(1) / 2, 30), 20))
    4.6709088827959837203
    """
    with mpmath.workdps(digits + 15):
        a, p = mpmath.mpf(a), mpmath.mpf(p)
        u = (mpmath.log(p) + mpmath.loggamma(a + 1)) / a
        while True:
            x = mpmath.exp(u)
            below = mpmath.gammainc(a, 0, x, regularized=True)
            slope = mpmath.exp(a * u - x - mpmath.loggamma(a)) / below
            step = mpmath.log(p / below) / slope
            u += step
            if abs(step) < mpmath.mpf(10) ** -(digits + 5):
                return mpmath.exp(u)


def _outputs(d_out: Any) -> Expr:
    d_out = sympify(d_out)
    if d_out.is_integer is False or (d_out - 1).is_extended_negative:
        raise ValueError(f"The number of outputs must be a whole number ≥ 1, got {d_out}.")
    return d_out
