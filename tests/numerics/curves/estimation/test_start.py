import numpy as np
import pytest
from scipy.special import ndtr

from numerics.curves.accuracy_curve import AccuracyCurve
from numerics.curves.curve_fit import FitStatus
from numerics.curves.estimation.start import ScaledJump, scaled_jump


def curve(t, y, equally_spaced=True):
    return AccuracyCurve(np.asarray(t, float), np.asarray(y, float), equally_spaced)


@pytest.mark.parametrize("equally_spaced", [True, False])
@pytest.mark.parametrize(("floor", "ceiling"), [(0.2, 0.9), (None, 0.9), (0.2, None), (None, None)])
def test_time_is_scaled_to_the_record_with_the_best_step_at_zero(floor, ceiling, equally_spaced):
    t = np.linspace(100, 600, 501)
    s = 0.04
    y = 0.2 + 0.7 * ndtr(np.sqrt(2) * s * (t - 250.5))
    jump = scaled_jump(curve(t, y, equally_spaced), floor, ceiling)
    assert (jump.begin, jump.equally_spaced) == (0, equally_spaced)
    assert (jump.floor, jump.ceiling) == (floor, ceiling)
    assert (jump.origin, jump.unit) == (250.5, 500)
    np.testing.assert_allclose(jump.origin + jump.unit * jump.tau, t)
    np.testing.assert_array_equal(jump.y, y)
    center, log_rate, *asymptotes = jump.start
    assert center == 0
    assert np.exp(log_rate) == pytest.approx(s * 500, rel=0.02)
    np.testing.assert_allclose(asymptotes, [0.2] * (floor is None) + [0.9] * (ceiling is None), atol=1e-3)


@pytest.mark.parametrize("outliers", [9, 11])
def test_asymptotes_start_from_the_outermost_fiftieth_of_the_points(outliers):
    y = np.repeat([0.1, 0.8], 250)
    y[20 : 20 + outliers] = -0.3
    y[480 - outliers : 480] = 1.2
    *_, low, high = scaled_jump(curve(np.arange(500), y), None, None).start
    assert (low, high) == ((0.1, 0.8) if outliers < 10 else (-0.3, 1.2))


def test_what_came_before_a_dip_is_left_out():
    y = np.repeat([0.8, 0.1, 1.0], 100)
    jump = scaled_jump(curve(np.arange(300), y), 0.0, 1.0)
    assert jump.begin == 150
    assert (jump.origin, jump.unit) == (199.5, 149)
    np.testing.assert_array_equal(jump.y, y[150:])
    np.testing.assert_allclose(jump.origin + jump.unit * jump.tau, np.arange(150, 300))
    # The rate is that of the part that is kept.
    alone = scaled_jump(curve(np.arange(150, 300), y[150:]), 0.0, 1.0)
    assert jump.start[1] == pytest.approx(alone.start[1])


@pytest.mark.parametrize(
    ("y", "status"),
    [
        (np.zeros(50), FitStatus.NO_JUMP),
        (np.ones(50), FitStatus.ALREADY_JUMPED),
        (np.repeat([0.0, 1.0, 0.0], 50), FitStatus.FALLS_BACK),
    ],
)
def test_a_curve_without_a_jump_is_its_reason(y, status):
    assert scaled_jump(curve(np.arange(y.size), y), 0.0, 1.0) is status


def test_a_constant_between_free_asymptotes_has_no_jump():
    assert scaled_jump(curve(range(9), np.full(9, 0.4)), None, None) is FitStatus.NO_JUMP
    assert scaled_jump(curve(range(9), np.full(9, 0.4)), 0.5, None) is FitStatus.NO_JUMP
    assert isinstance(scaled_jump(curve(range(9), [0, 0, 0, 0, 1, 1, 1, 1, 1]), None, None), ScaledJump)


def test_a_jump_is_a_whole_rise_from_0_to_1_in_its_own_time_unless_said_otherwise():
    jump = ScaledJump(np.zeros(4), np.zeros(4), np.zeros(2))
    assert (jump.floor, jump.ceiling, jump.equally_spaced) == (0.0, 1.0, False)
    assert (jump.begin, jump.origin, jump.unit) == (0, 0.0, 1.0)
