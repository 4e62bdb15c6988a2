import numpy as np
import pytest
from scipy.special import ndtr

from report.readers.chance_level import chance_level

TIME = np.arange(1.0, 1001.0)


def noisy(floor, center, width, seed=0):
    rng = np.random.default_rng(seed)
    return rng.binomial(250, floor + (1 - floor) * ndtr((TIME - center) / width)) / 250


@pytest.mark.parametrize("seed", range(5))
def test_the_two_levels_are_told_apart_under_noise(seed):
    assert chance_level(noisy(0.5, 400, 80, seed)) == 0.5
    assert chance_level(noisy(0.0, 400, 80, seed)) == 0.0
    assert chance_level(noisy(0.1, 400, 80, seed)) == 0.0


def test_a_curve_that_passes_through_one_half_has_no_plateau_there():
    assert chance_level(noisy(0.0, 5, 40)) == 0.0


def test_values_left_out_do_not_count():
    curve = noisy(0.5, 400, 80)
    curve[::2] = np.nan
    assert chance_level(curve) == 0.5


def test_without_a_rise_or_with_few_points_nothing_is_assumed():
    assert chance_level(np.full(100, 0.5)) == 0.0
    assert chance_level([0.5, 0.5, 1.0]) == 0.0
