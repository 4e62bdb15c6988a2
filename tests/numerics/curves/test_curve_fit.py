import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import curve_fit as scipy_curve_fit
from scipy.special import erf, expit

from numerics import CurveFit, FitStatus, fit_curve
from numerics.curves.estimation.freedom import widening

T = np.linspace(0.0, 100.0, 401)


def curve(time, jump_time, sharpness, floor=0.0, ceiling=1.0):
    """c·erf(s(t − t*)) + d as the paper writes it."""
    c, d = (ceiling - floor) / 2, (ceiling + floor) / 2
    return c * erf(sharpness * (np.asarray(time) - jump_time)) + d


def counted(accuracy, samples, rng):
    """What a validation set of ``samples`` examples reports: binomial noise."""
    return rng.binomial(samples, np.clip(accuracy, 0, 1)) / samples


jump_times = st.floats(20, 80)
sharpnesses = st.floats(0.08, 1.0)
bottoms = st.floats(0, 0.5)
heights = st.floats(0.3, 0.5)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(at=jump_times, sharpness=sharpnesses, bottom=bottoms, height=heights)
def test_exact_curves_are_recovered(at, sharpness, bottom, height):
    y = curve(T, at, sharpness, bottom, bottom + height)
    for given_floor, given_ceiling in (
        (bottom, bottom + height),
        (None, bottom + height),
        (bottom, None),
        (None, None),
    ):
        fit = fit_curve(T, y, floor=given_floor, ceiling=given_ceiling)
        assert fit.ok, fit.status
        assert fit.jump_time == pytest.approx(at, abs=1e-7 / sharpness)
        assert fit.sharpness == pytest.approx(sharpness, rel=1e-6)
        assert (fit.floor, fit.ceiling) == pytest.approx((bottom, bottom + height), abs=1e-7)
        assert fit.r_squared == pytest.approx(1, abs=1e-10)
        np.testing.assert_allclose(fit(T), y, atol=1e-7)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(at=jump_times, sharpness=sharpnesses, seed=st.integers(0, 2**32 - 1))
def test_the_optimum_is_that_of_scipy_from_the_true_parameters(at, sharpness, seed):
    y = counted(curve(T, at, sharpness, 0.5), 250, np.random.default_rng(seed))
    fit = fit_curve(T, y, floor=0.5)
    # The start of the fit comes from the noisy data; scipy starts at the truth.
    best, covariance = scipy_curve_fit(
        lambda t, a, b: curve(t, a, b, 0.5), T, y, p0=(at, sharpness), ftol=1e-15, xtol=1e-15, gtol=1e-15
    )
    errors = np.sqrt(np.diag(covariance))
    assert abs(fit.jump_time - best[0]) < 1e-5 * errors[0]
    assert abs(fit.sharpness - best[1]) < 1e-5 * errors[1]
    # Noise without memory is taken for dependent once in a while.
    if fit.ok and fit.autocorrelation_time == 1:
        stated = fit.jump_time_error, fit.sharpness_error
        assert stated == pytest.approx(sandwich(T, y, [*best, 0.5, 1.0], 2), rel=1e-4)


def sandwich(time, y, parameters, free):
    """White's with leverages (HC2; MacKinnon and White), the Jacobian by differences, widened by Student's quantile."""
    h = 1e-6 * np.eye(4)[:free] * parameters
    jacobian = np.stack(
        [(curve(time, *(parameters + d)) - curve(time, *(parameters - d))) / (2 * d.max()) for d in h], 1
    )
    inverse = np.linalg.inv(jacobian.T @ jacobian)
    rest = np.eye(time.size) - jacobian @ inverse @ jacobian.T
    # Leverages and freedom are those of noise between that of counts and one of equal size.
    rise = (curve(time, *parameters) - parameters[2]) / (parameters[3] - parameters[2])
    v = 1 + 12 * rise * (1 - rise)
    covariance, errors = rest @ np.diag(v) @ rest, []
    for share in ((jacobian @ inverse).T[:2] ** 2) / np.clip(np.diag(covariance) / v, 0.01, 1):
        form = np.sqrt(share)[:, np.newaxis] * covariance * np.sqrt(share)
        freedom = np.trace(form) ** 2 / np.trace(form @ form)
        variance = share @ (y - curve(time, *parameters)) ** 2
        errors.append(np.sqrt(variance) * stats.t(freedom).ppf(0.975) / stats.norm.ppf(0.975))
    return tuple(errors)


def test_free_asymptotes_find_scipys_optimum_too():
    y = counted(curve(T, 45, 0.12, 0.48, 0.93), 250, np.random.default_rng(5))
    fit = fit_curve(T, y, floor=None, ceiling=None)
    best, covariance = scipy_curve_fit(
        lambda t, a, b, low, high: curve(t, a, b, low, high), T, y, p0=(45, 0.12, 0.48, 0.93), ftol=1e-15, xtol=1e-15
    )
    errors = np.sqrt(np.diag(covariance))
    found = (fit.jump_time, fit.sharpness, fit.floor, fit.ceiling)
    assert (abs(np.subtract(found, best)) < 1e-5 * errors).all()
    assert fit.autocorrelation_time == 1
    assert (fit.jump_time_error, fit.sharpness_error) == pytest.approx(sandwich(T, y, best, 4), rel=1e-4)


# --- invariances ------------------------------------------------------------------------------------------------------


def noisy():
    return counted(curve(T, 40, 0.15, 0.5), 250, np.random.default_rng(11))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(scale=st.floats(-9, 9).map(lambda x: 10**x), shift=st.floats(-1e3, 1e3))
def test_units_and_origin_of_time(scale, shift):
    y, plain = noisy(), fit_curve(T, noisy(), floor=0.5)
    moved = fit_curve(scale * (T + shift), y, floor=0.5)
    assert moved.jump_time == pytest.approx(scale * (plain.jump_time + shift), rel=1e-9, abs=1e-6 * scale)
    assert moved.sharpness == pytest.approx(plain.sharpness / scale, rel=1e-7, abs=0)
    assert moved.jump_time_error == pytest.approx(scale * plain.jump_time_error, rel=1e-6, abs=0)
    assert moved.sharpness_error == pytest.approx(plain.sharpness_error / scale, rel=1e-6, abs=0)
    assert moved.r_squared == pytest.approx(plain.r_squared, rel=1e-9)


def test_repeating_every_point_tells_nothing_new():
    once, twice = (fit_curve(np.repeat(T, k), np.repeat(noisy(), k), floor=0.5) for k in (1, 2))
    assert (twice.jump_time, twice.sharpness) == pytest.approx((once.jump_time, once.sharpness), rel=1e-8)
    assert twice.autocorrelation_time == pytest.approx(2 * once.autocorrelation_time, rel=1e-6)
    assert twice.jump_time_error == pytest.approx(once.jump_time_error, rel=1e-6)
    assert twice.sharpness_freedom == pytest.approx(once.sharpness_freedom, rel=1e-6)
    assert twice.points == 2 * once.points


@settings(max_examples=30, deadline=None, derandomize=True)
@given(scale=st.floats(0.01, 1000), shift=st.floats(-100, 100))
def test_affine_maps_of_the_accuracy(scale, shift):
    y = noisy()
    for floor, ceiling in ((0.5, 1.0), (None, None)):
        plain = fit_curve(T, y, floor=floor, ceiling=ceiling)
        ends = [None if v is None else scale * v + shift for v in (floor, ceiling)]
        mapped = fit_curve(T, scale * y + shift, floor=ends[0], ceiling=ends[1])
        assert mapped.jump_time == pytest.approx(plain.jump_time, rel=1e-6)
        assert mapped.sharpness == pytest.approx(plain.sharpness, rel=1e-5)
        assert mapped.floor == pytest.approx(scale * plain.floor + shift, abs=1e-5 * scale)
        assert mapped.largest_slope == pytest.approx(scale * plain.largest_slope, rel=1e-4)


def test_largest_slope_is_the_slope_of_the_fitted_curve():
    fit = fit_curve(T, noisy(), floor=0.5)
    h = 1e-4 / fit.sharpness
    slopes = np.diff(fit(fit.jump_time + np.array([-h, h]))) / (2 * h)
    assert fit.largest_slope == pytest.approx(slopes[0], rel=1e-7)
    assert fit.largest_slope > max(np.diff(fit(T)) / np.diff(T)) * (1 - 1e-9)


# --- errors and goodness ----------------------------------------------------------------------------------------------


def test_standard_errors_are_the_spread_over_replicas():
    rng = np.random.default_rng(3)
    fits = [fit_curve(T, curve(T, 50, 0.1) + rng.normal(0, 0.03, T.size)) for _ in range(400)]
    for name, truth in (("jump_time", 50), ("sharpness", 0.1)):
        values = np.array([getattr(fit, name) for fit in fits])
        stated = np.mean([getattr(fit, f"{name}_error") for fit in fits])
        # The spread of 400 values is known to 1/√800 = 3.5 %.
        assert stated == pytest.approx(values.std(), rel=0.12)
        assert abs(values.mean() - truth) < 4 * values.std() / 20


def test_standard_errors_hold_for_a_real_validation_set():
    # Binomial noise is largest in the middle of the jump and gone at the ceiling: errors that took all residuals for
    # equal would be too small.
    rng = np.random.default_rng(4)
    fits = [fit_curve(T, counted(curve(T, 50, 0.1, 0.5), 250, rng), floor=0.5) for _ in range(300)]
    for name, truth in (("jump_time", 50), ("sharpness", 0.1)):
        values = np.array([getattr(fit, name) for fit in fits])
        stated = np.mean([getattr(fit, f"{name}_error") for fit in fits])
        assert stated == pytest.approx(values.std(), rel=0.15)
        assert abs(values.mean() - truth) < 4 * values.std() / np.sqrt(300)


def test_another_shape_lowers_the_goodness_of_fit():
    own = fit_curve(T, curve(T, 50, 0.1)).r_squared
    shapes = {
        "logistic": expit((T - 50) / 5),
        "skewed": curve(T, 50, 0.1) ** 3,
        "two steps": 0.5 * (T > 30) + 0.5 * (T > 70),
    }
    goodness = {name: fit_curve(T, y).r_squared for name, y in shapes.items()}
    assert own > 1 - 1e-12
    assert goodness["logistic"] < 1 - 1e-4
    assert goodness["skewed"] < 1 - 1e-5
    assert goodness["two steps"] < 0.95


# --- statuses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "y", "options"),
    [
        (FitStatus.NO_JUMP, np.full(T.size, 0.1), {}),
        (FitStatus.NO_JUMP, curve(T, 180, 0.02), {}),
        (FitStatus.NO_JUMP, np.full(T.size, 0.7), {"floor": None, "ceiling": None}),
        (FitStatus.ALREADY_JUMPED, np.full(T.size, 1.0), {}),
        (FitStatus.ALREADY_JUMPED, curve(T, -20, 0.05), {}),
        (FitStatus.ALREADY_JUMPED, np.full(T.size, 0.6), {"floor": 0.0}),
        # The floor that fits lies far below the record.
        (FitStatus.UNDETERMINED, np.sqrt(T / 100), {"floor": None}),
        (FitStatus.UNFINISHED, curve(T, 95, 0.02), {}),
        (FitStatus.UNRESOLVED, np.where(T < 50, 0.0, 1.0), {}),
        (FitStatus.UNRESOLVED, np.where(T < 50, 0.5, 1.0), {"floor": 0.5}),
        (FitStatus.POOR, curve(T, 50, 0.1) + 0.6 * (-1.0) ** np.arange(T.size), {}),
        # An exponential has no asymptote to find: the floor runs away.
        (FitStatus.UNDETERMINED, np.exp(T / 100) - 1, {"floor": None, "ceiling": None}),
        (FitStatus.FALLS_BACK, curve(T, 30, 0.3) - curve(T, 70, 0.3), {}),
        (FitStatus.TWO_JUMPS, 0.5 * curve(T, 25, 0.4) + 0.5 * curve(T, 70, 0.2), {}),
        (FitStatus.TWO_JUMPS, 0.3 * curve(T, 25, 0.4) + 0.7 * curve(T, 70, 0.2), {}),
        (FitStatus.FALLS, curve(T, 40, -0.2), {}),
        (FitStatus.OFF_CEILING, 0.7 * curve(T, 40, 0.2), {}),
        (FitStatus.OFF_CEILING, 1.3 * curve(T, 40, 0.2), {"shape": "logistic"}),
        (FitStatus.OFF_FLOOR, curve(T, 40, 0.2, 0.3), {}),
    ],
)
def test_a_curve_that_cannot_be_measured_says_why(status, y, options):
    fit = fit_curve(T, y, **options)
    assert fit.status is status
    assert not fit.ok
    assert np.isnan([fit.jump_time, fit.sharpness, fit.jump_time_error, fit.sharpness_error]).all()
    assert str(fit) == f"not fitted: {fit.reason}"
    assert fit.reason.startswith(status.value)
    assert np.isnan(fit.level) == (fit.reason == status.value)
    assert fit.points == T.size


def test_a_result_has_a_sharpness_that_is_larger_than_its_error_before_it_is_widened():
    seen = set()
    for seed in range(300):
        rng = np.random.default_rng(seed)
        t = np.arange(float(rng.integers(6, 20)))
        y = np.clip(curve(t, t[-1] / 2, rng.uniform(0.4, 3)) + rng.normal(0, 0.35, t.size), 0, 1)
        fit = fit_curve(t, y)
        seen.add(fit.status)
        assert not fit.ok or fit.sharpness_error / widening(fit.sharpness_freedom) < abs(fit.sharpness)
    assert {FitStatus.OK, FitStatus.UNCERTAIN} <= seen


def test_every_status_is_a_sentence_of_its_own():
    assert len({status.value for status in FitStatus}) == len(FitStatus) == 14
    assert FitStatus.OK == "ok"
    assert all(len(status.value) > 20 for status in FitStatus if status is not FitStatus.OK)


def test_a_jump_inside_one_interval_is_resolved_only_with_a_point_in_it():
    y = np.where(T < 50, 0.0, 1.0)
    y[200] = 0.3
    y[199] = 0.01
    assert fit_curve(T, y).status is FitStatus.UNRESOLVED  # two unknowns through two points
    y[201] = 0.9
    assert fit_curve(T, y).ok


def test_result_is_frozen_and_reads_well():
    fit = fit_curve(T, noisy(), floor=0.5)
    with pytest.raises(dataclasses.FrozenInstanceError):
        fit.jump_time = 0.0
    assert isinstance(fit, CurveFit)
    assert str(fit).startswith("t* = ")
    assert "R² = 0.9" in str(fit)
    for value in (fit.jump_time, fit.sharpness, fit.jump_time_error, fit.sharpness_error, fit.largest_slope):
        assert type(value) is float


def test_inputs_are_not_changed():
    y = noisy()
    t, kept = T.copy(), y.copy()
    fit_curve(t, y, floor=None, ceiling=None)
    np.testing.assert_array_equal(t, T)
    np.testing.assert_array_equal(y, kept)


# --- input that is no curve -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("time", "accuracy", "options", "message"),
    [
        ([1, 2, 3], [0, 1], {}, r"one-dimensional and of equal length, got shapes \(3,\) and \(2,\)"),
        (np.ones((2, 4)), np.ones((2, 4)), {}, "one-dimensional"),
        ([1, 2, 3], [0, 0.5, 1], {}, "at least 4 points, got 3"),
        ([1, 2, np.nan, 4], [0, 0, 1, 1], {}, "time must be finite, got nan at index 2; drop such points"),
        ([1, 2, 3, 4], [0, np.inf, 1, 1], {}, "accuracy must be finite, got inf at index 1"),
        ([1, 3, 2, 4], [0, 0, 1, 1], {}, "time must not decrease, got 2.0 after 3.0; sort the points"),
        ([2, 2, 2, 2], [0, 0, 1, 1], {}, "time must advance, got 2.0 throughout"),
        ([1, 2, 3, 4], [0, 0, 1, 1], {"floor": 1.0}, "ceiling must be above floor, got floor 1.0 and ceiling 1.0"),
        ([1, 2, 3, 4], [0, 0, 99, 100], {}, r"accuracy 100 lies far outside .*ceiling=100 for percent"),
        ([1, 2, 3, 4], [-5, 0, 1, 1], {}, "accuracy -5 lies far outside"),
        (
            [1, 2, 3, 4],
            [0, 0, 1, 1],
            {"shape": "tanh"},
            "shape must be one of 'erf', 'logistic', .* or 'best', got 'tanh'",
        ),
    ],
)
def test_input_that_is_no_curve_gets_one_sentence(time, accuracy, options, message):
    with pytest.raises(ValueError, match=message):
        fit_curve(time, accuracy, **options)


@pytest.mark.parametrize("gap", [1e-3, 0.1, 0.5, 0.999])
@pytest.mark.parametrize("steepness", [3.0, 10.0, 1e3, 1e6])
def test_a_jump_between_two_points_is_a_status_and_never_an_exception(gap, steepness):
    """Steeper and steeper curves make the normal matrix singular in different ways."""
    t = np.arange(1.0, 101.0)
    y = 0.5 * (1 + erf(steepness * (t - (50 + gap))))
    fit = fit_curve(t, y)
    if fit.ok:  # three or more points inside the transition can still be measured
        assert fit.jump_time == pytest.approx(50 + gap, abs=0.5)
    else:
        assert fit.status is FitStatus.UNRESOLVED


@pytest.mark.parametrize("y", [curve(T, 40, 0.2), np.zeros(T.size), curve(T, 98, 0.2)])
def test_a_fit_keeps_the_points_that_were_fitted_and_copies_none(y):
    fit = fit_curve(T, y)
    assert np.shares_memory(fit.curve.time, T)
    assert np.shares_memory(fit.curve.accuracy, y)
    assert "curve" not in repr(fit)
    assert fit == dataclasses.replace(fit, curve=None)
