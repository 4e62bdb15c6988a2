from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from sympy import Rational

from numerics import (
    Band,
    LinearProblem,
    ReplicaCurves,
    accuracy,
    descend_by_spectrum,
    descend_in_distribution,
    descend_replicas,
    exact_finite_size_losses,
    generalization_loss,
)
from theory import FiniteSizeGeneralizationLoss

TIMES, FLOW = (1.0, 2.0, 4.0), 1e-8  # steps so small that descent is the flow to 1e-7
STEPS = np.array(TIMES) / (4 * FLOW)


def assert_average_is_exact(problem, replicas, weights):
    """Mean over replicas against the exact finite-size expectation; returns mean and standard error."""
    band = descend_replicas(problem, STEPS, eta=FLOW, replicas=replicas, weights=weights).loss("gen")
    exact = np.array([float(exact_finite_size_losses(time, problem.d, problem.n_train, order=30)[1]) for time in TIMES])
    assert (abs(band.mean - exact) < 4 * band.standard_error).all()
    return band, exact


@pytest.mark.parametrize("weights", ["random", "mean"])
def test_a_thousand_replicas_average_to_the_exact_expectation(weights):
    band, exact = assert_average_is_exact(LinearProblem(20, 40), 1000, weights)
    infinite = generalization_loss(np.array(TIMES), 0.5)
    if weights == "mean":
        # Precise enough to see the finite size, and that the 1/d correction leaves at most a tenth of it.
        assert (abs(band.mean - infinite) > 5 * band.standard_error).all()
        corrected = np.array(
            [float(FiniteSizeGeneralizationLoss(Rational(time), Rational(1, 2), 20)) for time in TIMES]
        )
        assert (abs(exact - corrected) < 0.1 * abs(exact - infinite)).all()


@pytest.mark.slow
@pytest.mark.parametrize("d", [100, 500, 2000])
@pytest.mark.parametrize("lam", [0.5, 1.0, 2.0])
def test_a_thousand_large_replicas_average_to_the_exact_expectation(d, lam):
    assert_average_is_exact(LinearProblem(d, int(d / lam)), 1000, "mean")


def test_mean_weights_leave_less_scatter():
    problem = LinearProblem(50, 100)
    errors = {
        weights: descend_replicas(problem, STEPS, eta=FLOW, replicas=200, weights=weights).loss("gen").standard_error
        for weights in ("random", "mean")
    }
    assert (errors["mean"] < errors["random"] / 3).all()


def test_a_replica_is_the_same_whatever_their_number():
    problem = LinearProblem(9, 12, noise_variance=0.2, seed=3)
    five, two = (descend_replicas(problem, [3, 90], eta=0.05, replicas=n, weight_decay=0.1) for n in (5, 2))
    np.testing.assert_array_equal(five.log_gen[:2], two.log_gen)
    np.testing.assert_array_equal(five.log_train[:2], two.log_train)
    later = descend_replicas(replace(problem, replica=3), [3, 90], eta=0.05, replicas=2, weight_decay=0.1)
    np.testing.assert_array_equal(later.log_gen, five.log_gen[3:])
    assert len(np.unique(five.log_gen[:, 0])) == 5


@pytest.mark.parametrize(("route", "single"), [("bidiagonal", descend_in_distribution), ("data", descend_by_spectrum)])
def test_replicas_are_the_runs_of_their_route(route, single):
    problem = LinearProblem(7, 9, d_out=2, noise_variance=0.2)
    curves = descend_replicas(problem, [0, 5, 50], eta=0.05, replicas=3, weight_decay=0.1, route=route)
    for k in range(3):
        alone = single(replace(problem, replica=k), [0, 5, 50], eta=0.05, weight_decay=0.1)
        np.testing.assert_array_equal(curves.log_train[k], alone.log_train)
        np.testing.assert_array_equal(curves.log_gen[k], alone.log_gen)


def test_bands_by_hand():
    values = np.array([[4.0, 0.0], [1.0, 0.0], [2.0, 3.0], [3.0, 0.0], [0.0, 0.0]])
    band = Band.of(values, level=0.5)
    np.testing.assert_allclose(band.mean, [2.0, 0.6])
    np.testing.assert_allclose(band.standard_error, values.std(axis=0, ddof=1) / np.sqrt(5))
    assert (band.low.tolist(), band.median.tolist(), band.high.tolist()) == ([1.0, 0.0], [2.0, 0.0], [3.0, 0.0])
    assert np.isnan(Band.of(values[:1]).standard_error).all()


def test_bands_enclose_their_share_and_errors_theirs():
    values = np.random.default_rng(0).standard_normal((400, 500))
    band = Band.of(values, level=0.8)
    fresh = np.random.default_rng(1).standard_normal((4000, 500))
    assert ((fresh > band.low) & (fresh < band.high)).mean() == pytest.approx(0.8, abs=0.01)
    # The true mean 0 lies within one standard error at 68 % of the steps.
    within = (abs(band.mean) < band.standard_error).sum()
    assert stats.binomtest(int(within), 500, 0.683).pvalue > 0.01


def test_losses_their_logarithms_and_accuracies_are_summarised_after_the_change_of_scale():
    log_train, log_gen = np.log([[1.0, 4.0], [3.0, 2.0]]), np.log([[2.0, 8.0], [6.0, 4.0]])
    curves = ReplicaCurves(np.array([0.0, 1.0]), log_train, log_gen)
    np.testing.assert_allclose(curves.loss("train").mean, [2.0, 3.0])
    np.testing.assert_allclose(curves.log_loss("gen").mean, log_gen.mean(axis=0))
    np.testing.assert_allclose(curves.accuracy("gen", epsilon=3.0).mean, accuracy(np.exp(log_gen), 3.0).mean(axis=0))
    assert curves.loss("gen", level=0.5).level == 0.5


def test_progress_is_called_after_each_replica():
    seen = []
    descend_replicas(LinearProblem(3, 4), [1], eta=0.1, replicas=2, progress=lambda *now: seen.append(now))
    assert seen == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"replicas": 0}, "at least one replica, got 0"),
        ({"route": "dense"}, "route must be 'bidiagonal' or 'data', got 'dense'"),
        ({"route": "data", "weights": "mean"}, "Data have weights of their own"),
        ({"weights": "equal"}, "weights must be 'random' or 'mean', got 'equal'"),
    ],
)
def test_bad_arguments_get_one_sentence(change, message):
    with pytest.raises(ValueError, match=message):
        descend_replicas(LinearProblem(3, 4), [1], **{"eta": 0.1, "replicas": 2, **change})


def test_bad_bands_get_one_sentence():
    with pytest.raises(ValueError, match="level of a band must lie strictly between 0 and 1, got 1"):
        Band.of(np.zeros((3, 2)), level=1)
    with pytest.raises(ValueError, match="must be 'train' or 'gen', got 'test'"):
        ReplicaCurves(np.zeros(1), np.zeros((2, 1)), np.zeros((2, 1))).loss("test")
