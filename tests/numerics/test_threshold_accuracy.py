import math

import mpmath
import numpy as np
import pytest

from numerics import accuracy, accuracy_from_log_loss, threshold_loss


def test_accuracy_is_erf():
    for loss in (1e-12, 0.3, 2.0, 1e9):
        assert accuracy(loss, 0.7) == pytest.approx(math.erf(math.sqrt(0.7 / (2 * loss))), rel=1e-14, abs=0)


def test_accuracy_is_the_share_of_small_gaussian_errors():
    errors = np.random.default_rng(0).normal(0, np.sqrt(2.5), 400_000)
    share = (errors**2 < 1.2).mean()
    assert abs(accuracy(2.5, 1.2) - share) < 4 * np.sqrt(0.25 / errors.size)


def test_accuracy_at_the_ends():
    np.testing.assert_array_equal(accuracy([0.0, np.inf], 1e-10), [1.0, 0.0])
    np.testing.assert_array_equal(accuracy_from_log_loss([-np.inf, -1e9, np.inf], 1e-10), [1.0, 1.0, 0.0])


def test_log_losses_give_the_same_where_both_exist():
    losses = np.geomspace(1e-20, 1e3, 50)
    np.testing.assert_allclose(accuracy_from_log_loss(np.log(losses), 1e-10), accuracy(losses, 1e-10), rtol=1e-13)


@pytest.mark.parametrize("level", [0.01, 0.5, 0.99])
@pytest.mark.parametrize("epsilon", [1e-10, 1.0])
def test_threshold_is_where_the_accuracy_reaches_the_level(level, epsilon):
    assert accuracy(threshold_loss(epsilon, level), epsilon) == pytest.approx(level, rel=1e-13)


def test_half_at_2_198_epsilon():
    assert threshold_loss(1e-10) == pytest.approx(2.198109338317732404e-10, rel=1e-14, abs=0)


@pytest.mark.parametrize("epsilon", [0.0, -1.0, np.nan, np.inf])
def test_threshold_of_no_size_is_refused(epsilon):
    with pytest.raises(ValueError, match="ε must be positive and finite, got"):
        accuracy(1.0, epsilon)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, np.nan])
def test_impossible_level_is_refused(level):
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        threshold_loss(1.0, level)


@pytest.mark.parametrize("d_out", [1, 2, 7, 100])
def test_more_outputs_are_a_chi_square_probability(d_out):
    for ratio in (1e-3, 0.3, 1.0, 2.0):
        with mpmath.workdps(30):
            exact = mpmath.gammainc(mpmath.mpf(d_out) / 2, 0, d_out * mpmath.mpf(ratio) / 2, regularized=True)
        assert accuracy(1.0, ratio, d_out=d_out) == pytest.approx(float(exact), rel=1e-12, abs=0)
        assert accuracy_from_log_loss(0.0, ratio, d_out=d_out) == pytest.approx(float(exact), rel=1e-12, abs=0)
    assert accuracy(threshold_loss(0.3, 0.2, d_out=d_out), 0.3, d_out=d_out) == pytest.approx(0.2, rel=1e-12)
    with pytest.raises(ValueError, match="whole number ≥ 1"):
        accuracy(1.0, 1.0, d_out=0)
