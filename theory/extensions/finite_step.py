"""Gradient descent with a finite step: the exact expected losses after n steps, and their distance from the flow."""

from typing import Any

from sympy import Dummy, Expr, Rational, Sum, hyper, sqrt, sympify

from theory.linear.losses import GeneralizationLoss, TrainingLoss

__all__ = ["descent_generalization_loss", "descent_training_loss", "flow_distance"]


def descent_training_loss(n: Any, h: Any, lam: Any) -> Expr:
    """Expected training loss E ν(1 − hν)^{2n} after n steps of gradient descent with h = 2η.

    a^m ₂F₁(−m/2, (1−m)/2; 2; (2h√λ/a)²) with m = 2n and a = 1 − h(1+λ): a polynomial in h and λ. It decays only for
    h(1+√λ)² < 2. Gradient flow is the limit h → 0 at fixed s = 2nh.

    Examples
    --------
    >>> from sympy import expand, symbols
    >>> h, lam = symbols("h lambda", positive=True)
    >>> expand(descent_training_loss(1, h, lam))  # E ν − 2h E ν² + h² E ν³
    h**2*lambda**2 + 3*h**2*lambda + h**2 - 2*h*lambda - 2*h + 1
    """
    n = sympify(n)
    _check_steps(n)
    return _power_average(2 * n, sympify(h), sympify(lam))


def descent_generalization_loss(n: Any, h: Any, lam: Any) -> Expr:
    """Expected generalization loss E (1 − hν)^{2n} = 1 − h Σ_{k<2n} E ν(1 − hν)^k: one minus what was removed.

    Examples
    --------
    >>> from sympy import expand, symbols
    >>> h, lam = symbols("h lambda", positive=True)
    >>> expand(descent_generalization_loss(1, h, lam))  # 1 − 2h E ν + h² E ν²
    h**2*lambda + h**2 - 2*h + 1
    """
    n, h, lam = sympify(n), sympify(h), sympify(lam)
    _check_steps(n)
    if n.is_Integer:
        return 1 - h * sum(_power_average(sympify(k), h, lam) for k in range(2 * int(n)))
    k = Dummy("k", integer=True, nonnegative=True)
    return 1 - h * Sum(_power_average(k, h, lam), (k, 0, 2 * n - 1))


def flow_distance(s: Any, h: Any, lam: Any) -> tuple[Expr, Expr]:
    """Leading difference of gradient descent from the flow at equal s = 2nh: training and generalization loss.

    (1 − hν)^{2n} = e^{−νs}(1 − s h ν²/2 + O(h²)), so the losses fall faster than the flow's by (sh/2) ∂²L/∂s².

    Examples
    --------
    >>> from theory.symbols import lam, s
    >>> train, gen = flow_distance(s, Rational(1, 100), lam)
    >>> gen.subs({s: 2, lam: Rational(1, 2)}).evalf(10)
    -0.0008636721415
    """
    s, h, lam = map(sympify, (s, h, lam))
    x = Dummy("x", positive=True)
    train, gen = TrainingLoss(x, lam).diff(x, 2), GeneralizationLoss(x, lam).diff(x, 2)
    return (-s * h / 2 * train).subs(x, s), (-s * h / 2 * gen).subs(x, s)


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


def _check_steps(n: Expr) -> None:
    if n.is_negative or n.is_integer is False:
        raise ValueError(f"The number of steps must be a whole number ≥ 0, got {n}.")
