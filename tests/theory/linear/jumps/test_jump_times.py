import json
from pathlib import Path

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, exp, symbols

from theory import (
    decay_rate,
    generalization_jump_time,
    jump_time,
    published_generalization_loss,
    published_training_loss,
    threshold_loss,
    training_jump_time,
)
from theory.linear.jumps.jump_times import late_logarithmic_slope

ROWS = json.loads((Path(__file__).parents[3] / "reference" / "jump_times.json").read_text())["rows"]
EPSILON, ETA0 = Rational(1, 10**10), Rational(1, 100)
t, kappa = symbols("t kappa", positive=True)


def number(expression, digits=30):
    return expression.evalf(digits)._to_mpmath(int(3.33 * digits) + 10)


positive = st.integers(-60, 60).map(lambda k: Rational(10) ** k / 7)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(amplitude=positive, rate=positive, level=positive)
def test_lambert_solves_the_late_time_loss(amplitude, rate, level):
    at = jump_time(amplitude, rate, level)
    with mpmath.workdps(40):
        c, k, star, x = (number(v, 200) for v in (amplitude, rate, level, at))
        logarithm = mpmath.log(c) - mpmath.mpf(3) / 2 * mpmath.log(x) - k * x
        assert abs(logarithm - mpmath.log(star)) < 1e-28 * (1 + k * x)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["lam"])
def test_training_jump_time_against_root_finding_on_the_exact_loss(row):
    found = number(training_jump_time(Rational(row["lam"]), EPSILON, ETA0))
    error = abs(found / mpmath.mpf(row["train_exact"]) - 1)
    # The late-time form lacks 3/(16√λ s) of the loss: the error of ln L, over −d ln L/d ln t = 3/2 + κt.
    late = 3 / (16 * mpmath.sqrt(mpmath.mpf(row["lam"])) * 0.04 * found)
    slope = mpmath.mpf("1.5") + number(decay_rate(Rational(row["lam"]), ETA0)) * found
    assert abs(error / (late / slope) - 1) < 1e-2
    assert error < 1e-5


def test_training_jump_time_is_good_to_one_in_ten_million_where_the_paper_starts():
    found = number(training_jump_time(Rational("1.003"), EPSILON, ETA0))
    assert abs(found / mpmath.mpf(ROWS[0]["train_exact"]) - 1) < 1.4e-7


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["lam"])
def test_generalization_jump_time_against_root_finding(row):
    found = number(generalization_jump_time(Rational(row["lam"]), EPSILON, ETA0))
    error = abs(found / mpmath.mpf(row["gen_published"]) - 1)
    assert 1e-4 < error < 0.03, "about a percent: an approximation for κt ≫ 1, not an identity"


def test_training_jump_time_puts_the_printed_loss_on_the_threshold():
    for lam, level in ((Rational(9, 10), Rational(1, 2)), (Rational(2), Rational(3, 4))):
        at = training_jump_time(lam, EPSILON, ETA0, level)
        found = number(published_training_loss(4 * ETA0 * at, lam) / threshold_loss(EPSILON, level))
        assert abs(found - 1) < 1e-27


def test_generalization_jump_time_becomes_exact_deep_in_the_exponential_regime():
    # Relative error of the loss 3/(2κt), of t another 1/κt less.
    errors = []
    for power in (20, 40, 80):
        epsilon = Rational(1, 10**power)
        at = generalization_jump_time(Rational(4), epsilon, ETA0)
        loss = number(published_generalization_loss(4 * ETA0 * at, Rational(4)) / threshold_loss(epsilon))
        errors.append(abs(mpmath.log(loss)) * number(decay_rate(4, ETA0) * at))
    assert all(abs(error - 1.5) < 0.1 for error in errors)


def test_decay_rate_is_symmetric_in_the_root():
    assert decay_rate(4, Rational(1, 8)) == Rational(1, 2)
    assert decay_rate(1, ETA0) == 0
    assert decay_rate(Rational(9, 4), ETA0) == decay_rate(Rational(1, 4), ETA0)


def test_logarithmic_slope_is_a_derivative():
    loss = t ** Rational(-3, 2) * exp(-kappa * t)
    assert (late_logarithmic_slope(t, kappa) + loss.diff(t) / loss).simplify() == 0


def test_ratio_of_slopes_has_its_two_limits():
    # S_rel → 1 for κt ≫ 1 and → 1/(1 + G) between two power laws of one exponent.
    ratio = late_logarithmic_slope(5 * t, kappa) / late_logarithmic_slope(t, kappa)
    assert ratio.limit(t, 0) == Rational(1, 5)
    assert ratio.subs(kappa, 1).limit(t, 10**9).evalf() == pytest.approx(1, abs=1e-8)
