"""The memory of gradient descent with momentum, and its averages over the spectrum, as SymPy functions."""

from typing import ClassVar

import mpmath
from sympy import Dummy, Expr, Function, Integer, Max, Rational, oo

from theory.annotations import MpNumber
from theory.generated_code import EvaluatorCode
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.numbers import digits_of, real_argument, to_float
from theory.requirements import not_negative, positive
from theory.systems import NoClosedFormError

__all__ = ["HeavyBall", "MomentumAverage", "heavy_ball_value", "momentum_average_value"]


class _Recurrence(EvaluatorCode, Function):
    """What is defined by a recurrence in the whole number of steps, so that it has no derivatives here."""

    _evaluator: ClassVar[str]

    def _eval_derivative(self, x: Expr) -> Expr:
        raise NoClosedFormError(f"Momentum has no derivative in {x} in closed form: take the difference of two values.")

    def _eval_evalf(self, prec: int) -> Expr | None:
        bits = prec + 40
        numbers = [real_argument(Rational(v) if v.is_Float else v, bits) for v in self.args if v.is_number]
        if len(numbers) < len(self.args) or None in numbers:
            return None
        return to_float(globals()[self._evaluator](*numbers, digits_of(prec)), prec)

    def _eval_is_real(self) -> bool | None:
        return True if all(argument.is_nonnegative for argument in self.args) else None


class HeavyBall(_Recurrence):
    """x_n of x_{n+1} = (1 + β − u)x_n − βx_{n−1}, x_0 = 1, x_1 = 1 − u: what n steps leave of an error; (n, u, β).

    β^{n/2}[U_n(y) − √β U_{n−1}(y)] with Chebyshev's polynomials of the second kind at y = (1 + β − u)/(2√β).

    Examples
    --------
    >>> HeavyBall(2, Rational(1, 2), Rational(1, 4)).evalf(10), HeavyBall(7, Rational(1, 3), Integer(0))
    (0.1250000000, 128/2187)
    """

    nargs = 3
    _float_evaluator = "numerics.linear.momentum.heavy_ball"
    _precise_evaluator = "theory.linear.variants.heavy_ball.heavy_ball_value"
    _evaluator = "heavy_ball_value"

    @classmethod
    def eval(cls, n: Expr, u: Expr, beta: Expr) -> Expr | None:
        """Return the power at β = 0 and the start, else None."""
        if n.is_zero or u.is_zero:
            return Integer(1)
        return (1 - u) ** n if beta.is_zero else None


class MomentumAverage(_Recurrence):
    """E ν^k x_n² of `HeavyBall` at u = hν over the Marchenko–Pastur law, the losses at k = 1 and 0; (k, n, h, β, λ).

    Examples
    --------
    >>> MomentumAverage(1, 3, Rational(1, 50), Rational(1, 2), Rational(1, 2)).evalf(10)
    0.7720962969
    """

    nargs = 5
    _float_evaluator = "numerics.linear.momentum.momentum_average"
    _precise_evaluator = "theory.linear.variants.heavy_ball.momentum_average_value"
    _evaluator = "momentum_average_value"

    @classmethod
    def eval(cls, k: Expr, n: Expr, h: Expr, beta: Expr, lam: Expr) -> Expr | None:
        """Return 1 at n = 0 and the plateau at n = ∞, else None."""
        positive(lam, "λ = d/N_train")
        not_negative(n, "The number of steps", finite=False)
        if n is oo:
            return Integer(0) if k == 1 else Max(0, 1 - 1 / lam)
        return Integer(1) if n.is_zero else None

    def _eval_rewrite_as_Integral(self, k: Expr, n: Expr, h: Expr, beta: Expr, lam: Expr, **_: object) -> Expr:  # noqa: N802
        nu = Dummy("nu", positive=True)
        return MarchenkoPastur(lam).angular_expectation(nu**k * HeavyBall(n, h * nu, beta) ** 2, nu)

    def _eval_is_positive(self) -> bool | None:
        return True if all(argument.is_nonnegative for argument in self.args) else None


def heavy_ball_value(n: MpNumber, u: MpNumber, beta: MpNumber, digits: int) -> MpNumber:
    """x_n by the two roots of r² = (1 + β − u)r − β; between whole n the real part.

    >>> print(mpmath.nstr(heavy_ball_value(2, mpmath.mpf("0.5"), mpmath.mpf("0.25"), 15), 15))
    0.125
    """
    with mpmath.workdps(2 * digits + 20):
        n, u, beta = mpmath.mpf(n), mpmath.mpf(u), mpmath.mpf(beta)
        middle = (1 + beta - u) / 2
        apart = mpmath.sqrt(middle**2 - beta)
        if apart == 0:
            return +mpmath.re(middle**n + n * middle ** (n - 1) * (1 - u - middle))
        upper, lower = middle + apart, middle - apart
        share = (1 - u - lower) / (upper - lower)
        return +mpmath.re(share * upper**n + (1 - share) * lower**n)


def momentum_average_value(
    k: MpNumber, n: MpNumber, h: MpNumber, beta: MpNumber, lam: MpNumber, digits: int
) -> MpNumber:
    """E ν^k x_n², a polynomial in ν, by the trapezoidal rule with n + 2 points, which is exact but for 1/ν.

    >>> print(mpmath.nstr(momentum_average_value(0, 0, 0.02, 0.5, mpmath.mpf(4), 15), 15))
    1.0
    """
    with mpmath.workdps(digits + 20):
        n, h, beta, lam = (mpmath.mpf(value) for value in (n, h, beta, lam))
        root, points = mpmath.sqrt(lam), int(mpmath.ceil(n)) + 2
        total = mpmath.mpf(0)
        for j in range(points):
            sine, cosine = mpmath.sin(mpmath.pi * j / (2 * points)), mpmath.cos(mpmath.pi * j / (2 * points))
            nu = (1 - root) ** 2 + 4 * root * sine**2
            inside = 8 * (sine * cosine) ** 2 * nu ** (k - 1) if j else mpmath.mpf(0)
            weight = mpmath.mpf(1) if lam == 1 and k == 0 and j == 0 else inside  # half of the point at ν = 0
            if weight:
                total += weight * heavy_ball_value(n, h * nu, beta, digits + 10) ** 2
        total /= points
        if k == 0:
            # The pole at ν = 0 counts e^{−2·points·b} in place of its integral, where x_n is 1.
            ratio = min(lam, 1 / lam)
            alias = ratio**points
            total += max(0, 1 - 1 / lam)
            if lam != 1:
                total += (1 / root) * (1 / mpmath.sqrt(ratio) - mpmath.sqrt(ratio)) * alias / (1 - alias)
        return total
