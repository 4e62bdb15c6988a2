from itertools import combinations

import numpy as np
import pytest
from sympy import Matrix

from numerics import all_pairs, critical_pairs, grokking_rate, training_pairs, unique_structure
from numerics.representations.training_sets import grokking_rate as grokking_rate_file
from numerics.representations.training_sets.null_space import PRIME, null_spaces


def equations(pairs, symbols, modulus=None):
    rows = []
    for (i, j), (m, n) in combinations(np.asarray(pairs).tolist(), 2):
        if (i + j - m - n) % (modulus or 10**9) == 0:
            row = [0] * symbols
            for symbol, sign in ((i, 1), (j, 1), (m, -1), (n, -1)):
                row[symbol] += sign
            rows.append(row)
    return rows


def nullity(pairs, symbols, modulus=None):
    """By fraction-free elimination over the integers."""
    rows = equations(pairs, symbols, modulus)
    return symbols - (Matrix(rows).rank() if rows else 0)


@pytest.mark.parametrize(("symbols", "modulus", "sizes"), [(6, None, range(4, 16)), (7, 7, range(4, 15))])
def test_null_spaces_have_the_dimension_over_the_rationals(symbols, modulus, sizes):
    for seed, size in enumerate(sizes):
        pairs = training_pairs(symbols, size, rng=np.random.default_rng(seed))
        found = null_spaces(pairs[None], symbols, modulus)
        assert found.dimensions[0] == nullity(pairs, symbols, modulus)
        assert not (np.array(equations(pairs, symbols, modulus)).reshape(-1, symbols) @ found.basis[0] % PRIME).any()


def test_the_size_is_the_first_at_which_the_structure_is_unique():
    table = all_pairs(8)
    orders = np.stack([table[np.random.default_rng(seed).permutation(len(table))] for seed in range(6)])
    found = null_spaces(orders, 8, None)
    for order, size, covered in zip(orders, found.sizes, found.covered, strict=True):
        assert nullity(order[:size], 8) == 2
        assert nullity(order[: size - 1], 8) == 3
        assert np.any(equations(order[:covered], 8), axis=0).all()
        assert not np.any(equations(order[: covered - 1], 8), axis=0).all()
        assert covered <= size


def test_what_never_becomes_unique_says_so():
    found = null_spaces(np.array([[[0, 1], [0, 2], [1, 1]]]), 4, None)
    assert found.sizes.tolist() == [-1]
    assert found.covered.tolist() == [-1]
    assert found.dimensions.tolist() == [3]


def test_eigenvalues_and_elimination_agree_on_what_is_unique():
    rng = np.random.default_rng(3)
    sets = np.stack([training_pairs(9, 20, rng=rng) for _ in range(400)])
    exact = null_spaces(sets, 9, None).dimensions == 2
    assert 0.1 < exact.mean() < 0.9
    np.testing.assert_array_equal(grokking_rate(sets, 9) > 0, exact)


def test_a_doubtful_eigenvalue_is_decided_exactly(monkeypatch):
    rng = np.random.default_rng(4)
    sets = np.stack([training_pairs(9, 20, rng=rng) for _ in range(100)])
    sure = grokking_rate(sets, 9)
    monkeypatch.setattr(grokking_rate_file, "_SURELY_ZERO", -1.0)
    monkeypatch.setattr(grokking_rate_file, "_SURELY_POSITIVE", 2.0)
    np.testing.assert_array_equal(grokking_rate(sets, 9), sure)
    assert [grokking_rate(one, 9) for one in sets[:20]] == sure[:20].tolist()  # of a single set, too


def test_all_sets_of_a_small_table_give_the_probabilities():
    table = all_pairs(4)
    for size in (4, 6, 8):
        every = [nullity(table[list(chosen)], 4) == 2 for chosen in combinations(range(10), size)]
        found = unique_structure(4, size, trials=4000, seed=size)
        assert found.p_unique == pytest.approx(np.mean(every), abs=4 * np.sqrt(0.25 / 4000))
        assert found.p_unique_low <= found.p_unique <= found.p_unique_high
        orders = critical_pairs(4, trials=4000, seed=size)
        assert orders.p_unique(size)[0] == pytest.approx(np.mean(every), abs=4 * np.sqrt(0.25 / 4000))
