import numpy as np
import pytest
from scipy.special import erf

from numerics import fit_curve, measure

T = np.arange(120.0)
TRUE = (1 + erf(0.04 * (T - 55))) / 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "asymptotes"),
    [("erf", {}), ("erf", {"floor": None, "ceiling": None}), ("student", {}), ("skewed_erf", {})],
)
def test_the_band_holds_the_true_curve_ninety_five_times_in_a_hundred(shape, asymptotes):
    rng, inside, held = np.random.default_rng(1), (TRUE > 0.03) & (TRUE < 0.97), []
    for _ in range(300):
        low, high = fit_curve(T, rng.binomial(300, TRUE) / 300, shape=shape, **asymptotes).band(T)
        held.append(((low <= TRUE) & (high >= TRUE))[inside])
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)


def test_the_band_is_that_of_the_errors_where_one_of_them_rules():
    rng = np.random.default_rng(0)
    fit = fit_curve(T, TRUE + 0.02 * rng.standard_normal(T.size))
    low, high = fit.band(fit.jump_time)  # in the middle the rate does not count
    assert high - low == pytest.approx(2 * 1.959964 * fit.largest_slope * fit.jump_time_error, rel=1e-5)
    far = fit.band([-1e4, 1e4])
    np.testing.assert_array_equal(far, [[0, 1], [0, 1]])
    low, high = fit.band(T)
    assert ((low <= fit(T)) & (fit(T) <= high)).all()


def test_a_fitted_asymptote_has_a_width_and_time_no_unit():
    rng = np.random.default_rng(0)
    y = TRUE + 0.02 * rng.standard_normal(T.size)
    free, other = (fit_curve(time, y, ceiling=None) for time in (T, 1e3 * T + 5))
    low, high = free.band(1e4)
    assert low < free.ceiling < high
    np.testing.assert_allclose(free.band(T), other.band(1e3 * T + 5), rtol=0, atol=1e-7)
    never = measure(T, TRUE, 0 * TRUE).gen
    assert np.isnan(never.band(T)).all()
