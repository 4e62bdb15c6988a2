import numpy as np
import pytest

from numerics import (
    descent_accuracies,
    descent_problem,
    fit_curve,
    linear_curves,
    linear_times,
    predict_generalization,
)


@pytest.mark.parametrize(("lam", "epsilon"), [(0.5, 1e-4), (0.95, 1e-10), (0.997, 1e-10)])
def test_the_curve_at_infinite_size_is_found_from_training_alone(lam, epsilon):
    """Also where generalization comes long after the last training accuracy that tells a loss."""
    time = linear_times(lam, points=5000)
    train, gen = linear_curves(time, lam, convention="exact", epsilon=epsilon)
    found, fit = predict_generalization(time, train, epsilon=epsilon, eta0=0.01), fit_curve(time, gen)
    assert found.fit.jump_time == pytest.approx(fit.jump_time, rel=1e-4, abs=0)
    assert found.fit.sharpness == pytest.approx(fit.sharpness, rel=1e-3, abs=0)
    assert found.fit_high.jump_time <= found.fit.jump_time <= found.fit_low.jump_time
    assert found.decay_rate == pytest.approx(0.04 * (1 - np.sqrt(lam)) ** 2, rel=2e-3, abs=0)
    np.testing.assert_allclose(found.accuracy, np.interp(found.time, time, gen), atol=2e-3)


def test_the_jump_of_a_random_data_set():
    """Real data end with their own slowest direction: the jump is found within a few per cent, the width within ten."""
    times, widths = [], []
    for replica in range(12):
        steps, train, gen = descent_accuracies(descent_problem(0.8, 300, replica), epsilon=1e-6, points=2000)
        found, fit = predict_generalization(steps, train, epsilon=1e-6, eta0=0.01), fit_curve(steps, gen)
        times.append(found.fit.jump_time / fit.jump_time)
        widths.append(found.fit.sharpness / fit.sharpness)
    assert np.median(times) == pytest.approx(1, abs=0.01)
    assert np.std(times) < 0.03
    assert np.median(widths) == pytest.approx(1, abs=0.05)


def test_a_plateau_and_noise_of_counted_answers():
    """With more unknowns than samples the curve ends below 1; counts widen the band, which then holds the truth."""
    rng, time = np.random.default_rng(2), np.linspace(1, 60_000, 3000)
    train, gen = linear_curves(time, 0.8, convention="exact", epsilon=1e-6)
    counted = rng.binomial(2000, train) / 2000
    exact, noisy = (
        predict_generalization(time, curve, epsilon=1e-6, eta0=0.01, train_samples=samples)
        for curve, samples in ((train, None), (counted, 2000))
    )
    jump = fit_curve(time, gen).jump_time
    assert noisy.fit.jump_time == pytest.approx(jump, rel=0.02, abs=0)
    assert noisy.fit_high.jump_time < jump < noisy.fit_low.jump_time
    assert exact.fit.jump_time == pytest.approx(jump, rel=1e-4, abs=0)
    held = predict_generalization(time, train, epsilon=1e-6, eta0=0.01, plateau=1e-5)
    assert held.accuracy[-1] == pytest.approx(0.2481703659, rel=1e-4, abs=0)  # erf(√0.05)


@pytest.mark.parametrize(
    ("time", "train", "options", "sentence"),
    [
        ([1.0, 1.0], [0, 1], {}, "ascending steps"),
        ([1.0, 2.0], [0, 1.5], {}, "between 0 and 1"),
        ([1.0, 2.0], [0, 1], {"epsilon": 0}, "ε must be positive"),
        ([1.0, 2.0], [0, 1], {"eta0": np.nan}, "η₀ must be positive"),
        (np.arange(1.0, 9.0), [0, 0.1, 0.2, 0.6, 0.7, 0.8, 1, 1], {}, "Only 3 accuracies"),
    ],
)
def test_bad_input(time, train, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        predict_generalization(time, train, **{"epsilon": 0.1, "eta0": 0.1} | options)
