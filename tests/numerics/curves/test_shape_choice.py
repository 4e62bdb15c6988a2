import numpy as np
import pytest

from numerics import compare_shapes, fit_curve
from numerics.curves.shapes import SHAPES

T = np.arange(1.0, 1001.0)
PLANTED = {"erf": 0.0, "logistic": 0.0, "gompertz": 0.0, "mirrored_gompertz": 0.0, "student": 1.0, "skewed_erf": 1.2}


def planted(shape, samples, seed):
    clean = SHAPES[shape].rise(0.01 * (T - 450), PLANTED[shape]).value
    return np.random.default_rng(seed).binomial(samples, 0.5 + 0.5 * clean) / samples


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("weights", [None, 4000])
def test_the_planted_shape_wins_when_the_noise_allows(shape, weights):
    wins = 0
    for seed in range(5):
        scores = compare_shapes(T, planted(shape, 4000, seed), floor=0.5, samples=weights)
        wins += scores[0].fit.shape == shape
        assert [score.criterion for score in scores] == sorted(score.criterion for score in scores)
        assert sum(score.weight for score in scores) == pytest.approx(1)
    assert wins >= 4


def test_best_is_the_first_of_the_comparison():
    y = planted("gompertz", 2000, 0)
    assert fit_curve(T, y, floor=0.5, shape="best") == compare_shapes(T, y, floor=0.5)[0].fit


def test_shapes_share_the_meaning_of_jump_time_and_sharpness():
    for shape in SHAPES:
        fit = fit_curve(T, planted(shape, 10**6, 0), floor=0.5, shape=shape)
        assert fit.jump_time == pytest.approx(450, abs=6 * fit.jump_time_error + 0.05)
        assert fit.sharpness == pytest.approx(0.01, rel=0.01)


def test_without_evidence_the_shapes_share_the_weight():
    y = np.random.default_rng(0).binomial(30, 0.5 + 0.5 * SHAPES["erf"].rise(0.05 * (T[:80] - 40), 0.0).value) / 30
    assert compare_shapes(T[:80], y, floor=0.5)[0].weight < 0.8


def test_a_curve_without_a_jump_keeps_its_reason():
    scores = compare_shapes(T, np.full(T.size, 0.1))
    assert all(not score.fit.ok and np.isnan(score.criterion) for score in scores)
    assert fit_curve(T, np.full(T.size, 0.1), shape="best").status.name == "NO_JUMP"
