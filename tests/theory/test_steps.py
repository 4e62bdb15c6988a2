import mpmath
import pytest
from sympy import (
    Derivative,
    Eq,
    Function,
    Integer,
    Integral,
    Rational,
    Subs,
    Sum,
    Symbol,
    besseli,
    exp,
    gamma,
    oo,
    pi,
    sqrt,
    symbols,
)

from theory import GeneralizationLoss, TrainingLoss, published_training_loss
from theory.steps import DIGITS, asymptotic, definition, identity
from theory.symbols import lam, s
from theory.values import value

x = Symbol("x", positive=True)
bessel = exp(-(1 + lam) * s) * besseli(1, 2 * sqrt(lam) * s) / (sqrt(lam) * s)


def test_a_definition_solves_its_conditions():
    root = definition(x, sqrt(s), "root", Eq(x**2, s))
    assert root.check().how == "symbolic"
    assert not definition(x, 2 * sqrt(s), "twice", Eq(x**2, s)).check().passed
    assert not definition(x, 7, "seven", Eq(x**2, s)).check().passed
    assert not definition(x, sqrt(s), "one of two", Eq(x**2, s), Eq(x**3, s)).check().passed


def test_a_defined_function_is_put_in_at_every_argument():
    f = Function("f")
    conditions = Eq(f(0), 1), Eq(Derivative(f(s), s), -x * f(s))
    assert definition(f(s), exp(-x * s), "decay", *conditions).check().passed
    assert not definition(f(s), exp(-x * s) + 1, "start", *conditions).check().passed
    assert not definition(f(s), exp(-2 * x * s), "rate", *conditions).check().passed
    assert not definition(f(s), 7, "constant", *conditions).check().passed


def test_a_definition_without_conditions_is_refused():
    with pytest.raises(ValueError, match="needs a condition that says what x is"):
        definition(x, 1, "anything")


@pytest.mark.parametrize("left", [2 * x, Integer(3), besseli(0, x), Function("f")(2 * s)])
def test_only_names_are_defined(left):
    outcome = definition(left, s, "no name", Eq(x, s)).check()
    assert not outcome.passed
    assert "introduces a symbol or a function of symbols" in outcome.how


def test_a_condition_on_something_else_is_red():
    outcome = definition(x, s, "beside the point", Eq(lam + 1, 1 + lam**2 / lam, evaluate=False)).check()
    assert not outcome.passed
    assert "does not contain x" in outcome.how


def test_a_step_that_cannot_fail_is_red():
    outcome = identity(x + x, 2 * x, "the same for SymPy").check()
    assert not outcome.passed
    assert "same expression" in outcome.how


def test_what_has_no_value_is_red():
    assert "no real value" in identity(sqrt(-x), x, "imaginary").check().how
    assert not identity(Sum(x / x, (s, 0, oo)) + x, x + 1, "diverges").check().passed
    assert not identity(x, s / Integer(0), "infinite").check().passed


def test_symbols_of_whole_numbers_get_whole_numbers():
    n = Symbol("n", integer=True, positive=True)
    assert identity(gamma(n + 1) / n * x, gamma(n) * x, "recurrence", {n: (1, 3)}).check().passed


def test_a_step_can_ask_for_fewer_digits():
    rough = Rational(314159, 100000)
    assert identity(x * pi, x * rough, "rounded", digits=5).check().passed
    assert not identity(x * pi, x * rough, "rounded", digits=7).check().passed
    assert identity(pi, rough, "rounded", digits=5).check().how == "5 digits"


def test_symbolic_identities_are_seen_symbolically():
    assert identity((x + 1) ** 2, x**2 + 2 * x + 1, "expand").check().how == "symbolic"
    # Bessel's recurrence is used: I₂ = I₀ − 2I₁/x.
    recurrence = identity(besseli(2, x), besseli(0, x) - 2 * besseli(1, x) / x, "recurrence")
    assert recurrence.check().how == "symbolic"


def test_what_cannot_be_simplified_is_checked_to_digits():
    outcome = identity(TrainingLoss(s, lam), bessel, "closed form").check()
    assert outcome.passed
    assert outcome.how.startswith(f"{DIGITS} digits")


@pytest.mark.parametrize(
    "wrong",
    [
        bessel * 2,
        -bessel,
        bessel / sqrt(lam),  # invisible at λ = 1
        bessel * (1 + Rational(1, 10**48)),
        exp(-(1 + lam) * s) * besseli(1, 2 * sqrt(lam) * s) / s,
    ],
)
def test_a_wrong_identity_fails(wrong):
    outcome = identity(TrainingLoss(s, lam), wrong, "wrong").check()
    assert not outcome.passed
    assert outcome.how.startswith("off by")


def test_an_identity_on_one_side_of_lam_one_fails():
    # max(0, 1 − 1/λ) is not 1 − 1/λ: points are taken on both sides.
    assert not identity(GeneralizationLoss(oo, lam), 1 - 1 / lam, "only above").check().passed
    assert identity(GeneralizationLoss(oo, lam), 1 - 1 / lam, "above", domain={lam: (2, 3)}).check().passed
    assert not identity(GeneralizationLoss(oo, lam), 0, "only below").check().passed


def test_a_wrong_derivative_and_a_wrong_integral_fail():
    slope = Derivative(GeneralizationLoss(s, lam), s)
    assert identity(slope, -TrainingLoss(s, lam), "right").check().passed
    assert not identity(slope, TrainingLoss(s, lam), "sign").check().passed
    area = Integral(exp(-s * x), (x, 0, oo))
    assert identity(area, 1 / s, "right").check().passed
    assert not identity(area, 2 / s, "factor").check().passed


def test_asymptotic_steps_check_the_rate():
    late = published_training_loss(s, lam)
    assert asymptotic(TrainingLoss(s, lam), late, "M10", s).check().passed
    assert not asymptotic(TrainingLoss(s, lam), 2 * late, "factor", s).check().passed
    assert not asymptotic(TrainingLoss(s, lam), -late, "sign", s).check().passed
    assert not asymptotic(TrainingLoss(s, lam), late, "rate", s, rate=2).check().passed
    assert not asymptotic(TrainingLoss(s, lam), late * s / (s + sqrt(s)), "half the rate", s).check().passed
    second = late * (1 - 3 / (16 * sqrt(lam) * s))
    assert asymptotic(TrainingLoss(s, lam), second, "two terms", s, rate=2).check().passed
    wrong_sign = late * (1 + 3 / (16 * sqrt(lam) * s))  # what SymPy's own series would give
    assert not asymptotic(TrainingLoss(s, lam), wrong_sign, "two terms", s, rate=2).check().passed


def test_the_size_of_the_error_can_be_claimed():
    late = published_training_loss(s, lam)
    error = -3 / (16 * sqrt(lam) * s)
    assert asymptotic(TrainingLoss(s, lam), late, "M10", s, error=error).check().passed
    assert not asymptotic(TrainingLoss(s, lam), late, "M10", s, error=-error).check().passed
    assert not asymptotic(TrainingLoss(s, lam), late, "M10", s, error=error * Rational(9, 8)).check().passed
    assert not asymptotic(TrainingLoss(s, lam) * (1 + 1 / s), late, "M10", s, error=error).check().passed


def test_asymptotic_steps_go_to_zero_too():
    assert asymptotic(exp(x), 1, "start", x, towards=0).check().passed
    assert not asymptotic(exp(x), 1 + x, "start", x, towards=0).check().passed
    assert asymptotic(exp(x), 1 + x, "start", x, towards=0, rate=2).check().passed


def test_points_are_fixed_by_the_seed():
    step = identity(TrainingLoss(s, lam), bessel * (1 + s / 10**6), "wrong")
    assert step.check(1).how == step.check(1).how
    assert step.check(1).how != step.check(2).how


def test_values_of_derivatives_and_integrals_have_their_digits():
    u = symbols("u", positive=True)
    with mpmath.workdps(40):
        nested = Derivative(Integral(exp(-x * u), (u, 0, 1)), x)
        expected = -mpmath.quad(lambda v: v * mpmath.exp(-2 * v), [0, 1])
        assert abs(value(nested, {x: Rational(2)}, 30) / expected - 1) < 1e-28


def test_values_of_sums_and_substitutions_have_their_digits():
    n, y = Symbol("n", integer=True, nonnegative=True), Symbol("y", positive=True)
    with mpmath.workdps(40):
        assert abs(value(Sum(x**n / gamma(n + 1), (n, 0, oo)), {x: 2}, 30) / mpmath.exp(2) - 1) < 1e-28
        assert abs(value(Sum(x**n, (n, 1, 4)), {x: 3}, 30) - 120) < 1e-28
        inside = Sum(Integral(y**n, (y, 0, x)), (n, 1, 3))
        assert abs(value(inside, {x: 2}, 30) - (2 + mpmath.mpf(8) / 3 + 4)) < 1e-28
        at = Subs(Derivative(y**3, y), y, 2 * x)
        assert abs(value(at, {x: 5}, 30) - 300) < 1e-28


def test_mixed_derivatives_have_their_digits():
    y = Symbol("y", positive=True)
    with mpmath.workdps(40):
        found = value(Derivative(exp(x * y), x, (y, 2)), {x: 2, y: 3}, 30)
        assert abs(found / (16 * mpmath.exp(6)) - 1) < 1e-28


def test_a_sum_that_does_not_converge_is_refused():
    n = Symbol("n", integer=True)
    with pytest.raises(ValueError, match="not converged"):
        value(Sum(1 / n, (n, 1, oo)), {}, 20)


def test_a_complex_value_is_refused():
    with pytest.raises(ValueError, match="no real value"):
        value(sqrt(x - 2), {x: Rational(1)}, 20)


def test_a_value_needs_a_number_for_every_symbol():
    with pytest.raises(ValueError, match="no value without s"):
        value(x + s, {x: 1}, 20)


def test_the_reciprocal_of_a_whole_number_keeps_all_its_digits():
    number = value(1 / Symbol("m", integer=True, positive=True), {Symbol("m", integer=True, positive=True): 3}, 40)
    with mpmath.workdps(40):
        assert abs(number - mpmath.mpf(1) / 3) < mpmath.mpf(10) ** -39
