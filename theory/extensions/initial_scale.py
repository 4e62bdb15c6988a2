"""The scale α of the initial student: a larger start is a smaller threshold."""

from typing import Any

from sympy import Expr, log, sympify

__all__ = ["effective_epsilon", "initial_error", "scale_delay", "scale_sensitivity"]


def initial_error(alpha: Any) -> Expr:
    """E|αS₀ − T|² = (1 + α²)/2 for independent S₀ and T of equal norm, normalized to E|S₀ − T|² = 1.

    The losses are linear in |D₀|², so all of them, plateaus included, are multiplied by this factor.

    Examples
    --------
    >>> initial_error(1), initial_error(0), initial_error(8)
    (1, 1/2, 65/2)
    """
    return (1 + sympify(alpha) ** 2) / 2


def effective_epsilon(epsilon: Any, alpha: Any) -> Expr:
    """Threshold 2ε/(1 + α²) at which the unscaled losses have the accuracy of the scaled ones (L).

    Examples
    --------
    >>> from theory import accuracy
    >>> from theory.symbols import epsilon
    >>> accuracy(initial_error(3), epsilon) == accuracy(1, effective_epsilon(epsilon, 3))
    True
    """
    return sympify(epsilon) / initial_error(alpha)


def scale_sensitivity(time: Any, rate: Any, alpha: Any) -> Expr:
    """dt*/d ln α = 2α²/(1 + α²)/(κ + 3/(2t*)) of a late jump time t*, of a loss C t^{−3/2} e^{−κt}.

    In the exponential regime, κt* ≫ 1, both jumps move by the same time, so that a larger start lowers the relative
    gap; in the power-law regime t* itself is multiplied, and the gap stays.

    Examples
    --------
    >>> from sympy import Symbol
    >>> from theory import jump_time
    >>> alpha = Symbol("alpha", positive=True)
    >>> star = jump_time(2, 1, effective_epsilon(1, alpha))
    >>> exact = star.diff(alpha) * alpha
    >>> [f.subs(alpha, 3).evalf(15) for f in (exact, scale_sensitivity(star, 1, alpha))]
    [0.928681207277602, 0.928681207277602]
    """
    time, rate, alpha = map(sympify, (time, rate, alpha))
    return 2 * alpha**2 / (1 + alpha**2) / (rate + 3 / (2 * time))


def scale_delay(rate: Any, alpha: Any) -> Expr:
    """Delay ln((1 + α²)/2)/κ of both jumps in the exponential regime: the absolute gap does not move.

    Examples
    --------
    >>> scale_delay(2, 1), scale_delay(1, 3)
    (0, log(5))
    """
    return log(initial_error(alpha)) / sympify(rate)
