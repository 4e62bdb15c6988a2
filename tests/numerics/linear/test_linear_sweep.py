import json
from pathlib import Path

import numpy as np
import pytest

from numerics import (
    PAPER_LAM,
    accuracy,
    generalization_loss,
    linear_curves,
    linear_times,
    mirror,
    sweep_linear,
    training_loss,
)

JUMPS = json.loads((Path(__file__).parents[2] / "reference" / "jump_times.json").read_text())["rows"]


@pytest.fixture(scope="module")
def published():
    """The ends and a middle of the paper's figure, with its full protocol."""
    return sweep_linear([1.003, 1.05, 1.1])


def test_the_figure_of_the_paper(published):
    assert published["status"].tolist() == ["ok"] * 3
    np.testing.assert_allclose(published["relative_gap"][[0, 2]], [7.94, 0.62], atol=0.005)
    np.testing.assert_allclose(published["relative_sharpness"][[0, 2]], [0.446, 0.934], atol=0.0005)


def test_sharpness_falls_with_the_gap(published):
    for kind in ("relative", "absolute"):
        trend = published.trends[kind]
        assert trend.n == 3
        assert trend.slope < 0


def test_jump_times_are_where_the_accuracy_is_one_half(published):
    # The erf is not quite the curve's shape: its middle comes within a width of the crossing.
    for row in published:
        reference = next((r for r in JUMPS if float(r["lam"]) == row["lam"]), None)
        assert reference is not None
        width = 1 / row["sharpness_train"]
        assert abs(row["jump_time_train"] - float(reference["train_exact"])) < 0.2 * width
        assert abs(row["jump_time_gen"] - float(reference["gen_published"])) < 0.2 / row["sharpness_gen"]


def test_times_are_those_of_the_protocol():
    times = linear_times(1.05)
    assert times.size == 50_000
    assert times[0] == 1
    assert times[-1] == pytest.approx(5000 / 0.05**2)
    np.testing.assert_allclose(np.diff(times), np.diff(times)[0], rtol=1e-6)
    assert PAPER_LAM.size == 120
    assert (PAPER_LAM[0], PAPER_LAM[-1]) == (1.003, 1.1)
    np.testing.assert_allclose(np.diff(PAPER_LAM), (1.1 - 1.003) / 119)
    with pytest.raises(ValueError):
        PAPER_LAM[0] = 2


def test_curves_are_the_accuracies_of_the_losses():
    time = np.array([10.0, 5e4, 2e5])
    for convention in ("exact", "published"):
        train, gen = linear_curves(time, 0.92, convention=convention, epsilon=1e-8, eta0=0.02)
        s = 4 * 0.02 * time
        np.testing.assert_allclose(train, accuracy(training_loss(s, 0.92, form=convention), 1e-8), rtol=1e-12)
        np.testing.assert_allclose(gen, accuracy(generalization_loss(s, 0.92, form=convention), 1e-8), rtol=1e-12)


def test_exact_above_one_says_that_it_never_rises_and_why():
    table = sweep_linear([1.003, 1.1], convention="exact", points=4000)
    assert len(table) == 2
    assert len(table.fitted) == 0
    for row in table:
        assert "generalization accuracy never rises" in row["status"]
        assert "plateau 1 − 1/λ" in row["status"]
        assert np.isnan(row["relative_gap"])
    assert "0.00299" in table["status"][0]
    assert "0.0909" in table["status"][1]
    assert table.trends["relative"].n == 0
    # The training curve jumps all the same.
    assert np.isfinite(table["jump_time_train"]).all()


def test_exact_above_one_rises_where_the_threshold_is_above_the_plateau():
    row = next(iter(sweep_linear([1.003], convention="exact", epsilon=1.0, points=4000, horizon=1e-2)))
    assert "never rises" not in row["status"]


def test_exact_mirror_shows_the_trend_of_the_figure(published):
    table = sweep_linear(mirror([1.003, 1.05, 1.1]), convention="exact")
    assert table["status"].tolist() == ["ok"] * 3
    assert table.trends["relative"].slope < 0
    assert table.trends["absolute"].slope < 0
    np.testing.assert_allclose(table["relative_gap"], published["relative_gap"], rtol=0.02)
    np.testing.assert_allclose(table["relative_sharpness"], published["relative_sharpness"], rtol=0.02)


def test_mirror_has_the_same_decay_rate_and_is_its_own_inverse():
    lam = np.linspace(0.05, 3.9, 30)
    np.testing.assert_allclose((1 - np.sqrt(mirror(lam))) ** 2, (1 - np.sqrt(lam)) ** 2, rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(mirror(mirror(lam)), lam, rtol=1e-12)
    assert (mirror(lam[lam > 1]) < 1).all()
    for bad in (0.0, 4.0, -1.0, np.nan):
        with pytest.raises(ValueError, match="Only 0 < λ < 4 has a mirror image, got"):
            mirror([1.5, bad])
    for lam, first in (([0.5, 5.0, -2.0], 5.0), ([3.5, -2.0, 5.0], -2.0), ([1.0, 4.5], 4.5)):
        with pytest.raises(ValueError, match=f"got {first}"):
            mirror(lam)


def test_progress_is_called_after_each_lam():
    seen = []
    sweep_linear([0.9, 1.1, 1.2], points=50, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_single_lam_is_enough():
    assert len(sweep_linear(1.1, points=500)) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"lam": [1.1, 1.0]}, "λ = 1 has no finite time scale"),
        ({"lam": [0.0]}, "λ = d/N_train must be positive and finite, got 0.0"),
        ({"lam": [-2.0]}, "λ = d/N_train must be positive"),
        ({"lam": [1.1], "epsilon": 0.0}, "ε must be positive"),
        ({"lam": [1.1], "epsilon": -1e-10}, "ε must be positive"),
        ({"lam": [1.1], "eta0": 0.0}, "η₀ must be positive"),
        ({"lam": [1.1], "points": 3}, "points must be a whole number from 4 to"),
        ({"lam": [1.1], "points": 4.5}, "points must be a whole number"),
        ({"lam": [1.1], "points": np.inf}, "points must be a whole number"),
        ({"lam": []}, "λ must be a number or a list of them, got an array of shape"),
        ({"lam": [[1.1, 1.2]]}, "λ must be a number or a list of them, got an array of shape"),
        ({"lam": [1.1, 1e300]}, "must lie between 1 and 1e.100 steps, got 0 at λ = 1e"),
        ({"lam": [1.1], "horizon": -1.0}, "The horizon must be positive and finite, got -1"),
        ({"lam": [1.1], "horizon": np.nan}, "The horizon must be positive and finite, got nan"),
        ({"lam": [1.1], "convention": "late"}, "form must be 'exact' or 'published', got 'late'"),
    ],
)
def test_bad_arguments_get_one_sentence(arguments, message):
    with pytest.raises(ValueError, match=message):
        sweep_linear(**{"points": 50, **arguments})
