import numpy as np
import pytest
from sympy import Rational, oo, pi, sqrt, symbols

from theory import GeneralizationLoss, TrainingLoss
from theory.extensions.label_noise import (
    cumulative_loss,
    label_noise_clean_training_loss,
    label_noise_generalization_loss,
    label_noise_plateaus,
    label_noise_training_loss,
    stopping_balance,
)

s, lam = symbols("s lambda", positive=True)
LAMS = [Rational(1, 2), Rational(1), Rational(2)]
LOSSES = [label_noise_generalization_loss, label_noise_training_loss, label_noise_clean_training_loss]


def descended(time, ratio, variance, size=200, draws=100, seed=4):
    """Step-by-step gradient descent on noisy labels: generalization, training (noisy) and training (clean) loss."""
    rng, n_train, steps = np.random.default_rng(seed), int(size / ratio), 200
    data = rng.normal(size=(n_train, size))
    noise = rng.normal(scale=np.sqrt(variance), size=(n_train, draws))
    error = rng.normal(scale=np.sqrt(1 / size), size=(size, draws))
    eta = time / (4 * steps)
    for _ in range(steps):
        error = error - eta * 2 * data.T @ (data @ error - noise) / n_train
    return [
        np.mean(np.sum(error**2, axis=0)),
        np.mean(np.sum((data @ error - noise) ** 2, axis=0)) / n_train,
        np.mean(np.sum((data @ error) ** 2, axis=0)) / n_train,
    ]


@pytest.mark.parametrize("ratio", LAMS)
def test_losses_follow_gradient_descent(ratio):
    expected = [float(loss(4, ratio, 2).evalf()) for loss in LOSSES]
    assert descended(4.0, float(ratio), 2.0) == pytest.approx(expected, rel=0.04, abs=0.015)


@pytest.mark.parametrize("loss", LOSSES)
def test_without_noise(loss):
    plain = GeneralizationLoss if loss is label_noise_generalization_loss else TrainingLoss
    assert loss(s, lam, 0) == plain(s, lam)


@pytest.mark.parametrize("ratio", LAMS)
def test_cumulative_loss_is_the_area(ratio):
    # Simpson's rule on the exact loss; continuous across λ = 1.
    grid = np.linspace(0, 3, 61)
    values = [float(GeneralizationLoss(Rational(k, 20), ratio).evalf()) for k in range(61)]
    weights = np.ones(61)
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    area = np.dot(weights, values) * (grid[1] - grid[0]) / 3
    assert float(cumulative_loss(3, ratio).evalf()) == pytest.approx(area, rel=1e-6)


def test_nothing_breaks_next_to_one():
    near = cumulative_loss(10, 1 + Rational(1, 10**20)).evalf(30)
    assert abs(near - cumulative_loss(10, 1).evalf(30)) < 1e-18


@pytest.mark.parametrize("ratio", [Rational(1, 4), Rational(4)])
def test_plateaus(ratio):
    train, gen = label_noise_plateaus(ratio, 3)
    assert label_noise_training_loss(oo, ratio, 3) == train
    assert float(label_noise_generalization_loss(1000, ratio, 3).evalf()) == pytest.approx(float(gen), rel=1e-12)


def test_the_peak_grows_like_the_root_of_the_time():
    errors = [
        float(label_noise_generalization_loss(time, 1, 1).evalf(30) / (2 * (sqrt(2) - 1) * sqrt(time / pi)).evalf(30))
        - 1
        for time in (10**6, 10**8)
    ]
    assert errors[0] / errors[1] == pytest.approx(10, rel=0.01)


@pytest.mark.parametrize("ratio", LAMS)
def test_the_best_time_to_stop(ratio):
    low, high = Rational(1, 100), Rational(1000)
    for _ in range(60):  # bisection: the balance is positive before and negative after
        middle = (low + high) / 2
        low, high = (middle, high) if stopping_balance(middle, ratio, 1).evalf(20) > 0 else (low, middle)
    at = low.evalf(20)
    best = label_noise_generalization_loss(at, ratio, 1).evalf(20)
    for other in (at * Rational(9, 10), at * Rational(11, 10)):
        assert label_noise_generalization_loss(other, ratio, 1).evalf(20) > best


def test_variance_is_not_negative():
    with pytest.raises(ValueError, match="σ² must not be negative"):
        label_noise_training_loss(1, 1, -1)
