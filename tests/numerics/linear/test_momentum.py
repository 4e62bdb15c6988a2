import mpmath
import numpy as np
import pytest

from numerics import LinearProblem, descend_step_by_step, generalization_loss, simulate, system_curves, training_loss
from numerics.linear.momentum import heavy_ball, log_momentum_average
from theory import LinearStudent
from theory.linear.variants.heavy_ball import heavy_ball_value, momentum_average_value


@pytest.mark.parametrize("u", [1e-8, 0.01, 0.25, 1.2, 2.2])
@pytest.mark.parametrize("beta", [0.0, 0.25, 0.9])
def test_the_recurrence_step_by_step(u, beta):
    x = [1.0, 1 - u]
    for _ in range(12):
        x.append((1 + beta - u) * x[-1] - beta * x[-2])
    assert heavy_ball(np.arange(14), u, beta) == pytest.approx(x, rel=1e-10, abs=1e-13)
    assert float(heavy_ball_value(7, mpmath.mpf(u), mpmath.mpf(beta), 20)) == pytest.approx(x[7], rel=1e-10, abs=1e-13)


@pytest.mark.parametrize("lam", [0.5, 1.0, 4.0])
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.97])
@pytest.mark.parametrize("n", [0, 5, 120])
def test_averages_to_multiple_precision(lam, beta, n):
    for k in (0, 1):
        exact = mpmath.log(momentum_average_value(k, n, 0.2, beta, mpmath.mpf(lam), 20))
        assert float(log_momentum_average(k, n, 0.2, beta, lam)) == pytest.approx(float(exact), abs=1e-11)


def test_many_steps_take_the_way_of_the_slow_directions():
    """Few points where the waves have died away give what n + 2 points, which are exact, do."""
    h, beta, lam, n = 0.02, 0.5, 0.8, 3000
    nu = 1 + lam - 2 * np.sqrt(lam) * np.cos(np.pi * np.arange(1, n + 2) / (n + 2))
    sine = 1 - ((1 + lam - nu) / (2 * np.sqrt(lam))) ** 2
    exact = np.log((2 / (n + 2) * sine * heavy_ball(n, h * nu, beta) ** 2).sum())
    assert float(log_momentum_average(1, n, h, beta, lam)) == pytest.approx(exact, abs=1e-10)


def test_a_step_too_large_is_refused():
    with pytest.raises(ValueError, match="diverges"):
        log_momentum_average(1, 3, 1.4, 0.5, 0.9)


def test_momentum_on_data_follows_the_theory_to_order_one_over_d():
    lam, eta, steps = 0.5, 0.05, np.array([5.0, 20.0, 60.0])
    student = LinearStudent(lam, eta0=eta).with_momentum(0.9)
    off = []
    for d, replicas in ((40, 60), (160, 15)):
        runs = [
            descend_step_by_step(LinearProblem(d, 2 * d, replica=replica), steps, eta=eta, momentum=0.9)
            for replica in range(replicas)
        ]
        train, gen = (np.mean([getattr(run, name) for run in runs], axis=0) for name in ("train", "gen"))
        off.append(
            max(
                abs(train / training_loss(4 * eta * steps, student) - 1).max(),
                abs(gen / generalization_loss(4 * eta * steps, student) - 1).max(),
            )
        )
    assert off[0] < 8 / 40 + 0.1
    assert off[1] < 8 / 160 + 0.1


def test_the_simulated_accuracies_are_those_of_the_theory():
    student = LinearStudent(0.5, epsilon=0.01, eta0=0.05).with_momentum(0.5)
    run = simulate(student.with_size(300), points=60)
    train, gen = system_curves(student, run.time)
    assert abs(run.train_accuracy - train).max() < 0.1
    assert abs(run.gen_accuracy - gen).max() < 0.1
