import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erf, erfinv, expit

from numerics.curves.shape_free import ShapeFree, ShapeFreeStatus, shape_free

T = np.arange(1.0, 3001.0)

# Unit rises with their middle at 0 and largest slope 1, and the times at which they pass 10 % and 90 %.
ERF_WIDTH = 2 * 0.9061938024368232 / np.sqrt(np.pi)
LOG_LOG = np.log(np.log(10)) - np.log(np.log(10 / 9))
SHAPES = {
    "erf": (lambda x: (1 + erf(np.sqrt(np.pi) * x)) / 2, ERF_WIDTH),
    "logistic": (lambda x: expit(4 * x), np.log(81) / 4),
    "gompertz": (lambda x: np.exp(-np.log(2) * np.exp(-np.e * x)), LOG_LOG / np.e),
    "mirrored_gompertz": (lambda x: 1 - np.exp(-np.log(2) * np.exp(np.e * x)), LOG_LOG / np.e),
    "ramp": (lambda x: np.clip(0.5 + x, 0, 1), 0.8),
}
NAMES = sorted(SHAPES)


def curve(name, time, at, slope, floor=0.0, ceiling=1.0):
    return floor + (ceiling - floor) * SHAPES[name][0](slope * (np.asarray(time) - at))


def counted(accuracy, samples, seed):
    return np.random.default_rng(seed).binomial(samples, np.clip(accuracy, 0, 1)) / samples


def values(result):
    return np.array([result.middle_crossing, result.largest_slope, result.sharpness, result.width_10_90])


# --- truth ------------------------------------------------------------------------------------------------------------


@settings(max_examples=120, deadline=None, derandomize=True)
@given(
    name=st.sampled_from(NAMES),
    at=st.floats(700, 2000),
    duration=st.floats(20, 400),
    floor=st.floats(0, 0.5),
    height=st.floats(0.2, 0.5),
    fall=st.booleans(),
)
def test_noise_free_curves_are_measured_without_assuming_their_shape(name, at, duration, floor, height, fall):
    slope = (-1 if fall else 1) / duration
    asymptotes = {"floor": floor, "ceiling": floor + height}
    result = shape_free(T, curve(name, T, at, slope, **asymptotes), **asymptotes)
    assert result.status is ShapeFreeStatus.OK
    assert result.middle_crossing == pytest.approx(at, abs=3e-4 * duration)
    # Straight lines between points a spacing δ apart; the corners of the ramp look like noise.
    corners = 0.6 / duration if name == "ramp" else 0.0
    assert result.largest_slope == pytest.approx(slope * height, rel=1e-4 + 1.5 / duration**2)
    assert result.width_10_90 == pytest.approx(SHAPES[name][1] * duration, rel=1e-4 + 2 / duration**2 + corners)
    assert result.sharpness == pytest.approx(np.sqrt(np.pi) * result.largest_slope / height, rel=1e-12)


def test_the_sharpness_of_an_erf_is_its_s():
    for s in (0.005, 0.02, 0.08):
        result = shape_free(T, (1 + erf(s * (T - 1000))) / 2)
        assert result.sharpness == pytest.approx(s, rel=2e-4 + s**2 / 6)
        assert result.width_10_90 * s == pytest.approx(1.8123876, rel=2e-4 + s**2 / 2)


@pytest.mark.parametrize("name", ["erf", "logistic", "gompertz", "mirrored_gompertz"])
def test_the_error_falls_with_the_square_of_the_spacing(name):
    spacings = 1.0 / np.array([8, 16, 32, 64, 128])
    errors = []
    for spacing in spacings:
        # Worst and best placements of the points average out over offsets.
        offsets = spacing * np.linspace(0, 1, 16, endpoint=False)
        slopes = [
            shape_free(t, curve(name, t, 0, 1)).largest_slope for t in (np.arange(-6, 6, spacing) + o for o in offsets)
        ]
        errors.append(abs(np.mean(slopes) - 1))
    order = np.polyfit(np.log(spacings), np.log(errors), 1)[0]
    assert 1.7 < order < 2.4


@pytest.mark.parametrize("floor", [0.0, 0.5])
@pytest.mark.parametrize("duration", [20, 60, 300])
@pytest.mark.parametrize("name", ["erf", "logistic", "gompertz", "mirrored_gompertz"])
def test_bias_and_spread_under_binomial_noise_are_small(name, duration, floor):
    runs = [
        shape_free(T, counted(curve(name, T, 1000.3, 1 / duration, floor), 250, seed), floor=floor)
        for seed in range(40)
    ]
    assert all(run.middle_crossing > 0 for run in runs)
    middle, slope, _, width = np.transpose([values(run) for run in runs])
    slope, width = slope * duration / (1 - floor), width / (SHAPES[name][1] * duration)
    for relative, largest_bias, largest_spread in (
        ((middle - 1000.3) / duration, 0.01, 0.05),
        (slope - 1, 0.05, 0.2),
        (width - 1, 0.05, 0.12),
    ):
        assert abs(relative.mean()) < largest_bias + 3 * relative.std() / np.sqrt(40)
        assert relative.std() < largest_spread


def test_the_steeper_of_two_steps_sets_the_slope_and_both_set_the_width():
    y = 0.3 * curve("erf", T, 600, 1 / 100) + 0.7 * curve("erf", T, 1500, 1 / 50)
    result = shape_free(T, y)
    assert result.largest_slope == pytest.approx(0.7 / 50, rel=1e-3)
    # The long way from 10 to 90 % must not set the bandwidth for the short steps.
    assert shape_free(T, counted(y, 250, 0)).largest_slope == pytest.approx(0.7 / 50, rel=0.2)
    assert result.middle_crossing == pytest.approx(1500 - 50 * erfinv(0.3 / 0.7) / np.sqrt(np.pi), abs=0.5)
    assert 900 < result.width_10_90 < 1000
    # A curve that rests in the middle crosses it somewhere on the rest.
    level = 0.5 * curve("ramp", T, 600, 1 / 100) + 0.5 * curve("ramp", T, 1500, 1 / 100)
    assert 600 < shape_free(T, level).middle_crossing < 1500


# --- what must not matter ---------------------------------------------------------------------------------------------

noisy = counted(curve("logistic", T, 900, 1 / 80, 0.5), 250, 11)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(scale=st.floats(-9, 9).map(lambda x: 10**x), shift=st.floats(-1e6, 1e6))
def test_units_and_origin_of_time(scale, shift):
    plain, moved = shape_free(T, noisy, floor=0.5), shape_free(scale * (T + shift), noisy, floor=0.5)
    middle, slope, sharpness, width = values(plain)
    expected = [scale * (middle + shift), slope / scale, sharpness / scale, width * scale]
    np.testing.assert_allclose(values(moved), expected, rtol=1e-6)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(scale=st.floats(0.01, 1000), shift=st.floats(-100, 100))
def test_units_and_origin_of_the_accuracy(scale, shift):
    plain = values(shape_free(T, noisy, floor=0.5))
    mapped = shape_free(T, scale * noisy + shift, floor=scale * 0.5 + shift, ceiling=scale + shift)
    np.testing.assert_allclose(values(mapped), plain * [1, scale, 1, 1], rtol=1e-5)


def test_time_reversal_and_turning_over_change_only_signs():
    plain = values(shape_free(T, noisy, floor=0.5))
    back = values(shape_free(-T[::-1], noisy[::-1], floor=0.5))
    np.testing.assert_allclose(back, plain * [-1, -1, -1, 1], rtol=1e-9)
    over = values(shape_free(T, 1.5 - noisy, floor=0.5))
    np.testing.assert_allclose(over, plain * [1, -1, -1, 1], rtol=1e-9)


def test_repeating_every_point_changes_nothing():
    once, twice = (shape_free(np.repeat(T, k), np.repeat(noisy, k), floor=0.5) for k in (1, 2))
    np.testing.assert_allclose(values(twice), values(once), rtol=1e-12)
    assert twice.points == 2 * once.points


def test_a_dip_before_the_jump_is_left_out():
    y = curve("erf", T, 1500, 1 / 60)
    dipped = np.where(T < 400, curve("erf", T, 300, -1 / 20), y)
    np.testing.assert_allclose(values(shape_free(T, dipped)), values(shape_free(T, y)), rtol=1e-3)


@pytest.mark.parametrize("lasts", [1, 4, 8])
def test_spikes_of_a_few_points_do_no_harm(lasts):
    y = curve("erf", T, 1000, 1 / 60, 0.5)
    spiked = y.copy()
    for begin in (300, 1120, 1500, 2400):
        spiked[begin : begin + lasts] = 1.5 - spiked[begin : begin + lasts]
    result = shape_free(T, spiked, floor=0.5)
    np.testing.assert_allclose(values(result), values(shape_free(T, y, floor=0.5)), rtol=5e-3)


# --- standard errors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_standard_errors_are_the_spread_over_replicas(correlation):
    rng = np.random.default_rng(5)
    truth = curve("logistic", T, 900, 1 / 120)
    kicks = rng.normal(0, 0.03 * np.sqrt(1 - correlation**2), (40, T.size))
    runs = []
    for kick in kicks:
        noise = np.empty(T.size)
        noise[0] = kick[0]
        for i in range(1, T.size):
            noise[i] = correlation * noise[i - 1] + kick[i]
        runs.append(shape_free(T, truth + noise, rng=rng, replicas=30))
    spread = np.std([values(run) for run in runs], axis=0, ddof=1)
    stated = np.median(
        [
            [run.middle_crossing_error, run.largest_slope_error, run.sharpness_error, run.width_10_90_error]
            for run in runs
        ],
        axis=0,
    )
    # The spread of 40 values is known to 11 %; blocks see less than all of a lasting correlation.
    assert (stated / spread > 0.6).all()
    assert (stated / spread < 1.6).all()


def test_errors_come_only_with_a_generator_and_are_the_same_for_the_same_seed():
    assert np.isnan(shape_free(T, noisy, floor=0.5).middle_crossing_error)
    one, two = (shape_free(T, noisy, floor=0.5, rng=np.random.default_rng(3), replicas=5) for _ in range(2))
    assert one == two
    assert one.middle_crossing_error > 0
    exact = shape_free(T, curve("erf", T, 900, 1 / 80), rng=np.random.default_rng(3))
    assert exact.middle_crossing_error < 2e-5 * 80
    assert exact.largest_slope_error < 0.01 / 80


# --- what cannot be had -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "y"),
    [
        (ShapeFreeStatus.NO_JUMP, np.full(T.size, 0.1)),
        (ShapeFreeStatus.NO_JUMP, curve("erf", T, 4000, 1 / 300)),
        (ShapeFreeStatus.ALREADY_JUMPED, np.full(T.size, 0.9)),
        (ShapeFreeStatus.ALREADY_JUMPED, curve("erf", T, 20, 1 / 300)),
        (ShapeFreeStatus.UNFINISHED, curve("erf", T, 2980, 1 / 300)),
        (ShapeFreeStatus.UNFINISHED, 0.6 * curve("erf", T, 1000, 1 / 100)),
        (ShapeFreeStatus.POOR, T % 2),
        (ShapeFreeStatus.COLLAPSED, curve("erf", T, 1000, 1 / 50) * (T < 2000)),
    ],
)
def test_a_curve_without_a_jump_has_no_numbers(status, y):
    result = shape_free(T, y)
    assert result.status is status
    assert not result.ok
    assert np.isnan(values(result)).all()
    assert str(result) == f"not measured: {status.value}"


@pytest.mark.parametrize(
    ("status", "y", "missing"),
    [
        (ShapeFreeStatus.UNRESOLVED, (T > 1000.0) * 1.0, [False, True, True, True]),
        (ShapeFreeStatus.UNRESOLVED, ((T > 500) * 1.0 + (T > 1000) + (T > 1500)) / 3, [False, True, True, True]),
        (ShapeFreeStatus.NO_90, 0.85 * curve("erf", T, 1000, 1 / 100), [False, False, False, True]),
        (ShapeFreeStatus.NO_10, 0.15 + 0.85 * curve("erf", T, 1000, 1 / 100), [False, False, False, True]),
    ],
)
def test_what_can_be_had_is_given(status, y, missing):
    result = shape_free(T, y)
    assert result.status is status
    assert (np.isnan(values(result)) == missing).all()
    assert result.middle_crossing == pytest.approx(1000, abs=20)
    assert str(result).endswith(status.value)


@pytest.mark.parametrize("seed", range(10))
def test_noise_around_a_level_is_no_jump(seed):
    for level in (0.3, 0.45, 0.5, 0.55, 0.7):
        assert np.isnan(shape_free(T, counted(np.full(T.size, level), 250, seed)).largest_slope)


def test_few_points():
    assert shape_free([1, 2, 3, 4, 5], [0, 0.1, 0.5, 0.9, 1]).middle_crossing == pytest.approx(3)
    assert shape_free([0, 1, 2, 3], [0, 0, 1, 1]).status is ShapeFreeStatus.UNRESOLVED


def test_the_result_is_a_frozen_value_and_the_input_is_not_changed():
    kept = noisy.copy()
    result = shape_free(T, noisy, floor=0.5)
    np.testing.assert_array_equal(noisy, kept)
    assert isinstance(result, ShapeFree)
    assert all(
        type(value) is float for value in dataclasses.asdict(result).values() if not isinstance(value, str | int)
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.sharpness = 0.0
    assert len({status.value for status in ShapeFreeStatus}) == len(ShapeFreeStatus)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([1, 2, 3], [0, 1]), {}, "one-dimensional and of equal length"),
        (([1, 2, 3, 4], [0, 0, 1, np.nan]), {}, "accuracy must be finite, got nan at index 3"),
        (([1, 3, 2, 4], [0, 0, 1, 1]), {}, "time must not decrease"),
        (([1, 2, 3, 4], [0, 0, 1, 1]), {"floor": 1.0}, "ceiling must be above floor"),
        (([1, 2, 3, 4], [0, 0, 1, 1]), {"replicas": 1}, "at least 2 replicas, got 1"),
    ],
)
def test_input_that_is_no_curve_gets_one_sentence(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        shape_free(*arguments, **options)


# --- the limits of what can be had ------------------------------------------------------------------------------------


def rise(low, high, at=1000, slope=1 / 100):
    return low + (high - low) * SHAPES["erf"][0](slope * (T - at))


@pytest.mark.parametrize(
    ("low", "high", "status"),
    [
        (0.24, 1.0, ShapeFreeStatus.NO_10),
        (0.26, 1.0, ShapeFreeStatus.ALREADY_JUMPED),
        (0.0, 0.76, ShapeFreeStatus.NO_90),
        (0.0, 0.74, ShapeFreeStatus.UNFINISHED),
        (0.09, 1.0, ShapeFreeStatus.OK),
        (0.11, 1.0, ShapeFreeStatus.NO_10),
        (0.0, 0.91, ShapeFreeStatus.OK),
        (0.0, 0.89, ShapeFreeStatus.NO_90),
    ],
)
@pytest.mark.parametrize("falls", [False, True])
def test_levels_of_the_way_that_have_to_be_seen(low, high, status, falls):
    y = rise(low, high)
    assert shape_free(T, 1 - y if falls else y).status is status
    assert shape_free(T, 20 + 80 * y, floor=20, ceiling=100).status is status


@pytest.mark.parametrize(("step", "resolved"), [(0.32, True), (0.34, False)])
def test_a_third_of_the_way_between_two_points_is_not_resolved(step, resolved):
    y = np.concatenate([np.linspace(0, 0.5 - step / 2, 200), np.linspace(0.5 + step / 2, 1, 200)])
    assert shape_free(np.arange(400), y).ok is resolved


@pytest.mark.parametrize(("share", "poor"), [(0.45, False), (0.55, True)])
def test_half_of_the_variance_has_to_be_that_of_an_increasing_curve(share, poor):
    y = np.repeat([0.0, 1.0], 2000)
    # Alternation around each plateau: so much of the variance, with the increasing curve left as it is.
    wave = np.where(np.arange(4000) % 2, 1.0, -1.0) * 0.5 * np.sqrt(share / (1 - share))
    assert (shape_free(np.arange(4000), y + wave).status is ShapeFreeStatus.POOR) is poor


def test_two_replicas_are_the_fewest():
    assert shape_free(T, noisy, floor=0.5, rng=np.random.default_rng(0), replicas=2).middle_crossing_error > 0
    for few in (1, 0, -1):
        with pytest.raises(ValueError, match=f"at least 2 replicas, got {few}"):
            shape_free(T, noisy, replicas=few)


def test_points_at_one_time_count_by_their_mean():
    t, y = np.arange(200.0), rise(0, 1, 100, 1 / 60)[:200]
    split = np.concatenate([y - 0.01, y, y + 0.01])
    order = np.argsort(np.tile(t, 3), kind="stable")
    np.testing.assert_allclose(values(shape_free(np.tile(t, 3)[order], split[order])), values(shape_free(t, y)))
    assert shape_free(np.tile(t, 3)[order], split[order]).points == 600


def test_measures_of_a_coarse_exact_curve():
    # The bias of the smoothing is taken out: what is left is that of straight lines, (δs)²/12 of the slope.
    for spacing in (1.0, 5.0):
        t = np.arange(0, 2000, spacing)
        found = shape_free(t, SHAPES["erf"][0]((t - 1000.3) / 200))
        assert found.middle_crossing == pytest.approx(1000.3, abs=1e-3 * spacing)
        assert found.largest_slope == pytest.approx(1 / 200, rel=3 * (spacing / 200) ** 2)
        assert found.width_10_90 == pytest.approx(200 * ERF_WIDTH, rel=3 * (spacing / 200) ** 2)
