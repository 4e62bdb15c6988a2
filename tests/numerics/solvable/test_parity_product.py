"""Floats of the product that learns a parity against its expressions, and runs on drawn bits against both."""

import numpy as np
import pytest

from numerics import evaluate, measure, simulate, sweep, system_curves
from numerics.solvable.parity_product import _bits, _factors, _gradient
from theory import ParityProduct
from theory.symbols import t


@pytest.mark.parametrize("bits", [2, 3, 4])
def test_floats_are_those_of_the_expression(bits):
    system = ParityProduct(bits, 10 * bits, start=0.5, rate=2)
    times = [0.0, 0.3, 0.9]
    train, gen = system_curves(system, times)
    assert gen == pytest.approx(evaluate(system.accuracy(system.weight(t)), {t: times}), rel=1e-12)
    assert np.array_equal(train, gen)


def test_the_gradient_is_that_of_the_correlation():
    """Differences of the mean of y f over the same samples."""
    rng = np.random.default_rng(0)
    inputs, weights = _bits(rng, 50, (3, 4)), rng.standard_normal((3, 4))
    label = inputs[:, :, 0].prod(axis=1)
    found = _gradient(inputs, _factors(inputs, weights))
    for place in np.ndindex(3, 4):
        step = np.zeros((3, 4))
        step[place] = 1e-6
        sides = [np.mean(label * _factors(inputs, weights + sign * step).prod(axis=1)) for sign in (1, -1)]
        assert found[place] == pytest.approx((sides[0] - sides[1]) / 2e-6, abs=1e-7)


def test_descent_on_drawn_bits_follows_the_closed_form():
    system = ParityProduct(3, 60)
    runs = [simulate(system, replica=replica, points=300, batch=512, samples=1000) for replica in range(3)]
    exact = system_curves(system, runs[0].time)[1]
    mean = np.mean([run.gen_accuracy for run in runs], axis=0)
    assert np.abs(mean - exact).max() < 0.12
    assert np.abs(mean - exact).mean() < 0.03
    fits = [measure(run.time, run.train_accuracy, run.gen_accuracy, floor=0.5) for run in runs]
    assert np.abs([fit.relative_gap for fit in fits]).max() < 0.03


def test_equal_seeds_give_equal_bits():
    system = ParityProduct(3, 30)
    first, again, other = (simulate(system, replica=k, points=20, samples=50) for k in (0, 0, 1))
    assert np.array_equal(first.train_accuracy, again.train_accuracy)
    assert not np.array_equal(first.train_accuracy, other.train_accuracy)


def test_what_cannot_be_simulated_is_said():
    with pytest.raises(ValueError, match="a multiple of k, got n = 31, k = 3"):
        simulate(ParityProduct(3, 31))
    with pytest.raises(ValueError, match="Only a system with numbers has curves in numbers; give input_size a value"):
        simulate(ParityProduct(3, t))


def test_a_sweep_and_a_run_rise_from_chance():
    product = ParityProduct(3, 30)
    table = sweep(product, "start", [0.5, 1], points=2000)
    assert table["status"].tolist() == ["ok", "ok"]
    assert table["jump_time_gen"] == pytest.approx(
        [float(product.replace(start=start).generalization_jump_time()) for start in (0.5, 1)], rel=0.1
    )
    assert simulate(product, points=100).floor == 0.5
