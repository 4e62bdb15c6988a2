import numpy as np
import pytest
from scipy.stats import chi2
from sympy import Rational, erfinv, gamma, lambdify, log, lowergamma, symbols

from theory import GeneralizationLoss, TrainingLoss, accuracy, accuracy_slope, threshold_loss
from theory.extensions.outputs import (
    InverseLowerGamma,
    inverse_lower_gamma_value,
    outputs_accuracy,
    outputs_accuracy_slope,
    outputs_generalization_loss,
    outputs_threshold_loss,
    outputs_training_loss,
)

L, epsilon, s, lam, p = symbols("L epsilon s lambda p", positive=True)


def test_one_output_is_the_theory_without_outputs():
    assert outputs_accuracy(L, epsilon, 1) == accuracy(L, epsilon)
    assert (outputs_accuracy_slope(L, epsilon, 1) - accuracy_slope(L, epsilon)).simplify() == 0
    assert outputs_threshold_loss(epsilon, 1, p) == threshold_loss(epsilon, p)
    assert outputs_training_loss(s, lam, 1) == TrainingLoss(s, lam)
    assert outputs_generalization_loss(s, lam, 1) == GeneralizationLoss(s, lam)


@pytest.mark.parametrize("d_out", [1, 2, 3, 10, 97])
def test_accuracy_is_a_chi_square_probability(d_out):
    for ratio in (Rational(1, 3), Rational(1), Rational(5, 2)):
        assert float(outputs_accuracy(1, ratio, d_out)) == pytest.approx(chi2.cdf(d_out * float(ratio), d_out), 1e-12)


@pytest.mark.parametrize("d_out", [2, 3, 10])
def test_accuracy_of_drawn_errors(d_out):
    # Matrix of errors with independent entries: the mean squared error over the outputs of a fresh input.
    rng, draws, loss, level = np.random.default_rng(3), 200_000, 0.7, 0.5
    errors = rng.normal(scale=np.sqrt(loss), size=(draws, d_out))
    found = np.mean(np.mean(errors**2, axis=1) < level)
    expected = float(outputs_accuracy(Rational(7, 10), Rational(1, 2), d_out))
    assert abs(found - expected) < 4 * np.sqrt(expected * (1 - expected) / draws)


def test_losses_follow_gradient_descent_on_the_mean_over_outputs():
    rng, size, n_train, d_out, time = np.random.default_rng(1), 300, 600, 4, 3.0
    data = rng.normal(size=(n_train, size))
    start = rng.normal(size=(size, d_out)) / np.sqrt(size * d_out)
    covariance = data.T @ data / n_train
    error, steps = start.copy(), 2000
    eta = time / (4 * steps)  # s = 4 η₀ t
    for _ in range(steps):  # gradient of ‖XD‖²/(N d_out)
        error -= 2 * eta * covariance @ error / d_out
    train = np.sum((data @ error) ** 2) / (n_train * d_out)
    gen = np.sum(error**2) / d_out
    point = (3, Rational(1, 2), d_out)
    assert train == pytest.approx(float(outputs_training_loss(*point).evalf()), rel=0.05)
    assert gen == pytest.approx(float(outputs_generalization_loss(*point).evalf()), rel=0.05)


@pytest.mark.parametrize("d_out", [3, 7])
def test_slope_is_the_derivative(d_out):
    difference = outputs_accuracy(L, epsilon, d_out).diff(L) - outputs_accuracy_slope(L, epsilon, d_out)
    assert abs(difference.subs({L: Rational(2, 3), epsilon: 1}).evalf(40, chop=True)) < 1e-30


@pytest.mark.parametrize("d_out", [1, 2, 3, 10, 1000])
@pytest.mark.parametrize("level", [Rational(1, 10**6), Rational(1, 2), 1 - Rational(1, 10**12)])
def test_threshold_inverts_the_accuracy(d_out, level):
    back = outputs_accuracy(outputs_threshold_loss(1, d_out, level).evalf(50), 1, d_out).evalf(40)
    assert abs(back / level - 1) < 1e-35


def test_many_outputs_make_a_step_at_epsilon():
    # The median of chi-square is d_out − 2/3 + O(1/d_out).
    for d_out in (100, 10_000):
        assert float(outputs_threshold_loss(1, d_out).evalf()) - 1 == pytest.approx(2 / (3 * d_out), rel=0.02)
    # Accuracy at L = ε(1 ± δ) leaves 1/2 for a step.
    assert outputs_accuracy(Rational(9, 10), 1, 10_000).evalf() > 1 - 1e-9
    assert outputs_accuracy(Rational(11, 10), 1, 10_000).evalf() < 1e-9


def test_inverse_special_values_and_derivative():
    a = symbols("a", positive=True)
    assert InverseLowerGamma(a, 0) == 0
    assert InverseLowerGamma(1, p) == -log(1 - p)
    assert InverseLowerGamma(Rational(1, 2), p) == erfinv(p) ** 2
    inner = InverseLowerGamma(Rational(5, 2), p)
    slope = (lowergamma(Rational(5, 2), inner) / gamma(Rational(5, 2))).diff(p)  # of the identity
    assert slope.subs(p, Rational(1, 3)).evalf(30) == pytest.approx(1, abs=1e-28)
    assert lambdify(p, inner, "mpmath")(0.25) == pytest.approx(chi2.ppf(0.25, 5) / 2, rel=1e-12)


@pytest.mark.parametrize("a", [0.05, 0.5, 30, 5000])
def test_inverse_value_against_scipy(a):
    for level in (1e-9, 0.3, 0.999):
        assert float(inverse_lower_gamma_value(a, level, 20)) == pytest.approx(chi2.ppf(level, 2 * a) / 2, rel=1e-9)


@pytest.mark.parametrize("bad", [0, -1, Rational(3, 2)])
def test_outputs_are_counted(bad):
    for call in (lambda: outputs_accuracy(L, epsilon, bad), lambda: outputs_training_loss(s, lam, bad)):
        with pytest.raises(ValueError, match=r"number of outputs must be a whole number ≥ 1, got"):
            call()


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_levels_lie_between(bad):
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        outputs_threshold_loss(1, 2, bad)
