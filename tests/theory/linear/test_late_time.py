import mpmath
import pytest
from sympy import Rational, lambdify, oo, pi, sqrt, symbols

from theory import GeneralizationLoss, TrainingLoss, published_generalization_loss, published_training_loss
from theory.linear.late_time import root_of_decay

s, lam, eta0, t = symbols("s lambda eta_0 t", positive=True)


def number(expression, digits=30):
    with mpmath.workdps(digits):
        return mpmath.mpf(str(expression.evalf(digits)))


@pytest.mark.parametrize("at", ["0.3", "1.003", "4"])
def test_training_form_is_as_printed(at):
    # e^{−4η₀(1−√λ)²t}/(16√π λ^{3/4}(η₀t)^{3/2}), typed from the paper, time in steps.
    with mpmath.workdps(30):
        x, rate, steps = mpmath.mpf(at), mpmath.mpf("0.01"), mpmath.mpf(700)
        printed = mpmath.exp(-4 * rate * (1 - mpmath.sqrt(x)) ** 2 * steps) / (
            16 * mpmath.sqrt(mpmath.pi) * x ** mpmath.mpf("0.75") * (rate * steps) ** mpmath.mpf("1.5")
        )
        found = number(published_training_loss(4 * Rational("0.01") * 700, Rational(at)))
        assert abs(found / printed - 1) < 1e-27


@pytest.mark.parametrize("at", [Rational(3, 10), Rational(999, 1000), Rational(1003, 1000), Rational(4)])
def test_generalization_form_is_the_integral_of_the_training_form(at):
    with mpmath.workdps(30):
        x = mpmath.mpf(at.p) / at.q

        def printed(u):
            return mpmath.exp(-((1 - mpmath.sqrt(x)) ** 2) * u) / (
                2 * mpmath.sqrt(mpmath.pi) * x ** mpmath.mpf("0.75") * u ** mpmath.mpf("1.5")
            )

        # u = e^y makes the long tail of λ close to 1 short.
        tail = mpmath.quad(lambda y: printed(mpmath.exp(y)) * mpmath.exp(y), [mpmath.log(5), 3, 6, 10, 16, 22])
        assert abs(number(published_generalization_loss(5, at)) / tail - 1) < 1e-20


def test_generalization_form_is_critical_at_lam_one():
    assert published_generalization_loss(s, 1) == 1 / sqrt(pi * s)


def test_derivative_of_the_generalization_form_is_minus_the_training_form():
    for at in (Rational(1, 2), Rational(3)):
        assert (
            abs(number(published_generalization_loss(s, at).diff(s).subs(s, 3) / published_training_loss(3, at)) + 1)
            < 1e-25
        )


def test_published_forms_are_the_first_late_terms():
    assert published_training_loss(s, lam) == TrainingLoss(s, lam).late_time(1)
    plateau = GeneralizationLoss(oo, lam)
    assert (GeneralizationLoss(s, lam).late_time(1) - plateau - published_generalization_loss(s, lam)).expand() == 0


@pytest.mark.parametrize("exponent", [-15, -3])
def test_root_of_decay_keeps_its_digits_next_to_one(exponent):
    at = 1 + Rational(10) ** exponent
    with mpmath.workdps(80):
        x = 1 + mpmath.mpf(10) ** exponent
        expected = (mpmath.sqrt(x) - 1) * mpmath.sqrt(7)
    assert abs(number(root_of_decay(Rational(7), at)) / expected - 1) < 1e-28


def test_root_of_decay_keeps_its_digits_in_floats_too():
    found = lambdify((s, lam), root_of_decay(s, lam), "math")(7.0, 1.000000000123)
    with mpmath.workdps(40):
        expected = (mpmath.sqrt(mpmath.mpf(1.000000000123)) - 1) * mpmath.sqrt(7)
    assert found == pytest.approx(float(expected), rel=1e-14, abs=0)


def test_generalization_form_keeps_its_digits_far_out():
    # erfc of a large argument minus what it nearly equals: e^{−x} times 1/(2x) is left.
    with mpmath.workdps(400):
        x = (1 - mpmath.sqrt(mpmath.mpf("0.25"))) ** 2 * 4000
        expected = mpmath.exp(-x) - mpmath.sqrt(mpmath.pi * x) * mpmath.erfc(mpmath.sqrt(x))
        expected /= mpmath.sqrt(mpmath.pi * 4000) * mpmath.mpf("0.25") ** mpmath.mpf("0.75")
    assert abs(number(published_generalization_loss(4000, Rational(1, 4))) / expected - 1) < 1e-26


@pytest.mark.parametrize("loss", [TrainingLoss, GeneralizationLoss])
@pytest.mark.parametrize("lam", [Rational(3, 10), Rational(999, 1000), Rational(1003, 1000), Rational(4)])
@pytest.mark.parametrize("n", [1, 2, 4])
def test_the_remainder_bound_holds_and_is_of_the_right_size(loss, lam, n):
    for time in (Rational(1, 4), Rational(3), Rational(60), Rational(5000)):
        if loss is GeneralizationLoss and lam == 4 and time == 5000:
            continue  # the decaying part is 1e-2179 of the plateau
        exact = loss(time, lam)
        error = abs((exact - exact.late_time(n)).evalf(40, maxn=400))
        bound = exact.late_time_remainder(n).evalf(40)
        assert error <= bound
        if loss is TrainingLoss and time == 5000:
            assert bound < 10 * 2**n * error  # of the order of the first term left out
