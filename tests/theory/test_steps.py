import mpmath
import pytest
from sympy import Derivative, Integral, Rational, Symbol, besseli, exp, oo, sqrt, symbols

from theory import GeneralizationLoss, TrainingLoss, published_training_loss
from theory.steps import DIGITS, asymptotic, definition, identity, value
from theory.symbols import lam, s

x = Symbol("x", positive=True)
bessel = exp(-(1 + lam) * s) * besseli(1, 2 * sqrt(lam) * s) / (sqrt(lam) * s)


def test_definitions_need_no_check():
    assert definition(x, 1).check().passed
    assert definition(x, 1).check().how == "definition"


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


def test_a_complex_value_is_refused():
    with pytest.raises(ValueError, match="no real value"):
        value(sqrt(x - 2), {x: Rational(1)}, 20)


def test_mixed_derivatives_are_refused():
    y = Symbol("y", positive=True)
    with pytest.raises(ValueError, match="one variable"):
        value(Derivative(exp(x * y), x, y), {x: 1, y: 1}, 20)
