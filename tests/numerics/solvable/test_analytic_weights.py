"""Drawn analytic weights against the moments and the accuracies of theory."""

import numpy as np
import pytest

from numerics import analytic_weights, inverse_participation_ratio, modular_accuracy
from theory import ModularWeights
from theory.values import value


def test_outputs_have_the_means_and_variances_of_theory():
    p, width, draws = 11, 10, 2000
    outputs = np.empty((draws, p))
    for seed in range(draws):
        weights = analytic_weights(width, p, rng=np.random.default_rng(seed))
        outputs[seed] = (weights.first[3] + weights.second[4]) ** 2 @ weights.output.T
    theory = ModularWeights(p)
    wrong = np.delete(outputs, 7, axis=1)
    assert outputs[:, 7].mean() == pytest.approx(float(theory.answer_mean(width)), rel=0.05)
    assert outputs[:, 7].var() == pytest.approx(float(theory.answer_variance(width)), rel=0.1)
    assert wrong.mean() == pytest.approx(float(theory.wrong_mean(width)), rel=0.05)
    assert wrong.var(axis=0).mean() == pytest.approx(float(theory.wrong_variance(width)), rel=0.05)


def test_the_next_order_is_nearer_than_the_gaussian_limit():
    p = 97
    for width in (48, 64, 96):
        found = np.mean([_share(width, p, seed) for seed in range(60)])
        first, second = (abs(modular_accuracy(width, p, order=order) - found) for order in (1, 2))
        assert second < 0.04
        assert second < first


def _share(width, p, seed, drawn=False):
    rng = np.random.default_rng(seed)
    weights = analytic_weights(width, p, rng=rng, drawn=drawn)
    a, b = rng.integers(p, size=(2, 100))
    return np.mean(weights.answers(a, b) == (a + b) % p)


def test_drawn_frequencies_are_less_accurate():
    balanced, drawn = (np.mean([_share(48, 97, seed, how) for seed in range(60)]) for how in (False, True))
    assert drawn < balanced - 0.01
    assert modular_accuracy(48, 97, drawn=True) == pytest.approx(drawn, abs=0.04)


def test_the_first_order_is_the_integral_of_theory():
    assert modular_accuracy(24, 13, order=1) == pytest.approx(
        float(value(ModularWeights(13).accuracy(24), {}, 10)), rel=1e-8
    )


def test_enough_units_add_all_pairs_and_have_one_frequency_each():
    weights = analytic_weights(200, 13, rng=np.random.default_rng(0))
    assert weights.accuracy() == 1
    assert inverse_participation_ratio(weights.second) == pytest.approx(1, rel=1e-12)
    assert inverse_participation_ratio(weights.output) == pytest.approx(1, rel=1e-12)


def test_what_makes_no_sense_is_said():
    with pytest.raises(ValueError, match="an odd modulus p ≥ 3, got N = 5, p = 8"):
        analytic_weights(5, 8, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="order of the approximation must be 1 or 2, got 3"):
        modular_accuracy(5, 7, order=3)
