"""Curves that are known as functions have the measures that all their points give."""

import numpy as np
import pytest
from scipy.special import erf, ndtr

from numerics import linear_curves, linear_times, measure, sweep_linear
from numerics.curves.estimation.estimate import estimate_shape
from numerics.curves.known import measurement
from numerics.curves.known.estimates import estimate_rising
from numerics.curves.known.rises import find_rises
from numerics.curves.known.rising_curves import RisingCurves
from numerics.curves.phases import find_jump_in_long, start_rate
from numerics.curves.shapes import named_shape

SWEEPS = {
    "the paper": {"lam": [1.003, 1.0038, 1.03, 1.1], "points": 50_000},
    "early, late and unfinished": {"lam": [1.003, 1.1], "points": 9000, "horizon": 500.0},
    "exact on both sides": {"lam": [0.5, 0.999, 1.003], "points": 20_001, "convention": "exact"},
    "a jump at the first points": {"lam": [0.99], "points": 9000, "convention": "exact", "epsilon": 1e-6},
    "few points": {"lam": [1.02], "points": 300},
    "one window longer than the other": {
        "lam": [0.68],
        "points": 50_000,
        "convention": "exact",
        "epsilon": 0.004,
        "eta0": 8e-4,
        "horizon": 3800.0,
    },
}


@pytest.mark.parametrize("name", SWEEPS)
def test_a_sweep_has_the_measures_of_all_points(name):
    arguments = SWEEPS[name]
    grid = {key: arguments[key] for key in ("points", "horizon") if key in arguments}
    losses = {key: arguments[key] for key in ("convention", "epsilon", "eta0") if key in arguments}
    for row in sweep_linear(**arguments):
        time = linear_times(row["lam"], **grid)
        expected = measure(time, *linear_curves(time, row["lam"], **losses)).row()
        if "never rises" in row["status"]:
            expected["status"] = row["status"]
        for column, value in expected.items():
            if isinstance(value, str):
                assert row[column] == value
            else:
                tolerance = 1e-6 if "error" in column or "misfit" in column or "correlation" in column else 1e-8
                assert row[column] == pytest.approx(value, rel=tolerance, abs=1e-9, nan_ok=True) or (
                    np.isclose(row[column], value, rtol=tolerance, atol=0)
                )


def test_the_paper_needs_no_curve_in_full(monkeypatch):
    monkeypatch.setattr(measurement, "_from_all_points", None)
    assert len(sweep_linear().fitted) == 120
    assert len(sweep_linear([0.5, 0.9, 1.1], convention="exact").fitted) == 2


def steps(*parts):
    """An accuracy of rises (share, place, rate)."""
    return lambda t: sum(share * ndtr(np.sqrt(2) * rate * (t - place)) for share, place, rate in parts)


CURVES = {
    "an erf": (steps((1, 0.4, 30)), True),
    "a late one": (steps((1, 0.7, 33)), True),
    "far from its beginning": (steps((1, 0.7, 60)), False),
    "two alike": (steps((0.6, 0.4, 30), (0.4, 0.43, 20)), True),
    "no jump": (steps((0.4, 0.5, 30)), True),
    "a ramp": (lambda t: np.clip(4 * t - 1, 0, 1), False),
    "a rest": (steps((0.5, 0.2, 40), (0.5, 0.7, 40)), False),
    "another ceiling": (steps((0.8, 0.4, 30)), False),
    "another floor": (lambda t: 1 - 0.8 * steps((1, 0.4, 30))(0.8 - t), False),
    "unfinished": (steps((1, 0.98, 30)), False),
    "jumped before": (steps((1, -0.1, 30)), False),
    "too steep": (steps((1, 0.4, 3000)), False),
    "a hidden step": (steps((0.9, 0.4, 12), (0.1, 0.42, 600)), False),
    "a step before": (steps((0.85, 0.6, 30), (0.15, 0.2, 300)), False),
    "slow to end": (lambda t: 1 - 1 / (1 + np.exp(40 * (t - 0.3))) - 0.02 * np.exp(-5 * t) * (t > 0), False),
}


def test_each_curve_is_plain_and_right_or_left_to_all_its_points():
    functions = [function for function, _ in CURVES.values()]

    def accuracy(curve, time):
        return np.select([curve == k for k in range(len(functions))], [function(time) for function in functions])

    curves = RisingCurves(np.ones(len(functions)), 9000, accuracy)
    for k, (estimate, (name, (_, plain))) in enumerate(zip(estimate_rising(curves), CURVES.items(), strict=True)):
        assert (estimate is not None) == plain, name
        if estimate is not None:
            fit, expected = estimate.fit, estimate_shape(*curves.recorded(k), shape=named_shape("erf")).fit
            assert (fit.status, fit.complaint, fit.points) == (expected.status, expected.complaint, expected.points)
            for attribute in ("jump_time", "sharpness", "r_squared", "not_before", "not_after", "begin"):
                assert getattr(fit, attribute) == pytest.approx(getattr(expected, attribute), rel=1e-8, nan_ok=True)
            for attribute in ("jump_time_error", "sharpness_error", "misfit", "autocorrelation_time"):
                if expected.misfit > 1e-6:
                    assert getattr(fit, attribute) == pytest.approx(getattr(expected, attribute), rel=1e-5), name


def test_points_are_found_as_in_all_of_them():
    ends = np.array([1.0, 3.0, 0.1])
    curves = RisingCurves(ends, 777, lambda curve, time: np.minimum(1.0, erf(time * (1 + curve))), begin=0.01)
    for k in range(3):
        _, y = curves.recorded(k)
        assert curves.middle[k] == np.count_nonzero(y < 0.5)
        assert curves.saturated[k] == np.count_nonzero(y < 1)
    everywhere = np.broadcast_to(np.arange(777), (3, 777))
    np.testing.assert_allclose(curves.at(everywhere), [curves.recorded(k)[1] for k in range(3)], rtol=1e-14)


def test_fits_start_where_those_of_all_points_do():
    """One curve begins halfway up; one is so steep that every k-th point tells too little of it."""
    places, rates = np.array([0.05, 0.4, 0.5]), np.array([10.0, 30.0, 300.0])
    curves = RisingCurves(np.ones(3), 20_000, lambda curve, t: ndtr(np.sqrt(2) * rates[curve] * (t - places[curve])))
    rises = find_rises(curves)
    for k in range(3):
        time, y = curves.recorded(k)
        jump = find_jump_in_long(y, 0.0, 1.0)
        rate = start_rate(time - time[jump.split - 1 : jump.split + 1].mean(), y, jump.split, 0.0, 1.0)
        assert (rises.split[k], rises.lasting[k]) == (jump.split, True)
        assert rises.rate[k] == pytest.approx(rate, rel=[1e-7, 1e-7, 0.2][k])


def test_an_error_says_of_which_curve_it_is():
    curves = RisingCurves(np.array([1.0]), 3, lambda curve, time: time)
    with pytest.raises(ValueError, match="training curve: A fit needs at least 4 points"):
        next(measurement.measure_rising(curves, curves))
