import tracemalloc

import numpy as np
import pytest

from numerics import LinearData, LinearProblem, ModeAmplitudes, SpectralModes, sample_modes, spectral_modes
from numerics.descent import spectral_modes as module


def test_small_eigenvalues_of_given_data_keep_their_digits():
    rng = np.random.default_rng(0)
    left, right = np.linalg.qr(rng.standard_normal((12, 6)))[0], np.linalg.qr(rng.standard_normal((6, 6)))[0]
    values = 10.0 ** -np.arange(0, 12, 2)
    data = LinearData(left * values @ right.T, rng.standard_normal(6))
    nu = spectral_modes(data).nu
    np.testing.assert_allclose(nu, values[::-1] ** 2 / 12, rtol=1e-4)
    # The eigenvalues of the covariance do not: the smallest is below its rounding.
    assert not np.isclose(np.linalg.eigvalsh(data.covariance)[0], values[-1] ** 2 / 12, rtol=0.5, atol=0)


@pytest.mark.parametrize("options", [{}, {"weight_decay": 0.3}])
def test_chunks_of_steps_make_no_difference(monkeypatch, options):
    modes = sample_modes(LinearProblem(20, 12, noise_variance=0.2), with_teacher=True)
    steps = np.arange(50) ** 3
    whole = modes.descend(steps, eta=0.02, **options)
    monkeypatch.setattr(module, "_CHUNK", 70)  # three steps at a time
    parts = modes.descend(steps, eta=0.02, **options)
    for name in ("log_train", "log_gen", "log_clean_train"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name), rtol=1e-13, atol=1e-13)


def test_memory_does_not_grow_with_the_number_of_steps(monkeypatch):
    monkeypatch.setattr(module, "_CHUNK", 10_000)
    modes = SpectralModes(np.linspace(0.1, 1.0, 500), np.full(500, 2e-3))
    steps = np.arange(20_000.0)
    tracemalloc.start()
    try:
        modes.descend(steps, eta=0.1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20 * 8 * (10_000 + steps.size)  # all powers at once would be 80 MB


def test_steps_that_overshoot_on_the_way_to_a_plateau_alternate():
    # ν = 1, T = −1, S₀ = 2, η = 0.8, γ = 0.4: ρ = 1 − 1.6·1.2 = −0.92, D* = −0.2·T/1.2.
    amplitudes = ModeAmplitudes(np.array([[3.0]]), np.array([[-1.0]]))
    modes = SpectralModes(np.array([1.0]), np.array([9.0]), amplitudes)
    n = np.arange(6)
    end = 0.2 / 1.2
    expected = (-0.92) ** n * (3 - end) + end
    np.testing.assert_allclose(modes.descend(n, eta=0.8, weight_decay=0.4).gen, expected**2, rtol=1e-12)
    with pytest.raises(ValueError, match="must be whole where a step overshoots"):
        modes.descend([1.5], eta=0.8, weight_decay=0.4)
    modes.descend([1.5], eta=0.2, weight_decay=0.4)


def test_noise_learned_by_heart_does_not_underflow():
    # More unknowns than samples: the training loss on noisy labels falls without end, the clean one to a plateau.
    modes = sample_modes(LinearProblem(30, 10, noise_variance=1.0))
    slowest = 2 * np.log1p(-0.02 * modes.nu[modes.nu > 0][0])
    early, late = modes.descend([1e9, 1e10], eta=0.01).log_train
    assert early < -1e6
    assert late - early == pytest.approx(9e9 * slowest, rel=1e-9)
    clean = modes.descend([1e10], eta=0.01).clean_train[0]
    assert clean == pytest.approx((modes.amplitudes.noise**2).sum(), rel=1e-12)


def test_the_training_loss_of_moving_modes_does_not_underflow_beside_a_null_space():
    modes = SpectralModes(np.array([0.0, 0.5]), np.array([0.5, 0.5]))
    curves = modes.descend([10**9], eta=0.01)
    assert curves.log_gen[0] == pytest.approx(np.log(0.5), rel=1e-14)
    assert curves.log_train[0] == pytest.approx(np.log(0.25) + 2e9 * np.log1p(-0.01), rel=1e-12)


def test_a_null_space_forgets_its_start_under_weight_decay():
    problem = LinearProblem(30, 10)
    data = problem.data()
    modes = spectral_modes(data)
    final = modes.descend([1e10], eta=0.01, weight_decay=0.2)
    teacher = data.teacher
    end = np.linalg.solve(data.covariance + 0.1 * np.eye(30), -0.1 * teacher)  # D* = −(Σ + γ/2)⁻¹ (γ/2) T
    assert final.gen[0] == pytest.approx(end @ end, rel=1e-12)
    assert final.train[0] == pytest.approx(end @ data.covariance @ end, rel=1e-10)


def test_label_noise_ends_at_least_squares():
    data = LinearProblem(6, 15, d_out=2, noise_variance=0.5, seed=2).data()
    fitted = np.linalg.lstsq(data.inputs, data.noise, rcond=None)[0]  # S − T of the least-squares student
    curves = spectral_modes(data).descend([1e8], eta=0.05)
    residual = data.noise - data.inputs @ fitted
    assert curves.gen[0] == pytest.approx((fitted**2).sum(), rel=1e-11)
    assert curves.train[0] == pytest.approx((residual**2).sum() / 15, rel=1e-11)
    assert curves.clean_train[0] == pytest.approx(((data.inputs @ fitted) ** 2).sum() / 15, rel=1e-11)


def test_amplitudes_reproduce_the_data():
    data = LinearProblem(5, 9, d_out=2, noise_variance=0.3).data()
    modes = spectral_modes(data)
    known = modes.amplitudes
    # Norms and inner products do not depend on the basis; neither does DᵀXᵀξ/N = Σ √ν_i D_i ζ_i.
    assert (known.difference * known.teacher).sum() == pytest.approx((data.difference * data.teacher).sum())
    assert (known.noise**2).sum() + known.noise_rest == pytest.approx((data.noise**2).sum() / 9)
    crossed = (np.sqrt(modes.nu)[:, None] * known.difference * known.noise).sum()
    assert crossed == pytest.approx((data.difference * (data.inputs.T @ data.noise)).sum() / 9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"difference": np.zeros(4)}, r"difference must have shape \(3,\) for inputs of shape \(5, 3\), got \(4,\)"),
        ({"teacher": np.zeros((3, 2))}, r"teacher must have shape \(3,\)"),
        ({"noise": np.zeros(3)}, r"noise must have shape \(5,\)"),
    ],
)
def test_shapes_that_do_not_fit_get_one_sentence(change, message):
    with pytest.raises(ValueError, match=message):
        LinearData(**{"inputs": np.zeros((5, 3)), "difference": np.zeros(3), **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"d": 0}, "d must be at least 1, got 0"),
        ({"d_out": 0}, "d_out must be at least 1, got 0"),
        ({"noise_variance": -1.0}, "noise variance σ² must be finite and not negative, got -1.0"),
        ({"seed": -1}, "seed must not be negative, got -1"),
        ({"replica": -2}, "replica must not be negative, got -2"),
    ],
)
def test_impossible_problems_get_one_sentence(change, message):
    with pytest.raises(ValueError, match=message):
        LinearProblem(**{"d": 3, "n_train": 4, **change})


def test_the_way_leads_from_the_start_to_where_descent_ends():
    data = LinearProblem(7, 12, noise_variance=0.5).data()
    end = np.linalg.solve(data.covariance + 0.1 * np.eye(7), data.inputs.T @ data.noise / 12 - 0.1 * data.teacher)
    way = spectral_modes(data).way(weight_decay=0.2)
    assert way.weight.sum() == pytest.approx(((data.difference - end) ** 2).sum())
    assert way.nu == pytest.approx(np.linalg.eigvalsh(data.covariance) + 0.1)
