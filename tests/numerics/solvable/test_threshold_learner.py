import numpy as np
import pytest
from scipy.special import erf

import numerics
from numerics.solvable.threshold_learner import draw_samples, threshold_curves
from numerics.systems import accuracy_floor
from theory import ThresholdLearner

LEARNER = ThresholdLearner(epsilon=0.1, samples=6, l1=0.3, l2=0.5, offset=0.3, positive_mean=1.4, start=3)


def test_the_floats_are_the_expressions():
    time = [0.1, 0.5, 1.0, 2.0]
    train, gen = threshold_curves(LEARNER, time)
    assert train == pytest.approx([float(LEARNER.training_curve(each)) for each in time], rel=1e-13, abs=0)
    assert gen == pytest.approx([float(LEARNER.generalization_curve(each)) for each in time], rel=1e-13, abs=0)


def test_simulated_generalization_is_the_curve_up_to_the_step():
    errors = []
    for points in (200, 400, 800):
        run = numerics.simulate(LEARNER, points=points)
        errors.append(np.abs(run.gen_accuracy - threshold_curves(LEARNER, run.time)[1]).max())
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.1, abs=0)
    assert errors[1] / errors[2] == pytest.approx(2, rel=0.1, abs=0)


def test_the_mean_staircase_is_the_training_curve():
    runs = np.array([numerics.simulate(LEARNER, replica=k, points=150).train_accuracy for k in range(150)])
    time = numerics.simulate(LEARNER, points=150).time
    scatter = runs.std(axis=0) / np.sqrt(len(runs))
    off = np.abs(runs.mean(axis=0) - threshold_curves(LEARNER, time)[0])
    assert (off < 4 * scatter + 0.02).all()
    assert off.max() < 0.02  # a sample more or less would be 0.05
    assert scatter.max() < 0.009
    assert np.unique(np.round(runs[0] * 12) - runs[0] * 12).max() < 1e-12  # a staircase of 2N steps


def test_drawn_data_have_the_means_that_they_should():
    x, labels = draw_samples(LEARNER, np.random.default_rng(1))
    assert x.mean() == pytest.approx(0.3, rel=1e-12, abs=0)
    assert (x[labels > 0] - 0.1).mean() == pytest.approx(1.4, rel=1e-12, abs=0)


def test_the_probability_is_that_of_drawn_means_and_of_the_theory():
    rng = np.random.default_rng(0)
    means = rng.standard_exponential((2, 40_000, 4)).mean(axis=2)
    drawn = (np.abs(means[0] - means[1]) / 2 < 0.2).mean()
    exact = float(ThresholdLearner(epsilon=0.2, samples=4).grokking_probability())
    assert numerics.grokking_probability(4, 0.2) == pytest.approx(exact, rel=1e-13, abs=0)
    assert drawn == pytest.approx(exact, rel=0, abs=0.01)


def test_many_samples_make_it_an_erf_of_sharpness_root_n():
    errors = [float(numerics.grokking_probability(N, 0.8 / N**0.5)) - erf(0.8) for N in (100, 200, 400)]
    # Edgeworth: −(w³ − 3w)φ(w)/(4N), w = √2·0.8
    w = 2**0.5 * 0.8
    first = -(w**3 - 3 * w) * np.exp(-(w**2) / 2) / np.sqrt(2 * np.pi) / 4
    assert [N * error for N, error in zip((100, 200, 400), errors, strict=True)] == pytest.approx(
        [first] * 3, rel=0.02, abs=0
    )


def test_along_the_start_the_gap_falls_and_sharpness_stays():
    table = numerics.sweep(LEARNER, "start", [3, 12, 48], points=1500)
    assert table["status"].tolist() == ["ok"] * 3
    assert (np.diff(table["relative_gap"]) < -0.04).all()
    assert np.ptp(table["absolute_sharpness"]) < 0.05 * table["absolute_sharpness"].mean()
    assert accuracy_floor(LEARNER) == 0.5


def test_a_threshold_that_rests_too_far_out_never_rises():
    table = numerics.sweep(LEARNER.replace(l1=0, l2=0, positive_mean=2.2), "offset", [1.0], points=300)
    assert table["status"][0].startswith("generalization accuracy never rises past 3/4: it ends at 0.703, as x̄ is 0.9")


def test_symbols_have_no_numbers():
    from sympy import Symbol

    with pytest.raises(ValueError, match="give start a value"):
        threshold_curves(LEARNER.replace(start=Symbol("b", positive=True)), [1.0])
