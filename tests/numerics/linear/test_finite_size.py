import mpmath
import numpy as np
import pytest

from numerics import generalization_loss, log_generalization_loss, log_training_loss, training_loss
from numerics.linear.finite_size import log_finite_size_generalization_loss, log_finite_size_training_loss
from theory import LinearStudent


def truth(s, lam, d):
    """Both corrected log-losses from mpmath's Bessel functions, with digits to spare for what cancels."""
    with mpmath.workdps(80):
        z = 2 * mpmath.sqrt(lam) * mpmath.mpf(s)
        bessel = [mpmath.besseli(k, z) for k in (0, 1)]
        scale = mpmath.exp(-(1 + mpmath.mpf(lam)) * s) / (2 * mpmath.mpf(d))
        average, slope = mpmath.cosh(z) - bessel[0], mpmath.sinh(z) - bessel[1]
        gen = generalization_loss(s, lam, digits=70) + scale * average
        change = (1 + mpmath.mpf(lam)) * average - 2 * mpmath.sqrt(lam) * slope
        return mpmath.log(gen), mpmath.log(training_loss(s, lam, digits=70) + scale * change)


def test_log_losses_to_fourteen_digits():
    rng = np.random.default_rng(9)
    for i in range(150):
        s = 10 ** rng.uniform(-6, 9)
        lam = 10 ** rng.uniform(-3, 3) if i % 2 else 1 + rng.choice([-1, 1]) * 10 ** rng.uniform(-12, -1)
        d = max(1, lam) * 10 ** rng.uniform(0, 6)
        gen, train = truth(s, lam, d)
        for found, expected in ((log_finite_size_generalization_loss, gen), (log_finite_size_training_loss, train)):
            value = float(found(s, lam, d))
            assert float(abs(value - expected)) < 1e-14 * max(1, abs(value)), (s, lam, d)


@pytest.mark.parametrize("lam", [0.25, 0.9, 1.0, 1.003])
def test_a_student_with_a_size_has_these_losses(lam):
    s, student = np.array([0.0, 1e-3, 2.0, 1e3, 1e6]), LinearStudent(lam).with_size(1000)
    for log_loss, which in ((log_generalization_loss, 0), (log_training_loss, 1)):
        exact = [float(truth(time, lam, 1000)[which]) for time in s[1:].tolist()]
        np.testing.assert_allclose(log_loss(s, student), [0.0, *exact], rtol=1e-13)


def test_training_is_minus_the_slope_and_infinite_size_the_limit():
    s, lam = np.array([0.3, 5.0, 40.0]), 0.8
    small, large = (LinearStudent(lam).with_size(d) for d in (30, 1e17))
    slope = (generalization_loss(s + 1e-5, small) - generalization_loss(s - 1e-5, small)) / 2e-5
    np.testing.assert_allclose(training_loss(s, small), -slope, rtol=1e-6)
    np.testing.assert_allclose(generalization_loss(s, large), generalization_loss(s, lam), rtol=1e-12)


@pytest.mark.parametrize(
    ("s", "lam", "d", "rule"), [(-1, 1, 5, "Time"), (np.inf, 1, 5, "Time"), (1, 0, 5, "λ"), (1, 9, 5, "one sample")]
)
def test_bad_arguments_get_one_sentence(s, lam, d, rule):
    with pytest.raises(ValueError, match=rule):
        log_finite_size_training_loss(s, lam, d)
