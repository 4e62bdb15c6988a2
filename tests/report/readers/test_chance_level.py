import numpy as np
import pytest
from scipy.special import ndtr

from numerics.curves.planted_curves import counted
from report.readers.chance_level import chance_level, levels_off

TIME = np.arange(1.0, 1001.0)


def noisy(floor, center, width, seed=0, samples=250, correlation=0.0):
    expected = floor + (1 - floor) * ndtr((TIME - center) / width)
    return counted(expected, samples, rng=np.random.default_rng(seed), correlation=correlation)


@pytest.mark.parametrize("seed", range(5))
def test_levels_are_told_apart_under_noise(seed):
    assert chance_level(noisy(0.5, 400, 80, seed)) == 0.5
    assert chance_level(noisy(1 / 3, 400, 80, seed)) == 1 / 3
    assert chance_level(noisy(0.0, 400, 80, seed)) == 0.0
    assert round(1 / chance_level(noisy(0.1, 400, 80, seed))) in (9, 10, 11)


@pytest.mark.parametrize("classes", [2, 5, 10, 50, 97, 200])
def test_many_samples_tell_many_classes(classes):
    found = 1 / chance_level(noisy(1 / classes, 500, 60, samples=200_000))
    assert found == pytest.approx(classes, rel=0.02)


def test_no_curve_from_zero_is_taken_for_one_from_chance():
    """A hundred here; the docstring tells of four thousand."""
    rng = np.random.default_rng(1)
    for seed in range(100):
        center = rng.uniform(150, 800)
        curve = noisy(
            0.0, center, center * rng.uniform(0.05, 0.6), seed, int(rng.uniform(200, 5000)), rng.choice([0, 0.9])
        )
        assert chance_level(curve[:: int(rng.integers(1, 20))]) == 0.0


def test_a_test_set_of_250_may_put_two_classes_beside_one_half():
    for level in (0.44, 0.56):
        assert chance_level(np.maximum(noisy(0.0, 600, 80), level)) == 0.5


def test_a_curve_that_passes_through_one_half_has_no_plateau_there():
    assert chance_level(noisy(0.0, 5, 40)) == 0.0


def test_values_left_out_do_not_count():
    curve = noisy(0.5, 400, 80)
    curve[::2] = np.nan
    assert chance_level(curve) == 0.5


def test_without_a_rise_or_with_few_points_nothing_is_assumed():
    assert chance_level(np.full(100, 0.5)) == 0.0
    assert chance_level([0.5, 0.5, 1.0]) == 0.0


def test_a_level_is_seen_where_the_curve_has_come_to_rest():
    assert levels_off(0.4 * noisy(0.0, 300, 50)) == pytest.approx(0.4, abs=0.001)
    assert np.isnan(levels_off(0.4 * noisy(0.0, 900, 80)))
    assert np.isnan(levels_off(np.full(100, 0.4)))
