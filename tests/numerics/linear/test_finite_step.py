import mpmath
import numpy as np
import pytest

from numerics import (
    descent_generalization_loss,
    descent_training_loss,
    generalization_loss,
    log_descent_training_loss,
    training_loss,
)


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
        assert errors[0] / errors[1] == pytest.approx(10, rel=0.01)


def test_shapes_and_late_logarithms():
    assert descent_training_loss([[1], [2]], 0.1, [0.5, 1.0, 2.0]).shape == (2, 3)
    late = log_descent_training_loss([10**6, 2 * 10**6], 0.02, 0.5)
    rate = 2 * np.log1p(-0.02 * (1 - np.sqrt(0.5)) ** 2)
    assert late[1] - late[0] == pytest.approx(10**6 * rate, rel=1e-3)


@pytest.mark.parametrize(
    ("n", "h", "lam", "rule"), [(1.5, 1, 1, "steps"), (-1, 1, 1, "steps"), (1, 0, 1, "step must"), (1, 1, 0, "λ")]
)
def test_bad_arguments_get_one_sentence(n, h, lam, rule):
    with pytest.raises(ValueError, match=rule):
        descent_training_loss(n, h, lam)
