import itertools
import random

import mpmath
import pytest
from sympy import Matrix, Rational, Symbol, symbols

from theory import EffectiveTheory, OperationTable

t = Symbol("t", positive=True)


def difference_matrix(theory):
    """A, a row e_i + e_j − e_m − e_n a parallelogram, straight from the definition."""
    rows = []
    for i, j, m, n in theory.parallelograms:
        row = [0] * theory.table.symbols
        for k, sign in ((i, 1), (j, 1), (m, -1), (n, -1)):
            row[k] += sign
        rows.append(row)
    return Matrix(rows)


def drawn(table, count, seed):
    return tuple(random.Random(seed).sample(table.pairs, count))


CASES = {
    "addition 10, 30 pairs": EffectiveTheory(OperationTable.addition(10), drawn(OperationTable.addition(10), 30, 1)),
    "addition 9": EffectiveTheory(OperationTable.addition(9), norm=3),
    "addition 6, 9 pairs": EffectiveTheory(OperationTable.addition(6), drawn(OperationTable.addition(6), 9, 5)),
    "modular 7, 15 pairs": EffectiveTheory(
        OperationTable.modular_addition(7), drawn(OperationTable.modular_addition(7), 15, 3)
    ),
    "modular 6": EffectiveTheory(OperationTable.modular_addition(6)),
}
each = pytest.mark.parametrize("theory", list(CASES.values()), ids=list(CASES))


def numeric_rates(theory):
    A = difference_matrix(theory)
    H = 2 * A.T * A / (theory.norm * A.rows)
    with mpmath.workdps(40):
        return sorted(mpmath.eigsy(mpmath.matrix(H.applyfunc(lambda x: Rational(x)).tolist()), eigvals_only=True))


@each
def test_hessian_and_loss_are_those_of_the_parallelograms(theory):
    A = difference_matrix(theory)
    assert 2 * A.T * A / (theory.norm * A.rows) == theory.hessian
    R = Matrix([[Rational(k**2 % 7, 3), k - 2] for k in range(theory.table.symbols)])
    square = sum(entry**2 for entry in R)
    assert theory.loss(R) == sum(entry**2 for entry in A * R) / A.rows / square


@each
def test_rates_by_mpmath(theory):
    found = [mode.rate.evalf(30) for mode in theory.modes for _ in range(mode.multiplicity)]
    for ours, theirs in zip(found, numeric_rates(theory), strict=True):
        assert abs(ours - Rational(mpmath.nstr(theirs, 32))) < 1e-25


@each
def test_vectors_are_eigenvectors_and_span(theory):
    if theory.table.symbols in (7, 10):
        vectors = [(mode.rate, mode.vectors) for mode in theory.modes[:2]]
    else:
        vectors = [(mode.rate, mode.vectors) for mode in theory.modes]
        assert sum(len(found) for _, found in vectors) == theory.table.symbols
    for rate, found in vectors:
        numbers = Matrix([[entry.evalf(40) for entry in vector] for vector in found]).T
        assert numbers.T.multiply(numbers).det() > 1e-12
        off = theory.hessian * numbers - rate.evalf(40) * numbers
        assert max(abs(entry) for entry in off) < 1e-25 * max(abs(entry) for entry in numbers)


@each
def test_null_space_and_uniqueness(theory):
    A, free = difference_matrix(theory), theory.null_space
    assert A * free == Matrix.zeros(A.rows, theory.nullity)
    assert free.rank() == theory.nullity == theory.table.symbols - A.rank()
    least = 1 if theory.table.results[-1][-1] < theory.table.symbols else 2
    assert theory.unique == (theory.nullity == least)
    # U's λ₃ of addition: the third smallest with multiplicity, and 0 where the structure is not unique.
    assert float(theory.grokking_rate) == pytest.approx(float(numeric_rates(theory)[least]), rel=1e-12, abs=1e-12)


def test_published_rate_and_training_set_that_is_not_unique():
    full = EffectiveTheory(OperationTable.addition(10))
    assert full.grokking_rate == Rational(6, 70)
    assert len(full.parallelograms) == 70
    poor = EffectiveTheory(OperationTable.addition(10), [(0, 0), (1, 2), (0, 3)])
    assert (poor.unique, poor.grokking_rate, poor.nullity) == (False, 0, 9)
    empty = EffectiveTheory(OperationTable.addition(4), [(0, 0)])
    assert (empty.parallelograms, empty.nullity, empty.loss([1, 2, 3, 4]), empty.grokking_rate) == ((), 4, 0, 0)


def test_nothing_is_left_to_decay_of_two_symbols():
    theory = EffectiveTheory(OperationTable.addition(2))
    assert (theory.unique, theory.grokking_rate) == (True, 0)


def gradient(theory, R):
    """∇ℓ by central differences of the loss, exact numbers."""
    h = Rational(1, 10**12)
    slopes = Matrix.zeros(*R.shape)
    for k, d in itertools.product(range(R.rows), range(R.cols)):
        change = Matrix.zeros(*R.shape)
        change[k, d] = h
        slopes[k, d] = ((theory.loss(R + change) - theory.loss(R - change)) / (2 * h)).evalf(40)
    return slopes


def integrate(slope, R, end, steps):
    """Runge–Kutta of order 4."""
    h = Rational(end) / steps
    R = R.evalf(30)
    for _ in range(steps):
        k1 = slope(R)
        k2 = slope(R + h / 2 * k1)
        k3 = slope(R + h / 2 * k2)
        k4 = slope(R + h * k3)
        R = (R + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)).evalf(30)
    return R


START = Matrix([[1, 0], [3, 1], [-1, 2], [2, 2], [0, -1]])
FIVE = EffectiveTheory(OperationTable.addition(5), [(0, 2), (1, 1), (0, 3), (1, 2), (1, 4), (2, 3), (3, 3), (2, 4)])


def test_gradient_flow_by_integration_of_the_gradient():
    found = FIVE.representation(2, START, "gradient").evalf(20)
    expected = integrate(lambda R: -gradient(FIVE, R), START, 2, 7)
    assert max(abs(entry) for entry in found - expected) < 1e-4
    square = sum(entry**2 for entry in START)
    assert abs(sum(entry**2 for entry in found) - square) < 1e-15
    assert abs(sum(found[:, 0]) - sum(START[:, 0])) > 0.01


def test_linear_dynamics_by_integration():
    found = FIVE.representation(2, START).evalf(20)
    expected = integrate(lambda R: -FIVE.hessian * R, START, 2, 60)
    assert max(abs(entry) for entry in found - expected) < 1e-5
    for column in range(2):
        assert abs(sum(found[:, column]) - sum(START[:, column])) < 1e-15
        assert abs(sum(k * x for k, x in enumerate(found[:, column] - START[:, column]))) < 1e-15
    assert sum(entry**2 for entry in found) < sum(entry**2 for entry in START) - 1


def test_hessian_is_the_second_derivative_of_the_misfit():
    E = symbols("E_0:5", positive=True)
    misfit = FIVE.loss(E) * sum(entry**2 for entry in E)
    for i, j in itertools.product(range(5), repeat=2):
        assert misfit.diff(E[i], E[j]) / FIVE.norm == FIVE.hessian[i, j]


@pytest.mark.parametrize("seed", range(4))
def test_predicted_accuracy_by_definition(seed):
    table = OperationTable.addition(8)
    pairs = drawn(table, 14, seed)
    theory = EffectiveTheory(table, pairs)
    R = [Rational(k) + (Rational(1, 5) if k in (2, 5) else 0) for k in range(8)]
    A = difference_matrix(theory)
    for tolerance in (0, Rational(1, 5), 1):
        reached = {
            (i, j)
            for i, j in table.pairs
            if (i, j) in pairs or any(i + j == m + n and abs(R[i] + R[j] - R[m] - R[n]) <= tolerance for m, n in pairs)
        }
        assert theory.predicted_accuracy(R, tolerance) == Rational(len(reached), 36)
    # Implied by the training parallelograms: a row that does not raise their rank.
    implied = set(pairs)
    for i, j in table.pairs:
        for m, n in pairs:
            row = [0] * 8
            for k, sign in ((i, 1), (j, 1), (m, -1), (n, -1)):
                row[k] += sign
            if i + j == m + n and A.col_join(Matrix([row])).rank() == A.rank():
                implied.add((i, j))
    assert theory.predicted_accuracy() == Rational(len(implied), 36)


def test_many_symbols():
    table = OperationTable.addition(40)
    theory = EffectiveTheory(table, drawn(table, 400, 2))
    np = pytest.importorskip("numpy")
    rows = np.zeros((len(theory.parallelograms), 40))
    for row, (i, j, m, n) in zip(rows, theory.parallelograms, strict=True):
        for k, sign in ((i, 1), (j, 1), (m, -1), (n, -1)):
            row[k] += sign
    expected = 2 * np.linalg.eigvalsh(rows.T @ rows)[2] / (40 * len(rows))
    assert float(theory.grokking_rate) == pytest.approx(expected, rel=1e-10, abs=0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: EffectiveTheory(OperationTable.addition(3), norm=0), "norm Z₀ .* must be positive, got 0"),
        (lambda: FIVE.loss([1, 2]), "a row for each of 5 symbols, got 2"),
        (lambda: FIVE.representation(t, START, "exact"), "'linear' or 'gradient', got 'exact'"),
        (lambda: FIVE.predicted_accuracy([0, 1, 2, 3, 4], -1), "tolerance must not be negative"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_representation_that_is_none_is_refused():
    theory = EffectiveTheory(OperationTable.addition(4))
    for zero in (lambda: theory.loss([0] * 4), lambda: theory.representation(t, [0] * 4, "gradient")):
        with pytest.raises(ValueError, match="not all embeddings may be zero"):
            zero()
    for wrong in ([[0, 1], [1], [2], [2]], "abcd"):
        with pytest.raises(ValueError, match="numbers, or rows of numbers, as many in each"):
            theory.loss(wrong)
