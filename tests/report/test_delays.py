import numpy as np

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
    assert found.at(2).median_ratio()[1:] == (0.0, np.inf)


def test_the_median_has_an_interval_from_six_runs_on():
    ratio = np.array([3.0, 1.0, 2.0, 6.0, np.inf, 5.0])
    found = Delays(np.ones(6), np.full(6, 10.0), 10 * ratio, np.full(6, 99.0))
    assert found.median_ratio() == (4.0, 1.0, np.inf)
    few = Delays(np.ones(3), np.full(3, 10.0), 10 * ratio[:3], np.full(3, 99.0))
    assert few.median_ratio() == (2.0, 0.0, np.inf)
