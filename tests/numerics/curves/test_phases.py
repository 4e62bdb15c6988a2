import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numerics import FitStatus, fit_curve
from numerics.curves.phases import Course, find_jump, find_jump_in_long

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
