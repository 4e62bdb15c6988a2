import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import fit_curve
from numerics.curves.estimation.condensation import condense, whole
from numerics.curves.shapes import named_shape


@settings(max_examples=30, deadline=None, derandomize=True)
@given(size=st.integers(8192, 30_000), rate=st.floats(0.5, 40), seed=st.integers(0, 99))
def test_sums_with_smooth_functions_are_kept_however_noisy_the_curve(size, rate, seed):
    tau = np.linspace(-0.5, 0.5, size)
    y = np.random.default_rng(seed).random(size)
    rows = condense(tau, y, rate)
    assert not rows.whole
    assert rows.tau.size < size / 3
    for f in (np.tanh, lambda u: np.exp(-u * u), lambda u: u * np.exp(-u * u)):
        direct, short = (y * f(rate * tau)).sum(), (rows.weight * rows.y * f(rate * rows.tau)).sum()
        assert short == pytest.approx(direct, rel=1e-8, abs=1e-9 * size)
        assert (rows.weight * f(rate * rows.tau)).sum() == pytest.approx(f(rate * tau).sum(), rel=1e-9, abs=1e-9 * size)
    assert (rows.weight > 0).all()
    assert (rows.weight * rows.y**2).sum() + rows.all_lost == pytest.approx((y * y).sum(), rel=1e-12)


def test_blocks_cover_every_point_once():
    tau = np.linspace(0, 1, 10_007)
    rows = condense(tau, np.ones(tau.size), 3.0)
    assert rows.edges[0] == 0
    assert rows.edges[-1] == tau.size
    sums = rows.weight.reshape(-1, rows.nodes).sum(axis=1)
    np.testing.assert_allclose(sums, np.diff(rows.edges), rtol=1e-12)
    np.testing.assert_allclose(rows.lost, 0, atol=1e-9)


@pytest.mark.parametrize(("size", "rate"), [(1000, 3.0), (20_000, 1e4)])
def test_short_curves_and_steep_jumps_stay_as_they_are(size, rate):
    assert condense(np.linspace(0, 1, size), np.zeros(size), rate).whole


@pytest.mark.parametrize("shape", ["erf", "logistic", "gompertz"])
@pytest.mark.parametrize("rate", [3.0, 30.0, 300.0, 3000.0])
def test_a_condensed_curve_has_the_fit_of_the_whole_one(monkeypatch, shape, rate):
    t = np.linspace(0, 1, 20_000)
    clean = named_shape(shape).at(rate * (t - 0.4), 0.0).value
    y = np.random.default_rng(1).binomial(200, 0.5 + 0.5 * clean) / 200
    short = fit_curve(t, y, shape="erf", floor=0.5)
    monkeypatch.setattr("numerics.curves.estimation.optimum.condense", lambda tau, y, rate: whole(tau, y))
    long = fit_curve(t, y, shape="erf", floor=0.5)
    assert short.jump_time == pytest.approx(long.jump_time, rel=1e-8)
    assert short.sharpness == pytest.approx(long.sharpness, rel=1e-7)
    assert short.r_squared == pytest.approx(long.r_squared, abs=1e-8)
    assert short.misfit == pytest.approx(long.misfit, rel=1e-3)
    # Errors from sums over blocks and from single points are two estimates of one number.
    if shape == "erf":
        for name in ("jump_time_error", "sharpness_error"):
            one, other = (getattr(fit, name) / np.sqrt(fit.autocorrelation_time) for fit in (short, long))
            assert one == pytest.approx(other, rel=0.25)
