"""Gap and sharpness of the linear model as functions of λ, ε and η₀, from the slopes of its accuracies at the jumps."""

from sympy import Expr, Rational, erfinv, exp, pi, sqrt

from theory.linear.jumps.jump_times import generalization_jump_time, training_jump_time
from theory.linear.jumps.linear_measures import (
    linear_absolute_sharpness,
    linear_relative_gap,
    linear_relative_sharpness,
)
from theory.linear.late_time import published_generalization_loss, published_training_loss
from theory.registry import Registry
from theory.steps import Domain, Step, identity
from theory.symbols import epsilon, eta0, lam

__all__ = ["equations"]

equations = Registry()


_OPEN = "derived here; the question M leaves open"
_train, _gen = training_jump_time(lam, epsilon, eta0), generalization_jump_time(lam, epsilon, eta0)
_small: Domain = {epsilon: (Rational(1, 10**8), Rational(1, 10**6)), eta0: (Rational(1, 100), Rational(1, 10))}


def _gen_rate() -> Expr:
    """−d ln L_gen/dt at the generalization jump, by M9."""
    at = 4 * eta0 * _gen
    return 4 * eta0 * published_training_loss(at, lam) / published_generalization_loss(at, lam)


@equations.register("linear-gap", "The grokking gap of the linear model", _OPEN)
def gap() -> tuple[Step, ...]:
    """1 + G is the generalization jump time over the training jump time."""
    return (
        identity(
            linear_relative_gap(lam, epsilon, eta0) * _train,
            _gen - _train,
            "M3 at the jump times of jump-time",
            domain=_small,
        ),
    )


@equations.register("linear-S_rel", "The relative sharpness of the linear model", _OPEN)
def relative() -> tuple[Step, ...]:
    """The ratio of the losses' logarithmic rates at their jumps, slope-at-jump."""
    train_rate = 4 * eta0 * (1 - sqrt(lam)) ** 2 + 3 / (2 * _train)
    ratio = _gen_rate() / train_rate
    return (
        identity(linear_relative_sharpness(lam, epsilon, eta0), ratio, "late-gen and M10 at the jumps", domain=_small),
    )


@equations.register("linear-S_abs", "The absolute sharpness of the linear model", _OPEN)
def absolute() -> tuple[Step, ...]:
    """dA/dt = (−L dA/dL)(−d ln L/dt), the first factor at the threshold."""
    u = erfinv(Rational(1, 2))
    return (
        identity(
            linear_absolute_sharpness(lam, epsilon, eta0),
            u * exp(-(u**2)) / sqrt(pi) * _gen_rate(),
            "threshold-slope times the rate of late-gen",
            domain=_small,
        ),
    )
