import warnings
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from scipy import stats
from sympy import Integral, Piecewise, Rational, Sum, Symbol, cosh, erf, exp, log, lowergamma, oo, pi, sin, sqrt, tanh

import numerics
from numerics import evaluate
from numerics.evaluation.values import evaluate_log
from theory import (
    CumulativeLoss,
    GeneralizationLoss,
    InverseLowerGamma,
    LinearStudent,
    MarchenkoPastur,
    MarcumQ1,
    TrainingLoss,
    published_generalization_loss,
)
from theory.symbols import lam, nu, s

x, y = Symbol("x"), Symbol("y")


@pytest.fixture(autouse=True)
def no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def by_sympy(expression, **values):
    """30 digits at exactly these floats, as SymPy and mpmath have them."""
    numbers = {Symbol(name): Rational(value) for name, value in values.items()}
    return mpmath.mpf(expression.subs(numbers).evalf(30, maxn=2000)._to_mpmath(110))


@pytest.mark.parametrize(
    "expression",
    [
        1 - exp(-x),  # cancels at small x
        exp(-(x**2)) * cosh(x**2) - Rational(1, 2),  # e^{−x²}·∞, and 1/2 taken off again
        (1 - sqrt(1 + 1 / x)) * x,
        log(1 + x) / x,
        erf(x) / tanh(x),
        sympy.erfc(x) * exp(x**2),
        sympy.besseli(1, x) / sympy.besseli(0, x),
        sympy.besseli(Rational(3, 2), x) * exp(-x),
        lowergamma(Rational(5, 2), x) / x**2,
        sympy.LambertW(x),
        sympy.Max(x, 3) - sympy.Min(x, 1),
        Piecewise((x**2, x < 2), (sqrt(x), x < 50), (1 / x, True)),
        Sum(x**y / sympy.factorial(y), (y, 0, 12)),
        sin(x) / x,
        x ** (x / 100),
    ],
)
def test_ordinary_functions_to_twelve_digits(expression):
    at = np.array([1e-12, 1e-5, 0.3, 1.0, 7.5, 40.0, 300.0, 2000.0])
    found = evaluate(expression, {x: at})
    for point, value in zip(at.tolist(), found.tolist(), strict=True):
        exact = by_sympy(expression.doit(), x=point)
        assert value == pytest.approx(float(exact), rel=1e-12, abs=1e-300), point


def test_what_no_table_knows_is_evaluated_point_by_point():
    expression = sympy.zeta(x) + sympy.airyai(-x)
    found = evaluate(expression, {x: [1.5, 2.0, 9.0]})
    exact = [float(expression.subs(x, Rational(p)).evalf(25)) for p in (1.5, 2.0, 9.0)]
    np.testing.assert_allclose(found, exact, rtol=1e-14)


def test_shapes_broadcast_and_constants_stay_single():
    table = evaluate(x * y + 1, {x: [1.0, 2.0], y: [[1.0], [2.0], [3.0]]})
    np.testing.assert_array_equal(table, [[2, 3], [3, 5], [4, 7]])
    assert np.ndim(evaluate(x**2, {x: 3})) == 0
    assert evaluate(sympy.pi) == np.pi
    np.testing.assert_array_equal(evaluate(Rational(1, 2) + 0 * x, {x: [1.0, 2.0]}), [0.5, 0.5])
    assert evaluate(exp(-x), {x: []}).shape == (0,)


def test_a_symbol_without_a_value_is_named():
    with pytest.raises(ValueError, match="Every symbol needs a value, y has none"):
        evaluate(x + y, {x: 1.0})


def test_floats_are_the_binary_numbers_they_are():
    # (1 − √λ)² at λ next to 1 has its digits in the last bits of λ.
    ratio = 1 + 2.0**-40
    exact = by_sympy((1 - sqrt(x)) ** 2, x=ratio)
    assert float(evaluate((1 - sqrt(lam)) ** 2, {lam: ratio})) == pytest.approx(float(exact), rel=1e-15, abs=0)


def test_values_of_any_size():
    assert evaluate(exp(x) * exp(-x), {x: 1e8}) == 1
    assert evaluate(exp(x), {x: [1e4, -1e4, 0.0]}).tolist() == [np.inf, 0.0, 1.0]
    np.testing.assert_allclose(evaluate_log(exp(-(x**2)) / (1 + x), {x: [1e3, 1e8]}), [-1e6 - np.log(1001), -1e16])
    assert evaluate(sympy.cosh(x) / sympy.sinh(x), {x: 1e5}) == 1


# --- the theory


def grid():
    rng = np.random.default_rng(11)
    times = 10 ** rng.uniform(-6, 7, 24)
    near = 1 + rng.choice([-1, 1], 12) * 10 ** rng.uniform(-9, -1, 12)
    return zip(times.tolist(), [*(10 ** rng.uniform(-2, 2, 12)).tolist(), *near.tolist()], strict=True)


@pytest.mark.parametrize("loss", [TrainingLoss, GeneralizationLoss])
def test_losses_are_those_of_the_stable_evaluators(loss):
    precise = numerics.training_loss if loss is TrainingLoss else numerics.generalization_loss
    for time, ratio in grid():
        with mpmath.workdps(40):
            exact = mpmath.log(precise(Fraction(time), Fraction(ratio), digits=40))
            found = evaluate_log(loss(s, lam), {s: time, lam: ratio})
            assert abs(float(found) - exact) < 1e-13 * max(1, abs(exact))


def test_forms_that_cancel_are_mended():
    """The Bessel and Marcum forms lose every digit in floats at late time and next to λ = 1."""
    for time, ratio in ((1e-3, 0.7), (50.0, 0.7), (3e3, 0.99), (40.0, 1.003), (2.0, 5.0)):
        exact = float(numerics.generalization_loss(Fraction(time), Fraction(ratio), digits=30))
        form = GeneralizationLoss(s, lam).rewrite(sympy.besseli)
        assert float(evaluate(form, {s: [time], lam: ratio})[0]) == pytest.approx(exact, rel=1e-12, abs=0)


def test_the_published_form_at_late_time():
    at = np.array([1.0, 1e3, 1e5, 3e6])
    found = evaluate_log(published_generalization_loss(s, lam), {s: at, lam: 1.003})
    np.testing.assert_allclose(found, numerics.log_generalization_loss(at, 1.003, form="published"), rtol=1e-12)


@pytest.mark.parametrize("ratio", [0.3, 0.999, 1.001, 4.0])
def test_the_sum_of_the_loss_over_time(ratio):
    at = np.array([1e-8, 1e-3, 1.0, 50.0, 1e4])
    for time, value in zip(at.tolist(), evaluate(CumulativeLoss(s, lam), {s: at, lam: ratio}), strict=True):
        exact = CumulativeLoss(Rational(time), Rational(ratio)).evalf(20)
        assert float(value) == pytest.approx(float(exact), rel=1e-12, abs=0)


def test_the_marcum_function_of_all_arguments():
    rng = np.random.default_rng(1)
    first = np.concatenate([10 ** rng.uniform(-3, 2, 20), [1.0, 50.0, 0.0, 3.0, 2.0]])
    second = np.concatenate([10 ** rng.uniform(-3, 2, 20), [1.0, 50.0 + 1e-9, 2.0, 0.0, 30.0]])
    found = evaluate_log(MarcumQ1(x, y), {x: first, y: second})
    for a, b, value in zip(first.tolist(), second.tolist(), found.tolist(), strict=True):
        exact = float(log(MarcumQ1(Rational(a), Rational(b))).evalf(25, maxn=5000))
        assert value == pytest.approx(exact, rel=1e-12, abs=1e-12), (a, b)
    # Q₁ is the survival function of a noncentral chi-square.
    at = np.array([0.5, 3.0, 6.0])
    np.testing.assert_allclose(evaluate(MarcumQ1(x, y), {x: at, y: 3.0}), stats.ncx2.sf(9.0, 2, at**2), rtol=1e-9)


def test_quantiles_of_the_chi_square():
    found = evaluate(InverseLowerGamma(x, y), {x: [1.0, 2.5, 40.0], y: [0.5, 1e-6, 0.999]})
    for a, p, value in zip((1.0, 2.5, 40.0), (0.5, 1e-6, 0.999), found, strict=True):
        with mpmath.workdps(30):
            assert mpmath.gammainc(a, 0, mpmath.mpf(float(value)), regularized=True) == pytest.approx(
                p, rel=1e-11, abs=0
            )


# --- integrals over the spectrum


def weight_decay_by_quadrature(time, ratio, gamma, training):
    """½ E q[e^{−(ν+c)s} + ((νe^{−(ν+c)s/2} + c)/(ν+c))²] at 40 digits, the atom included, typed from the source."""
    with mpmath.workdps(40):
        time, ratio, c = mpmath.mpf(time), mpmath.mpf(ratio), mpmath.mpf(gamma) / 2
        low, width = (1 - mpmath.sqrt(ratio)) ** 2, 4 * mpmath.sqrt(ratio)

        def error(value):
            memory = mpmath.exp(-(value + c) * time / 2)
            return (memory**2 + ((value * memory + c) / (value + c)) ** 2) / 2

        def integrand(phi):
            q = mpmath.sin(phi) ** 2
            value = low + width * q
            return 16 / mpmath.pi * q * (1 - q) * error(value) / (1 if training else value)

        scales = [1 / mpmath.sqrt(1 + width * time), mpmath.sqrt(low / width), mpmath.sqrt(c / width)]
        cuts = {0, mpmath.pi / 2} | {
            scale * 3**k for scale in scales for k in range(-3, 4) if 0 < scale * 3**k < mpmath.pi / 2
        }
        value = mpmath.quad(integrand, sorted(cuts), maxdegree=9)
        return value if training or ratio <= 1 else value + (1 - 1 / ratio) * (1 + mpmath.exp(-c * time)) / 2


@pytest.mark.parametrize(
    ("ratio", "gamma"),
    [
        (0.4, 0.3),
        (0.997, 1e-6),
        (1.003, 0.3),
        (5.0, 1e-6),
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in ((0.4, 1e-6), (0.997, 0.3), (1.003, 1e-6), (5.0, 0.3))
        ),
    ],
)
def test_weight_decay_to_thirteen_digits(ratio, gamma):
    times = np.array([1e-5, 0.7, 90.0, 4e4, 2e7])
    student = LinearStudent(ratio).with_weight_decay(gamma)
    for training, loss in ((True, numerics.training_loss), (False, numerics.generalization_loss)):
        found = loss(times, student)
        for time, value in zip(times.tolist(), found.tolist(), strict=True):
            exact = weight_decay_by_quadrature(time, ratio, gamma, training)
            assert value == pytest.approx(float(exact), rel=1e-13, abs=0), (time, training)


def label_noise_by_quadrature(time, ratio, variance, which):
    """What noisy labels add, as averages of positive terms over the spectrum (see `theory.LabelNoise`), 40 digits."""
    with mpmath.workdps(40):
        time, ratio = mpmath.mpf(time), mpmath.mpf(ratio)
        low, width = (1 - mpmath.sqrt(ratio)) ** 2, 4 * mpmath.sqrt(ratio)

        def integrand(phi):
            q = mpmath.sin(phi) ** 2
            value = low + width * q
            learned = -mpmath.expm1(-value * time / 2)
            square = {
                "training": mpmath.exp(-width * q * time),
                "generalization": learned**2 / value,
                "clean_training": learned**2,
            }
            return 16 / mpmath.pi * q * (1 - q) / value * square[which]

        scales = [1 / mpmath.sqrt(1 + width * time), mpmath.sqrt(low / width)]
        cuts = {0, mpmath.pi / 2} | {
            scale * 3**k for scale in scales for k in range(-3, 4) if 0 < scale * 3**k < mpmath.pi / 2
        }
        value = mpmath.quad(integrand, sorted(cuts), maxdegree=9)
        if which == "training":  # the rule knows absolute errors only, so the factor stays outside
            value *= mpmath.exp(-low * time)
        return variance * (ratio * value + (max(0, 1 - ratio) if which == "training" else 0))


@pytest.mark.parametrize("ratio", [0.4, 0.999, 1.003, 5.0])
@pytest.mark.parametrize("which", ["training", "generalization", "clean_training"])
def test_label_noise_to_twelve_digits(ratio, which):
    times = np.array([1e-3, 0.7, 90.0, 4e4])
    loss = getattr(LinearStudent(Rational(ratio)).with_label_noise(2), f"{which}_loss")(s)
    plain = numerics.generalization_loss if which == "generalization" else numerics.training_loss
    for time, value in zip(times.tolist(), evaluate_log(loss, {s: times}).tolist(), strict=True):
        with mpmath.workdps(40):
            exact = plain(Fraction(time), Fraction(ratio), digits=40)
            exact = mpmath.log(exact + label_noise_by_quadrature(time, ratio, 2, which))
        assert value == pytest.approx(float(exact), rel=1e-12, abs=1e-12), time


@pytest.mark.parametrize("ratio", [0.5, 0.999, 1.0, 1.001, 3.0])
def test_the_law_as_an_integral_gives_the_closed_form(ratio):
    at = np.array([1e-4, 1.0, 300.0, 1e6])
    law = MarchenkoPastur(lam)
    for form in (law.expectation(nu * exp(-nu * s), nu), law.angular_expectation(nu * exp(-nu * s), nu)):
        found = evaluate_log(form, {s: at, lam: ratio})
        np.testing.assert_allclose(found, numerics.log_training_loss(at, ratio), rtol=1e-12, atol=1e-13)


def test_long_curves_of_integrals_are_interpolated_to_the_same_digits():
    times = np.linspace(1, 1e6, 5000)
    student = LinearStudent(0.97).with_weight_decay(1e-3)
    whole = numerics.log_generalization_loss(times, student)
    picked = np.arange(0, 5000, 617)
    np.testing.assert_allclose(whole[picked], numerics.log_generalization_loss(times[picked], student), rtol=1e-12)


def test_endless_integrals():
    normal = Integral(exp(-((x - y) ** 2) / 2), (x, -oo, oo)) / sqrt(2 * pi)
    np.testing.assert_allclose(evaluate(normal, {y: [-3.0, 0.0, 5.0]}), 1, rtol=1e-13)
    tail = Integral(exp(-x), (x, y, oo))
    np.testing.assert_allclose(evaluate_log(tail, {y: [0.0, 3.0, 1e4]}), [0, -3, -1e4], rtol=1e-13, atol=1e-13)
