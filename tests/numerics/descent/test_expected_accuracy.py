import numpy as np
import pytest

import numerics
from numerics import LinearProblem, accuracy, expected_accuracy, laguerre_spectrum, sample_modes, system_curves
from theory import LinearStudent

EPSILON = 3e-3


def test_the_integral_is_the_average_over_drawn_starts():
    rng = np.random.default_rng(3)
    shares = np.exp(-20 * laguerre_spectrum(100, 200, rng=rng)) / 100
    losses = rng.standard_normal((20_000, 100)) ** 2 @ shares
    for epsilon in (1e-5, 1e-3, 1e-2):
        drawn = accuracy(losses, epsilon)
        assert abs(drawn.mean() - expected_accuracy(shares, epsilon)) < 4 * drawn.std() / np.sqrt(drawn.size)
    assert expected_accuracy([0.0, *shares], 1e-3) == pytest.approx(expected_accuracy(shares, 1e-3), rel=1e-9, abs=0)


def test_the_curves_of_a_sized_student_are_right_to_first_order():
    """Infinite size errs by c/d, the accuracy at the corrected mean by more, the curve of the student by 1/d²."""
    s, errors = np.array([6.0, 12.0]), []
    for d in (30, 120):
        student = LinearStudent(0.5, epsilon=EPSILON, eta0=0.25).with_size(d)
        spectra = [laguerre_spectrum(d, 2 * d, rng=np.random.default_rng([d, k])) for k in range(200)]
        exact = np.array(
            [
                [[expected_accuracy(nu**power * np.exp(-nu * time) / d, EPSILON) for time in s] for power in (1, 0)]
                for nu in spectra
            ]
        )
        mean, error = exact.mean(axis=0), exact.std(axis=0) / np.sqrt(len(spectra))
        infinite = np.array(system_curves(LinearStudent(0.5, epsilon=EPSILON, eta0=0.25), s))
        at_mean = accuracy(numerics.generalization_loss(s, student), EPSILON)
        found = np.array(system_curves(student, s))
        assert (np.abs(found - mean) < 4 * error + 4 / d**2).all()
        assert (np.abs(infinite - mean) > 4 * error + 4 / d**2).all()
        assert (np.abs(at_mean - mean[1]) > np.abs(infinite - mean)[1]).all()
        errors.append(np.abs(infinite - mean))
    np.testing.assert_allclose(errors[0] / errors[1], 4, rtol=0.25)


def test_several_outputs_and_noise_of_their_labels():
    """Drawn starts, noise and spectra; the scatter of the losses is the variance of the theory."""
    d, eta, steps = 60, 1e-3, np.array([1000.0, 3000.0])
    student = LinearStudent(0.5, epsilon=0.02, eta0=3 * eta).with_outputs(3).with_label_noise(0.02).with_size(d)
    curves = [
        sample_modes(LinearProblem(d, 2 * d, d_out=3, noise_variance=0.02 / 3, seed=1, replica=k)).descend(
            steps, eta=eta
        )
        for k in range(300)
    ]
    s = 4 * 3 * eta * steps
    for found, name in zip(system_curves(student, steps), ("train", "gen"), strict=True):
        losses = np.array([getattr(one, name) for one in curves]) / 3
        drawn = accuracy(losses, 0.02, d_out=3)
        error = drawn.std(axis=0) / np.sqrt(len(curves))
        assert (np.abs(drawn.mean(axis=0) - found) < 4 * error + 3 / d**2).all()
        variance = getattr(student, f"{'training' if name == 'train' else 'generalization'}_loss_variance")
        expected = [float(variance(time).evalf(10)) for time in s]
        np.testing.assert_allclose(losses.var(axis=0), expected, rtol=0.25)


@pytest.mark.parametrize(("shares", "epsilon"), [([-0.1], 1.0), ([0.0], 1.0), ([0.1], 0.0), ([np.nan], 1.0)])
def test_bad_input(shares, epsilon):
    with pytest.raises(ValueError, match="Need shares of the loss"):
        expected_accuracy(shares, epsilon)


def test_too_few_directions_for_the_integral():
    with pytest.raises(ValueError, match="average erf"):
        expected_accuracy([1.0], 1.0)
