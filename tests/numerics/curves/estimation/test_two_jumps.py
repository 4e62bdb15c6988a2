import numpy as np
import pytest
from scipy.special import ndtr

from numerics.curves.estimation.two_jumps import rests_between_two_jumps

TAU = np.linspace(0, 1, 600)


def erf(rate, at, tau=TAU):
    return ndtr(np.sqrt(2) * rate * (tau - at))


def jumps(level, *, rates=(30.0, 30.0), at=(0.3, 0.7), tau=TAU):
    return level * erf(rates[0], at[0], tau) + (1 - level) * erf(rates[1], at[1], tau)


@pytest.mark.parametrize(("level", "rests"), [(0.13, False), (0.17, True), (0.5, True), (0.83, True), (0.87, False)])
def test_a_rest_is_between_fifteen_and_eighty_five_percent(level, rests):
    rising = jumps(level)
    assert rests_between_two_jumps(TAU, rising) is rests


@pytest.mark.parametrize("rate", [30.0, 60.0])
@pytest.mark.parametrize(("share", "rests"), [(0.94, False), (1.06, True)])
def test_of_two_equal_jumps_the_slope_between_falls_to_a_quarter(rate, share, rests):
    # In the middle each has e^{−x²} of its largest slope, x = rate·distance/2: twice that is a quarter at x² = ln 8.
    distance = share * 2 * np.sqrt(np.log(8)) / rate
    y = jumps(0.5, rates=(rate, rate), at=(0.5 - distance / 2, 0.5 + distance / 2))
    assert rests_between_two_jumps(TAU, y) is rests


@pytest.mark.parametrize("level", [0.3, 0.7])
@pytest.mark.parametrize(("share", "rests"), [(0.93, False), (1.07, True)])
def test_the_flatter_jump_is_the_measure_of_the_rest(level, share, rests):
    rates = (20.0, 60.0) if level < 0.5 else (60.0, 20.0)
    slopes = np.array(rates) * (level, 1 - level)

    def lowest(distance):
        between = np.linspace(0, distance, 4001)
        parts = [
            h * np.exp(-((r * (between - at)) ** 2)) for h, r, at in zip(slopes, rates, (0, distance), strict=True)
        ]
        return np.min(sum(parts)) / slopes.min()

    distances = np.linspace(0.01, 0.4, 800)
    distance = share * distances[np.argmax([lowest(d) < 0.25 for d in distances])]
    y = jumps(level, rates=rates, at=(0.4, 0.4 + distance))
    assert rests_between_two_jumps(TAU, y) is rests


@pytest.mark.parametrize(("left", "rests"), [(0.42, True), (0.58, False)])
def test_two_jumps_may_leave_half_of_the_squared_deviations(left, rests):
    tau = np.linspace(0, 1, 39)  # too few for the median
    clean = jumps(0.5, rates=(25.0, 25.0), tau=tau)
    from scipy.optimize import least_squares

    one = 2 * least_squares(lambda p: erf(p[0], p[1], tau) - clean, [4.0, 0.5]).cost
    noise = np.sqrt(left / (1 - left) * one / tau.size)
    assert rests_between_two_jumps(tau, clean + noise * np.where(np.arange(39) % 2, 1, -1)) is rests


@pytest.mark.parametrize("tau", [TAU, 1e6 * TAU + 3e7, np.linspace(0, 1, 5000)])
def test_units_origin_and_number_of_points_do_not_matter(tau):
    unit = (tau - tau[0]) / np.ptp(tau)
    assert rests_between_two_jumps(tau, jumps(0.4, tau=unit))
    assert not rests_between_two_jumps(tau, erf(8.0, 0.5, unit))
    assert not rests_between_two_jumps(tau, unit)


def test_spikes_of_two_points_are_no_rest():
    y = erf(8.0, 0.5)
    for begin in range(20, 600, 40):
        y[begin : begin + 2] = 0.5
    assert not rests_between_two_jumps(TAU, y)


def test_a_dip_is_no_rest():
    # An overshoot, as the difference of two rises, has no two rates of one sign.
    assert not rests_between_two_jumps(TAU, 1.3 * erf(30.0, 0.3) - 0.3 * erf(30.0, 0.6))


@pytest.mark.parametrize("points", [2, 5])
def test_of_no_more_points_than_two_jumps_have_numbers_nothing_is_said(points):
    assert not rests_between_two_jumps(np.linspace(0, 1, points), np.repeat([0.0, 0.5, 1.0], (1, points - 2, 1)))


@pytest.mark.parametrize(("points", "rests"), [(12, False), (60, True)])
def test_a_rest_is_seen_by_five_points(points, rests):
    tau = np.linspace(0, 1, points)
    assert rests_between_two_jumps(tau, jumps(0.5, at=(0.35, 0.65), tau=tau)) is rests
