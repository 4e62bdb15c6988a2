"""Closed forms of jumps under weight decay and along power-law spectra, against exact losses and random data."""

import numpy as np
import pytest

from numerics import log_generalization_loss, threshold_loss
from theory import (
    LinearStudent,
    critical_weight_decay,
    decay_rate,
    decayed_jump_time,
    decayed_logarithmic_slope,
    power_law_losses,
)
from theory.linear.jumps.jump_times import late_amplitude

LAM, EPSILON, ETA = 0.9, 1e-10, 0.01


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_the_exact_loss_is_at_its_threshold_at_the_jump_in_closed_form(share):
    gamma = share * float(critical_weight_decay(LAM, EPSILON)[1])
    rate, target = float(decay_rate(LAM, ETA)), float(threshold_loss(EPSILON))
    amplitude = 4 * ETA * float(late_amplitude(LAM, ETA)) / rate
    plateau = gamma**2 / (8 * (1 - LAM) ** 3)
    time = float(decayed_jump_time(amplitude, rate, target, 2 * ETA * gamma, plateau))
    student = LinearStudent(LAM, epsilon=EPSILON, eta0=ETA).with_weight_decay(gamma)
    s = 4 * ETA * time * np.exp([-1e-4, 0, 1e-4])
    logs = log_generalization_loss(s, student)
    assert logs[1] == pytest.approx(np.log(target), abs=0.15)
    slow = np.sqrt(2 * amplitude) * 2 * ETA * gamma / rate * time**-0.75
    slope = float(decayed_logarithmic_slope(time, rate, target, plateau, slow))
    assert slope == pytest.approx((logs[0] - logs[2]) / (2e-4 * time), rel=0.2)


def test_between_the_two_critical_decays_only_training_jumps():
    train, gen = (float(one) for one in critical_weight_decay(LAM, EPSILON))
    target = threshold_loss(EPSILON)
    for share, fits, generalizes in ((0.9, True, True), (2, True, False), (11, False, False)):
        student = LinearStudent(LAM).with_weight_decay(share * gen)
        assert (student.training_plateau < target, student.generalization_plateau < target) == (fits, generalizes)
    assert gen / train == pytest.approx(1 - LAM)


def test_no_plateau_above_the_threshold_and_no_lam_above_one():
    with pytest.raises(ValueError, match="plateau must be below the loss L\\* to be reached, got 2 and 1"):
        decayed_jump_time(1, 1, 1, 0.1, 2)
    with pytest.raises(ValueError, match="λ must be below 1, got 2"):
        critical_weight_decay(2, 1e-3)
    with pytest.raises(ValueError, match="λ must be below 1, got 1"):
        power_law_losses(1, 1, 1)


def test_random_data_of_a_power_law_spectrum_have_the_late_losses():
    """The exact flow of one data set of 300 inputs, E over an isotropic start."""
    size, lam, a = 300, 0.3, 2.0
    variances = ((np.arange(size) + 0.5) / size) ** a
    inputs = np.random.default_rng(0).standard_normal((round(size / lam), size)) * np.sqrt(variances)
    rates, vectors = np.linalg.eigh(inputs.T @ inputs / len(inputs))
    seen = (vectors**2 * variances[:, None]).sum(axis=0)
    for s in (300.0, 3000.0):
        left = np.exp(-rates * s) / size
        train, gen = power_law_losses(s, lam, 1 / a)
        assert (left * rates).sum() == pytest.approx(float(train), rel=0.04)
        assert (left * seen).sum() == pytest.approx(float(gen), rel=0.06)
