import numpy as np
import pytest
from sympy import Rational

from theory import DescentTrainingLoss, LinearStudent, Momentum, NoClosedFormError

LAM, ETA = Rational(1, 2), Rational(1, 20)


def recurrence(k, n, h, beta, lam, count=3000):
    """E ν^k x_n² by doing every step at each eigenvalue."""
    angle = np.pi * np.arange(1, count) / count
    nu = 1 + lam - 2 * np.sqrt(lam) * np.cos(angle)
    before, now = np.ones_like(nu), 1 - h * nu
    for _ in range(n - 1):
        before, now = now, (1 + beta - h * nu) * now - beta * before
    return float((2 / count * np.sin(angle) ** 2 * nu ** (k - 1) * now**2).sum())


@pytest.mark.parametrize("beta", [Rational(1, 2), Rational(19, 20)])
def test_losses_are_those_of_the_recurrence(beta):
    student = LinearStudent(LAM, eta0=ETA).with_momentum(beta)
    for k, name in enumerate(("generalization_loss", "training_loss")):
        found = getattr(student, name)(4 * ETA * 20).evalf(12)
        assert float(found) == pytest.approx(recurrence(k, 20, 2 * float(ETA), float(beta), float(LAM)), rel=1e-10)


def test_without_momentum_it_is_gradient_descent():
    still = LinearStudent(LAM, eta0=ETA).with_momentum(0).training_loss(4 * ETA * 9).evalf(15)
    assert float(still) == pytest.approx(float(DescentTrainingLoss(9, 2 * ETA, LAM).evalf(15)), rel=1e-13)


def test_late_time_on_either_side_of_the_critical_momentum():
    h, lam = 2 * float(ETA), float(LAM)
    critical = float(Momentum(0).critical_momentum(LAM, ETA))
    slow, fast = Momentum(Rational(1, 2)), Momentum(Rational(9, 10))
    assert 0.5 < critical < 0.9
    n = 3000
    form = float(slow.late_amplitude(LAM, ETA)) * n**-1.5 * np.exp(-float(slow.decay_rate(LAM, ETA)) * n)
    assert form == pytest.approx(recurrence(1, n, h, 0.5, lam), rel=1e-3, abs=0)
    for k, height in enumerate(reversed(fast.late_heights(LAM, ETA))):
        assert float(height) * 0.9**1000 == pytest.approx(recurrence(k, 1000, h, 0.9, lam), rel=1e-3, abs=0)


def test_the_critical_momentum_decays_fastest():
    critical = float(Momentum(0).critical_momentum(LAM, ETA))
    rates = [float(Momentum(critical + shift).decay_rate(LAM, ETA)) for shift in (-0.01, 0, 0.01)]
    assert rates[1] > max(rates[0], rates[2])


def test_momentum_composes_with_what_is_linear_and_has_limits():
    student = LinearStudent(LAM, eta0=ETA).with_momentum(Rational(1, 2))
    scaled = student.with_initial_scale(3).training_loss(2)
    assert scaled == 5 * student.training_loss(2)
    with pytest.raises(NoClosedFormError, match="one way of training"):
        student.with_finite_step().training_loss(2)
    with pytest.raises(ValueError, match="must be below 1, got 1"):
        Momentum(1)
