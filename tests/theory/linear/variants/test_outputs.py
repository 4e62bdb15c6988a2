import numpy as np
import pytest
from sympy import Rational, symbols

from theory import GeneralizationLoss, LinearStudent, TrainingLoss, accuracy, threshold_loss

epsilon, s, lam = symbols("epsilon s lambda", positive=True)


def test_one_output_is_the_theory_without_outputs():
    student = LinearStudent(lam).with_outputs(1)
    assert student.training_loss(s) == TrainingLoss(s, lam)
    assert student.generalization_loss(s) == GeneralizationLoss(s, lam)
    assert student.generalization_accuracy(s) == LinearStudent(lam).generalization_accuracy(s)


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
    student = LinearStudent(Rational(1, 2)).with_outputs(d_out)
    assert train == pytest.approx(float(student.training_loss(3).evalf()), rel=0.05, abs=0)
    assert gen == pytest.approx(float(student.generalization_loss(3).evalf()), rel=0.05, abs=0)


def test_accuracy_is_that_of_the_loss_per_output():
    student = LinearStudent(lam, epsilon=epsilon).with_outputs(3)
    assert student.training_accuracy(s) == accuracy(TrainingLoss(s / 3, lam) / 3, epsilon, 3)
    assert student.generalization_accuracy(s) == accuracy(GeneralizationLoss(s / 3, lam) / 3, epsilon, 3)


def test_jump_times_are_where_the_late_loss_per_output_is_at_the_threshold():
    student = LinearStudent(Rational(9, 10), epsilon=Rational(1, 10**10), eta0=Rational(1, 100)).with_outputs(3)
    late = student.published()
    target = float(threshold_loss(Rational(1, 10**10), outputs=3).evalf())
    train, gen = (
        student.eta0 * 4 * time for time in (student.training_jump_time(), student.generalization_jump_time())
    )
    assert float(late.training_loss(train).evalf()) == pytest.approx(target, rel=1e-10, abs=0)
    assert float(late.generalization_loss(gen).evalf()) == pytest.approx(
        target, rel=0.1, abs=0
    )  # κt → ∞: 1 % of the time


@pytest.mark.parametrize("bad", [0, -1, Rational(3, 2)])
def test_outputs_are_counted(bad):
    with pytest.raises(ValueError, match=r"number of outputs must be a whole number ≥ 1, got"):
        LinearStudent(lam).with_outputs(bad)
