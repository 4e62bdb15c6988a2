import random

import pytest
from sympy import QQ, Rational, Sum, Symbol, cos, pi, sqrt
from sympy.polys.matrices import DomainMatrix

from theory import (
    EffectiveTheory,
    NoClosedFormError,
    OperationTable,
    equations,
    full_table_parallelograms,
    full_table_rate,
    full_table_rate_bound,
    modular_band_eigenvalue,
    modular_table_parallelograms,
    modular_table_rate,
    smallest_training_set,
    unique_probability,
)
from theory.derivations.representations import odd_table, slowest_mode
from theory.derivations.representations.slowest_mode import antisymmetric_modes_are_faster
from theory.representations.parallelogram_matrix import parallelogram_matrix


def full(p):
    return EffectiveTheory(OperationTable.addition(p))


def test_parallelograms_are_counted():
    for p in range(1, 16):
        assert full_table_parallelograms(p) == len(OperationTable.addition(p).parallelograms())
        assert modular_table_parallelograms(p) == len(OperationTable.modular_addition(p).parallelograms())


@pytest.mark.parametrize("p", range(4, 21, 2))
def test_rate_of_even_tables(p):
    theory = full(p)
    assert theory.grokking_rate == full_table_rate(p)
    slowest = theory.modes[1]
    assert (slowest.rate, slowest.multiplicity) == (theory.grokking_rate, 1)
    assert slowest.vectors == ((1, *[Rational(-2, p - 2)] * (p - 2), 1),)


def blocks(p):
    """AᵀA of the full table on symmetric and antisymmetric vectors, from the parallelograms, as floats."""
    np = pytest.importorskip("numpy")
    matrix = np.zeros((p, p))
    for total in range(2 * p - 1):
        pairs = [(i, total - i) for i in range(p) if i <= total - i < p]
        rows = np.zeros((len(pairs), p))
        for row, (i, j) in zip(rows, pairs, strict=True):
            row[i] += 1
            row[j] += 1
        matrix += len(pairs) * rows.T @ rows - np.outer(rows.sum(0), rows.sum(0))
    half, odd = p // 2, p % 2
    plus = np.zeros((p, half + odd))
    minus = np.zeros((p, half))
    for k in range(half):
        plus[[k, p - 1 - k], k] = minus[k, k] = sqrt(Rational(1, 2)).evalf()
        minus[p - 1 - k, k] = -minus[k, k]
    if odd:
        plus[half, half] = 1
    return [np.linalg.eigvalsh(basis.T @ matrix @ basis)[1] for basis in (plus, minus)]


def test_symmetric_and_antisymmetric_modes_of_odd_tables_take_turns_until_47():
    for p in (*range(7, 62, 2), 99, 101, 151, 201):
        symmetric, antisymmetric = blocks(p)
        assert (symmetric < antisymmetric) == (p % 4 == 3 and p <= 47)
        bound = float(full_table_rate_bound(p, 1) * full_table_parallelograms(p) / 2)
        assert min(symmetric, antisymmetric) <= bound * (1 + 1e-12)
        assert min(symmetric, antisymmetric) > bound * (1 - 3 / (p**2 - 1))
        if p >= 11:
            assert abs(symmetric / antisymmetric - 1) < 1.2e-3


def test_antisymmetric_modes_of_even_tables_are_faster_by_about_one():
    for p in range(4, 101, 4):
        symmetric, antisymmetric = blocks(p)
        assert symmetric == pytest.approx(p * (p + 2) / 4, rel=1e-10, abs=0)
        assert antisymmetric > symmetric + 0.9
    assert antisymmetric == pytest.approx(symmetric + 1, rel=1e-4, abs=0)


def excess(half):
    """The antisymmetric block of AᵀA − μ(1 − projector on lines), p = 2·`half`, and the heights, exactly."""
    size = 2 * half
    table = OperationTable.addition(size)
    entries = parallelogram_matrix(table, table.pairs)
    heights = [QQ(size - 1 - 2 * row, 2) for row in range(half)]
    square, mu = sum(height**2 for height in heights), QQ(size * (size + 2), 4)
    block = [
        [
            QQ(entries[a][b] - entries[a][size - 1 - b]) - mu * (a == b) + mu * heights[a] * heights[b] / square
            for b in range(half)
        ]
        for a in range(half)
    ]
    return block, heights


def test_no_antisymmetric_mode_is_slower_by_the_characteristic_polynomial():
    """A symmetric matrix has no negative eigenvalue if the coefficients alternate in sign, 0 once if one vanishes."""
    for half in (*range(2, 21), 30):
        *others, last = DomainMatrix(excess(half)[0], (half, half), QQ).charpoly()
        assert last == 0
        assert all((-1) ** power * coefficient > 0 for power, coefficient in enumerate(others))


def test_the_bound_of_the_antisymmetric_modes_is_below_them():
    """Σ e z² + 2ū Σ d z + ū² Σ d of the proof, against the matrix, at vectors that are 0 outermost."""
    rng = random.Random(0)
    for half in range(2, 15):
        block, heights = excess(half)
        rooms = [1 - QQ(4 * (half + 1), 4 * half**2 - 1) * height for height in heights]
        a = [height**2 * room for height, room in zip(heights, rooms, strict=True)]
        d = [
            h * (heights[0] * (1 - 3 * h / (2 * half + 1)) - QQ((-1) ** row * half, 4)) for row, h in enumerate(heights)
        ]
        for smooth in (True, False) * 5:
            u = [QQ(0), *(QQ(100 * smooth + rng.randint(-9, 9)) for _ in range(half - 1))]
            x = [h * each for h, each in zip(heights, u, strict=True)]
            energy = sum(x[i] * block[i][j] * x[j] for i in range(half) for j in range(half))
            rows = range(1, half)
            mean = sum(a[row] * u[row] for row in rows) / sum(a[1:])
            bound = sum(d[row] * u[row] ** 2 for row in rows)
            bound += 3 * sum(a[1:]) / half * sum(a[row] * (u[row] - mean) ** 2 for row in rows)
            assert bound <= energy
            assert antisymmetric_modes_are_faster(half)


def test_the_bound_notices_a_stronger_pull(monkeypatch):
    pull = slowest_mode._pull
    monkeypatch.setattr(
        slowest_mode, "_pull", lambda row, half, sign: pull(row, half, sign) - 2 * slowest_mode._height(row, half)
    )
    assert not any(antisymmetric_modes_are_faster(half) for half in (5, 30, 61))


@pytest.mark.parametrize("name", ["U-full-table-slowest", "U-odd-table-lower-bound"])
def test_closed_sums_of_the_proofs_hold_at_more_sizes_than_their_degree(name):
    """Times its denominator each is a polynomial of degree at most 5 in m, one for even and one for odd m."""
    m = Symbol("m", integer=True, positive=True)
    sums = [step for step in equations[name].derivation if step.statement.lhs.has(Sum) and m in step.domain]
    assert len(sums) == 4 + (name == "U-odd-table-lower-bound")
    for step in sums:
        for half in range(2, 16):
            assert step.statement.lhs.subs(m, half).doit() == step.statement.rhs.subs(m, half)


def test_the_bounds_of_odd_tables_hold_far_beyond_the_estimates():
    for half in (2, 3, 10, 40, 100):
        assert odd_table.antisymmetric_modes_are_faster(half)
        assert odd_table.symmetric_modes_are_faster(half)


def test_the_bounds_of_odd_tables_notice_stronger_pulls(monkeypatch):
    symmetric, antisymmetric = odd_table._symmetric_pulls, odd_table._pull
    monkeypatch.setattr(odd_table, "_symmetric_pulls", lambda half: [each - 1 for each in symmetric(half)])
    monkeypatch.setattr(odd_table, "_pull", lambda row, half: antisymmetric(row, half) - 2 * (half - row))
    for half in (2, 10, 40):
        assert not odd_table.antisymmetric_modes_are_faster(half)
        assert not odd_table.symmetric_modes_are_faster(half)


def test_published_numbers_of_odd_tables():
    smallest = {3: 6, 5: 10, 7: 16.5981, 9: 25.6157, 11: 36.5287, 13: 49.5421, 15: 64.5106}
    for p, mu in smallest.items():
        found = full(p).grokking_rate * p * full_table_parallelograms(p) / 2
        assert float(found) == pytest.approx(mu, rel=1e-5, abs=0)
    assert full(5).modes[1].multiplicity == 2
    assert full_table_rate_bound(3) == full(3).grokking_rate


def test_rates_of_modular_tables():
    for p in (3, 5, 6, 8, 9, 11, 12):
        theory = EffectiveTheory(OperationTable.modular_addition(p))
        assert theory.grokking_rate == modular_table_rate(p)
        assert theory.modes[1].multiplicity == (p - 1 if p % 2 else (p - 1) // 2 - (p % 4 == 0))
        assert (theory.nullity, theory.unique) == (1, True)
    assert EffectiveTheory(OperationTable.modular_addition(4), norm=1).grokking_rate == 4


@pytest.mark.parametrize("differences", [(2, 3), (1, 4), (0, 2), (0, 1, 2, 3, 4, 5)])
def test_bands_by_the_matrix(differences):
    p = 11
    table = OperationTable.modular_addition(p)
    pairs = [(i, j) for i, j in table.pairs if {(i - j) % p, (j - i) % p} & set(differences)]
    theory = EffectiveTheory(table, pairs)
    for k in range(1, 6):
        found = 2 * modular_band_eigenvalue(p, k, differences) / (p * len(theory.parallelograms))
        for row in (0, 3):
            wave = [cos(2 * pi * 2 * k * j / p).evalf(30) for j in range(p)]
            assert abs(sum(theory.hessian[row, j] * wave[j] for j in range(p)) - found.evalf(30) * wave[row]) < 1e-25


def test_smallest_training_sets_are_unique_and_smallest():
    for p in range(4, 12):
        pairs = smallest_training_set(p)
        assert len(pairs) == p
        assert EffectiveTheory(OperationTable.addition(p), pairs).unique
        assert not any(EffectiveTheory(OperationTable.addition(p), pairs[:k] + pairs[k + 1 :]).unique for k in range(p))
    assert [unique_probability(OperationTable.addition(4), pairs) for pairs in (2, 3)] == [0, 0]
    assert unique_probability(OperationTable.addition(5), 4) == 0
    assert unique_probability(OperationTable.addition(5), 5) > 0


def test_probability_of_three_symbols():
    # 0+2 = 1+1 is the only parallelogram.
    for pairs in range(7):
        assert unique_probability(OperationTable.addition(3), pairs) == Rational(pairs * (pairs - 1), 30)


def test_statement_of_the_closed_form():
    norm, m = Symbol("Z_0", positive=True), Symbol("m", integer=True, positive=True)
    statement = equations["U-full-table-mode"].statement
    p = 2 * m
    assert (statement.rhs - 12 * (p + 2) / ((p - 2) * (2 * p + 1) * norm)).simplify() == 0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: full_table_rate(7), NoClosedFormError, "For odd p"),
        (lambda: full_table_rate(2), ValueError, "whole number ≥ 4, got 2"),
        (lambda: full_table_rate(10, -1), ValueError, "must be positive, got -1"),
        (lambda: full_table_rate_bound(8), ValueError, "bound is for odd p, got p = 8"),
        (lambda: full_table_parallelograms(0), ValueError, "whole number ≥ 1, got 0"),
        (lambda: modular_table_parallelograms(2.5), ValueError, "whole number ≥ 1"),
        (lambda: modular_table_rate(4), ValueError, "got p = 4"),
        (lambda: modular_band_eigenvalue(8, 1, (1,)), ValueError, "need an odd p, got 8"),
        (lambda: modular_band_eigenvalue(7, 1, ()), ValueError, "at least one difference"),
        (lambda: smallest_training_set(3), ValueError, "p ≥ 4, got p = 3"),
        (lambda: unique_probability(OperationTable.addition(4), 11), ValueError, "has 10 pairs, got 11"),
        (lambda: unique_probability(OperationTable.addition(10), 27), ValueError, "more than the 20000"),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
