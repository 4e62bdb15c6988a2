"""Losses of gradient descent with a finite step as SymPy functions, and the averages that they differentiate into."""

from collections.abc import Sequence
from typing import Any, ClassVar

import mpmath
from sympy import Dummy, Expr, Function, Integer, Max, Rational, Sum, hyper, oo, sqrt
from sympy.printing.printer import Printer

from theory.annotations import MpNumber
from theory.generated_code import EvaluatorCode
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.numbers import digits_of, real_argument, to_float
from theory.requirements import not_negative, positive, whole
from theory.systems import NoClosedFormError

__all__ = ["DescentAverage", "DescentGeneralizationLoss", "DescentTrainingLoss", "descent_average_value"]


class _DescentFunction(EvaluatorCode, Function):
    """E ν^k (1 − hν)^m over the Marchenko–Pastur law; for k = −1, E [1 − (1 − hν)^m]/ν."""

    _subscript: ClassVar[str] = ""
    _float_evaluator = "numerics.special_functions.descent_average"
    _precise_evaluator = "theory.linear.variants.descent_losses.descent_average_value"

    @property
    def _k(self) -> Expr:
        """The k of E ν^k (1 − hν)^m."""
        raise NotImplementedError

    @property
    def _m(self) -> Expr:
        """The m of E ν^k (1 − hν)^m."""
        raise NotImplementedError

    def _eval_derivative(self, x: Expr) -> Expr:
        """In h and λ; the number of steps is a whole number, and has no derivative."""
        if self._m.has(x):
            raise NoClosedFormError(
                f"The number of steps is whole, so that {self} has no derivative in {x}: take the difference of two "
                "numbers of steps, or the flow without with_finite_step()."
            )
        h, lam = self.args[-2:]
        total = Integer(0)
        if h.has(x):
            total += h.diff(x) * self._step_slope()
        if lam.has(x):
            total += lam.diff(x) * self._ratio_slope()
        return total

    def _step_slope(self) -> Expr:
        """∂A_k,m/∂h = −m A_{k+1,m−1}, and m A_{0,m−1} for k = −1."""
        k, m, (h, lam) = self._k, self._m, self.args[-2:]
        slope = m * DescentAverage(k + 1, m - 1, h, lam)
        return slope if k == -1 else -slope

    def _ratio_slope(self) -> Expr:
        """∂A_k,m/∂λ from ∂ E νf/∂λ = E ν(ν − 1 + λ)f′/(2λ), which holds for any f.

        k ≥ 1: {(k−1)[A_k,m − (1−λ)A_{k−1},m] − mh[A_{k+1},m−1 − (1−λ)A_k,m−1]}/(2λ); k = 0 has the first term of
        [f − f(0)]/ν: {1 − A_0,m − (1−λ)A_{−1},m − mh[A_1,m−1 − (1−λ)A_0,m−1]}/(2λ).
        """
        k, m, (h, lam) = self._k, self._m, self.args[-2:]
        if k == -1:
            raise NoClosedFormError("E [1 − (1 − hν)^m]/ν has no derivative in λ in closed form: take a difference.")

        def average(power: Expr, exponent: Expr) -> Expr:
            return DescentAverage(power, exponent, h, lam)

        above = -m * h * (average(k + 1, m - 1) - (1 - lam) * average(k, m - 1))
        if k.is_zero:
            return (1 - self - (1 - lam) * average(Integer(-1), m) + above) / (2 * lam)
        below = Integer(0) if k == 1 else (k - 1) * (self - (1 - lam) * average(k - 1, m))
        return (below + above) / (2 * lam)

    def _eval_rewrite_as_Integral(self, *args: Expr, **kwargs: Any) -> Expr:  # noqa: N802
        nu = Dummy("nu", positive=True)
        k, m, (h, lam) = self._k, self._m, self.args[-2:]
        law = MarchenkoPastur(lam)
        if k == -1:
            return law.angular_expectation((1 - (1 - h * nu) ** m) / nu, nu, at_zero=m * h)
        return law.angular_expectation(nu**k * (1 - h * nu) ** m, nu)

    def _eval_rewrite_as_hyper(self, *args: Expr, **kwargs: Any) -> Expr:
        k, m, (h, lam) = self._k, self._m, self.args[-2:]
        if k == 1:
            return _power_average(m, h, lam)
        if not k.is_zero:
            return self
        if m.is_Integer:
            return 1 - h * sum(_power_average(Integer(j), h, lam) for j in range(int(m)))
        j = Dummy("k", integer=True, nonnegative=True)
        return 1 - h * Sum(_power_average(j, h, lam), (j, 0, m - 1))

    def _eval_evalf(self, prec: int) -> Expr | None:
        k, m, (h, lam) = self._k, self._m, self.args[-2:]
        if not (k.is_Integer and m.is_Integer and h.is_number and lam.is_number):
            return None
        bits = prec + 20 + int(m + 1).bit_length()
        h, lam = (real_argument(Rational(v) if v.is_Float else v, bits) for v in (h, lam))
        if h is None or lam is None:
            return None
        return to_float(descent_average_value(int(k), int(m), h, lam, digits_of(prec)), prec)

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self._m.is_even and all(argument.is_nonnegative for argument in self.args[-2:]) else None

    def _eval_is_real(self) -> bool | None:
        return True if all(argument.is_nonnegative for argument in self.args[-2:]) else None

    def _code_arguments(self) -> Sequence[Expr]:
        return self._k, self._m, *self.args[-2:]


class _DescentLoss(_DescentFunction):
    nargs = 3
    _power: ClassVar[int] = 0

    @classmethod
    def eval(cls, n: Expr, h: Expr, lam: Expr) -> Expr | None:
        """Return 1 at n = 0 or h = 0, the plateau at n = ∞, else None; reject what is known to be out of range."""
        positive(lam, "λ = d/N_train")
        not_negative(h, "The step h")
        if n is oo:
            return Integer(0) if cls._power else Max(0, 1 - 1 / lam)
        whole(n, 0, "The number of steps")
        return Integer(1) if n.is_zero or h.is_zero else None

    @property
    def _k(self) -> Expr:
        """0 or 1."""
        return Integer(self._power)

    @property
    def _m(self) -> Expr:
        """2n."""
        return 2 * self.args[0]

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        n, h, lam = (printer._print(argument) for argument in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"L_{{\mathrm{{{self._subscript}}}}}{power}\left({n}, {h}, {lam}\right)"


class DescentTrainingLoss(_DescentLoss):
    """Expected training loss E ν(1 − hν)^{2n} after n steps of gradient descent with h = 2η.

    a^m ₂F₁(−m/2, (1−m)/2; 2; (2h√λ/a)²) with m = 2n and a = 1 − h(1+λ): a polynomial in h and λ. It decays only for
    h(1+√λ)² < 2. Gradient flow is the limit h → 0 at fixed s = 2nh.

    Raises
    ------
    ValueError
        If n is known not to be a whole number ≥ 0, or h or λ not to be positive.

    Examples
    --------
    >>> from sympy import expand, symbols
    >>> h, lam = symbols("h lambda", positive=True)
    >>> expand(DescentTrainingLoss(1, h, lam).rewrite(hyper))  # E ν − 2h E ν² + h² E ν³
    h**2*lambda**2 + 3*h**2*lambda + h**2 - 2*h*lambda - 2*h + 1
    >>> DescentTrainingLoss(1000, Rational(1, 50), Rational(1, 2)).evalf(12)
    5.98567021546e-5
    """

    _subscript, _power = "train", 1


class DescentGeneralizationLoss(_DescentLoss):
    """Expected generalization loss E (1 − hν)^{2n} = 1 − h Σ_{k<2n} E ν(1 − hν)^k: one minus what was removed.

    Raises
    ------
    ValueError
        If n is known not to be a whole number ≥ 0, or h or λ not to be positive.

    Examples
    --------
    >>> from sympy import expand, symbols
    >>> h, lam = symbols("h lambda", positive=True)
    >>> expand(DescentGeneralizationLoss(1, h, lam).rewrite(hyper))  # 1 − 2h E ν + h² E ν²
    h**2*lambda + h**2 - 2*h + 1
    >>> DescentGeneralizationLoss(1000, Rational(1, 50), Rational(1, 2)).evalf(12)
    0.000511065467925
    """

    _subscript, _power = "gen", 0


class DescentAverage(_DescentFunction):
    """E ν^k (1 − hν)^m over the Marchenko–Pastur law for whole k, m ≥ 0, and E [1 − (1 − hν)^m]/ν for k = −1.

    For even m it is the generalization loss at k = 0 and the training loss at k = 1, after m/2 steps. The others are
    what these differentiate into.

    Raises
    ------
    ValueError
        If k is known not to be a whole number ≥ −1, m not a whole number ≥ 0, or h or λ not to be positive.

    Examples
    --------
    >>> from sympy import symbols
    >>> h, lam = symbols("h lambda", positive=True)
    >>> DescentAverage(1, 6, h, lam), DescentAverage(2, 0, h, lam)
    (DescentTrainingLoss(3, h, lambda), lambda + 1)
    >>> DescentTrainingLoss(3, h, lam).diff(h)
    -6*DescentAverage(2, 5, h, lambda)
    >>> DescentAverage(-1, 4, Rational(1, 10), Rational(1, 2)).evalf(15)
    0.345725000000000
    """

    nargs = 4

    @classmethod
    def eval(cls, k: Expr, m: Expr, h: Expr, lam: Expr) -> Expr | None:
        """Return the two losses and the moments at m = 0, else None; reject what is known to be out of range."""
        whole(k, -1, "The power k")
        positive(lam, "λ = d/N_train")
        not_negative(h, "The step h")
        if m is oo and k == -1:
            return MarchenkoPastur(lam).inverse_moment(1, Integer(0)) + m * Max(0, 1 - 1 / lam)
        if m is not oo:
            whole(m, 0, "The number m of factors")
        if (k.is_zero and (m / 2).is_integer) or (m is oo and k.is_zero):
            return DescentGeneralizationLoss(m / 2, h, lam)
        if k == 1 and ((m / 2).is_integer or m is oo):
            return DescentTrainingLoss(m / 2, h, lam)
        if m is oo and k.is_positive:
            return Integer(0)
        if m.is_zero and k.is_Integer:
            return Integer(0) if k == -1 else MarchenkoPastur(lam).moment(int(k))
        return None

    @property
    def _k(self) -> Expr:
        """The k of E ν^k (1 − hν)^m."""
        return self.args[0]

    @property
    def _m(self) -> Expr:
        """The m of E ν^k (1 − hν)^m."""
        return self.args[1]

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        k, m, h, lam = (printer._print(argument) for argument in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"A_{{{k}, {m}}}{power}\left({h}, {lam}\right)"


def descent_average_value(k: int, m: int, h: MpNumber, lam: MpNumber, digits: int) -> mpmath.mpf:
    """Value of `DescentAverage` to about `digits` digits.

    Over the angle of the spectrum it is the average of a polynomial in cos θ, which the trapezoidal rule has exactly
    with as many points: of sin²θ ν^{k−1}(1 − hν)^m, without the first one or two terms in ν where these are not
    divisible. What is then put back cancels as the loss falls, so it is taken with as many more bits.

    Examples
    --------
    >>> print(mpmath.nstr(descent_average_value(0, 2, mpmath.mpf(1) / 2, 1, 20), 15))  # 1 − 2h + h²(1 + λ)
    0.5
    """
    m, bits = int(m), int((digits + 10) * 3.33)
    with mpmath.workprec(60):
        low = abs(1 - mpmath.mpmathify(h) * (1 - mpmath.sqrt(lam)) ** 2)
        fallen = -int(m * mpmath.log(low, 2)) if 0 < low < 1 and k == 0 else 0
    with mpmath.workprec(bits + fallen + 3 * int(m + 1).bit_length()):
        h, lam = mpmath.mpmathify(h), mpmath.mpmathify(lam)
        edge, root = (1 - mpmath.sqrt(lam)) ** 2, mpmath.sqrt(lam)
        points, total = m + max(k, 0) + 4, mpmath.mpf(0)
        for j in range(1, points):
            angle = mpmath.pi * j / points
            nu = edge + 4 * root * mpmath.sin(angle / 2) ** 2
            factor = (1 - h * nu) ** m
            if k > 0:
                factor *= nu ** (k - 1)
            elif k == 0:
                factor = (factor - 1) / nu
            else:
                factor = ((1 - factor) / nu - m * h) / nu
            total += mpmath.sin(angle) ** 2 * factor
        return 2 * total / points + (0 if k > 0 else 1 if k == 0 else m * h)


def _power_average(m: Expr, h: Expr, lam: Expr) -> Expr:
    """E ν(1 − hν)^m over the Marchenko–Pastur law."""
    a = 1 - h * (1 + lam)
    ratio = 4 * h**2 * lam / a**2
    if m.is_Integer:
        # Finite sum of ₂F₁, multiplied out so that a = 0 is no exception.
        total, term = a**m, Rational(1)
        for k in range(int(m) // 2):
            term = term * (Rational(-m, 2) + k) * (Rational(1 - m, 2) + k) / ((2 + k) * (k + 1))
            total += term * (2 * h * sqrt(lam)) ** (2 * k + 2) * a ** (m - 2 * k - 2)
        return total
    return a**m * hyper((-m / 2, (1 - m) / 2), (2,), ratio)
