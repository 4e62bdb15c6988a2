import numpy as np
import pytest
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
        (np.clip((T - 2) / 6, 0, 1), False),
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


def test_another_shape_lowers_the_goodness():
    own, other = (fit_curve(T, expit(2 * (T - 5)), shape=shape) for shape in ("logistic", "erf"))
    assert own.misfit < 1e-9 < 0.003 < other.misfit
    assert own.p_value == 1
    assert other.p_value < 1e-10
