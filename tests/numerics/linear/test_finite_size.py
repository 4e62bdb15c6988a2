import mpmath
import numpy as np
import pytest

from numerics import (
    finite_size_generalization_loss,
    finite_size_training_loss,
    generalization_loss,
    log_finite_size_generalization_loss,
    log_finite_size_training_loss,
    training_loss,
)


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


def test_training_is_minus_the_slope_and_infinite_size_the_limit():
    s, lam, d = np.array([0.3, 5.0, 40.0]), 0.8, 30
    slope = (
        finite_size_generalization_loss(s + 1e-5, lam, d) - finite_size_generalization_loss(s - 1e-5, lam, d)
    ) / 2e-5
    np.testing.assert_allclose(finite_size_training_loss(s, lam, d), -slope, rtol=1e-6)
    np.testing.assert_allclose(finite_size_generalization_loss(s, lam, 1e17), generalization_loss(s, lam), rtol=1e-12)


@pytest.mark.parametrize(
    ("s", "lam", "d", "rule"), [(-1, 1, 5, "Time"), (np.inf, 1, 5, "Time"), (1, 0, 5, "λ"), (1, 9, 5, "one sample")]
)
def test_bad_arguments_get_one_sentence(s, lam, d, rule):
    with pytest.raises(ValueError, match=rule):
        finite_size_training_loss(s, lam, d)
