"""Gap and sharpness of the linear model as closed functions of λ, ε and η₀."""

from sympy import Expr, Rational, erfinv, exp, pi, sqrt

from theory.annotations import Sympifiable
from theory.linear.jumps.jump_times import decay_rate, generalization_jump_time, training_jump_time
from theory.linear.jumps.sharpness_law import law_relative_sharpness, rate_ratio
from theory.requirements import fraction
from theory.sharpness import relative_gap

__all__ = ["linear_absolute_sharpness", "linear_relative_gap", "linear_relative_sharpness", "threshold_slope"]

_HALF = Rational(1, 2)


def linear_relative_gap(lam: Sympifiable, epsilon: Sympifiable, eta0: Sympifiable, level: Sympifiable = _HALF) -> Expr:
    """G(λ, ε, η₀) from the two jump times through Lambert's W; η₀ drops out of the value.

    Examples
    --------
    >>> linear_relative_gap(Rational(1003, 1000), Rational(1, 10**10), Rational(1, 100)).evalf(3)  # M's figure: 7.94
    8.11
    """
    train = training_jump_time(lam, epsilon, eta0, level)
    return relative_gap(train, generalization_jump_time(lam, epsilon, eta0, level))


def linear_relative_sharpness(
    lam: Sympifiable, epsilon: Sympifiable, eta0: Sympifiable, level: Sympifiable = _HALF
) -> Expr:
    """S_rel(λ, ε, η₀) of the tangents at the two jumps, the law S(G) at the jump times of λ.

    Examples
    --------
    >>> linear_relative_sharpness(Rational(11, 10), Rational(1, 10**10), Rational(1, 100)).evalf(3)  # M's figure: 0.934
    0.938
    """
    rate = decay_rate(lam, eta0)
    train = training_jump_time(lam, epsilon, eta0, level)
    return law_relative_sharpness(rate * train, rate * generalization_jump_time(lam, epsilon, eta0, level))


def linear_absolute_sharpness(
    lam: Sympifiable, epsilon: Sympifiable, eta0: Sympifiable, level: Sympifiable = _HALF
) -> Expr:
    """S_abs(λ, ε, η₀), the slope dA_gen/dt at the generalization jump in 1/step: M Eq. 11 in closed form.

    The slope of the accuracy is `threshold_slope` times the logarithmic rate of the loss, 4η₀(1−√λ)² R(x_gen).

    Examples
    --------
    >>> linear_absolute_sharpness(Rational(11, 10), Rational(1, 10**10), Rational(1, 100)).evalf(3)
    2.25e-5
    """
    rate = decay_rate(lam, eta0)
    x_gen = rate * generalization_jump_time(lam, epsilon, eta0, level)
    return threshold_slope(level) * rate * rate_ratio(x_gen)


def threshold_slope(level: Sympifiable = _HALF) -> Expr:
    """−L dA/dL where the accuracy equals `level`: u e^{−u²}/√π, u = erfinv(level). No parameter of the model enters.

    Examples
    --------
    >>> threshold_slope().evalf(10)
    0.2143370411
    """
    u = erfinv(fraction(level, "The accuracy level"))
    return u * exp(-(u**2)) / sqrt(pi)
