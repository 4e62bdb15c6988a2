"""Gradient descent with a finite step: the exact expected losses after n steps, and their distance from the flow."""

from dataclasses import dataclass
from typing import Any

import mpmath
from sympy import Dummy, Expr, Function, Integer, Max, Rational, Sum, hyper, oo, sqrt, sympify
from sympy.printing.printer import Printer

from theory.annotations import MpNumber, Sympifiable
from theory.linear.dynamics import Dynamics
from theory.linear.losses import GeneralizationLoss, TrainingLoss
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.linear.variants.variant import Variant
from theory.numbers import digits_of, real_argument, to_float

__all__ = ["DescentGeneralizationLoss", "DescentTrainingLoss", "FiniteStep", "descent_value"]


@dataclass(frozen=True)
class FiniteStep(Variant):
    """Gradient descent in n = t steps of η₀ in place of the flow: x = (1 − h(ν + c))^n with h = 2η₀, s = 4η₀t = 2nh.

    It decays only for h(1+√λ)² < 2. The fixed point, hence every plateau, is the flow's.

    Examples
    --------
    >>> from theory import LinearStudent
    >>> from theory.symbols import lam, t
    >>> student = LinearStudent(lam, eta0=Rational(1, 100)).with_finite_step()
    >>> student.training_loss(4 * student.eta0 * t)
    DescentTrainingLoss(t, 1/50, lambda)
    """

    def change(self, dynamics: Dynamics) -> Dynamics:
        """The memory, and the two losses that have a closed form."""
        return dynamics.with_memory(_memory, _average)

    @staticmethod
    def flow_distance(s: Sympifiable, h: Sympifiable, lam: Sympifiable) -> tuple[Expr, Expr]:
        """Leading difference of gradient descent from the flow at equal s = 2nh: training and generalization loss.

        (1 − hν)^{2n} = e^{−νs}(1 − s h ν²/2 + O(h²)), so the losses fall faster than the flow's by (sh/2) ∂²L/∂s².

        Examples
        --------
        >>> from theory.symbols import lam, s
        >>> train, gen = FiniteStep.flow_distance(s, Rational(1, 100), lam)
        >>> gen.subs({s: 2, lam: Rational(1, 2)}).evalf(10)
        -0.0008636721415
        """
        s, h, lam = map(sympify, (s, h, lam))
        x = Dummy("x", positive=True)
        train, gen = TrainingLoss(x, lam).diff(x, 2), GeneralizationLoss(x, lam).diff(x, 2)
        return (-s * h / 2 * train).subs(x, s), (-s * h / 2 * gen).subs(x, s)


def _steps(dynamics: Dynamics) -> tuple[Expr, Expr]:
    return dynamics.time / (4 * dynamics.eta0), 2 * dynamics.eta0


def _memory(dynamics: Dynamics, rate: Expr) -> Expr:
    n, h = _steps(dynamics)
    return (1 - h * rate) ** n


def _average(dynamics: Dynamics, power: int, order: int) -> Expr | None:
    loss = {0: DescentGeneralizationLoss, 1: DescentTrainingLoss}.get(power)
    if loss is None or order not in (0, 2):
        return None
    return loss(*_steps(dynamics), dynamics.lam) if order else Integer(1)


class _DescentLoss(Function):
    nargs = 3

    @classmethod
    def eval(cls, n: Expr, h: Expr, lam: Expr) -> Expr | None:
        """Return 1 at n = 0 or h = 0, the plateau at n = ∞, else None; reject what is known to be out of range."""
        if n is oo:
            return cls._plateau(lam)
        if n.is_negative or n.is_integer is False:
            raise ValueError(f"The number of steps must be a whole number ≥ 0, got {n}.")
        if lam.is_extended_negative:
            raise ValueError(f"λ = d/N_train must be positive, got {lam}.")
        return Integer(1) if n.is_zero or h.is_zero else None

    def _eval_rewrite_as_Integral(self, n: Expr, h: Expr, lam: Expr, **kwargs: Any) -> Expr:  # noqa: N802
        nu = Dummy("nu", positive=True)
        return MarchenkoPastur(lam).angular_expectation(nu**self._power * (1 - h * nu) ** (2 * n), nu)

    def _eval_evalf(self, prec: int) -> Expr | None:
        n, h, lam = self.args
        if not (n.is_Integer and h.is_number and lam.is_number):
            return None
        h, lam = (real_argument(Rational(v) if v.is_Float else v, prec + 20 + int(n).bit_length()) for v in (h, lam))
        return to_float(descent_value(int(n), h, lam, digits_of(prec), self._power), prec)

    def _eval_is_nonnegative(self) -> bool | None:
        return True if all(argument.is_nonnegative for argument in self.args) else None

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        n, h, lam = (printer._print(argument) for argument in self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"L_{{\mathrm{{{self._subscript}}}}}{power}\left({n}, {h}, {lam}\right)"

    def _mpmathcode(self, printer: Printer) -> str:
        n, h, lam = (printer._print(argument) for argument in self.args)
        function = printer._module_format("theory.linear.variants.finite_step.descent_value")
        return f"{function}(int({n}), {h}, {lam}, {printer._module_format('mpmath.mp')}.dps, {self._power})"


class DescentTrainingLoss(_DescentLoss):
    """Expected training loss E ν(1 − hν)^{2n} after n steps of gradient descent with h = 2η.

    a^m ₂F₁(−m/2, (1−m)/2; 2; (2h√λ/a)²) with m = 2n and a = 1 − h(1+λ): a polynomial in h and λ. It decays only for
    h(1+√λ)² < 2. Gradient flow is the limit h → 0 at fixed s = 2nh.

    Raises
    ------
    ValueError
        If n is known not to be a whole number ≥ 0.

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

    @staticmethod
    def _plateau(lam: Expr) -> Expr:
        return Integer(0)

    def _eval_rewrite_as_hyper(self, n: Expr, h: Expr, lam: Expr, **kwargs: Any) -> Expr:
        return _power_average(2 * n, h, lam)


class DescentGeneralizationLoss(_DescentLoss):
    """Expected generalization loss E (1 − hν)^{2n} = 1 − h Σ_{k<2n} E ν(1 − hν)^k: one minus what was removed.

    Raises
    ------
    ValueError
        If n is known not to be a whole number ≥ 0.

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

    @staticmethod
    def _plateau(lam: Expr) -> Expr:
        return Max(0, 1 - 1 / lam)

    def _eval_rewrite_as_hyper(self, n: Expr, h: Expr, lam: Expr, **kwargs: Any) -> Expr:
        if n.is_Integer:
            return 1 - h * sum(_power_average(Integer(k), h, lam) for k in range(2 * int(n)))
        k = Dummy("k", integer=True, nonnegative=True)
        return 1 - h * Sum(_power_average(k, h, lam), (k, 0, 2 * n - 1))


def descent_value(n: int, h: MpNumber, lam: MpNumber, digits: int, power: int) -> mpmath.mpf:
    """Value of E ν^power (1 − hν)^{2n} for power 0 or 1, to about `digits` digits.

    Over the angle of the spectrum both are averages of polynomials in cos θ, of degree 2n + 1 at most, which the
    trapezoidal rule with as many points has exactly: ν^{power−1}[(1 − hν)^{2n} − (power = 0)], plus 1 for power 0. That
    difference cancels as the loss falls, so it is taken with as many more bits.

    Examples
    --------
    >>> print(mpmath.nstr(descent_value(1, mpmath.mpf(1) / 2, 1, 20, 0), 15))  # 1 − 2h + h²(1 + λ)
    0.5
    """
    bits = int((digits + 10) * 3.33)
    with mpmath.workprec(60):
        low = abs(1 - mpmath.mpmathify(h) * (1 - mpmath.sqrt(lam)) ** 2)
        fallen = -int(2 * n * mpmath.log(low, 2)) if 0 < low < 1 and power == 0 else 0
    with mpmath.workprec(bits + fallen + int(n + 1).bit_length()):
        h, lam = mpmath.mpmathify(h), mpmath.mpmathify(lam)
        edge, root = (1 - mpmath.sqrt(lam)) ** 2, mpmath.sqrt(lam)
        points, total = 2 * n + 4, mpmath.mpf(0)
        for k in range(1, points):
            angle = mpmath.pi * k / points
            nu = edge + 4 * root * mpmath.sin(angle / 2) ** 2
            factor = (1 - h * nu) ** (2 * n)
            total += mpmath.sin(angle) ** 2 * (factor if power else (factor - 1) / nu)
        return 2 * total / points + (0 if power else 1)


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
