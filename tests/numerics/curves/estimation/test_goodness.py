from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, ndtr

from numerics import fit_curve
from numerics.curves.estimation.goodness import goodness

T = np.linspace(0, 10, 1000)


@pytest.mark.parametrize("size", [100, 300, 1000])
def test_the_p_value_is_uniform_for_noise_alone(size):
    rng = np.random.default_rng(0)
    p = np.array([goodness(rng.normal(0, 0.1, size), [rng.normal(0, 0.1, 50)], 1.0, 0).p_value for _ in range(2000)])
    for level in (0.01, 0.1, 0.5):
        share = (p < level).mean()
        assert share == pytest.approx(level, abs=4 * np.sqrt(level / 2000) + 0.1 * level)


@pytest.mark.parametrize(
    ("curve", "complains"),
    [
        (ndtr(T - 5), False),
        (expit(2 * (T - 5)), False),
        (np.clip((T - 2) / 6, 0, 1), True),
        (1 - np.exp(-T), True),
        (0.93 * ndtr(2 * (T - 5)), True),
    ],
)
def test_a_fit_complains_where_the_shape_is_plainly_wrong(curve, complains):
    noisy = np.random.default_rng(1).binomial(500, curve) / 500
    for y in (curve, noisy):
        fit = fit_curve(T, y)
        assert fit.ok
        assert bool(fit.complaint) is complains
        assert (fit.complaint in str(fit)) is True


def test_misfit_is_the_largest_deviation_of_the_curve():
    curve = 0.5 * ndtr(2 * (T - 4.5)) + 0.5 * ndtr(2 * (T - 6))
    fit = fit_curve(T, curve)
    largest = np.abs(fit(T) - curve).max()
    assert 0.6 * largest < fit.misfit < largest


def test_the_misfit_of_few_points_is_seen_as_well():
    t = np.arange(40.0)  # slowly to 0.3 in twelve points, at once to 0.8, slowly to 1
    curve = np.where(t < 20, np.clip((t - 8) / 40, 0, 1), np.clip(0.8 + (t - 20) / 20, 0, 1))
    fit = fit_curve(t, curve)
    assert fit.misfit > 0.3 * np.abs(fit(t) - curve).max()
    assert fit.complaint


def test_another_shape_lowers_the_goodness():
    own, other = (fit_curve(T, expit(2 * (T - 5)), shape=shape) for shape in ("logistic", "erf"))
    assert own.misfit < 1e-9 < 0.003 < other.misfit
    assert own.p_value == 1
    assert other.p_value < 1e-10


def by_definition(transition, plateaus, height, fitted):
    """Block by block, with the distributions of scipy.stats."""
    parts = max(min(12, transition.size // 4), 1)
    cuts = [k * transition.size // parts for k in range(parts + 1)]
    blocks = [transition[begin:end] for begin, end in pairwise(cuts)]
    blocks += [plateau for plateau in plateaus if plateau.size >= 4]
    squares = [np.sum(np.diff(block) ** 2) / 2 for block in blocks]
    common = sum(squares) / sum(block.size - 1 for block in blocks)
    chi = 0.0
    for block, square in zip(blocks, squares, strict=True):
        mean = block.mean() if abs(block.mean()) >= 1e-3 * height else 0.0
        variance = (square + 2 * common) / (block.size + 1)
        t, freedom = abs(mean) * np.sqrt(block.size / variance), 2 * (block.size + 1) ** 2 / (3 * block.size - 4)
        chi += stats.norm.isf(stats.t.sf(t, freedom)) ** 2
    return max(abs(block.mean()) for block in blocks) / height, stats.chi2.sf(chi, len(blocks) - fitted)


@pytest.mark.parametrize("height", [1.0, 0.25, 100.0])
@pytest.mark.parametrize("fitted", [0, 2, 4])
@pytest.mark.parametrize(
    ("size", "plateaus"),
    [(4, (20, 30, 40, 50)), (20, (3, 4)), (47, ()), (48, (5,)), (49, (0, 200)), (500, (4, 3)), (23, (100, 100))],
)
def test_the_p_value_is_that_of_the_means_over_blocks(size, plateaus, fitted, height):
    rng = np.random.default_rng(size)
    for bias in (0.0, 0.03):
        parts = [height * (rng.normal(0, 0.05, n) + bias) for n in (size, *plateaus)]
        found = goodness(parts[0], parts[1:], height, fitted)
        misfit, p_value = by_definition(parts[0], parts[1:], height, fitted)
        assert found.misfit == pytest.approx(misfit, rel=1e-12)
        assert found.p_value == pytest.approx(p_value, rel=1e-6)


@pytest.mark.parametrize(("mean", "negligible"), [(0.99e-3, True), (1.01e-3, False)])
@pytest.mark.parametrize("height", [1.0, 50.0])
def test_a_thousandth_of_the_height_is_no_deviation(mean, negligible, height):
    steady = np.tile([1e-6, -1e-6], 48) + mean
    assert (goodness(height * steady, [], height, 2).p_value == 1) is negligible


def test_with_too_few_points_only_the_misfit_is_told():
    rng = np.random.default_rng(0)
    nothing = goodness(np.array([]), [np.zeros(3)], 1.0, 2)
    assert np.isnan([nothing.misfit, nothing.p_value]).all()
    few = goodness(np.full(3, 0.25), [rng.normal(size=50), rng.normal(size=50), rng.normal(size=50)], 1.0, 0)
    assert few.misfit >= 0.25
    assert np.isnan(few.p_value)
    assert np.isnan(goodness(rng.normal(size=8), [], 1.0, 2).p_value)
    assert np.isfinite(goodness(rng.normal(size=12), [], 1.0, 2).p_value)
    assert np.isfinite(goodness(rng.normal(size=4), [], 1.0, 0).p_value)


def test_an_exact_deviation_is_certain_and_an_exact_fit_is_fair():
    assert goodness(np.full(96, 0.1), [], 1.0, 2).p_value < 1e-200
    assert goodness(np.zeros(96), [np.zeros(30)], 1.0, 2).p_value == 1
