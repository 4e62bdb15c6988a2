import numpy as np
import pytest

from numerics import effective_accuracy, simulate, sweep, system_curves, training_pairs
from theory import OperationTable, RepresentationLearning, SolvableSystem


@pytest.mark.parametrize("table", [OperationTable.addition(6), OperationTable.modular_addition(5)])
@pytest.mark.parametrize("dimension", [1, 2])
def test_floats_agree_with_the_expressions(table, dimension):
    pairs = training_pairs(table.symbols, 11, rng=np.random.default_rng(3)).tolist()
    system = RepresentationLearning(table, pairs, tolerance="1/5", scale=2, dimension=dimension, norm=3)
    time = np.linspace(0, float(system.horizon), 7)
    expected = system_curves.dispatch(SolvableSystem)(system, time)
    found = system_curves(system, time)
    assert np.ptp(found[0]) > 0.5
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_another_table_is_evaluated_from_its_expressions():
    klein = OperationTable.of_group([[i ^ j for j in range(4)] for i in range(4)])
    system = RepresentationLearning(klein, klein.pairs[:-1])
    train, gen = system_curves(system, [0.0, float(system.horizon)])
    assert (train[-1], gen[-1]) == (pytest.approx(1, abs=1e-3), pytest.approx(1, abs=1e-3))
    with pytest.raises(ValueError, match="tables of addition"):
        simulate(system)


def test_runs_scatter_about_the_expected_accuracy():
    pairs = training_pairs(6, 14, rng=np.random.default_rng(0))
    system = RepresentationLearning(OperationTable.addition(6), pairs.tolist(), tolerance="1/10")
    runs = [simulate(system, replica=k, points=20) for k in range(300)]
    train, _ = effective_accuracy(pairs, 6, runs[0].time, tolerance=0.1)
    drawn = np.array([run.train_accuracy for run in runs])
    assert (np.abs(drawn.mean(axis=0) - train) < 4 * drawn.std(axis=0) / np.sqrt(300) + 1e-2).all()
    again = simulate(system, replica=1, points=20)
    np.testing.assert_array_equal(again.train_accuracy, runs[1].train_accuracy)


def test_the_system_is_swept_like_any_other():
    pairs = training_pairs(10, 40, rng=np.random.default_rng(1)).tolist()
    system = RepresentationLearning(OperationTable.addition(10), pairs)
    table = sweep(system, "tolerance", ["1/10", "1/100", "1/1000"], points=400)
    assert len(table.fitted) == 3
    assert (np.diff(table["jump_time_gen"]) > 0).all()
