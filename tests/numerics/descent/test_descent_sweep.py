import numpy as np
import pytest
from scipy import stats

from numerics import (
    accuracy,
    descend_by_spectrum,
    descent_accuracies,
    descent_data,
    descent_problem,
    measure,
    sweep_descent,
    sweep_linear,
)

ROUTES = ("bidiagonal", "data")


def test_a_replica_depends_on_its_own_numbers_only():
    again = descent_data(0.8, 40, 1, seed=3)
    np.testing.assert_array_equal(descent_data(0.8, 40, 1, seed=3).inputs, again.inputs)
    for other in ((0.8, 40, 2, 3), (0.8, 40, 1, 4), (0.5, 40, 1, 3)):
        *arguments, seed = other
        assert not np.array_equal(descent_data(*arguments, seed=seed).difference, again.difference)


def test_accuracies_are_those_of_the_losses():
    data = descent_data(0.7, 50, 0)
    steps, train, gen = descent_accuracies(data, epsilon=1e-6, eta=0.02, points=200)
    curves = descend_by_spectrum(data, steps, eta=0.02)
    np.testing.assert_allclose(train, accuracy(curves.train, 1e-6), rtol=1e-10)
    np.testing.assert_allclose(gen, accuracy(curves.gen, 1e-6), rtol=1e-10)
    assert steps[0] == 1
    assert gen[-1] > 0.999


@pytest.mark.parametrize(("route", "draw"), [("bidiagonal", descent_problem), ("data", descent_data)])
def test_rows_are_the_measures_of_each_data_set(route, draw):
    table = sweep_descent([0.6, 0.8], d=60, seeds=range(2), points=800, route=route)
    assert [(row["lam"], row["d"], row["seed"]) for row in table] == [
        (lam, 60, seed) for lam in (0.6, 0.8) for seed in (0, 1)
    ]
    assert table["status"].tolist() == ["ok"] * 4
    expected = measure(*descent_accuracies(draw(0.8, 60, 0, seed=1), points=800)).row()
    last = list(table)[-1]
    assert {name: last[name] for name in expected} == expected
    # The columns of every sweep, and two more.
    assert set(table.columns) - set(sweep_linear([0.9], points=50).columns) == {"d", "seed"}


def test_lam_is_the_realised_ratio():
    row = next(iter(sweep_descent([0.83], d=50, seeds=[0], points=200)))
    assert row["lam"] == 50 / 60


def test_more_unknowns_than_samples_never_generalize_and_say_so():
    row = next(iter(sweep_descent([1.5], d=60, seeds=[0], points=400)))
    assert row["status"] == "60 unknowns, 40 samples: the rest of the error is never learned"
    assert np.isnan(row["relative_gap"])


def test_the_same_seed_gives_the_same_bits_and_another_another():
    one, two, other = (sweep_descent([0.7], d=30, seeds=[seed], points=300) for seed in (1, 1, 2))
    assert list(one) == list(two)
    assert [{**row, "seed": 1} for row in one] != [{**row, "seed": 1} for row in other]


def test_both_routes_have_the_same_law():
    gaps = [sweep_descent([0.7], d=25, seeds=range(150), points=300, route=route)["relative_gap"] for route in ROUTES]
    assert all(np.isfinite(values).all() for values in gaps)
    assert stats.ks_2samp(*gaps).pvalue > 0.01


def test_an_unknown_route_is_refused():
    with pytest.raises(ValueError, match="route must be 'bidiagonal' or 'data', got 'dense'"):
        sweep_descent([0.5], d=10, route="dense")


def test_progress_is_called_after_each_run():
    seen = []
    sweep_descent([0.5, 0.7], d=20, seeds=[3, 7], points=50, progress=lambda *now: seen.append(now))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("bad", [{"lam": [0.0]}, {"lam": [0.5, -1.0]}, {"lam": [np.nan]}, {"lam": [0.5], "d": 1}])
def test_bad_arguments_get_one_sentence(bad):
    with pytest.raises(ValueError, match=r"(λ must be positive and finite|d must be a whole number from 2 to .*), got"):
        sweep_descent(**{"d": 10, **bad})


def test_a_diverging_rate_is_refused():
    with pytest.raises(ValueError, match="Gradient descent diverges"):
        sweep_descent([0.5], d=20, seeds=[0], eta=5.0)
