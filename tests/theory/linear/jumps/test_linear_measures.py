import numpy as np
import pytest
from sympy import Rational, Symbol

import numerics
from theory import (
    absolute_law_exponent,
    accuracy,
    linear_absolute_sharpness,
    linear_relative_gap,
    linear_relative_sharpness,
    threshold_loss,
    threshold_slope,
)

EPSILON, ETA0 = Rational(1, 10**10), Rational(1, 100)


def tangents(lam):
    """Jump times and slopes of the published accuracies by interpolation on a fine grid: no formula of the theory."""
    times = np.geomspace(1e3, 5000 / (lam - 1) ** 2, 400_001)
    jumps, slopes = [], []
    for curve in numerics.linear_curves(times, lam):
        at = np.interp(0.5, curve, times)
        jumps.append(at)
        slopes.append(np.interp(at, times, np.gradient(curve, times)))
    return jumps, slopes


@pytest.mark.parametrize("lam", [Rational(1003, 1000), Rational(102, 100), Rational(11, 10), Rational(9, 10)])
def test_closed_forms_agree_with_the_curves(lam):
    """Within about 1 %, the accuracy of Lambert's form of the generalization jump."""
    (train, gen), (slope_train, slope_gen) = tangents(float(lam))
    assert float(linear_relative_gap(lam, EPSILON, ETA0)) == pytest.approx(gen / train - 1, rel=0.02, abs=0)
    assert float(linear_relative_sharpness(lam, EPSILON, ETA0)) == pytest.approx(
        slope_gen / slope_train, rel=0.01, abs=0
    )
    assert float(linear_absolute_sharpness(lam, EPSILON, ETA0)) == pytest.approx(slope_gen, rel=0.01, abs=0)


def test_the_rate_drops_out_of_the_relative_measures():
    for measure in (linear_relative_gap, linear_relative_sharpness):
        slow, fast = (measure(Rational(11, 10), EPSILON, rate).evalf(20) for rate in (ETA0, 7 * ETA0))
        # ε is compared with a loss in which η₀t alone enters
        assert abs(slow / fast - 1) < Rational(1, 10**15)


def test_the_threshold_slope_is_that_of_the_accuracy():
    loss = Symbol("L", positive=True)
    for level in (Rational(1, 2), Rational(9, 10)):
        slope = (-loss * accuracy(loss, 3).diff(loss)).subs(loss, threshold_loss(3, level))
        assert abs(slope.evalf(30) - threshold_slope(level).evalf(30)) < Rational(1, 10**28)


def test_the_exponent_of_absolute_sharpness_is_the_slope_of_the_measured_sweep():
    """The fitted S_abs of the sweep falls with the local exponent of the law, and the law's straight line is M's −3."""
    lam = np.array([1.02 * 0.999, 1.02 * 1.001])
    table = numerics.sweep_linear(lam, points=20_000)
    measured = np.diff(np.log(table["absolute_sharpness"])) / np.diff(np.log(table["relative_gap"]))
    unit = (1 - np.sqrt(1.02)) ** 2 * 0.04
    x_train, x_gen = (unit * table[f"jump_time_{name}"].mean() for name in ("train", "gen"))
    assert measured[0] == pytest.approx(float(absolute_law_exponent(x_train, x_gen)), rel=0.1, abs=0)
