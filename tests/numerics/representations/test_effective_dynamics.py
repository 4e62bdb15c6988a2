import numpy as np
import pytest
from scipy.integrate import solve_ivp

from numerics import (
    accuracy_ceiling,
    draw_accuracy,
    effective_accuracy,
    effective_dynamics,
    grokking_rate,
    representation_quality,
    sweep_representation,
    training_pairs,
)  # fmt: skip


def loss(embedding, pairs):
    """ℓ = ℓ₀/Z₀, written out."""
    squares = [
        ((embedding[i] + embedding[j] - embedding[m] - embedding[n]) ** 2).sum()
        for a, (i, j) in enumerate(pairs) for m, n in pairs[:a] if i + j == m + n
    ]  # fmt: skip
    return np.mean(squares) / (embedding**2).sum()


def gradient(embedding, pairs):
    step = 1e-6
    found = np.zeros_like(embedding)
    for k in np.ndindex(embedding.shape):
        moved = np.zeros_like(embedding)
        moved[k] = step
        found[k] = (loss(embedding + moved, pairs) - loss(embedding - moved, pairs)) / (2 * step)
    return found


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(0)
    return rng.standard_normal((5, 2)), training_pairs(5, 10, rng=rng)


def test_gradient_flow_of_the_loss_is_the_closed_form(problem):
    start, pairs = problem
    times = np.array([0.0, 0.5, 2.0, 8.0])
    integrated = solve_ivp(
        lambda _, r: -gradient(r.reshape(5, 2), pairs.tolist()).ravel(),
        (0, 8), start.ravel(), t_eval=times, rtol=1e-8, atol=1e-9,
    )  # fmt: skip
    path = effective_dynamics(start, pairs, times, flow="gradient")
    np.testing.assert_allclose(path.reshape(4, 10), integrated.y.T, atol=1e-6)
    np.testing.assert_allclose((path**2).sum(axis=(1, 2)), (start**2).sum(), rtol=1e-12)


def test_linear_flow_solves_its_equation_and_keeps_the_sum(problem):
    start, pairs = problem
    norm = (start**2).sum()
    path = effective_dynamics(start, pairs, [0.0, 1.0, 1.0 + 1e-6])
    # With Z₀ held fixed, the right-hand side is the gradient of ℓ₀/Z₀ in its numerator only.
    slope = (path[2] - path[1]) / 1e-6
    r = path[1]
    here = (r**2).sum()
    numerator = here * (gradient(r, pairs.tolist()) + 2 * loss(r, pairs.tolist()) * r / here)
    np.testing.assert_allclose(slope, -numerator / norm, atol=1e-5)
    np.testing.assert_allclose(path[0], start, atol=1e-13)
    np.testing.assert_allclose(path.sum(axis=1), np.tile(start.sum(axis=0), (3, 1)), atol=1e-12)


def test_late_dynamics_decays_at_the_grokking_rate_onto_a_line():
    rng = np.random.default_rng(3)
    start, pairs = rng.standard_normal(10), training_pairs(10, 40, rng=rng)
    rate = grokking_rate(pairs, 10, norm=(start**2).sum())
    times = np.array([10.0, 11.0, 40.0]) / rate
    path = effective_dynamics(start, pairs, times)
    left = np.abs(path - path[-1]).max(axis=1)
    assert left[0] / left[1] == pytest.approx(np.e, rel=1e-3)
    assert representation_quality(path[-1]) == 1
    gradient_path = effective_dynamics(start, pairs, times, flow="gradient")
    np.testing.assert_allclose(gradient_path[-1] / path[-1], (gradient_path[-1] / path[-1])[0], rtol=1e-9)


@pytest.mark.parametrize(("dimension", "modulus"), [(1, None), (3, None), (2, 6)])
def test_expected_accuracies_are_those_of_drawn_starts(dimension, modulus):
    rng = np.random.default_rng(dimension)
    pairs = training_pairs(6, 14, rng=rng)
    times = [0.0, 15.0, 40.0, 100.0]
    options = {"tolerance": 0.2, "dimension": dimension, "modulus": modulus, "start": 0.7}
    train, gen = effective_accuracy(pairs, 6, times, **options)
    drawn = draw_accuracy(pairs, 6, times, starts=3000, seed=0, **options)
    few = [draw_accuracy(pairs, 6, times, starts=40, seed=seed, **options) for seed in range(100)]
    spread = np.std([one.train_accuracy[1] for one in few], ddof=1)
    assert spread == pytest.approx(np.mean([one.train_error[1] for one in few]), rel=0.3, abs=0)
    assert np.ptp(train) > 0.5
    assert (np.abs(drawn.train_accuracy - train) < 4 * drawn.train_error + 1e-3).all()
    assert (np.abs(drawn.gen_accuracy - gen) < 4 * drawn.gen_error + 1e-3).all()
    assert (drawn.union_accuracy >= 14 / 21 + (7 / 21) * drawn.gen_accuracy - 1e-12).all()


def test_a_single_parallelogram_closes_with_an_error_function():
    from scipy.special import erf

    pairs = [(0, 3), (1, 2)]
    times = np.array([0.0, 1.0, 3.0])
    train, gen = effective_accuracy(pairs, 4, times, tolerance=0.1, start=2.0, norm=4.0)
    # H = 2aaᵀ/4 with |a|² = 4, so that the residual decays at the rate 2.
    np.testing.assert_allclose(train, erf(0.1 / np.sqrt(2 * 16 * np.exp(-4 * times))), rtol=1e-12)
    np.testing.assert_array_equal(gen, 0)


def test_in_the_end_what_the_null_space_leaves_open_stays_open():
    pairs = training_pairs(6, 8, rng=np.random.default_rng(0))
    train, gen = effective_accuracy(pairs, 6, [1e9], tolerance=1e-6)
    assert train[0] == 1
    assert gen[0] < 0.5


def test_sweep_keeps_what_has_no_structure_with_its_reason():
    told = []
    table = sweep_representation(6, [2, 8, 18], seeds=range(3), points=300, progress=lambda *done: told.append(done))
    assert told[-1] == (9, 9)
    assert table.columns[:6] == ("symbols", "pairs", "seed", "grokking_rate", "unique", "gen_ceiling")
    for row in table:
        pairs = training_pairs(6, row["pairs"], rng=np.random.default_rng(row["seed"]))
        assert row["grokking_rate"] == grokking_rate(pairs, 6)
        assert row["unique"] == (row["grokking_rate"] > 0)
        assert row["gen_ceiling"] == pytest.approx((21 * accuracy_ceiling(pairs, 6) - len(pairs)) / (21 - len(pairs)))
        assert (row["status"] == "ok") == row["unique"] or row["gen_ceiling"] == 0
    assert "no two of the training pairs" in table["status"][0]
    assert any("more direction" in status for status in table["status"])
    assert any(table["unique"])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: effective_dynamics(np.zeros(4), [(0, 2), (1, 1)], [0.0]), "start is zero"),
        (lambda: effective_dynamics(np.ones(4), [(0, 2), (1, 1)], [-1.0]), "from 0 on"),
        (lambda: effective_dynamics(np.ones(4), [(0, 2), (1, 1)], [1.0], flow="adam"), "'linear'"),
        (lambda: effective_dynamics(np.ones((2, 4, 1)), [(0, 2)], [1.0]), "one by one"),
        (lambda: effective_accuracy([(0, 1)], 4, [1.0], tolerance=0.1), "nothing to close"),
        (lambda: effective_accuracy([(0, 2), (1, 1)], 4, [1.0], tolerance=0), "tolerance δ must be positive"),
        (lambda: draw_accuracy([(0, 2), (1, 1)], 4, [1.0], tolerance=1, starts=1, seed=0), "2 starts or more"),
    ],
)
def test_bad_input_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()
