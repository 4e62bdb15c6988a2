import math
import random

import mpmath
import pytest
from sympy import Rational, oo

from theory import NoClosedFormError, OperationTable, RepresentationLearning, SolvableSystem

TABLE = OperationTable.addition(6)
PAIRS = tuple(random.Random(4).sample(TABLE.pairs, 15))
SYSTEM = RepresentationLearning(TABLE, PAIRS, tolerance=Rational(1, 5), norm=3, scale=2)


def variance(system, parallelogram, time):
    """aᵀe^{−2Ht}a by the matrix exponential of mpmath."""
    vector = [0] * system.table.symbols
    i, j, m, n = parallelogram
    for k, sign in ((i, 1), (j, 1), (m, -1), (n, -1)):
        vector[k] += sign
    with mpmath.workdps(30):
        decay = mpmath.expm(mpmath.matrix((-2 * time * system.theory.hessian).tolist()))
        return (mpmath.matrix([vector]) * decay * mpmath.matrix(vector))[0]


def closed(system, parallelogram, time):
    spread = float(system.scale) ** 2 * float(variance(system, parallelogram, time))
    x, half = float(system.tolerance) ** 2 / (2 * spread), float(system.dimension) / 2
    return float(mpmath.gammainc(half, 0, x, regularized=True))


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def by_definition(system, time):
    """Training and generalization accuracy, pair by pair."""
    train = set(system.pairs)

    def partners(pair):
        return [other for other in train if other != pair and sum(other) == sum(pair)]

    def right(pair):
        return mean(closed(system, (*pair, *other), time) for other in partners(pair)) if partners(pair) else 0

    held_out = set(system.table.pairs) - train
    return mean(right(pair) for pair in train if partners(pair)), mean(right(pair) for pair in held_out)


@pytest.mark.parametrize("dimension", [1, 2, 3])
@pytest.mark.parametrize("time", [1, 12])
def test_curves_by_definition(dimension, time):
    system = SYSTEM.replace(dimension=dimension)
    train, gen = by_definition(system, time)
    assert float(system.training_curve(time)) == pytest.approx(train, rel=1e-10, abs=0)
    assert float(system.generalization_curve(time)) == pytest.approx(gen, rel=1e-10, abs=0)


def test_curves_of_random_starts():
    """Accuracies of 20,000 starts that are drawn, by the same definition."""
    np = pytest.importorskip("numpy")
    time = 9.0
    values, vectors = np.linalg.eigh(np.array(SYSTEM.theory.hessian.evalf(), dtype=float))
    R = 2 * np.random.default_rng(0).standard_normal((20_000, 6)) @ (vectors * np.exp(-values * time)) @ vectors.T
    train = set(SYSTEM.pairs)

    def right(pair, partners):
        residuals = [R[:, pair].sum(1) - R[:, other].sum(1) for other in partners]
        return mean((np.abs(a) <= 0.2).mean() for a in residuals) if residuals else 0.0

    found = mean(right(pair, [o for o in train if sum(o) == sum(pair)]) for pair in sorted(set(TABLE.pairs) - train))
    assert float(SYSTEM.generalization_curve(time)) == pytest.approx(found, abs=0.01)


def test_losses_are_expected_squares_of_residuals():
    system = SYSTEM.replace(dimension=3)
    train = set(PAIRS)
    held_out = [pair for pair in TABLE.pairs if pair not in train]

    def square(pair):
        others = [other for other in train if other != pair and sum(other) == sum(pair)]
        return mean(12 * variance(system, (*pair, *other), 2) for other in others) if others else None

    for loss, pairs in ((system.training_loss, train), (system.generalization_loss, held_out)):
        expected = mean(found for found in map(square, pairs) if found is not None)
        assert float(loss(2)) == pytest.approx(float(expected), rel=1e-12, abs=0)


def test_ends_of_the_curves():
    held_out = [pair for pair in TABLE.pairs if pair not in PAIRS]
    reached = [pair for pair in held_out if any(sum(other) == sum(pair) for other in PAIRS)]
    assert SYSTEM.theory.unique
    assert SYSTEM.training_curve(oo) == 1
    assert SYSTEM.generalization_curve(oo) == Rational(len(reached), len(held_out)) < 1
    assert (SYSTEM.training_plateau, SYSTEM.generalization_plateau) == (0, 0)
    assert float(SYSTEM.training_curve(SYSTEM.horizon)) > 0.999


def test_a_structure_that_is_not_unique_stays_open():
    system = RepresentationLearning(OperationTable.addition(4), [(0, 2), (1, 1), (0, 3)], scale=3)
    assert system.generalization_plateau == 30
    assert system.training_curve(oo) == 1
    # (1, 2) against (0, 3) with variance 10/3 · 9, and 6 held-out pairs without a partner.
    end = math.erf(0.1 / math.sqrt(60)) / 7
    assert float(system.generalization_curve(oo)) == pytest.approx(end, rel=1e-12, abs=0)
    with pytest.raises(NoClosedFormError, match="does not close: its residual keeps the variance 30"):
        system.closing_time((1, 2, 0, 3))


@pytest.mark.parametrize("dimension", [1, 4])
def test_closing_time_is_right_late(dimension):
    system = SYSTEM.replace(dimension=dimension, tolerance=Rational(1, 10**6))
    parallelogram = system.theory.parallelograms[0]
    for level in (Rational(1, 2), Rational(9, 10)):
        time = system.closing_time(parallelogram, level).evalf(20)
        assert closed(system, parallelogram, time) == pytest.approx(float(level), rel=1e-3, abs=0)


def test_weights_add_up_to_the_square_of_the_parallelogram():
    for term in (*SYSTEM.training_terms, *SYSTEM.generalization_terms):
        assert min(abs(sum(term.weights) - square) for square in (4, 6)) < 1e-25
    assert len(SYSTEM.rates) == len(SYSTEM.training_terms[0].weights)
    assert SYSTEM.rates[0] == 0
    for terms, total in ((SYSTEM.training_terms, 1), (SYSTEM.generalization_terms, SYSTEM.generalization_curve(oo))):
        assert sum(term.share for term in terms) == total


def test_it_is_a_solvable_system():
    assert isinstance(SYSTEM, SolvableSystem)
    assert SYSTEM.replace(norm=5).norm == 5
    assert SYSTEM.replace(scale=7).replace(scale=2) == SYSTEM
    for jump in (SYSTEM.training_jump_time, SYSTEM.generalization_jump_time):
        with pytest.raises(NoClosedFormError, match="have no closed form"):
            jump()


def test_starts_that_are_larger_close_later():
    assert SYSTEM.replace(scale=8).horizon.evalf() > SYSTEM.horizon.evalf()
    assert float(SYSTEM.replace(scale=8).training_curve(5)) < float(SYSTEM.training_curve(5))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: RepresentationLearning(TABLE, [(0, 0), (0, 1)]), "Without two training pairs of the same result"),
        (lambda: RepresentationLearning(TABLE, TABLE.pairs), "none is left to generalize to"),
        (lambda: SYSTEM.replace(tolerance=0), "tolerance δ must be positive, got 0"),
        (lambda: SYSTEM.replace(scale=-1), "scale σ must be positive, got -1"),
        (lambda: SYSTEM.replace(norm=0), "norm Z₀ .* must be positive, got 0"),
        (lambda: SYSTEM.replace(dimension=Rational(1, 2)), "dimensions must be a whole number ≥ 1"),
        (lambda: SYSTEM.replace(eta0=1), "no parameter 'eta0'; it has tolerance, norm, scale, dimension"),
        (
            lambda: RepresentationLearning(OperationTable.addition(3), [(0, 2), (1, 1)]).generalization_loss(1),
            "No held-out pair has the result of a training pair",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_only_a_parallelogram_closes():
    with pytest.raises(ValueError, match=r"two pairs with the same result, got \(0, 1, 2, 3\)"):
        SYSTEM.closing_time((0, 1, 2, 3))
    with pytest.raises(ValueError, match="A pair has two of the symbols 0 … 5, got"):
        SYSTEM.closing_time((0, 9, 4, 5))
    with pytest.raises(NoClosedFormError, match="closed from the beginning"):
        SYSTEM.closing_time((0, 2, 2, 0))
