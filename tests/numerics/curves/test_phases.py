import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import FitStatus, fit_curve
from numerics.curves.phases import Course, Jump, find_jump, find_jump_in_long, start_rate

levels = st.lists(st.sampled_from([0.1, 0.9]), min_size=1, max_size=6)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(levels=levels, lengths=st.lists(st.integers(60, 200), min_size=6, max_size=6), seed=st.integers(0, 99))
def test_the_course_is_read_off_the_phases(levels, lengths, seed):
    merged = [(level, length) for level, length in zip(levels, lengths, strict=False)]
    y = np.concatenate([np.full(length, level) for level, length in merged])
    # Some points are on the wrong side of the middle, but no lasting phase of them.
    noisy = y + np.random.default_rng(seed).normal(0, 0.2, y.size)
    states = [level > 0.5 for level, _ in merged]
    changes = [k for k in range(1, len(states)) if states[k] != states[k - 1]]
    jump = find_jump(noisy)
    if not changes:
        assert jump.course is (Course.STAYS_HIGH if states[0] else Course.STAYS_LOW)
    elif states[-1]:
        assert jump.course is Course.RISES
        expected = sum(lengths[: changes[-1]])
        assert abs(jump.split - expected) <= 3
        previous = sum(lengths[: changes[-2]]) if len(changes) > 1 else 0
        assert (jump.begin == 0) if len(changes) == 1 else previous - 3 <= jump.begin < expected
    else:
        assert jump.course is (Course.FALLS if len(changes) == 1 else Course.FALLS_BACK)


def test_a_stray_first_point_is_no_phase():
    low = np.random.default_rng(3).normal(0.1, 0.2, 120)
    assert low[0] > 0.5
    assert find_jump(low) == Jump(Course.STAYS_LOW)
    assert find_jump(np.append(low, np.full(120, 0.9))) == Jump(Course.RISES, 120)
    assert find_jump(np.repeat([1.0, 0.0], [1, 119])) == Jump(Course.FALLS, 1)  # without noise it is no stray one


def test_spikes_are_no_phases():
    y = np.repeat([0.0, 1.0], [500, 500])
    y[200:206], y[800:806] = 1.0, 0.0
    assert find_jump(y) == find_jump(np.repeat([0.0, 1.0], [500, 500]))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(first=st.integers(1, 29_999))
def test_of_a_long_curve_every_kth_point_finds_the_split_to_the_point(first):
    y = np.repeat([0.0, 1.0], [first, 30_000 - first])
    jump = find_jump_in_long(y, 0.0, 1.0)
    if min(first, 30_000 - first) > 30:
        assert (jump.course, jump.split) == (Course.RISES, first)


def test_the_last_rise_is_fitted_after_a_lasting_dip():
    from scipy.special import ndtr

    t = np.arange(1000.0)
    early = np.where(t < 200, 0.8, 0.0)
    rise = ndtr((t - 700) / 30)
    whole, last = fit_curve(t, np.maximum(early, rise)), fit_curve(t, rise)
    assert whole.begin > 200
    assert whole.jump_time == pytest.approx(last.jump_time, rel=1e-9)
    assert whole.sharpness == pytest.approx(last.sharpness, rel=1e-9)
    assert last.begin == 0


def test_a_jump_that_is_undone_is_none():
    t = np.arange(1000.0)
    assert fit_curve(t, ((t > 300) & (t < 600)).astype(float)).status is FitStatus.FALLS_BACK


def course(*pieces):
    """Course, split and begin of a curve made of (accuracy, number of points)."""
    jump = find_jump(np.concatenate([np.full(points, accuracy) for accuracy, points in pieces]))
    return jump.course, jump.split, jump.begin


@pytest.mark.parametrize(("points", "lasting"), [(20, 4), (100, 4), (200, 4), (400, 8), (1000, 20)])
def test_a_phase_is_more_than_two_percent_of_the_points_and_more_than_four(points, lasting):
    first = points // 3
    rest = points - first - lasting
    assert course((0, first), (1, lasting), (0, rest)) == (Course.STAYS_LOW, 0, 0)
    assert course((0, first), (1, lasting + 1), (0, rest - 1)) == (Course.FALLS_BACK, 0, 0)
    assert course((1, first), (0, lasting), (1, rest)) == (Course.STAYS_HIGH, 0, 0)
    assert course((1, first), (0, lasting + 1), (1, rest - 1))[:2] == (Course.RISES, first + lasting + 1)


def test_a_fall_that_is_never_undone_is_at_its_split():
    assert course((1, 30), (0, 70)) == (Course.FALLS, 30, 0)
    assert course((0, 1), (1, 60), (0, 60)) == (Course.FALLS_BACK, 0, 0)
    assert course((0, 60), (1, 60), (0, 60), (1, 60), (0, 60)) == (Course.FALLS_BACK, 0, 0)
    assert course((1, 60), (0, 60), (1, 60), (0, 60))[0] is Course.FALLS_BACK


@pytest.mark.parametrize(("lasting_rise", "points"), [(5.5, 1), (6.5, 1), (5.5, 3), (6.5, 3)])
def test_a_few_points_at_an_end_count_when_they_exceed_six_mean_steps(lasting_rise, points):
    # One step of height v in 100 has a mean of v/100; `points` points at v lift the sum C by points·(2v − 1).
    v = 1 / (2 - lasting_rise / points / 100)
    counts = lasting_rise > 6
    assert course((0, 101 - points), (v, points))[:2] == (
        (Course.RISES, 101 - points) if counts else (Course.STAYS_LOW, 0)
    )
    assert course((1 - v, points), (1, 101 - points))[:2] == (
        (Course.RISES, points) if counts else (Course.STAYS_HIGH, 0)
    )


@pytest.mark.parametrize(("lifted", "expected"), [(1.1, Course.RISES), (0.9, Course.STAYS_LOW)])
def test_of_a_noisy_curve_one_whole_point_at_an_end_is_enough(lifted, expected):
    # Steps of 0.3 between all points: six of them are more than a point can weigh.
    y = np.append(np.tile([0.0, 0.3], 50), [0.5 + lifted / 4] * 2)
    assert find_jump(y).course is expected


def test_a_curve_without_steps_stays_where_it_is():
    assert course((1, 100)) == (Course.STAYS_HIGH, 0, 0)
    assert course((0, 100)) == (Course.STAYS_LOW, 0, 0)


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        ([0, 0, 0], (Course.STAYS_LOW, 0)),
        ([1, 1, 1], (Course.STAYS_HIGH, 0)),
        ([0, 1, 1], (Course.RISES, 1)),
        ([0, 0, 1], (Course.RISES, 2)),
        ([1, 0, 0], (Course.FALLS, 1)),
        ([1, 1, 0], (Course.FALLS, 2)),
        ([0, 1, 1, 0], (Course.RISES, 1)),  # a rise and a fall are equally far from it
        ([0, 0.1, 1, 0, 0, 0.3], (Course.STAYS_LOW, 0)),
        ([0.9, 1, 0, 1, 1, 0.6], (Course.STAYS_HIGH, 0)),
    ],
)
def test_of_a_few_points_the_closest_step_counts(y, expected):
    def cost(low_first, k):
        step = np.arange(len(y)) >= k if low_first else np.arange(len(y)) < k
        return float(((np.array(y) - step) ** 2).sum())

    jump = find_jump(np.array(y, float))
    assert (jump.course, jump.split) == expected
    best = min(cost(low_first, k) for low_first in (True, False) for k in range(len(y) + 1))
    chosen = {
        Course.RISES: (True, jump.split),
        Course.FALLS: (False, jump.split),
        Course.STAYS_HIGH: (True, 0),
        Course.STAYS_LOW: (False, 0),
    }
    assert cost(*chosen[jump.course]) == pytest.approx(best)


@pytest.mark.parametrize("lowest", [115, 140, 180])
def test_the_fit_begins_where_the_dip_before_the_rise_is_lowest(lowest):
    dip = 0.1 + 0.002 * np.abs(np.arange(100, 200) - lowest)
    jump = find_jump(np.concatenate([np.full(100, 0.8), dip, np.ones(100)]))
    assert (jump.course, jump.split) == (Course.RISES, 200)
    assert abs(jump.begin - lowest) <= 1


def test_the_fit_begins_in_the_middle_of_a_flat_bottom_to_rounding():
    dip = np.full(100, 0.1) + 1e-14 * np.arange(100)
    assert find_jump(np.concatenate([np.full(100, 0.8), dip, np.ones(100)])).begin == 150
    dip[70:] += 1e-6
    assert find_jump(np.concatenate([np.full(100, 0.8), dip, np.ones(100)])).begin == 135
    # Of a dip that is too short for a tenth of it, the lowest point.
    assert (
        find_jump(np.concatenate([np.full(9, 0.8), [0.2, 0.2, 0.1, 0.2, 0.2, 0.2, 0.2, 0.2], np.ones(9)])).begin == 11
    )


@pytest.mark.parametrize("first", [1, 3, 14, 15, 29, 29_980, 29_986])
@pytest.mark.parametrize(("floor", "ceiling"), [(0.0, 1.0), (10.0, 60.0), (-30.0, -10.0)])
def test_a_long_rise_or_fall_near_an_end_is_found_to_the_point_in_any_units(first, floor, ceiling):
    y = np.repeat([floor, ceiling], [first, 30_000 - first])
    assert find_jump_in_long(y, floor, ceiling) == find_jump(np.repeat([0.0, 1.0], [first, 30_000 - first]))
    if first < 29_000:  # the beginning of a fall is told from a spike by what follows
        falls = find_jump_in_long(floor + ceiling - y, floor, ceiling)
        assert (falls.course, falls.split) == (Course.FALLS, first)


def test_a_long_curve_that_does_not_jump_is_looked_at_no_further():
    assert find_jump_in_long(np.repeat([0.0, 1.0, 0.0], 10_000), 0.0, 1.0).course is Course.FALLS_BACK
    assert find_jump_in_long(np.zeros(30_000), 0.0, 1.0) == Jump(Course.STAYS_LOW)


def test_of_a_long_curve_with_a_dip_the_begin_is_in_points():
    y = np.repeat([0.7, 0.1, 1.0], 10_000)
    jump = find_jump_in_long(y, 0.0, 1.0)
    assert (jump.course, jump.split) == (Course.RISES, 20_000)
    assert abs(jump.begin - 15_000) <= 30


def test_the_split_of_a_long_curve_leaves_a_point_behind_it():
    y = np.repeat([0.0, 1.0, 0.0], [29_980, 9, 11])  # with every 14th point, the last that is seen is high
    assert find_jump_in_long(y, 0.0, 1.0).split == y.size - 1


def test_the_split_of_a_long_curve_is_sought_one_stride_to_either_side():
    stride = 30_000 // 2048
    # High at one point that is looked at, low again up to the next that is and beyond: the best step is a stride later.
    y = np.repeat([0.0, 1.0, 0.0, 1.0], [100 * stride, 3, 2 * stride - 4, 29_999 - 102 * stride + 2])
    jump = find_jump_in_long(y, 0.0, 1.0)
    assert (jump.course, jump.split) == (Course.RISES, 101 * stride)


def rate(tau, y, split, left=0.0, right=1.0):
    return start_rate(np.asarray(tau, float), np.asarray(y, float), split, left, right)


@pytest.mark.parametrize("size", [401, 30_001])
@pytest.mark.parametrize(("left", "right"), [(0.0, 1.0), (1.0, 0.0), (50.0, 130.0), (-3.0, -4.0)])
def test_the_start_rate_of_an_erf_is_its_sharpness(size, left, right):
    from scipy.special import ndtr

    tau = np.linspace(-0.3, 0.7, size)
    for s in (8.0, 20.0):
        y = left + (right - left) * ndtr(np.sqrt(2) * s * tau)
        assert rate(tau, y, int(np.searchsorted(tau, 0)), left, right) == pytest.approx(s, rel=0.02)


@pytest.mark.parametrize("spacing", [[1, 1, 1], [2, 1, 1], [1, 2, 1], [1, 1, 2], [0, 1, 1], [1, 0, 1], [0, 0, 0]])
def test_the_start_rate_of_a_step_is_that_of_the_shortest_interval_around_it(spacing):
    spacing = np.array(spacing) / 10
    tau = np.cumsum([0, 0.001, 0.001, *spacing, 0.001])  # shorter ones farther away do not matter
    shortest = min((d for d in spacing if d > 0), default=1.0)
    y = np.where(np.arange(tau.size) >= 4, 1.0, 0.0)
    assert rate(tau, y, 4) == pytest.approx(1 / np.sqrt(np.pi) / (0.3 * shortest))
    assert rate(tau[2:], y[2:], 2) == rate(tau, y, 4)


def test_the_start_rate_of_a_curve_far_from_a_step_is_bounded():
    assert rate(np.linspace(0, 1, 11), np.full(11, 0.2), 0) == pytest.approx(2 / np.sqrt(np.pi))
    tau = np.linspace(0, 1, 101)
    # A ramp over all the time: the area on either side is an eighth.
    assert rate(tau, tau, 50) == pytest.approx(4 / np.sqrt(np.pi), rel=0.01)


@pytest.mark.parametrize("width", [4e-4, 2e-3])
def test_the_start_rate_of_a_long_curve_uses_every_point_where_few_tell(width):
    tau = np.linspace(-0.5, 0.5, 30_001)
    y = np.clip(0.5 + tau / width, 0, 1)  # an area of width/4
    assert rate(tau, y, 15_000) == pytest.approx(4 / width / np.sqrt(np.pi), rel=0.05)


@pytest.mark.parametrize("width", [0.06, 0.2])
def test_the_start_rate_of_a_broad_long_curve_uses_few_points(width):
    tau = np.linspace(-0.5, 0.5, 30_001)
    y = np.clip(0.5 + tau / width, 0, 1)
    few = rate(tau, y, 15_000)
    y[5::14] += 1e6  # never looked at
    assert rate(tau, y, 15_000) == few == pytest.approx(4 / width / np.sqrt(np.pi), rel=0.02)


@pytest.mark.parametrize("width", [4e-4, 5e-3, 0.03])
def test_the_start_rate_of_a_steep_long_curve_looks_at_every_point(width):
    tau = np.linspace(-0.5, 0.5, 30_001)
    y = np.clip(0.5 + tau / width, 0, 1)
    y[5] += 7500 * width  # in itself as much area as the jump has; with every 14th point it is not seen
    assert rate(tau, y, 15_000) == pytest.approx(2 / width / np.sqrt(np.pi), rel=0.05)
