import numpy as np
import pytest
from sympy import Rational

import numerics
from numerics.solvable.separability_edge import edge_curves, edge_orbit
from theory import SeparabilityEdge, separable_probability


@pytest.mark.parametrize("lam", [0.25, 0.5, 0.7])
def test_the_integrated_path_is_the_exact_orbit(lam):
    edge = SeparabilityEdge(lam, 2)
    time, weight, bias = (part[2800:3300:200] for part in edge_orbit(edge))
    exact = SeparabilityEdge(Rational(lam), 2)
    assert bias == pytest.approx([float(exact.bias(Rational(each)).evalf(30)) for each in weight], rel=1e-8, abs=0)
    quadrature = float(exact.time_at(Rational(weight[1])).evalf(8))
    assert time[1] == pytest.approx(quadrature, rel=1e-6, abs=0)


def test_descent_is_the_flow_up_to_the_step():
    edge, errors = SeparabilityEdge(0.4, 2), []
    for step in (0.04, 0.02, 0.01):
        run = numerics.simulate(edge, points=round(8 / step), bias_step=step)
        errors.append(np.abs(run.gen_accuracy - edge_curves(edge, run.time)[1])[2:].max())
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.15, abs=0)
    assert errors[1] / errors[2] == pytest.approx(2, rel=0.15, abs=0)


def test_the_second_point_becomes_right_in_one_step():
    run = numerics.simulate(SeparabilityEdge(0.4), points=800)  # σ²λ(1 − 2λ) = 2
    train = edge_curves(SeparabilityEdge(0.4), run.time)[0]
    assert set(train) == set(run.train_accuracy) == {0.5, 1.0}
    assert abs(np.argmax(train == 1) - np.argmax(run.train_accuracy == 1)) <= 2


def test_late_jumps_are_where_the_theory_puts_them():
    below = SeparabilityEdge(0.4, 2)
    late = float(below.late_jump_time(1 - 1e-9))
    assert edge_curves(below, [late])[1][0] == pytest.approx(1 - 1e-9, rel=0, abs=1e-10)
    beyond = SeparabilityEdge(0.525)
    time = float(beyond.late_time(beyond.late_weight(0.75)))
    assert edge_curves(beyond, [time])[1][0] == pytest.approx(0.75, rel=0, abs=1e-4)
    for edge, level in ((below, 1 - 1e-9), (beyond, 0.75)):
        at = float(edge.late_jump_time(level) if edge is below else time)
        low, high = edge_curves(edge, [at / 1.01, at * 1.01])[1]
        assert (high - low) / (2 * np.log(1.01)) == pytest.approx(float(edge.late_slope(level)), rel=0.05, abs=0)


def test_beyond_the_edge_of_the_level_there_is_no_jump():
    table = numerics.sweep(SeparabilityEdge(0.4), "lam", [0.6], times=lambda _: np.linspace(0.1, 50, 300))
    assert table["status"][0].startswith("generalization accuracy never rises past 3/4: for λ = 0.6 > 1/2")
    with pytest.raises(ValueError, match="Times of the orbit must be positive"):
        edge_curves(SeparabilityEdge(0.4), [0.0])


def test_the_share_of_separable_data_is_wendels():
    rng = np.random.default_rng(0)
    found = sum(numerics.is_separable(rng.standard_normal((7, 3))) for _ in range(150))
    expected = float(separable_probability(7, 3))
    assert found / 150 == pytest.approx(expected, rel=0, abs=4 * np.sqrt(expected * (1 - expected) / 150))


def test_gaussian_data_generalize_perfectly_just_where_they_are_not_separable():
    runs = numerics.descend_to_separation(14, 7, seeds=range(10), until=1e8)
    ends = {
        separable: [r.gen_accuracy[-1] for r in runs if r.columns["separable"] is separable]
        for separable in (True, False)
    }
    assert min(len(ends[True]), len(ends[False])) >= 3
    assert min(ends[False]) > 0.99
    assert max(ends[True]) < 0.97
    assert all(run.train_accuracy[-1] == 1 for run in runs)


def test_runs_do_not_depend_on_their_company():
    alone, beside = (numerics.descend_to_separation(10, 3, seeds=seeds, until=20)[0] for seeds in ((1,), (1, 2)))
    assert alone.columns == beside.columns
    assert alone.gen_accuracy[:50] == pytest.approx(beside.gen_accuracy[:50], rel=1e-10, abs=0)


def test_numbers_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="got 0, 3, "):
        numerics.descend_to_separation(0, 3)
