"""The analytic weights of modular addition against sums over a grid of phases."""

import numpy as np
import pytest
from sympy import lambdify

from theory import ModularWeights

GRID = 2 * np.pi * np.arange(16) / 16
"""Means over it are exact for the trigonometric polynomials here."""


def unit(shift):
    """What one unit adds to f_q for all phases of the grid, q at this shift from the answer."""
    theta, phi = GRID[:, None], GRID[None, :]
    return np.cos(theta + phi + shift) * (np.cos(theta) + np.cos(phi)) ** 2


@pytest.mark.parametrize("shift", [0.0, 0.7, 2.5])
def test_mean_and_variance_of_a_unit(shift):
    assert float(ModularWeights.unit_mean(shift)) == pytest.approx(unit(shift).mean(), abs=1e-12)
    assert float(ModularWeights.unit_variance(shift)) == pytest.approx(unit(shift).var(), rel=1e-12)


def test_third_cumulants():
    answer = unit(0.0) - unit(0.0).mean()
    weights = ModularWeights(97)
    assert float(weights.skewness(9)) == pytest.approx((answer**3).mean() / answer.var() ** 1.5 / 3, rel=1e-12)
    for imbalance in (0, 1):
        # With each frequency equally often the mean at a shift is part of what is known, else it is drawn as well.
        others = [unit(shift) - (1 - imbalance) * unit(shift).mean() for shift in GRID]
        follows = np.mean([(other**2 * answer).mean() for other in others]) / answer.var()
        found = ModularWeights(97, imbalance=imbalance).coupling()
        assert float(found) == pytest.approx(follows, rel=1e-12)


def test_the_critical_width_halves_the_accuracy_and_grows_like_eight_logarithms():
    for p in (101, 10_007):
        weights = ModularWeights(p)
        accuracy, z = weights.accuracy(weights.critical_width()), np.linspace(-8, 8, 401)
        right = lambdify(accuracy.variables, accuracy.function, "scipy")(z).sum() * (z[1] - z[0])
        assert right == pytest.approx(0.5, abs=0.02)
    widths = [float(ModularWeights(p).critical_width()) for p in (10**6 + 3, 10**12 + 39)]
    assert (widths[1] - widths[0]) / np.log(10**6) == pytest.approx(8, rel=0.05)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"modulus": 2}, "must be a whole number ≥ 3, got 2"),
        ({"modulus": 7.5}, "must be a whole number ≥ 3, got 7.5"),
        ({"modulus": 9}, "must be an odd prime, got 9"),
        ({"modulus": 7, "imbalance": 2}, "at most 1, got 2"),
        ({"modulus": 7, "imbalance": -1}, "must not be negative, got -1"),
    ],
)
def test_what_makes_no_sense_is_said(arguments, words):
    with pytest.raises(ValueError, match=words):
        ModularWeights(**arguments)


def test_a_width_is_positive():
    with pytest.raises(ValueError, match="number N of units must be positive, got 0"):
        ModularWeights(7).accuracy(0)
