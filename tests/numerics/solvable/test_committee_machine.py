import numpy as np
import pytest
from scipy.integrate import solve_ivp
from sympy import lambdify, symbols

from numerics import follow_moments, simulate, sweep_committee, system_curves, train_neurons
from theory import CommitteeMachine


@pytest.mark.filterwarnings("error")
def test_descent_in_too_large_steps_is_said_to_diverge():
    table = sweep_committee(CommitteeMachine(learning_rate=100), "nonlinearity", [0.5, 5])
    assert all(status.startswith("descent diverges: the learning rate η₀ = 100 is") for status in table["status"])


@pytest.mark.parametrize("width", [3, 40])
def test_moments_are_the_neurons_to_rounding(width):
    machine = CommitteeMachine("1/2", dimension=4, samples=12, learning_rate=1)
    weights = np.random.default_rng(1).standard_normal((width, 4))
    before = weights.copy()
    neurons = train_neurons(machine, weights, steps=150)
    moments = follow_moments(machine, steps=150, neurons=weights)
    np.testing.assert_allclose(moments.training_loss, neurons.training_loss, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(moments.generalization_loss, neurons.generalization_loss, rtol=1e-9, atol=1e-14)
    assert neurons.training_loss[-1] < neurons.training_loss[0]
    np.testing.assert_array_equal(weights, before)


def test_the_loss_on_fresh_inputs_by_drawing_them():
    machine = CommitteeMachine(3)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((60_000, 10)) / np.sqrt(10)
    left = rng.standard_normal((10, 10))
    left, mean = left + left.T, rng.standard_normal(10) / 10
    drawn = np.mean((np.einsum("ni,ij,nj->n", x, left, x) / 2 - 3 * x @ mean) ** 2)
    exact = float(machine.generalization_loss(np.trace(left), (left**2).sum(), mean @ mean))
    assert drawn == pytest.approx(exact, rel=0.03)


def test_many_inputs_follow_the_two_numbers_of_infinite_data():
    machine = CommitteeMachine("2", dimension=4, samples=10_000, learning_rate="1/20")
    p, q = symbols("p q")
    rates = lambdify((p, q), machine.population_rates(p, q))
    loss = lambdify((p, q), machine.population_loss(p, q))
    steps = 200
    flow = solve_ivp(lambda _, both: rates(*both), (0, steps), [0.0, 0.0], rtol=1e-8, atol=1e-10).y[:, -1]
    run = follow_moments(machine, steps=steps)
    assert run.generalization_loss[-1] < 0.3 < run.generalization_loss[0]
    assert run.generalization_loss[-1] == pytest.approx(loss(*flow), rel=0.08)


def test_both_limits_are_those_of_the_two_numbers():
    lazy, rich = CommitteeMachine(10_000, dimension=6), CommitteeMachine("1/10000000", dimension=6)
    p, q = symbols("p q")
    for machine, limit, end, within in (
        (lazy, lazy.lazy_loss, 40.0, 5e-3),
        (rich, rich.rich_loss, float(rich.rich_jump_time()), 0.02),
    ):
        rates = lambdify((p, q), machine.population_rates(p, q))
        both = solve_ivp(lambda _, both, rates=rates: rates(*both), (0, end), [0.0, 0.0], rtol=1e-9, atol=1e-14).y[
            :, -1
        ]
        assert float(machine.population_loss(*both)) == pytest.approx(float(limit(end)), rel=within)


def test_one_knob_dulls_and_the_other_sharpens_while_the_gap_grows():
    machine = CommitteeMachine()
    by_scale = sweep_committee(machine, "output_scale", [0.3, 1, 6])
    by_nonlinearity = sweep_committee(machine, "nonlinearity", [0.15, 0.4, 1])
    for table in (by_scale, by_nonlinearity):
        assert len(table.fitted) == 3
        assert (np.diff(table["relative_gap"]) > 0).all()
        assert (np.diff(table["relative_sharpness"]) < 0).all()
    assert (np.diff(by_scale["absolute_sharpness"]) < 0).all()
    assert (np.diff(by_nonlinearity["absolute_sharpness"]) > 0).all()


def test_curves_are_those_of_many_neurons():
    machine = CommitteeMachine("1/3")
    time = np.arange(0, 41.0)
    _, gen = system_curves(machine, time)
    run = simulate(machine, points=40, neurons=4000)
    np.testing.assert_allclose(run.gen_accuracy, gen, atol=0.05)
    halfway = system_curves(machine, [10.5])[1][0]
    assert halfway == pytest.approx(gen[10:12].mean(), rel=1e-9)


def test_neurons_have_the_dimension_of_the_machine():
    with pytest.raises(ValueError, match=r"must have 10 weights each, got an array of shape \(3, 2\)"):
        train_neurons(CommitteeMachine(), np.ones((3, 2)), steps=1)
