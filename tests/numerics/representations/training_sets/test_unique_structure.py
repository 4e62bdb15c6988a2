import numpy as np
import pytest

from numerics import all_pairs, covering_pairs, critical_pairs, grokking_rate, training_pairs, unique_structure
from numerics.representations.training_sets import unique_structure as unique_structure_file
from numerics.representations.training_sets.training_pairs import random_orders

# Medians and probabilities at p = 10 as given with the effective theory, from samples of their own.
MEDIANS = {25: 0.0100, 30: 0.0227, 35: 0.0342, 40: 0.0462, 45: 0.0581, 50: 0.0704}
UNIQUE = {20: 0.175, 22: 0.427, 23: 0.580, 25: 0.803, 30: 0.981}


@pytest.mark.parametrize(("pairs", "median"), MEDIANS.items())
def test_medians_of_the_rate_at_ten_symbols(pairs, median):
    found = unique_structure(10, pairs, trials=4000, seed=1)
    assert found.grokking_rate_median == pytest.approx(median, rel=0.08, abs=0)
    assert found.grokking_rate_lower_quartile < found.grokking_rate_median_low < found.grokking_rate_median
    assert found.grokking_rate_median < found.grokking_rate_median_high < found.grokking_rate_upper_quartile


def test_probabilities_at_ten_symbols_from_sets_and_from_orders():
    orders = critical_pairs(10, trials=10_000, seed=2)
    for pairs, probability in UNIQUE.items():
        found = unique_structure(10, pairs, trials=10_000, seed=3).p_unique
        assert found == pytest.approx(probability, abs=0.015)
        assert orders.p_unique(pairs)[0] == pytest.approx(probability, abs=0.015)
    assert (orders.pairs, orders.pairs_low, orders.pairs_high) == (23, 23, 23)


@pytest.mark.parametrize("level", [0.2, 0.5, 0.95])
def test_the_critical_size_is_the_smallest_that_reaches_the_level(level):
    for seed in range(8):
        few = critical_pairs(12, trials=20, seed=seed, level=level)
        assert few.p_unique(few.pairs - 1)[0] < level <= few.p_unique(few.pairs)[0]
    found = critical_pairs(12, trials=500, seed=4, level=level)
    assert found.pairs_low <= found.pairs <= found.pairs_high
    assert found.fraction == found.pairs / 78
    assert covering_pairs(12, level=level) == pytest.approx(found.pairs, rel=0.25)


def test_mean_number_of_parallelograms_is_that_of_two_given_pairs():
    found = unique_structure(10, 25, trials=5000, seed=0)
    assert found.parallelograms == pytest.approx(70 * 25 * 24 / (55 * 54), rel=0.01)
    assert found.fraction == 25 / 55


def test_the_chunk_changes_no_number_and_progress_is_told(monkeypatch):
    told = []
    one = unique_structure(6, 12, trials=50, seed=5)
    monkeypatch.setattr(unique_structure_file, "_ENTRIES", 36 * 7)
    assert unique_structure(6, 12, trials=50, seed=5, progress=lambda *done: told.append(done)) == one
    assert told[0] == (7, 50)
    assert told[-1] == (50, 50)


def test_modular_addition_counts_the_constants_only():
    assert unique_structure(7, 28, trials=3, seed=0, modulus=7).p_unique == 1
    few = unique_structure(7, 12, trials=500, seed=0, modulus=7)
    orders = critical_pairs(7, trials=500, seed=1, modulus=7)
    assert orders.p_unique(12)[0] == pytest.approx(few.p_unique, abs=0.1)
    assert orders.pairs < critical_pairs(7, trials=500, seed=1).pairs


@pytest.mark.parametrize("symbols", [50, 80])
def test_for_many_symbols_the_structure_is_unique_once_every_symbol_is_covered(symbols):
    found = critical_pairs(symbols, trials=60, seed=0)
    assert found.p_covering > 0.65
    assert found.pairs == pytest.approx(covering_pairs(symbols), rel=0.08)
    assert found.fraction < 0.12


def test_covering_grows_like_p_log_p():
    for symbols, modulus in ((400, 400), (800, 800)):
        constant = 2 * covering_pairs(symbols, modulus=modulus) / (symbols + 1) - np.log(symbols)
        assert constant == pytest.approx(-np.log(np.log(2)), abs=0.3)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: unique_structure(10, 56, trials=5, seed=0), "between 1 pair and all 55, got 56"),
        (lambda: unique_structure(10, 20, trials=0, seed=0), "1 trial or more, got 0"),
        (lambda: critical_pairs(10, trials=5, seed=0, level=1), "between 0 and 1, got 1"),
        (lambda: critical_pairs(2, trials=5, seed=0), "3 symbols or more"),
        (lambda: training_pairs(10, 0, rng=np.random.default_rng(0)), "got 0"),
    ],
)
def test_bad_input_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_quartiles_are_of_all_rates():
    (order,) = random_orders(55, 200, 200, rng=np.random.default_rng(3))
    rates = np.sort([grokking_rate(all_pairs(10)[chosen[:30]], 10) for chosen in order])
    found = unique_structure(10, 30, trials=200, seed=3)
    assert found.grokking_rate_lower_quartile == pytest.approx(rates[49] + 0.75 * (rates[50] - rates[49]), rel=1e-9)
    assert found.grokking_rate_median == pytest.approx((rates[99] + rates[100]) / 2, rel=1e-9)
    assert found.grokking_rate_upper_quartile == pytest.approx(rates[149] + 0.25 * (rates[150] - rates[149]), rel=1e-9)
