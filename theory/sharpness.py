"""The S-shaped curve and the measures read off a pair of them."""

from sympy import Expr, erf, pi, sqrt, sympify

from theory.annotations import Sympifiable

__all__ = ["absolute_sharpness", "accuracy_curve", "relative_gap", "relative_sharpness"]


def accuracy_curve(
    t: Sympifiable, jump_time: Sympifiable, sharpness: Sympifiable, floor: Sympifiable = 0, ceiling: Sympifiable = 1
) -> Expr:
    """A(t) = c·erf(s·(t − t*)) + d with floor d − c and ceiling d + c (M Eq. 1 and 2).

    >>> from sympy import Rational
    >>> accuracy_curve(7, 7, 3, floor=Rational(1, 2))
    3/4
    """
    t, jump_time, sharpness, floor, ceiling = map(sympify, (t, jump_time, sharpness, floor, ceiling))
    return (ceiling - floor) / 2 * erf(sharpness * (t - jump_time)) + (ceiling + floor) / 2


def relative_gap(jump_time_train: Sympifiable, jump_time_gen: Sympifiable) -> Expr:
    """Relative grokking gap G = t*_gen/t*_train − 1 (M section 2).

    >>> relative_gap(100, 350)
    5/2
    """
    return sympify(jump_time_gen) / sympify(jump_time_train) - 1


def relative_sharpness(sharpness_train: Sympifiable, sharpness_gen: Sympifiable) -> Expr:
    """Relative sharpness S_rel = s_gen/s_train (M section 2).

    >>> relative_sharpness(4, 3)
    3/4
    """
    return sympify(sharpness_gen) / sympify(sharpness_train)


def absolute_sharpness(sharpness_gen: Sympifiable, floor: Sympifiable = 0, ceiling: Sympifiable = 1) -> Expr:
    """Absolute sharpness S_abs = 2c·s_gen/√π, c = (ceiling − floor)/2: the largest slope of the curve (M section 2).

    The source writes 2·c·s_gen/√π with c the amplitude of the erf: the slope of c·erf(s(t − t*)) at t*.

    >>> from sympy import Rational
    >>> from theory.symbols import t
    >>> absolute_sharpness(3, Rational(1, 2)) - accuracy_curve(t, 7, 3, Rational(1, 2)).diff(t).subs(t, 7)
    0
    """
    return (sympify(ceiling) - sympify(floor)) * sympify(sharpness_gen) / sqrt(pi)
