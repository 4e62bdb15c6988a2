import mpmath
import pytest
from sympy import Rational, Symbol, lambdify, limit, oo, pi, sqrt

from theory import published_generalization_loss, published_training_loss, threshold_loss
from theory.linear.jumps.sharpness_law import (
    law_exponent,
    law_gap,
    law_relative_sharpness,
    limiting_law,
    rate_ratio,
    slowest_decay,
    threshold_balance,
    threshold_gen_time,
)

S, X = Symbol("s", positive=True), Symbol("x", positive=True)


def crossing(loss, target, start):
    """Time at which a decreasing loss, an expression in s, equals the target: bisection in ln s."""
    f = lambdify(S, loss, "mpmath")
    return mpmath.exp(mpmath.findroot(lambda y: mpmath.log(f(mpmath.exp(y)) / target), mpmath.log(start)))


@pytest.mark.parametrize("lam", [Rational(1003, 1000), Rational(11, 10), Rational(9, 10)])
def test_the_law_is_the_ratio_of_tangent_slopes_of_the_published_accuracies(lam):
    with mpmath.workdps(40):
        target = threshold_loss(Rational(1, 10**10)).evalf(40)._to_mpmath(140)
        train, gen = published_training_loss(S, lam), published_generalization_loss(S, lam)
        kappa = (((1 - sqrt(lam)) ** 2).evalf(40))._to_mpmath(140)
        times = [crossing(loss, target, 10 / kappa) for loss in (train, gen)]
        # At equal loss dA/dL is the same, so the ratio of accuracy slopes is that of the losses' slopes.
        slopes = [lambdify(S, loss.diff(S), "mpmath")(time) for loss, time in zip((train, gen), times, strict=True)]
        x_train, x_gen = (kappa * time for time in times)
        found = lambdify((), law_relative_sharpness(x_train, x_gen), "mpmath")()
        assert abs(found / (slopes[1] / slopes[0]) - 1) < mpmath.mpf(10) ** -25
        gap = lambdify((), law_gap(x_train, x_gen), "mpmath")()
        assert abs(gap - (times[1] / times[0] - 1)) < mpmath.mpf(10) ** -25


@pytest.mark.parametrize("x_train", [Rational(1, 100), Rational(1), Rational(9)])
def test_the_exponent_is_the_derivative_along_a_fixed_threshold(x_train):
    level = (threshold_loss(Rational(1, 10**10)) * 2 * sqrt(pi)) ** Rational(2, 3)

    def point(x):
        balance = lambdify(X, threshold_balance(x, X, level) / level, "mpmath")
        start = lambdify((), threshold_gen_time(x, level), "mpmath")()
        x_gen = mpmath.findroot(balance, start)
        return x_gen, law_gap(x, x_gen).evalf(40), law_relative_sharpness(x, x_gen).evalf(40)

    with mpmath.workdps(40):
        step = Rational(1, 10**10)
        (_, gap_low, sharp_low), (x_gen, _, _), (_, gap_high, sharp_high) = (
            point(x_train * factor) for factor in (1 - step, 1, 1 + step)
        )
        slope = mpmath.log(sharp_high / sharp_low) / mpmath.log(gap_high / gap_low)
        assert abs(slope - law_exponent(x_train, x_gen).evalf(40)) < 1e-15


def test_the_thresholds_of_both_losses_meet_at_the_slowest_decay():
    """ℓ and x_train give (1−√λ)²; at that λ the published training loss equals the threshold at x_train."""
    level, x_train = Rational(1, 10**6), Rational(3, 2)
    kappa = slowest_decay(x_train, level)
    lam = (1 + sqrt(kappa)) ** 2
    threshold = level ** Rational(3, 2) / (2 * sqrt(pi))
    ratio = published_training_loss(x_train / kappa, lam) / threshold
    assert abs((ratio * lam ** Rational(3, 4)).evalf(30) - 1) < 1e-25


def test_limits_of_the_rate():
    assert limit(X * rate_ratio(X), X, 0) == Rational(1, 2)
    for x in (50, 500):
        assert abs(rate_ratio(Rational(x)).evalf(30) - (1 + Rational(3, 2) / x)) < 3 / x**2


def test_the_limiting_law_starts_at_one_and_tends_to_a_constant_over_the_gap():
    gap, span = Symbol("G", positive=True), Symbol("Lambda", positive=True)
    assert limiting_law(0, span) == 1
    assert (limit(gap * limiting_law(gap, span), gap, oo) - (2 * span / 3 + 1)).expand() == 0


def test_the_closed_form_of_the_gen_time_is_close_where_it_claims_to_be():
    level = Rational(1, 10**6)
    for x_train in (Rational(1, 2), Rational(2), Rational(8)):
        closed = threshold_gen_time(x_train, level).evalf(20)
        balance = lambdify(X, threshold_balance(x_train, X, level) / level, "mpmath")
        exact = mpmath.findroot(balance, float(closed))
        assert float(exact) > 5
        assert abs(float(closed) / float(exact) - 1) < 0.03
