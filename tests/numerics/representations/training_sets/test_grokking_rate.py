import numpy as np
import pytest

from numerics import free_directions, grokking_rate, training_pairs
from numerics.representations.training_sets.grokking_rate import effective_hessian
from numerics.representations.training_sets.parallelograms import conserved, parallelogram_matrix
from numerics.representations.training_sets.training_pairs import all_pairs


def written_out(pairs, symbols, modulus):
    rows = []
    for a, (i, j) in enumerate(pairs):
        for m, n in pairs[:a]:
            if (i + j - m - n) % (modulus or 10**9) == 0:
                row = np.zeros(symbols)
                for symbol, sign in ((i, 1), (j, 1), (m, -1), (n, -1)):
                    row[symbol] += sign
                rows.append(row)
    return np.array(rows).reshape(-1, symbols)


@pytest.mark.parametrize(("symbols", "size", "modulus"), [(10, 25, None), (7, 12, 7), (9, 20, 5), (11, 40, 15)])
def test_the_matrix_is_that_of_the_parallelograms_written_out(symbols, size, modulus):
    sets = np.stack([training_pairs(symbols, size, rng=np.random.default_rng(seed)) for seed in range(5)])
    matrix, count = parallelogram_matrix(sets, symbols, modulus)
    for one, its_matrix, its_count in zip(sets, matrix, count, strict=True):
        rows = written_out(one.tolist(), symbols, modulus)
        assert its_count == len(rows)
        np.testing.assert_array_equal(its_matrix, rows.T @ rows)


@pytest.mark.parametrize("symbols", [4, 6, 10, 16, 30])
def test_full_table_of_even_size_has_the_closed_form(symbols):
    rate = grokking_rate(all_pairs(symbols), symbols, norm=3.5)
    assert rate == pytest.approx(12 * (symbols + 2) / ((symbols - 2) * (2 * symbols + 1) * 3.5), rel=1e-12)


def test_ten_symbols_have_seventy_parallelograms_and_the_published_rate():
    matrix, count = parallelogram_matrix(all_pairs(10), 10, None)
    assert count == 70
    assert np.trace(matrix) == pytest.approx(sum((row**2).sum() for row in written_out(all_pairs(10), 10, None)))
    assert grokking_rate(all_pairs(10), 10) == pytest.approx(6 / 70, rel=1e-13)


@pytest.mark.parametrize("symbols", [5, 7, 11])
def test_modular_addition_has_only_the_constants_free(symbols):
    eigenvalues = np.linalg.eigvalsh(effective_hessian(all_pairs(symbols), symbols, modulus=symbols))
    assert eigenvalues[0] == pytest.approx(0, abs=1e-12)
    assert eigenvalues[1] > 0.01
    assert grokking_rate(all_pairs(symbols), symbols, modulus=symbols) == pytest.approx(eigenvalues[1], rel=1e-12)


def test_order_in_a_pair_and_of_the_pairs_does_not_matter():
    pairs = training_pairs(8, 20, rng=np.random.default_rng(1))
    assert grokking_rate(pairs[::-1, ::-1], 8) == pytest.approx(grokking_rate(pairs, 8), rel=1e-12)


def test_without_parallelograms_the_rate_is_zero():
    assert grokking_rate([(0, 1), (1, 1)], 5) == 0
    assert not effective_hessian([(0, 1), (1, 1)], 5).any()


@pytest.mark.parametrize(
    ("pairs", "symbols", "options", "said"),
    [
        ([(0, 10)], 10, {}, "0 to 9; a pair has 10"),
        ([(0, -1)], 10, {}, "a pair has -1"),
        ([(0, 1), (1, 0)], 10, {}, r"\(0, 1\) is there twice"),
        ([(0.0, 1.0)], 10, {}, "whole numbers"),
        ([0, 1], 10, {}, r"shape \(n, 2\)"),
        ([(0, 1)], 2, {}, "3 symbols or more, got 2"),
        ([(0, 1)], 5, {"modulus": 0}, "modulus must be 1 or more"),
        ([(0, 1)], 5, {"norm": 0}, "Z₀ must be positive"),
    ],
)
def test_what_is_no_training_set_is_refused(pairs, symbols, options, said):
    with pytest.raises(ValueError, match=said):
        grokking_rate(pairs, symbols, **options)


def test_training_pairs_are_uniform_and_refuse_a_wrong_size():
    rng = np.random.default_rng(0)
    drawn = np.concatenate([training_pairs(5, 6, rng=rng) for _ in range(4000)])
    counts = np.bincount(drawn[:, 0] * 5 + drawn[:, 1], minlength=25)
    expected = np.zeros(25)
    expected[all_pairs(5) @ [5, 1]] = 4000 * 6 / 15
    assert np.abs(counts - expected).max() < 5 * np.sqrt(1600 * (1 - 6 / 15))
    with pytest.raises(ValueError, match="between 1 pair and all 15, got 16"):
        training_pairs(5, 16, rng=rng)


@pytest.mark.parametrize("symbols", [3, 5, 6])
def test_any_modulus_leaves_what_the_rank_of_the_parallelograms_does(symbols):
    """Beyond p as well, as long as two results differ by it."""
    table = all_pairs(symbols)
    for modulus in range(1, 2 * symbols + 2):
        rank = np.linalg.matrix_rank(written_out(table.tolist(), symbols, modulus))
        assert conserved(symbols, modulus) == symbols - rank == free_directions(table, symbols, modulus=modulus)
        assert grokking_rate(table, symbols, modulus=modulus) > 0
