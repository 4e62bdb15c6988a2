"""Laws that every measurement obeys, over wide ranges of time, sharpness, size, shape and noise (M section 2)."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from numerics import FitStatus, fit_curve, measure, strategies

SHAPES = ("erf", "logistic", "gompertz", "mirrored_gompertz", "student", "skewed_erf")
SIMPLE = SHAPES[:4]
few, some, many = (settings(max_examples=n, deadline=None, derandomize=True) for n in (6, 12, 30))
scales = st.floats(-9, 9).map(lambda x: 10**x)
seeds = st.integers(0, 2**32 - 1)


def fitted(curve, time=None, accuracy=None, **changes):
    time = curve.time if time is None else time
    accuracy = curve.accuracy if accuracy is None else accuracy
    fit = fit_curve(time, accuracy, **{**curve.options, **changes})
    return fit


def measured(run, time=None, **changes):
    return measure(
        run.time if time is None else time, run.train.accuracy, run.gen.accuracy, **{**run.options, **changes}
    )


def assert_close(fit, jump_time, sharpness, within):
    """``within`` in units of 1/s for the time, and relative for the sharpness."""
    assert fit.ok, fit.status
    assert abs(fit.jump_time - jump_time) <= within / abs(sharpness) + 1e-12 * abs(jump_time)
    assert fit.sharpness == pytest.approx(sharpness, rel=within, abs=0)


# --- exact recovery ---------------------------------------------------------------------------------------------------


@many
@given(strategies.planted_curves(shapes=SIMPLE))
def test_noiseless_curves_are_recovered(curve):
    fit = fitted(curve)
    assert_close(fit, curve.jump_time, curve.sharpness, 1e-6)
    assert fit.largest_slope == pytest.approx(curve.largest_slope, rel=1e-6, abs=0)
    assert fit.r_squared == pytest.approx(1, abs=1e-9)
    np.testing.assert_allclose(fit(curve.time), curve.accuracy, atol=1e-6)


@some
@given(strategies.planted_curves(shapes=SHAPES[4:]))
def test_noiseless_curves_with_a_shape_parameter_are_recovered(curve):
    fit = fitted(curve)
    assert_close(fit, curve.jump_time, curve.sharpness, 1e-4)
    assert fit.shape_parameter == pytest.approx(curve.shape_parameter, abs=1e-3)


@some
@given(strategies.planted_curves(shapes=SIMPLE), st.sampled_from([(None, 1), (0, None), (None, None)]))
def test_free_asymptotes_are_recovered(curve, kept):
    unit = (curve.accuracy - curve.floor) / (curve.ceiling - curve.floor)
    assume(unit[0] < 1e-3 and unit[-1] > 1 - 1e-3)
    floor, ceiling = (None if k is None else v for k, v in zip(kept, (curve.floor, curve.ceiling), strict=True))
    fit = fitted(curve, floor=floor, ceiling=ceiling)
    assert_close(fit, curve.jump_time, curve.sharpness, 1e-4)
    assert (fit.floor, fit.ceiling) == pytest.approx((curve.floor, curve.ceiling), abs=1e-4)


@some
@given(
    strategies.planted_curves(shapes=SIMPLE, time=strategies.times(min_points=10, max_points=20, spacings=["even"])),
)
def test_ten_points_are_enough_without_noise(curve):
    assert_close(fitted(curve), curve.jump_time, curve.sharpness, 1e-5)


@few
@given(strategies.planted_curves(shapes=SIMPLE, time=strategies.times(min_points=20_000, max_points=50_000)))
def test_fifty_thousand_points(curve):
    assert_close(fitted(curve), curve.jump_time, curve.sharpness, 1e-5)


@some
@given(
    at=st.floats(0, 9).map(lambda x: 10**x),
    share=st.floats(0.15, 0.85),
    width=st.floats(0.002, 0.3),
    shape=st.sampled_from(SIMPLE),
)
def test_jump_times_from_one_to_a_billion(at, share, width, shape):
    t = np.linspace(0, at / share, 3001)
    sharpness = 1.8 / (width * t[-1] * min(share, 1 - share))
    curve = strategies.PlantedCurve(t, t, jump_time=at, sharpness=sharpness, floor=0.5, shape=shape)
    assert_close(fitted(curve, accuracy=curve.expected), at, sharpness, 1e-5)


@few
@given(strategies.planted_curves(shapes=("erf", "gompertz", "mirrored_gompertz")))
def test_the_best_shape_of_a_noiseless_curve_has_its_parameters(curve):
    fit = fitted(curve, shape="best")
    assert_close(fit, curve.jump_time, curve.sharpness, 1e-2)


# --- units ------------------------------------------------------------------------------------------------------------


@many
@given(strategies.planted_curves(shapes=SIMPLE, noise="binomial"), scales, st.floats(-100, 100))
def test_units_and_origin_of_time(curve, scale, shift):
    plain = fitted(curve)
    assume(plain.ok)
    # In units of the record, or the offset would cost digits.
    offset = shift * (curve.time[-1] - curve.time[0])
    moved = fitted(curve, time=scale * (curve.time + offset))
    expected = scale * (plain.jump_time + offset)
    assert moved.ok
    assert abs(moved.jump_time - expected) <= 1e-6 * scale / abs(plain.sharpness)
    assert moved.sharpness == pytest.approx(plain.sharpness / scale, rel=1e-5, abs=0)
    assert moved.jump_time_error == pytest.approx(scale * plain.jump_time_error, rel=1e-3, abs=0)
    assert moved.sharpness_error == pytest.approx(plain.sharpness_error / scale, rel=1e-3, abs=0)
    assert moved.r_squared == pytest.approx(plain.r_squared, rel=1e-6)


@many
@given(
    strategies.planted_curves(shapes=SIMPLE, noise="correlated"),
    st.floats(-2, 3).map(lambda x: 10**x),
    st.floats(-100, 100),
)
def test_affine_maps_of_the_accuracy(curve, scale, shift):
    plain = fitted(curve, samples=None)
    assume(plain.ok)
    mapped = fitted(
        curve,
        accuracy=scale * curve.accuracy + shift,
        floor=scale * curve.floor + shift,
        ceiling=scale * curve.ceiling + shift,
        samples=None,
    )
    assert_close(mapped, plain.jump_time, plain.sharpness, 1e-5)
    assert mapped.largest_slope == pytest.approx(scale * plain.largest_slope, rel=1e-5)
    assert mapped.jump_time_error == pytest.approx(plain.jump_time_error, rel=1e-2)
    assert mapped.sharpness_error == pytest.approx(plain.sharpness_error, rel=1e-2)


@many
@given(strategies.planted_curves(shapes=("erf", "logistic"), noise="binomial"))
def test_a_curve_reversed_in_time_has_no_jump(curve):
    """It falls; of a fall in its last points it is only known that it was high before."""
    assume(fitted(curve).ok)
    back = fitted(curve, time=-curve.time[::-1], accuracy=curve.accuracy[::-1])
    assert back.status in (FitStatus.FALLS, FitStatus.ALREADY_JUMPED)
    assert np.isnan([back.jump_time, back.sharpness]).all()


@many
@given(strategies.planted_curves(shapes=("gompertz", "mirrored_gompertz")))
def test_turning_a_curve_over_mirrors_its_shape(curve):
    """A Gompertz rise, reversed in time and turned over, is a mirrored Gompertz rise."""
    mirror = "mirrored_gompertz" if curve.shape == "gompertz" else "gompertz"
    turned = curve.floor + curve.ceiling - curve.accuracy[::-1]
    fit = fitted(curve, time=-curve.time[::-1], accuracy=turned, shape=mirror)
    assert_close(fit, -curve.jump_time, curve.sharpness, 1e-6)


@some
@given(strategies.planted_curves(shapes=SIMPLE, noise="binomial"))
def test_repeating_every_point_leaves_the_parameters_alone(curve):
    once = fitted(curve, samples=None)
    assume(once.ok)
    twice = fitted(curve, time=np.repeat(curve.time, 2), accuracy=np.repeat(curve.accuracy, 2), samples=None)
    assert_close(twice, once.jump_time, once.sharpness, 1e-4)
    assert twice.points == 2 * once.points


@pytest.mark.parametrize("width", [40, 100, 300])
def test_repeating_every_point_is_no_news(width):
    """Not less error either: the repeated points count as perfectly correlated, as far as that can be seen."""
    t = np.arange(1.0, 901.0)
    curve = strategies.PlantedCurve(t, t, jump_time=450.3, sharpness=1.8124 / width)
    ratios = []
    for seed in range(20):
        y = strategies.counted(curve.expected, 250, rng=np.random.default_rng(seed))
        once, twice = (fit_curve(np.repeat(t, k), np.repeat(y, k)) for k in (1, 2))
        ratios.append((twice.jump_time_error / once.jump_time_error, twice.sharpness_error / once.sharpness_error))
    np.testing.assert_allclose(np.median(ratios, axis=0), 1, atol=0.1)


# --- runs -------------------------------------------------------------------------------------------------------------


@some
@given(strategies.planted_runs(shapes=SIMPLE))
def test_noiseless_runs_are_recovered(run):
    result = measured(run)
    assert result.status == "ok"
    assert result.relative_gap == pytest.approx(run.relative_gap, rel=1e-5, abs=1e-5)
    assert result.relative_sharpness == pytest.approx(run.relative_sharpness, rel=1e-5)
    assert result.absolute_sharpness == pytest.approx(run.absolute_sharpness, rel=1e-5)


@some
@given(strategies.planted_runs(shapes=SIMPLE, noise="binomial"), scales)
def test_the_unit_of_time_leaves_the_relative_measures_alone(run, scale):
    plain = measured(run)
    assume(plain.status == "ok")
    scaled = measured(run, time=scale * run.time)
    assert scaled.relative_gap == pytest.approx(plain.relative_gap, rel=1e-5, abs=1e-5)
    assert scaled.relative_sharpness == pytest.approx(plain.relative_sharpness, rel=1e-5)
    assert scaled.absolute_sharpness == pytest.approx(plain.absolute_sharpness / scale, rel=1e-5, abs=0)
    # Equal curves have all their noise in common, and rounding is all that is left of the errors.
    assert scaled.relative_gap_error == pytest.approx(plain.relative_gap_error, rel=1e-2, abs=1e-8)
    assert scaled.relative_sharpness_error == pytest.approx(plain.relative_sharpness_error, rel=1e-2, abs=1e-8)
    assert scaled.absolute_sharpness_error == pytest.approx(plain.absolute_sharpness_error / scale, rel=1e-2, abs=0)


@some
@given(strategies.planted_runs(shapes=SIMPLE, noise="binomial"), st.floats(-0.1, 3))
def test_a_later_origin_of_time_changes_only_the_gap(run, shift):
    plain = measured(run)
    assume(plain.status == "ok")
    offset = shift * run.time[0]
    moved = measured(run, time=run.time + offset)
    assert moved.relative_sharpness == pytest.approx(plain.relative_sharpness, rel=1e-5)
    assert moved.absolute_sharpness == pytest.approx(plain.absolute_sharpness, rel=1e-5, abs=0)
    delay = plain.gen.jump_time - plain.train.jump_time
    assert moved.relative_gap == pytest.approx(delay / (plain.train.jump_time + offset), rel=1e-4, abs=1e-5)


@some
@given(strategies.planted_runs(shapes=SIMPLE, noise="binomial"))
def test_swapping_the_curves_inverts_the_ratios(run):
    plain = measured(run)
    assume(plain.status == "ok")
    swapped = measured(strategies.PlantedRun(run.gen, run.train))
    assert 1 + swapped.relative_gap == pytest.approx(1 / (1 + plain.relative_gap), rel=1e-6)
    assert swapped.relative_sharpness == pytest.approx(1 / plain.relative_sharpness, rel=1e-6)
    # A ratio and its inverse have the same relative error.
    assert swapped.relative_sharpness_error * plain.relative_sharpness == pytest.approx(
        plain.relative_sharpness_error / plain.relative_sharpness, rel=1e-3, abs=1e-8
    )
    assert swapped.relative_gap_error * (1 + plain.relative_gap) == pytest.approx(
        plain.relative_gap_error / (1 + plain.relative_gap), rel=1e-3, abs=1e-8
    )


@some
@given(strategies.planted_curves(shapes=SIMPLE, noise="binomial"))
def test_a_curve_compared_with_itself_has_no_gap_and_no_error_of_it(curve):
    """All the noise is shared, so it cancels: the covariance between the curves is in the errors.

    Without it they would be √2 times those of one curve.
    """
    run = strategies.PlantedRun(curve, curve)
    result = measured(run)
    assume(result.status == "ok")
    assert result.relative_gap == 0
    assert result.relative_sharpness == 1
    assert result.relative_gap_error < 0.3 * result.train.jump_time_error / result.train.jump_time
    assert result.relative_sharpness_error < 0.3 * result.train.sharpness_error / result.train.sharpness


@some
@given(strategies.planted_runs(shapes=SIMPLE, noise="binomial"))
def test_the_relative_measures_are_those_of_the_two_fits(run):
    result = measured(run)
    assume(result.status == "ok")
    train, gen = fitted(run.train), fitted(run.gen)
    assert result.relative_gap == pytest.approx(gen.jump_time / train.jump_time - 1, rel=1e-9, abs=1e-12)
    assert result.relative_sharpness == pytest.approx(gen.sharpness / train.sharpness, rel=1e-9)
    assert result.absolute_sharpness == pytest.approx(gen.largest_slope, rel=1e-12)


@some
@given(strategies.broken_curves(noise="none"), scales)
def test_a_broken_curve_stays_broken_in_every_unit(curve, scale):
    plain = fit_curve(curve.time, curve.accuracy, **curve.options)
    scaled = fit_curve(scale * curve.time, curve.accuracy, **curve.options)
    assert plain.status is scaled.status
    if plain.ok:  # exact curves can be fitted before they are finished
        assert curve.reason == "unfinished"
