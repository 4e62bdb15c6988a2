import numpy as np
import pytest

from numerics import tabulate
from report.delays import Delays, delays


def rows(*runs):
    names = ("initial_scale", "weight_decay", "steps_to_fit", "steps_to_gen", "steps")
    return tabulate(dict(zip(names, run, strict=True)) for run in runs)


def test_only_one_knob_differs():
    table = rows((8, 0.1, 50, 500, 900), (1, 0.1, 20, 10, 900), (4, 0.1, 30, 60, 900), (8, 0.2, 60, 250, 900))
    scale, decay = (delays(table, knob) for knob in ("initial_scale", "weight_decay"))
    assert scale.knob.tolist() == [8, 1, 4]
    assert scale.ratio.tolist() == [10, 0.5, 2]
    assert (decay.knob.tolist(), decay.gen.tolist(), decay.values) == ([0.1, 0.2], [500, 250], [0.1, 0.2])
    assert delays(rows((8, 0.1, 50, 500, 900), (8, 0.1, 50, 500, 900)), "weight_decay") is None
    assert delays(tabulate([{"weight_decay": 1}]), "weight_decay") is None


def test_what_never_came_is_infinite_and_has_its_ratio():
    table = rows((1, 0.1, 50, np.nan, 900), (2, 0.1, np.nan, np.nan, 900), (2, 0.1, np.nan, 700, 900))
    found = delays(table, "initial_scale")
    assert (found.fit.tolist(), found.gen.tolist()) == ([50, np.inf, np.inf], [np.inf, np.inf, 700])
    np.testing.assert_array_equal(found.ratio, [np.inf, np.nan, np.nan])
    assert found.at(1).mean_ratio() == pytest.approx((18.0, 0.0, np.inf))
    assert np.isnan(found.at(2).mean_ratio()[0])
    assert found.at(2).mean_ratio()[1:] == (0.0, np.inf)


def test_the_mean_of_the_ratio_has_the_interval_of_student():
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(400):
        ratio = np.exp(1 + 0.2 * rng.normal(size=4))
        mean, low, high = Delays(np.ones(4), np.full(4, 10.0), 10 * ratio, np.full(4, 1e9)).mean_ratio()
        assert mean == pytest.approx(np.prod(ratio) ** (1 / 4), rel=1e-12)
        covered += low < np.e < high
    assert 0.92 < covered / 400 < 0.98


def test_a_run_that_never_generalized_bounds_the_ratio_from_below():
    gen = np.array([20.0, 20.0, np.inf])
    found = Delays(np.ones(3), np.full(3, 10.0), gen, np.full(3, 60.0))
    seen = Delays(np.ones(3), np.full(3, 10.0), np.minimum(gen, 60.0), np.full(3, 60.0))
    assert found.mean_ratio()[:2] == seen.mean_ratio()[:2]
    assert (found.mean_ratio()[2], np.isfinite(seen.mean_ratio()[2])) == (np.inf, True)
