"""What is no table, no training set, no time and no number is refused with a sentence, and not rounded to one."""

import numpy as np
import pytest

from numerics import (
    accuracy_ceiling,
    all_pairs,
    covering_pairs,
    critical_pairs,
    draw_accuracy,
    effective_accuracy,
    effective_dynamics,
    free_directions,
    grokking_rate,
    predicted_accuracy,
    sweep_representation,
    training_pairs,
    unique_structure,
)

PAIRS = [(0, 2), (1, 1)]
SETS = [PAIRS, [(0, 1), (2, 2)]]


@pytest.mark.parametrize("symbols", [3.0, "10", None])
def test_the_number_of_symbols_is_whole(symbols):
    with pytest.raises(ValueError, match=r"number of symbols p must be a whole number, got .*; write it as an int"):
        grokking_rate(PAIRS, symbols)


def test_a_table_that_fits_into_no_memory_is_refused():
    with pytest.raises(ValueError, match="at most 5000 symbols, got 1000000; take fewer"):
        all_pairs(10**6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: training_pairs(10, 22.5, rng=np.random.default_rng(0)),
        lambda: unique_structure(10, 22.5, trials=5, seed=0),
        lambda: unique_structure(10, 22, trials=2.5, seed=0),
        lambda: critical_pairs(10, trials=2.5, seed=0),
        lambda: sweep_representation(10, [22.5], seeds=[0]),
        lambda: grokking_rate(PAIRS, 3, modulus=2.5),
        lambda: effective_accuracy(PAIRS, 3, [1.0], tolerance=0.1, dimension=1.5),
        lambda: draw_accuracy(PAIRS, 3, [1.0], tolerance=0.1, starts=2.5, seed=0),
    ],
)
def test_sizes_are_whole(call):
    with pytest.raises(ValueError, match=r"must be a whole number, got \d+\.5"):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: free_directions(SETS, 3),
        lambda: accuracy_ceiling(SETS, 3),
        lambda: effective_dynamics([0.0, 1.0, 0.0], SETS, [1.0]),
        lambda: effective_accuracy(SETS, 3, [1.0], tolerance=0.1),
        lambda: predicted_accuracy([0.0, 1.0, 2.0], SETS),
    ],
)
def test_several_training_sets_are_refused_where_one_is_needed(call):
    with pytest.raises(ValueError, match=r"One training set has pairs of shape \(n, 2\), got \(2, 2, 2\)"):
        call()


def test_pairs_of_unequal_lengths_or_beyond_all_whole_numbers_are_refused():
    with pytest.raises(ValueError, match="two symbols each"):
        grokking_rate([(0, 1), (2,)], 10)
    with pytest.raises(ValueError, match=r"must be whole numbers from 0 to 9, got 10{30} among others"):
        grokking_rate([(0, 10**30)], 10)
    with pytest.raises(ValueError, match="with n ≥ 1"):
        grokking_rate(np.zeros((0, 2, 2), dtype=int), 10)


@pytest.mark.parametrize(
    "wrong", [{"tolerance": -0.1}, {"tolerance": np.nan}, {"start": -1.0}, {"start": np.nan}, {"dimension": 0}]
)
def test_drawing_refuses_what_the_expectation_refuses(wrong):
    """A negative tolerance has the square of a positive one, and NaN made a training accuracy of −1."""
    numbers = {"tolerance": 0.1, **wrong}
    for call in (effective_accuracy, lambda *rest, **given: draw_accuracy(*rest, starts=3, seed=0, **given)):
        with pytest.raises(ValueError, match="must be positive and finite"):
            call(PAIRS, 3, [1.0], **numbers)


def test_no_times_have_no_accuracies():
    assert draw_accuracy(PAIRS, 3, [], tolerance=0.1, starts=3, seed=0).gen_accuracy.shape == (0,)


def test_the_end_of_all_times_is_no_time():
    with pytest.raises(ValueError, match="finite numbers from 0 on"):
        effective_dynamics([0.0, 1.0, 0.0], PAIRS, [np.inf])


def test_a_sweep_over_the_full_table_is_refused():
    with pytest.raises(ValueError, match="All 55 pairs leave none to generalize to; take smaller training sets"):
        sweep_representation(10, [30, 55], seeds=[0])


def test_covering_is_of_none_to_all_pairs():
    assert covering_pairs(3) == 6
    assert covering_pairs(4, level=0.999) == 10
    assert covering_pairs(3, level=0.01) == 0
    with pytest.raises(ValueError, match=r"probability between 0 and 1, got 1\.5"):
        covering_pairs(10, level=1.5)
