"""The law S(G) of the fitted erf: what least squares over the whole record make of the two accuracies.

M's sharpness is that of the erf ½[1 + erf(s(x − x*))] that is fitted to the accuracy by least squares, not that of the
tangent at the jump. In units of the slowest decay, x = (1−√λ)²s, each accuracy depends on one number, the time at
which it is at its half, and so do the x* and s of its fit: the law has the same two parameters as that of the tangents,
tied by the same `threshold_balance`.
"""

from itertools import chain, pairwise
from typing import Any

import mpmath
from mpmath.calculus.quadrature import TanhSinh
from sympy import Expr, Float, Integral, Rational, Symbol, erf, erfinv, exp, lambdify, oo, sqrt, sympify

from theory.annotations import Sympifiable
from theory.linear.jumps.sharpness_law import decay_profile
from theory.requirements import fraction, not_negative, positive

__all__ = ["erf_fit", "exponential_rise", "generalization_rise", "normal_equations", "power_rise", "training_rise"]

_HALF = Rational(1, 2)
_STEPS = 30  # of Newton's method
_DIGITS = 8  # of the result for each piece of the record, which has its own nodes
_RULE = TanhSinh(mpmath.mp)


def training_rise(x: Sympifiable, x_train: Sympifiable, level: Sympifiable = _HALF) -> Expr:
    """Training accuracy with `level` at x_train: erf(u (x/x_train)^{3/4} e^{(x − x_train)/2}), u = erfinv(level).

    M Eq. 7 with the late-time loss x^{−3/2} e^{−x}.

    Raises
    ------
    ValueError
        If a time is known to be negative, or x_train or the power below not to be positive.

    Examples
    --------
    >>> training_rise(3, 3).evalf(15), training_rise(4, 3).evalf(6)
    (0.500000000000000, 0.832362)
    """
    x, x_train = not_negative(x, "The time x"), positive(x_train, "The time x_train")
    return _rise((x / x_train) ** Rational(3, 4) * exp((x - x_train) / 2), level)


def generalization_rise(x: Sympifiable, x_gen: Sympifiable, level: Sympifiable = _HALF) -> Expr:
    """Generalization accuracy with `level` at x_gen: erf(u √(h(x_gen)/h(x))), h(x) = x^{−1/2} g(x).

    Examples
    --------
    >>> generalization_rise(3, 3).evalf(15), generalization_rise(4, 3).evalf(6)
    (0.500000000000000, 0.817644)
    """
    x, x_gen = positive(x, "The time x"), positive(x_gen, "The time x_gen")
    fallen = decay_profile(x_gen) / decay_profile(x)
    return _rise((x / x_gen) ** Rational(1, 4) * sqrt(fallen), level)


def exponential_rise(y: Sympifiable, level: Sympifiable = _HALF) -> Expr:
    """What both accuracies become at a time y after a late jump, erf(u e^{y/2}): one and the same curve.

    Examples
    --------
    >>> exponential_rise(0).evalf(15)
    0.500000000000000
    """
    return _rise(exp(sympify(y) / 2), level)


def power_rise(tau: Sympifiable, power: Sympifiable, level: Sympifiable = _HALF) -> Expr:
    """What they become for an early jump, at τ times its own time: erf(u τ^p), p = 3/4 in training and 1/4 after.

    Examples
    --------
    >>> power_rise(1, Rational(3, 4)).evalf(15)
    0.500000000000000
    """
    return _rise(not_negative(tau, "The time τ") ** positive(power, "The power p"), level)


def normal_equations(
    rise: Sympifiable,
    x: Symbol,
    jump_time: Sympifiable,
    sharpness: Sympifiable,
    start: Sympifiable = 0,
    end: Sympifiable = oo,
) -> tuple[Expr, Expr]:
    """∫ (fit − rise) (x − x*)^k e^{−s²(x−x*)²} dx, which vanish where ½[1 + erf(s(x − x*))] fits the accuracy best.

    k = 0 and 1, from the derivatives of ∫ (fit − rise)² dx by x* and by s. The record goes from `start` to `end`, with
    equally spaced points.

    Raises
    ------
    ValueError
        If the sharpness is known not to be positive.

    Examples
    --------
    >>> from sympy import symbols
    >>> x, s = symbols("x s", positive=True)
    >>> normal_equations(1, x, 0, s, -oo)[0].doit()
    -sqrt(pi)/(2*s)
    """
    s, y = positive(sharpness, "The sharpness s"), x - sympify(jump_time)
    moment = ((1 + erf(s * y)) / 2 - sympify(rise)) * exp(-((s * y) ** 2))
    span = (x, sympify(start), sympify(end))
    return Integral(moment, span), Integral(moment * y, span)


def erf_fit(
    rise: Expr,
    x: Symbol,
    guess: tuple[float, float],
    *,
    start: Sympifiable = 0,
    end: Sympifiable = oo,
    digits: int = 15,
) -> tuple[Expr, Expr]:
    """Jump time and sharpness (x*, s) that solve the `normal_equations`, to `digits` digits, from a guess of both.

    Of `exponential_rise` from −∞ they are two universal numbers: in steps, with κ = 4η₀(1−√λ)², a late jump has the
    sharpness 0.37κ and the jump time t_half − 0.23/κ, in training and in generalization.

    Examples
    --------
    >>> y = Symbol("y", real=True)
    >>> erf_fit(exponential_rise(y), y, (-0.2, 0.4), start=-oo, digits=8)
    (-0.23008801, 0.36992061)
    """
    levels = {each: each.evalf(digits + 15) for each in rise.atoms(erfinv)}  # once, not at every point
    curve, ends = lambdify(x, rise.xreplace(levels), "mpmath"), lambdify((), [sympify(start), sympify(end)], "mpmath")
    with mpmath.workdps(digits + 10):
        (low, high), (jump, sharp) = ends(), map(mpmath.mpf, guess)
        for _ in range(_STEPS):
            moments, slopes = _moments(curve, jump, sharp, low, high)
            shift, factor = mpmath.lu_solve(slopes, -moments)
            # Steps in units of the fit's own width, no larger than half of it.
            short = 1 / max(1, 2 * abs(shift), 2 * abs(factor))
            jump, sharp = jump + short * shift / sharp, sharp * mpmath.exp(short * factor)
            if max(abs(shift), abs(factor)) < mpmath.mpf(10) ** (-digits / 2 - 3):
                return Float(jump, digits), Float(sharp, digits)
    raise ValueError(f"No fit was found from x* = {guess[0]}, s = {guess[1]}: give a closer guess.")


def _moments(curve: Any, jump: Any, sharp: Any, low: Any, high: Any) -> tuple[Any, Any]:
    """The normal equations in u = s(x − x*), and their derivatives by s·x* and ln s."""
    reach = mpmath.sqrt(mpmath.mp.dps * mpmath.log(10))  # beyond it the weight is below rounding
    low, high = max(sharp * (low - jump), -reach), min(sharp * (high - jump), reach)
    pulls, bends = [mpmath.mpf(0)] * 4, [mpmath.mpf(0)] * 3
    cuts = mpmath.linspace(low, high, mpmath.mp.dps // _DIGITS + 1)
    degree, precision = _RULE.guess_degree(mpmath.mp.prec), mpmath.mp.prec
    for u, weight in chain(*(_RULE.get_nodes(*piece, degree, precision) for piece in pairwise(cuts))):
        fall = mpmath.exp(-(u**2))
        pull = weight * fall * (mpmath.erfc(-u) / 2 - curve(jump + u / sharp))
        bend = weight * fall**2 / mpmath.sqrt(mpmath.pi)
        pulls = [total + pull * u**k for k, total in enumerate(pulls)]
        bends = [total + bend * u**k for k, total in enumerate(bends)]
    slopes = [
        [2 * pulls[1] - bends[0], bends[1] - 2 * pulls[2]],
        [2 * pulls[2] - pulls[0] - bends[1], bends[2] + pulls[1] - 2 * pulls[3]],
    ]
    return mpmath.matrix(pulls[:2]), mpmath.matrix(slopes)


def _rise(growth: Expr, level: Sympifiable) -> Expr:
    return erf(erfinv(fraction(level, "The accuracy level")) * growth)
