import mpmath
import numpy as np
import pytest

from numerics import generalization_loss, training_loss
from numerics.linear.finite_step import log_descent_generalization_loss, log_descent_training_loss
from theory import LinearStudent


def descent_training_loss(n, h, lam):
    return np.exp(log_descent_training_loss(n, h, lam))


def descent_generalization_loss(n, h, lam):
    return np.exp(log_descent_generalization_loss(n, h, lam))


def polynomial(n, h, lam):
    """Both losses at 60 digits from the moments' finite ₂F₁ sums; generalization as 1 − h Σ E ν(1−hν)^k."""
    with mpmath.workdps(60):
        h, lam = mpmath.mpf(h), mpmath.mpf(lam)
        a, step = 1 - h * (1 + lam), 2 * h * mpmath.sqrt(lam)

        def average(m):
            return sum(
                mpmath.binomial(m, 2 * k)
                * mpmath.binomial(2 * k, k)
                / (k + 1)
                * (step / 2) ** (2 * k)
                * a ** (m - 2 * k)
                for k in range(m // 2 + 1)
            )

        return average(2 * n), 1 - h * sum(average(k) for k in range(2 * n))


def test_the_polynomials_are_met_to_twelve_digits():
    rng = np.random.default_rng(4)
    for i in range(60):
        n = int(rng.integers(0, 40))
        lam = 10 ** rng.uniform(-2, 2) if i % 2 else 1 + rng.choice([-1, 1]) * 10 ** rng.uniform(-12, -1)
        lam = 1.0 if i % 10 == 0 else lam
        h = rng.uniform(0.001, 1.99) / (1 + np.sqrt(lam)) ** 2
        train, gen = polynomial(n, h, lam)
        assert float(abs(descent_training_loss(n, h, lam) / train - 1)) < 1e-12
        assert float(abs(descent_generalization_loss(n, h, lam) / gen - 1)) < 1e-12


@pytest.mark.parametrize("lam", [0.5, 1.0, 1.003])
def test_the_flow_is_approached_like_the_step(lam):
    s = 40.0
    for descent, flow in ((descent_training_loss, training_loss), (descent_generalization_loss, generalization_loss)):
        errors = [descent(n, s / (2 * n), lam) / flow(s, lam) - 1 for n in (10_000, 100_000)]
        assert errors[0] / errors[1] == pytest.approx(10, rel=0.01, abs=0)


def test_shapes_and_late_logarithms():
    assert descent_training_loss([[1], [2]], 0.1, [0.5, 1.0, 2.0]).shape == (2, 3)
    late = log_descent_training_loss([10**6, 2 * 10**6], 0.02, 0.5)
    rate = 2 * np.log1p(-0.02 * (1 - np.sqrt(0.5)) ** 2)
    assert late[1] - late[0] == pytest.approx(10**6 * rate, rel=1e-3, abs=0)


@pytest.mark.parametrize(
    ("n", "h", "lam", "rule"), [(np.inf, 1, 1, "steps"), (-1, 1, 1, "steps"), (1, 0, 1, "step must"), (1, 1, 0, "λ")]
)
def test_bad_arguments_get_one_sentence(n, h, lam, rule):
    with pytest.raises(ValueError, match=rule):
        descent_training_loss(n, h, lam)


@pytest.mark.parametrize("lam", [0.3, 1.0, 1.7])
def test_a_student_with_a_finite_step_takes_whole_steps_in_its_time(lam):
    eta0, n = 0.05, np.array([0, 1, 2, 17, 39])
    student = LinearStudent(lam, eta0=eta0).with_finite_step()
    exact = np.array([polynomial(int(steps), 2 * eta0, lam) for steps in n], dtype=float)
    s = 4 * eta0 * n
    np.testing.assert_allclose(training_loss(s, student), exact[:, 0], rtol=1e-12)
    np.testing.assert_allclose(generalization_loss(s, student), exact[:, 1], rtol=1e-12)


def test_between_whole_steps_the_losses_are_interpolated():
    values = descent_generalization_loss([3.0, 3.5, 4.0], 0.2, 0.7)
    assert values[0] > values[1] > values[2]
    assert values[1] == pytest.approx(np.sqrt(values[0] * values[2]), rel=0.01, abs=0)
