import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import linprog, minimize
from sympy import Symbol

from numerics import evaluate, sample_sparse_teacher, simulate, sweep_diagonal, system_curves, train_diagonal
from numerics.solvable.diagonal_descent import signal_samples
from numerics.solvable.diagonal_network import diagonal_times
from theory import DiagonalNetwork


def half_time(network):
    """When half of the fresh answers above chance are right, on a grid around the front."""
    decay = float(network.weight_decay)
    time = (np.log(float(network.initial_scale)) + np.linspace(2, 4, 401)) / decay
    _, gen = system_curves(network, time)
    return np.interp(0.5, gen, time), time, gen


def test_one_number_is_all_of_training():
    # The flow of all u and v, as a system of 2(n + 1) equations.
    network = DiagonalNetwork(20, "1/20", samples=4, noise=3)
    inputs = signal_samples(4, 3.0)

    def flow(_, both):
        u, v = both.reshape(2, 5)
        gradient = -(inputs.T @ (1 / (1 + np.exp(inputs @ (u**2 - v**2))))) / 4
        return np.concatenate([-(2 * gradient + 0.05) * u, (2 * gradient - 0.05) * v])

    time = np.linspace(0.01, 60, 40)
    found = solve_ivp(flow, (0, 60), np.full(10, 20.0), method="LSODA", t_eval=time, rtol=1e-10, atol=1e-12).y
    weights = (found[:5] ** 2 - found[5:] ** 2).T
    train, gen = system_curves(network, time)
    np.testing.assert_allclose(train, np.tanh(weights @ inputs[0] / 2), rtol=1e-6)
    noise = np.linspace(-8, 8, 16_001)
    drawn = np.tanh((weights[:, :1] + 3.0 * weights[:, 1:2] * noise) / 2) @ np.exp(-(noise**2) / 2) / 1000
    np.testing.assert_allclose(gen, drawn / np.sqrt(2 * np.pi), atol=1e-6)


def test_steps_err_in_first_order():
    network = DiagonalNetwork(5, "1/50", samples=20, noise=10)
    time = np.sort(diagonal_times(network, points=60))
    exact, _ = system_curves(network, time)
    inputs = signal_samples(20, 10.0)
    errors = []
    for step in (0.1, 0.05):
        weights = train_diagonal(inputs, np.ones(20), time, initial_scale=5, weight_decay=0.02, step=step)
        errors.append(np.abs(np.tanh(weights @ inputs[0] / 2) - exact).max())
    assert errors[0] < 0.02
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.2)


def test_the_delay_constant_errs_like_one_over_the_margin_squared():
    lam = Symbol("lambda", positive=True)
    limit = DiagonalNetwork(100, lam)
    known = (limit.slow_margin(limit.jump_progress), limit.delay_constant, limit.front_slope(limit.jump_progress))
    decays = np.array([1e-3, 1e-6])
    margins, constants, slopes = (evaluate(each, {lam: decays}) for each in known)
    for decay, margin, constant, slope in zip(decays, margins, constants, slopes, strict=True):
        time, grid, gen = half_time(DiagonalNetwork(100, decay))
        assert 2 < (time * decay - np.log(100) - constant) * margin**2 < 5
        assert abs(np.interp(time, grid, np.gradient(gen, grid)) / slope - 1) * margin < 0.7


def test_no_law_holds_along_both_knobs():
    along_scale = sweep_diagonal(DiagonalNetwork(), "initial_scale", [10, 1000], points=600)
    along_decay = sweep_diagonal(DiagonalNetwork(10), "weight_decay", [1e-3, 1e-4], points=600)
    assert len(along_scale.fitted) == len(along_decay.fitted) == 2
    decays = along_decay["weight_decay"]
    # Along α the curve moves and keeps its shape, to the digits of the integration.
    sharpness, times = along_scale["absolute_sharpness"], along_scale["jump_time_gen"]
    assert sharpness[1] == pytest.approx(sharpness[0], rel=1e-6, abs=0)
    assert times[1] - times[0] == pytest.approx(np.log(100) * 1000, rel=1e-6, abs=0)
    assert along_scale["relative_gap"][1] > 1e4 * along_scale["relative_gap"][0]
    # Along λ sharpness is lost as the delay grows.
    assert np.divide(*along_decay["absolute_sharpness"]) == pytest.approx(10, rel=0.06)
    assert np.divide(*along_decay["jump_time_gen"][::-1]) == pytest.approx(10, rel=0.06)
    assert np.divide(*decays) == pytest.approx(10)


def test_from_the_l2_margin_to_the_l1_margin_on_any_data():
    inputs, labels = sample_sparse_teacher(14, 24, rng=np.random.default_rng(4))
    weights = train_diagonal(inputs, labels, [10.0, 25_000.0], initial_scale=30, weight_decay=0.001, step=0.5)
    signed = labels[:, None] * inputs
    early, late = weights
    hard = minimize(
        lambda w: w @ w, np.linalg.lstsq(signed, np.ones(14))[0], jac=lambda w: 2 * w,
        constraints={"type": "ineq", "fun": lambda w: signed @ w - 1, "jac": lambda w: signed}, method="SLSQP",
    ).x  # fmt: skip
    assert early @ hard / np.linalg.norm(early) / np.linalg.norm(hard) > 0.95
    sparse = linprog(np.ones(48), -np.hstack([signed, -signed]), -np.ones(14))  # least |w|₁ at a margin of 1
    reached = (signed @ late).min() / np.abs(late).sum()
    assert 0.8 < reached * sparse.fun < 1
    assert (signed @ early).min() / np.abs(early).sum() < 0.95 * reached


def test_simulation_draws_fresh_inputs():
    network = DiagonalNetwork(3, "1/30", samples=10, noise=5)
    one, same, other = (simulate(network, replica=k, points=50) for k in (0, 0, 1))
    np.testing.assert_array_equal(one.gen_accuracy, same.gen_accuracy)
    assert np.ptp(one.gen_accuracy - other.gen_accuracy) > 0
    np.testing.assert_allclose(one.gen_accuracy, system_curves(network, one.time)[1], atol=0.03)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"labels": [1, 2]}, "Labels must be 1 or -1, got 2.0"),
        ({"labels": [1]}, "a label each, got shapes"),
        ({"time": [2.0, 1.0]}, "Times must increase"),
        ({"step": np.nan}, "The step must be positive and finite, got nan"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(change, sentence):
    given = {"inputs": np.eye(2), "labels": [1, -1], "time": [1.0], "initial_scale": 1, "weight_decay": 0.1, **change}
    with pytest.raises(ValueError, match=sentence):
        train_diagonal(**given)


def test_a_teacher_needs_an_odd_number():
    with pytest.raises(ValueError, match="odd number of active coordinates, at most 6, got 2"):
        sample_sparse_teacher(4, 6, active=2, rng=np.random.default_rng(0))
