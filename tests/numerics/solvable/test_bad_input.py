"""What makes no sense to the solvable systems is answered in one sentence, and random numbers are their own."""

import numpy as np
import pytest
from sympy import Symbol

import numerics
from numerics import simulate, system_curves
from theory import CommitteeMachine, DiagonalNetwork, LinearStudent, ParityProduct, SeparabilityEdge, ThresholdLearner

SYSTEMS = {
    "start": ThresholdLearner(),
    "sigma": SeparabilityEdge("2/5"),
    "initial_scale": DiagonalNetwork(3, "1/30", samples=4, noise=2),
    "output_scale": CommitteeMachine(),
    "rate": ParityProduct(3, 30),
}
"""Each by one of its parameters."""


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_has_no_value_is_named(name):
    system = SYSTEMS[name].replace(**{name: Symbol("x", positive=True)})
    for ask in (lambda: system_curves(system, [1.0]), lambda: simulate(system, points=5)):
        with pytest.raises(ValueError, match=f"give {name} a value, got "):
            ask()


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("points", [0, 1, -3, 2.5, True, "a"])
def test_points_are_counted(name, points):
    with pytest.raises(ValueError, match="number of recorded points must be a whole number from 2 to 10000000, got "):
        simulate(SYSTEMS[name], points=points)


@pytest.mark.parametrize("name", SYSTEMS)
def test_times_are_finite_and_not_negative_and_have_any_order_and_shape(name):
    for bad in (np.nan, np.inf, -1.0):
        with pytest.raises(ValueError, match=r"Times .* must be positive|Times must be finite and not negative"):
            system_curves(SYSTEMS[name], [1.0, bad])
    for table, line in zip(
        system_curves(SYSTEMS[name], [[3.0, 1.0], [1.0, 2.0]]),
        system_curves(SYSTEMS[name], [1.0, 2.0, 3.0]),
        strict=True,
    ):
        assert table == pytest.approx(line[[[2, 0], [0, 1]]], rel=1e-6)
    assert [curve.shape for curve in system_curves(SYSTEMS[name], [])] == [(0,), (0,)]
    if name != "sigma":  # whose clock starts after 0
        alone, beside = (np.array(system_curves(SYSTEMS[name], times))[:, 0] for times in ([0.0], [0.0, 1.0]))
        assert alone == pytest.approx(beside, abs=1e-12)


@pytest.mark.parametrize("name", SYSTEMS)
def test_global_random_numbers_stay(name):
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    one, same = (simulate(SYSTEMS[name], replica=1, seed=5, points=8) for _ in range(2))
    assert np.array_equal(one.train_accuracy, same.train_accuracy, equal_nan=True)
    assert np.array_equal(one.gen_accuracy, same.gen_accuracy)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


STEPS = np.arange(1, 20.0)
RISE = np.linspace(0.4, 0.99, 19)


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: numerics.grokking_probability(-1, 0.1), "whole number ≥ 1, got -1"),
        (lambda: numerics.grokking_probability(2.5, 0.1), "whole number ≥ 1, got 2.5"),
        (lambda: numerics.grokking_probability(3, [0.1, -0.1]), "must not be negative, got -0.1"),
        (lambda: numerics.modular_accuracy(0, 97), "got N = 0, p = 97"),
        (lambda: numerics.modular_accuracy(2.5, 97), "got N = 2.5, p = 97"),
        (lambda: numerics.follow_moments(CommitteeMachine(), steps=-1), "steps must be a whole number ≥ 0, got -1"),
        (lambda: numerics.follow_moments(CommitteeMachine(), neurons=np.ones((2, 3))), "must have 10 weights each"),
        (lambda: numerics.is_separable(np.ones(3)), r"must be numbers of shape \(N, d\), got an array of shape \(3,\)"),
        (lambda: numerics.descend_to_separation(4, 2, sigma=np.inf), "all finite, and seeds, got 4, 2, inf"),
        (lambda: numerics.descend_to_separation(4, 2, seeds=()), r"and seeds, got .*\[\]"),
        (lambda: numerics.sharpness_law(1e6), "positive and at most 1000, .* got x_train = 1000000.0"),
        (
            lambda: numerics.predict_generalization(STEPS, RISE, epsilon=1e-3, eta0=1, plateau=-1),
            "plateau must be finite and not negative, got -1",
        ),
        (
            lambda: numerics.predict_generalization(STEPS, RISE, epsilon=1e-3, eta0=1, train_samples=-5),
            "training samples must be at least 1, got -5",
        ),
    ],
)
def test_numbers_that_make_no_sense_are_refused(ask, sentence):
    with pytest.raises(ValueError, match=sentence):
        ask()


def test_a_sweep_of_diagonal_networks_says_what_it_lacks():
    with pytest.raises(ValueError, match="give noise a value, got "):
        numerics.sweep_diagonal(DiagonalNetwork(noise=Symbol("x", positive=True)), "initial_scale", [10])
    with pytest.raises(ValueError, match=r"With so little noise, σ = 0\.001, fresh inputs are right from the start"):
        numerics.sweep_diagonal(DiagonalNetwork(noise="1/1000"), "initial_scale", [10])


def test_a_horizon_that_lacks_a_number_names_it():
    with pytest.raises(ValueError, match="The horizon needs a number for eta_0"):
        numerics.sweep(LinearStudent("9/10"), "lam", [0.9])
