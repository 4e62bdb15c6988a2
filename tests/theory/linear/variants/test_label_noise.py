import numpy as np
import pytest
from sympy import Integral, Rational, lambdify, oo, pi, sqrt, symbols

from theory import CumulativeLoss, GeneralizationLoss, LabelNoise, LinearStudent, MarcumQ1, TrainingLoss

s, lam = symbols("s lambda", positive=True)
LAMS = [Rational(1, 2), Rational(1), Rational(2)]
LOSSES = ["generalization_loss", "training_loss", "clean_training_loss"]


def noisy(ratio, variance):
    return LinearStudent(ratio).with_label_noise(variance)


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
    expected = [float(getattr(noisy(ratio, 2), loss)(4).evalf()) for loss in LOSSES]
    assert descended(4.0, float(ratio), 2.0) == pytest.approx(expected, rel=0.04, abs=0.015)


@pytest.mark.parametrize("loss", LOSSES)
def test_without_noise(loss):
    plain = GeneralizationLoss if loss == "generalization_loss" else TrainingLoss
    assert getattr(noisy(lam, 0), loss)(s) == plain(s, lam)


def test_closed_forms():
    variance, gen = symbols("sigma", positive=True) ** 2, GeneralizationLoss(s, lam)
    student = noisy(lam, variance)
    noise = 2 * CumulativeLoss(s / 2, lam) - CumulativeLoss(s, lam)
    assert (student.generalization_loss(s) - gen - variance * lam * noise).expand() == 0
    assert (student.training_loss(s) - TrainingLoss(s, lam) - variance * (1 - lam * (1 - gen))).expand() == 0
    clean = TrainingLoss(s, lam) + variance * lam * (1 - 2 * GeneralizationLoss(s / 2, lam) + gen)
    assert (student.clean_training_loss(s) - clean).expand() == 0


@pytest.mark.parametrize("ratio", LAMS)
def test_cumulative_loss_is_the_area(ratio):
    # Simpson's rule on the exact loss; continuous across λ = 1.
    grid = np.linspace(0, 3, 61)
    values = [float(GeneralizationLoss(Rational(k, 20), ratio).evalf()) for k in range(61)]
    weights = np.ones(61)
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    area = np.dot(weights, values) * (grid[1] - grid[0]) / 3
    assert float(CumulativeLoss(3, ratio).evalf()) == pytest.approx(area, rel=1e-6, abs=0)


def test_nothing_breaks_next_to_one():
    near = CumulativeLoss(10, 1 + Rational(1, 10**20)).evalf(30)
    assert abs(near - CumulativeLoss(10, 1).evalf(30)) < 1e-18


@pytest.mark.parametrize("ratio", LAMS)
def test_forms_of_the_area_agree(ratio):
    area = CumulativeLoss(3, ratio).evalf(30)
    assert abs(CumulativeLoss(s, lam).rewrite(Integral).subs({s: 3, lam: ratio}).evalf(20) - area) < 1e-18
    # In a product, where generated code needs its brackets.
    assert (
        abs(float(lambdify((s, lam), 2 * CumulativeLoss(s, lam), "mpmath")(3, float(ratio) + 1e-9)) - 2 * area) < 1e-5
    )
    closed = CumulativeLoss(s, lam).rewrite(MarcumQ1)
    assert (closed.diff(s) - GeneralizationLoss(s, lam)).subs({s: 2, lam: ratio + 1}).evalf(30, chop=True) == 0
    slope = (CumulativeLoss(2, ratio + Rational(1, 10**12)).evalf(40) - CumulativeLoss(2, ratio).evalf(40)) * 10**12
    assert float(CumulativeLoss(s, lam).diff(lam).subs({s: 2, lam: ratio + Rational(1, 10**9)}).evalf(30)) == (
        pytest.approx(float(slope), rel=1e-8, abs=0)
    )


@pytest.mark.parametrize("ratio", [Rational(1, 4), Rational(4)])
def test_plateaus(ratio):
    student = noisy(ratio, 3)
    expected = {Rational(1, 4): (Rational(9, 4), 1, Rational(3, 4)), Rational(4): (0, Rational(7, 4), 3)}[ratio]
    assert (student.training_plateau, student.generalization_plateau, student.clean_training_loss(oo)) == expected
    for loss, plateau in zip(("training_loss", "generalization_loss", "clean_training_loss"), expected, strict=True):
        assert float(getattr(student, loss)(1000).evalf()) == pytest.approx(float(plateau), rel=1e-12, abs=1e-30)
    assert noisy(1, 3).generalization_plateau == oo


def test_the_peak_grows_like_the_root_of_the_time():
    errors = [
        float(noisy(1, 1).generalization_loss(time).evalf(30) / (2 * (sqrt(2) - 1) * sqrt(time / pi)).evalf(30)) - 1
        for time in (10**6, 10**8)
    ]
    assert errors[0] / errors[1] == pytest.approx(10, rel=0.01, abs=0)


@pytest.mark.parametrize("ratio", LAMS)
def test_the_best_time_to_stop(ratio):
    low, high = Rational(1, 100), Rational(1000)
    for _ in range(60):  # bisection: the balance is positive before and negative after
        middle = (low + high) / 2
        low, high = (middle, high) if LabelNoise(1).stopping_balance(middle, ratio).evalf(20) > 0 else (low, middle)
    at = low.evalf(20)
    best = noisy(ratio, 1).generalization_loss(at).evalf(20)
    for other in (at * Rational(9, 10), at * Rational(11, 10)):
        assert noisy(ratio, 1).generalization_loss(other).evalf(20) > best


def test_variance_is_not_negative():
    with pytest.raises(ValueError, match="σ² must not be negative"):
        noisy(1, -1)
