import numpy as np
import pytest

import numerics
from numerics import (
    LinearProblem,
    SpectralModes,
    generalization_loss,
    sample_modes,
    training_loss,
    wishart_moments,
)
from numerics.descent.laguerre_ensemble import laguerre_band
from numerics.descent.leading_block import block_size, leading_modes, learned_modes, learned_steps
from theory import FiniteSize, LinearStudent

ETA = 0.01
KINDS = [
    ((360, 400), {}, 0.0),
    ((400, 360), {}, 0.0),
    ((400, 400), {"d_out": 2}, 0.0),
    ((360, 400), {"initial_scale": 3.0}, 0.02),
    ((360, 400), {"noise_variance": 0.5}, 0.0),
    ((400, 360), {"noise_variance": 0.5}, 0.0),
    ((500, 400), {"noise_variance": 0.5}, 0.02),
    ((300, 500), {"d_out": 2, "noise_variance": 0.5}, 0.0),
]


def relative_errors(modes, whole, steps, weight_decay=0.0, eta=ETA):
    one, other = (m.descend(steps, eta=eta, weight_decay=weight_decay) for m in (modes, whole))
    names = ("log_train", "log_gen") if one.log_clean_train is None else ("log_train", "log_gen", "log_clean_train")
    return np.abs(np.expm1([getattr(one, name) - getattr(other, name) for name in names]))


@pytest.mark.parametrize(("sizes", "kind", "weight_decay"), KINDS)
def test_the_block_has_the_losses_of_the_whole(sizes, kind, weight_decay):
    problem = LinearProblem(*sizes, **kind, seed=5)
    steps = np.array([0, 30, 1000.0])
    modes = leading_modes(problem, steps.max(), eta=ETA, weight_decay=weight_decay)
    whole = sample_modes(problem, with_teacher=weight_decay > 0)
    assert np.count_nonzero(modes.nu) < np.count_nonzero(whole.nu) == min(sizes)
    assert relative_errors(modes, whole, steps, weight_decay).max() < 1e-11
    # It is not longer than it has to be.
    width = kind.get("d_out", 1) * (1 + (weight_decay > 0) + ("noise_variance" in kind))
    shorter = sample_modes(problem, size=modes.nu.size // width // 3, with_teacher=weight_decay > 0)
    assert relative_errors(shorter, whole, [1000], weight_decay).max() > 1e-9


@pytest.mark.parametrize("sizes", [(40, 60), (60, 40), (40, 40)])
def test_fewer_steps_than_modes_are_exact_and_more_are_not(sizes):
    problem, eta = LinearProblem(*sizes), 0.15
    block, whole = sample_modes(problem, size=5), sample_modes(problem)
    assert relative_errors(block, whole, np.arange(5), eta=eta).max() < 1e-13
    assert relative_errors(block, whole, [6], eta=eta).max() > 1e-8


@pytest.mark.parametrize(("d", "n"), [(5, 8), (8, 5)])
def test_moments_of_short_blocks_are_those_of_wishart_matrices(d, n):
    """Two modes have four moments, of N < d one more; they are those of whole data, on average over the draws."""
    draws = [sample_modes(LinearProblem(d, n, replica=k), size=2) for k in range(1000)]
    for power, expected in enumerate(wishart_moments(4 if n < d else 3, d, n)):
        values = np.array([(modes.weight * modes.nu**power).sum() for modes in draws])
        assert abs(values.mean() - float(expected)) < 4 * values.std() / np.sqrt(1000), power


@pytest.mark.parametrize("lam", [0.5, 0.9, 1.5])
def test_a_billion_inputs_are_next_to_infinite_size(lam):
    """One start scatters by Var L = (2/d) E e^{−2νs}, some 1e-4 of the loss here."""
    d, eta, s = round(10**9 * lam), 1e-8, np.array([1.0, 10.0, 60.0])
    problem = LinearProblem(d, 10**9)
    curves = leading_modes(problem, s.max() / (4 * eta), eta=eta).descend(s / (4 * eta), eta=eta)
    scatter = np.sqrt(2 / d * generalization_loss(2 * s, lam)) / generalization_loss(s, lam)
    assert scatter.max() < 1e-3
    assert (np.abs(curves.gen / generalization_loss(s, lam) - 1) < 4 * scatter).all()
    assert (np.abs(curves.train / training_loss(s, lam) - 1) < 8 * scatter).all()


def test_the_mean_of_blocks_has_the_correction_of_finite_size():
    d, s, eta = 100, 40.0, 1e-6
    curves = [
        leading_modes(LinearProblem(d, 2 * d, replica=k), s / (4 * eta), eta=eta).descend([s / (4 * eta)], eta=eta)
        for k in range(250)
    ]
    for name, loss in (("train", training_loss), ("gen", generalization_loss)):
        values = np.array([getattr(one, name)[0] for one in curves])
        error = values.std() / np.sqrt(len(values))
        assert abs(values.mean() - loss(s, LinearStudent(0.5).with_size(d))) < 3 * error
        if name == "gen":
            assert abs(values.mean() - loss(s, 0.5)) > 3.5 * error


def test_the_number_of_modes_is_that_of_theory_whatever_the_size():
    s, lam, tolerance = 10**4, 0.5, 1e-9
    problems = [LinearProblem(d, 2 * d) for d in (10**9, 10**15)]
    found = [block_size(one, s / 4e-8, eta=1e-8, tolerance=tolerance) for one in problems]
    exact = float(FiniteSize.block_size(s, lam, tolerance / 2)) + 0.5  # half of it for the loss, half for the nodes
    assert found == pytest.approx([exact] * 2, abs=1.1)


def test_steps_that_overshoot_most_of_the_spectrum_are_right_too():
    problem, steps = LinearProblem(1000, 2000), [0, 1, 200]
    modes = leading_modes(problem, 200, eta=0.3)
    assert modes.nu.size < 300
    assert relative_errors(modes, sample_modes(problem), steps, eta=0.3).max() < 1e-11


def test_longer_blocks_begin_with_shorter_ones():
    shorter, longer = (
        laguerre_band(50, 60, above=2, below=1, size=size, rng=LinearProblem(50, 60).rng(0))[0] for size in (8, 30)
    )
    np.testing.assert_array_equal(longer[:, :6], shorter[:, :6])
    problem = LinearProblem(10**6, 10**6 + 10**5)
    few, many = (leading_modes(problem, steps, eta=ETA) for steps in (300, 30_000))
    assert few.nu.size < many.nu.size / 5
    assert relative_errors(few, many, [1, 300]).max() < 1e-11


@pytest.mark.parametrize(("sizes", "kind", "weight_decay"), KINDS)
def test_all_is_learned_at_the_end(sizes, kind, weight_decay):
    problem = LinearProblem(*(size // 4 for size in sizes), **kind, seed=5)
    options = {"eta": ETA, "epsilon": 1e-3, "weight_decay": weight_decay}
    whole = sample_modes(problem, with_teacher=weight_decay > 0)
    last = learned_steps(whole, **options)
    assert learned_steps(learned_modes(problem, **options), **options) == pytest.approx(last, rel=1e-8)
    way = whole.way(weight_decay)
    assert (way.weight * np.exp(-4 * ETA * way.nu * last)).sum() == pytest.approx(1e-6, rel=1e-7, abs=0)


def test_nothing_to_learn_takes_no_steps():
    assert learned_steps(SpectralModes(np.array([0.0, 1.0]), np.array([1.0, 0.0])), eta=ETA, epsilon=1e-3) == 0
    assert learned_steps(SpectralModes(np.ones(1), np.array([1e-9])), eta=ETA, epsilon=1e-3) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sample_modes(LinearProblem(9, 9), size=0), "size ≥ 1 and random weights, got size = 0"),
        (lambda: sample_modes(LinearProblem(9, 9), size=3, weights="mean"), "got size = 3 with weights 'mean'"),
        (lambda: sample_modes(LinearProblem(10**6, 10**9), weights="mean"), "takes 1000000 modes .* weights='random'"),
        (lambda: numerics.sweep_descent([1.0], d=10**9), "takes 1000000000 modes at λ = 1 .* a λ farther from 1"),
        (lambda: learned_modes(LinearProblem(9, 18), eta=1e-320, epsilon=1e-3), "beyond counting: raise it"),
        (lambda: learned_modes(LinearProblem(9, 18), eta=ETA, epsilon=0), "ε must be positive and finite, got 0"),
        (lambda: LinearProblem(2**54, 9), "d must be at most 2⁵³, .* got 1.80144e"),
        (lambda: numerics.sweep_descent([1e300]), "λ = d/N = 1e[+]300 leaves no sample for d = 1000 inputs"),
        (lambda: numerics.sweep_descent([1e-300]), "λ = d/N = 1e-300 takes more than 2⁵³ samples"),
        (lambda: numerics.descent_problem(5e-324, 10, 0), "takes more than 2⁵³ samples"),
    ],
)
def test_what_cannot_be_drawn_gets_one_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
